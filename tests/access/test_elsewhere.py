"""What belongs to another office is answered as what does not exist (trust D2): in addresses and in what is sent."""

import re
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from .asking import ask, send
from .requests_sent import ROUTES, address, missing, sent
from .world import MISSING, World

pytestmark = pytest.mark.django_db
# Employers are read by every office; an emergency opening is reviewed by the reader's office as well; a check of the
# trail is one of the whole house.
SHARED = {"employer", "supervised", "glass", "check"}
PEOPLE = ("operator", "supervisor", "finance", "auditor", "sysadmin", "secadmin")
CHANGING = re.compile(r"\b[A-Za-z0-9]{64}\b")  # the tokens of forms, new each time


def said(answer: Any, *named: Any) -> tuple[int, str]:
    """Return a status and a page, without what differs from request to request or was in the question."""
    body = b"".join(answer).decode(errors="replace")
    for name in sorted(map(str, named), key=len, reverse=True):
        body = body.replace(name, "NAMED")
    return answer.status_code, CHANGING.sub("", body)


@pytest.mark.parametrize("who", PEOPLE)
def test_no_address_tells_another_offices_row_from_none(world: World, who: str) -> None:
    told, asked = [], 0
    for kind, routes in ROUTES.items():
        if kind in SHARED:
            continue
        for name in routes:
            there, nowhere = address(name, world.rows[kind]["other"]), missing(name)
            for method in ("GET", "POST"):
                theirs = said(ask(world, name, method, "other", who), reverse(name, args=there))
                with transaction.atomic():
                    nobodys = said(send(world, name, method, who, nowhere), reverse(name, args=nowhere))
                    transaction.set_rollback(True)
                asked += 1
                if theirs != nobodys or theirs[0] == 200:
                    told.append(f"{method} {name}: {theirs[0]} and {nobodys[0]}")
    assert asked > 100
    assert not told, "\n".join(["", *told])


def questions(world: World) -> dict[str, tuple[str, str, str, str, Any, Any]]:
    """Return every field that names a row: who asks where, by which method and field, for theirs and for nobody's."""
    other = {kind: rows["other"] for kind, rows in world.rows.items()}
    case, none = MISSING["case"], str(MISSING["uuid"])
    theirs, contact, worker = other["case"].number, str(other["contact"].uuid), str(other["worker"].uuid)
    office, nowhere = other["place"].code, "999999"
    return {
        "origin of a new case": ("operator", "case_new", "GET", "from", theirs, case),
        "origin sent with a new case": ("operator", "case_new", "POST", "from", theirs, case),
        "contact of a new case": ("operator", "case_new", "GET", "contact", contact, none),
        "contact sent with a new case": ("operator", "case_new", "POST", "contact", contact, none),
        "worker of a new case": ("operator", "case_new", "POST", "worker", worker, none),
        "office of a new case": ("operator", "case_new", "POST", "office", office, nowhere),
        "case of a calculator": ("operator", "calculator", "GET", "case", theirs, case),
        "case of a trail": ("auditor", "audit_trail", "GET", "case", theirs, case),
        "person of a trail": ("auditor", "audit_trail", "GET", "person", worker, none),
        "office of a trail": ("auditor", "audit_trail", "GET", "office", office, nowhere),
        "case in the list": ("operator", "case_list", "GET", "text", theirs, case),
        "cases to write to": ("operator", "letter_run_new", "POST", "numbers", theirs, case),
        "cases to show a letter of": ("operator", "letter_run_preview", "POST", "numbers", theirs, case),
        "office of a contact": ("operator", "contact_new", "POST", "office", office, nowhere),
        "office of a worker": ("operator", "worker_new", "POST", "office", other["place"].pk, MISSING["pk"]),
        "office of an employer": ("operator", "employer_new", "POST", "office", other["place"].pk, MISSING["pk"]),
        "office of a recount": ("supervisor", "recount_list", "POST", "office", office, nowhere),
        "office of deadlines": ("supervisor", "deadline_list", "GET", "office", office, nowhere),
        "office of a file of deadlines": ("supervisor", "deadline_export", "GET", "office", office, nowhere),
        "office of figures": ("supervisor", "report_list", "GET", "office", office, nowhere),
        "office of payouts": ("finance", "payout_list", "GET", "office", office, nowhere),
        "office of funds": ("finance", "fund_list", "GET", "office", office, nowhere),
        "office of a fund": ("finance", "fund_open", "POST", "office", office, nowhere),
        "payout of a batch": ("finance", "batch_make", "POST", "picked", other["payout"].pk, MISSING["pk"]),
        "step to claim": ("mediator", "task_bulk_claim", "POST", "picked", other["task"].pk, MISSING["pk"]),
        "office of a role": ("secadmin", "grant_new", "POST", "office", other["place"].pk, MISSING["pk"]),
        "account of staff": ("sysadmin", "staff_list", "GET", "username", other["staff"].username, "colleague-nobody"),
        "office of texts": ("sysadmin", "text_list", "GET", "office", office, nowhere),
    }


def test_no_field_tells_another_offices_row_from_none(world: World) -> None:
    told = []
    for what, (who, name, method, field, theirs, nobodys) in questions(world).items():
        answers, always = [], sent(name, world, who) if method == "POST" else {}
        for value in (theirs, nobodys):
            with transaction.atomic():
                answer = send(world, name, method, who, address(name, None), over={**always, field: value})
                # A short key is never shown; replacing it would replace other figures of the page.
                page = said(answer, *([value] if len(str(value)) > 4 else []))
                notes = answer.cookies.get("messages")
                answers.append((page, answer.headers.get("Location", ""), bool(notes)))
                transaction.set_rollback(True)
        if answers[0] != answers[1]:
            told.append(f"{what}: {answers[0][0][0]} and {answers[1][0][0]}")
    assert not told, "\n".join(["", *told])
