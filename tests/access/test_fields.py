"""What of a person is shown where to whom, field by field (trust D3): pages, lists, files, letters, the trail, notices.

The expectation table is shown/fields.txt. The world's cases, and one of each type that went all its way, get a canary
in every field that tells something of a person; then every page and file of the other tables is asked for.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core import mail
from django.db import transaction

from casework.audit.models import Event
from casework.cases import glass
from casework.cases import operations as cases
from casework.cases.models import Contact
from casework.documents import engine
from casework.documents import operations as documents
from casework.documents.engine import print_pdf  # before the world puts a blank page in its place
from casework.documents.models import Document, Letter
from casework.employers import operations as employers
from casework.funds import operations as funds
from casework.people.models import BankAccount
from notifications import wording
from notifications.dispatch import dispatch
from notifications.models import Dispatched, Notification
from tests.factories import a_bank_account
from tests.scale import scale
from workflows.case_type import case_type
from workflows.walking import Walk

from . import canaries
from .asking import make_own, row_for, send
from .canaries import Canary, found_in, text_of
from .requests_sent import address, kind_of
from .table import cells, rooms, times
from .world import WHO, Stop, World

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).parent / "shown" / "fields.txt"
TYPES = ("work_injury", "hardship_relief", "labour_dispute")
# What answers to POST with something to read.
TOLD_WHEN_SENT = {
    "people_list",
    "worker_reveal",
    "account_reveal",
    "member_reveal",
    "letter_run_print",
    "letter_preview",
    "letter_run_preview",
    "checklist_notice_preview",
    "letter_correct_preview",
    "request_copy",
}
# Of which types a case is asked for where it matters: the page of a case, and its letters.
BY_TYPE = {"case_detail": TYPES, "letter_issue": ("labour_dispute",)}
# Relations beside those of the tables. Who is let in at her office's others is let in there.
BESIDE = {
    "case_detail": ("shown", "ended"),  # for a reason given that day; one's own that is closed
    "task_detail": ("shown",),
    "contact_detail": ("answered", "told"),  # by somebody else, by the person
    "request_detail": ("answered",),
    "letter_detail": ("signed",),
    "document_download": ("printed",),
    "payout_detail": ("vouched",),
}
# Pages that show a row of another office by their very purpose, masked: employers are everybody's, a case is offered
# across offices, and who opened one in an emergency answers for it at both.
ACROSS = {"handover_decide", "glass_detail", "glass_list"}


class Asked(NamedTuple):
    """One request: a route of the tables, whose row, who asks; and the type of the case, where it is asked by type."""

    route: str
    method: str
    relation: str
    who: str
    slug: str = ""


class Nearly(Walk):
    """A walk up to the step that closes the case."""

    last: tuple[str, str, dict[str, Any]]

    def expect(self, state: str) -> None:
        """Check where the case is; who is to be paid has an account whose number no other test makes up."""
        super().expect(state)
        if state == "approved":
            a_bank_account(self.case.worker, at=self.at)

    def do(self, node: str, who: str, **data: Any) -> None:
        """Do a step, the last one aside."""
        if node == "close" or (node == "return_visit" and data["reached"] == "yes"):
            self.last = node, who, data
            raise Stop
        super().do(node, who, **data)

    def close(self) -> None:
        """Do the last step."""
        node, who, data = self.last
        super().do(node, who, **data)


class Told(NamedTuple):
    """The world with canaries in it, and rows beside its own: by type (none: of no type), kind and relation."""

    world: World
    rows: dict[str, dict[str, dict[str, Any]]]
    planted: list[Canary]


# ---- the table ---------------------------------------------------------------------------------------------


class Shown(NamedTuple):
    """Where a field is shown: on the page of a route, of whose row, to whom."""

    field: str
    route: str
    relation: str
    who: str


def expected() -> dict[Shown, str]:
    """Return the table: "c" in clear, "m" masked; what is not in it is not shown.

    Raises:
        ValueError: a line says too little, too much or something unknown.
    """
    found: dict[Shown, str] = {}
    for line in TABLE.read_text().splitlines():
        said = line.partition("#")[0].split()
        if len(said) < 2:
            continue
        field, route, *rest = said
        # The first is a relation, also where it is "-": a page that names no row.
        split = next((at for at, word in enumerate(rest) if at and word[0] in "cm-" and word[1:2] in ("", "*")), 0)
        relations, codes = rest[:split], [code for word in rest[split:] for code in times(word)]
        if route != "nowhere" and (len(codes) != len(WHO) or not relations or not set(codes) <= set("cm-")):
            raise ValueError(line)
        found |= {
            Shown(field, route, relation, who): code
            for relation in relations
            for who, code in zip(WHO, codes, strict=True)
        }
        found.setdefault(Shown(field, "", "", ""), "-")
    return found


EXPECTED = expected()


def test_every_sealed_field_is_in_the_table() -> None:
    said, there = {cell.field for cell in EXPECTED}, canaries.names()
    assert not there - said, f"fields without a line in {TABLE.name}: {sorted(there - said)}"
    assert not said - there, f"lines of fields there are not: {sorted(said - there)}"


def requests() -> Iterator[Asked]:
    """Yield what is asked for: of what is answered at all, one person of each group that sees the same."""
    by_place: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for room in rooms():
        for cell in cells(room):
            if cell.status == 200 and (cell.method == "GET" or cell.route in TOLD_WHEN_SENT):
                by_place[cell.route, cell.method, cell.relation].append(cell.who)
    for route, relations in BESIDE.items():
        for relation in relations:
            by_place[route, "GET", relation] = by_place[route, "GET", "office"]
    for (route, method, relation), people in sorted(by_place.items()):
        for who in _one_of_each(route, relation, people):
            yield Asked(route, method, relation, who)
            for slug in BY_TYPE.get(route, ()):
                if relation in ("own", "office") or (relation, slug) == ("closed", "work_injury"):
                    yield Asked(route, method, relation, who, slug)


def _one_of_each(route: str, relation: str, people: list[str]) -> list[str]:
    if scale("field_askers") > 1:
        return people
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for who in people:
        groups[tuple(code for cell, code in EXPECTED.items() if cell[1:] == (route, relation, who))].append(who)
    return [group[len(route) % len(group)] for group in groups.values()]


# ---- the answers -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def told(world: World, django_db_blocker: Any) -> Iterator[Told]:
    """Walk cases of every type through everything, and put a canary in whatever they leave behind."""
    with django_db_blocker.unblock(), transaction.atomic():
        rows = {slug: {"case": {"office": _walked(world, slug)}} for slug in TYPES}
        rows["work_injury"]["case"]["closed"] = _walked(world, "work_injury", closed=True)
        dispute = rows["labour_dispute"]["case"]["office"]
        signed = Letter.objects.filter(case=dispute.pk, signatures__isnull=False).first()
        answered = Contact.objects.filter(office=world.city.office).exclude(answered_at=None).first()
        rows[""] = {
            "case": {"ended": rows["work_injury"]["case"]["closed"]},
            "letter": {"signed": signed},
            "contact": {"answered": answered, "told": answered},
            "asked": {"answered": world.rows["granted"]["office"]},
            "payout": {"vouched": world.rows["watched"]["office"]},
        }
        _what_the_world_lacks(world)
        planted = canaries.plant()
        rows[""]["document"] = {"printed": _printed(world)}
        yield Told(world, rows, planted)
        transaction.set_rollback(True)


def _what_the_world_lacks(world: World) -> None:
    by, at = world.desk["operator"], world.now
    employer = world.rows["employer"]["office"]
    employers.record_enterprise_visit(employer=employer, visited_on=world.today, findings="已整改", by=by, at=at)
    for who, person in world.desk.items():
        cases.save_draft(key="contact", content=json.dumps({"question": who}), by=person, at=at)
    payout = world.rows["watched"]["office"]
    BankAccount.objects.filter(pk=payout.account_id).update(holder_name="王建业")
    told = {"payout": payout, "guard": "holder_differs", "reason": "夫妻共用"}
    funds.answer_warning(**told, by=world.city["supervisor"], at=at)
    opened = world.rows["glass"]["office"]
    glass.review_glass(broken=opened, finding="justified", note="情况属实", by=world.city["supervisor"], at=at)


def _printed(world: World) -> Document:
    """Issue a letter, and have it printed as letters are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "print_pdf", print_pdf)
        case, by = (
            type(world.rows["case"]["office"]).objects.get(pk=world.rows["case"]["office"].pk),
            world.city["operator"],
        )
        values = {"language": "zh-hans", "blanks": True}
        return documents.issue_letter(case=case, paper="LD.inquiry", by=by, at=world.now, **values).document


def _walked(world: World, slug: str, *, closed: bool = False) -> Any:
    walk = Nearly(kind=case_type(slug), cast=world.city, office=world.city.office, at=world.now - timedelta(days=80))
    with suppress(Stop):
        walk.kind.walk(walk)
    if closed:
        walk.close()
    return type(walk.case).objects.get(pk=walk.case.pk)


def seen(told: Told, asked: Asked) -> list[tuple[Canary, str]]:
    """Return what somebody is shown."""
    world, kind = told.world, kind_of(asked.route)
    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        for place, row in told.rows[asked.slug].get(kind, {}).items():
            patch.setitem(world.rows[kind], place, row)
        row = row_for(world, kind, "office" if asked.relation == "shown" else asked.relation, asked.who)
        if asked.relation == "shown":
            send(world, "case_reveal", "POST", asked.who, [getattr(row, "process", row).number])
        if asked.relation in ("ended", "told"):
            make_own(kind, row, row if kind == "case" else None, world.desk[asked.who])
        answer = send(world, asked.route, asked.method, asked.who, address(asked.route, row))
        page = text_of(b"".join(answer))
        transaction.set_rollback(True)
    assert answer.status_code == 200, asked
    return list(found_in(page, told.planted))


def test_every_page_and_file_shows_what_the_table_says(told: Told) -> None:
    found: dict[Shown, str] = {}
    other = told.world.rows["place"]["other"].path
    leaks = set()
    for asked in requests():
        shown = Shown("", asked.route, asked.relation, asked.who)
        for cell in EXPECTED:
            if cell[1:] == shown[1:]:
                found.setdefault(cell, "-")
        for canary, how in seen(told, asked):
            cell = shown._replace(field=canary.field)
            found[cell] = min(found.get(cell, "-"), how, key="cm-".index)
            if (
                canary.office_path.startswith(other)
                and asked.relation not in ("other", "glass")
                and asked.route not in ACROSS
            ):
                leaks.add((*asked, canary.field, how))
    wrong = {cell: how for cell, how in found.items() if how != EXPECTED.get(cell, "-")}
    assert not leaks, "\n".join(map(str, sorted(leaks)))
    assert not wrong, "\n".join(
        ["", *(f"{' '.join(cell)}: {how}, not {EXPECTED.get(cell, '-')}" for cell, how in sorted(wrong.items()))]
    )


def test_each_field_was_there_to_be_shown(told: Told) -> None:
    assert canaries.names() == {canary.field for canary in told.planted}


def test_no_notice_and_no_mail_says_any_of_it(told: Told) -> None:
    with transaction.atomic():
        Dispatched.objects.all().delete()
        told_of = dispatch(list(Event.objects.values_list("pk", flat=True)), at=told.world.now)
        notices = list(Notification.objects.select_related("event__actor"))
        said = [f"{wording.title(one)} {wording.body(one)} {one.link}" for one in notices]
        transaction.set_rollback(True)
    assert told_of > 100
    assert len(said) >= told_of, "some wait until the offices open"
    assert list(found_in(" ".join(said), told.planted)) == []
    assert mail.outbox == []
