"""Every page a person can open, in both languages, on a screen and on a phone: axe finds nothing, nothing overflows.

The list is asked of the addresses themselves: a new page that nobody added here fails the test.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from casework.audit.models import Verification
from casework.cases import glass
from casework.cases import operations as cases
from casework.cases.models import OPEN_TASK, Case, CaseTask, Contact
from casework.deadlines import recounts
from casework.deadlines.models import Clock, Recount
from casework.documents import letters
from casework.documents import operations as documents
from casework.documents.models import Letter, LetterRun
from casework.funds.models import Fund, Payout
from casework.offices import operations as offices
from casework.people import operations as people
from casework.people.models import BankAccount, HouseholdMember, Worker
from casework.rights import disposals, holds, requests
from casework.rights.models import DataRequest, DisposalBatch, LegalHold
from casework.staff import logins
from casework.staff.models import RoleGrant, User
from config.demo.city import found_city
from tests.factories import a_bank_account, an_id_number
from workflows import verification
from workflows.calculators import all_calculators
from workflows.case_type import all_case_types, case_type
from workflows.operations import declare_conflict
from workflows.queries import actions_on
from workflows.recounts import carry_through
from workflows.walking import Walk

from .conftest import AXE, Window

# Addresses that answer no page: they do something, send a file, or answer a script.
NO_PAGE = {
    "healthz",
    "readyz",
    "policy_breach",
    "set_language",
    "logout",
    "draft",
    "notification_since",
    "notification_read",
    "document_download",
    "document_upload",
    "letter_preview",
    "letter_correct_preview",
    "letter_word",
    "letter_sign",
    "letter_send",
    "letter_served",
    "letter_run_preview",
    "letter_run_stop",
    "letter_run_print",
    "text_preview",
    "checklist_notice_preview",
    "checklist_received",
    "task_claim",
    "task_release",
    "task_reassign",
    "task_bulk_claim",
    "payout_pay",
    "payout_step",
    "batch_make",
    "batch_release",
    "grant_confirm",
    "grant_end",
    "staff_deactivate",
    "account_retire",
    "audit_export",
    "factor_codes",
    "login_end",
    "logins_end",
    "staff_login",
    "consent_withdraw",
    "glass_end",
    "request_copy",
    "disposal_propose",
    "disposal_step",
    "recount_decide",
    "verification_decide",
    "recount_lines",
    "deadline_export",
}
# A page that stands only where something went wrong: shown by the tests of money and of the shell.
ELSEWHERE = {"payout_again", "payout_warning", "batch_detail"}
# What Chinese pages may hold: names of formats, codes of events and of local values, usernames, the toy type's words.
LATIN = re.compile(
    r"(?<![A-Za-z])(?:PDF|Word|Excel|JPEG|PNG|HEIC)(?![A-Za-z])|\([a-z_]+\.[a-z_]+\)|\b[A-Z]{2}\.[a-z_.]+|\b[a-z]+\d?$|"
    r"Lost property|Thing|Objection|Toy [a-z_ ]+"
)


class Stop(Exception):
    """The walk went as far as was asked."""


class Partly(Walk):
    """A walk that stops after some steps."""

    def __init__(self, steps: int, **facts: Any) -> None:
        self.steps = steps
        super().__init__(**facts)

    def _tell(self, words: str) -> None:
        super()._tell(words)
        self.steps -= 1
        if not self.steps:
            raise Stop


@pytest.fixture
def city(transactional_db: None) -> Any:
    """The city with a case of each type that has just begun, one half-way, and one that is closed."""
    now = timezone.now()
    cast = found_city(at=now - timedelta(days=100))
    for place, kind in enumerate(kind for kind in all_case_types() if kind.slug != "toy"):
        for turn, steps in enumerate((1, 9, 999)):
            at = now - timedelta(days=80 - 12 * turn - place)
            try:
                kind.walk(Partly(steps, kind=kind, cast=cast, office=cast.office, at=at))
            except Stop:
                continue
    for question, answer in (
        ("请问加班费怎么计算？", "休息日加班不能补休的，按不低于工资的200%支付。"),
        ("想申请法律援助", ""),
    ):
        cases.take_contact(
            office=cast.office,
            channel="phone",
            matter="consult",
            caller_name="刘芳",
            caller_phone="13800138001",
            question=question,
            answer=answer,
            by=cast["operator"],
            at=now,
        )
    return cast


def named_pages(patterns: Any = None) -> Iterator[str]:
    """Yield the name of every address of the product, the configuration admin's aside."""
    for pattern in patterns or get_resolver().url_patterns:
        if isinstance(pattern, URLResolver) and pattern.app_name != "admin":
            yield from named_pages(pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield pattern.name


def pages() -> dict[str, list[tuple[str, str]]]:
    """Return what to open for each name: who, and the address."""
    case = Case.objects.filter(closed_at=None, case_type="labour_dispute").order_by("-id").first()
    worker = Case.objects.filter(case_type="hardship_relief").first().worker
    if not worker.bank_accounts.exists():
        a_bank_account(worker)
    account, payout, fund = BankAccount.objects.first(), Payout.objects.first(), Fund.objects.first()
    employer = Case.objects.exclude(employer=None).first().employer
    contact = Contact.objects.order_by("id").first()
    waiting = Contact.objects.filter(answered_at=None, case=None).first()
    colleague = RoleGrant.objects.first().user
    open_tasks = CaseTask.objects.filter(status__in=OPEN_TASK).exclude(case_type="toy")
    offered = cases.offer_handover(
        case=case, to=other_office(case), reason="住所在贵区", by=case.opened_by, at=timezone.now()
    )
    taker = RoleGrant.objects.filter(role="operator", office=offered.to_office).first().user.username
    simple = {
        "operator": [
            "home",
            "task_queue",
            "calculator_list",
            "case_list",
            "letter_run_list",
            "glass_break",
            "contact_list",
            "contact_new",
            "people_list",
            "worker_new",
            "employer_list",
            "employer_new",
            "notification_list",
            "profile",
        ],
        "supervisor": [
            "glass_list",
            "deadline_board",
            "deadline_list",
            "report_list",
            "audit_trail",
            "audit_reads",
            "verification_list",
            "conflict_list",
            "request_list",
            "hold_list",
            "disposal_list",
        ],
        "finance": ["payout_list", "batch_list", "fund_list", "fund_open", "home"],
        "sysadmin": ["staff_list", "staff_new", "text_list", "home"],
        "secadmin": ["grant_list", "grant_new", "home"],
        "mediator": ["home", "task_queue"],
    }
    found: dict[str, list[tuple[str, str]]] = {"login": [("", reverse("login"))]}
    logins.begin_factor(by=User.objects.get(username="mediator"), at=timezone.now())
    found["factor_set_up"] = [(who, reverse("factor_set_up")) for who in ("operator", "mediator")]
    found["factor_ask"] = [("supervisor", reverse("factor_ask"))]
    for who, names in simple.items():
        for name in names:
            found.setdefault(name, []).append((who, reverse(name)))
    found["case_new"] = [("operator", reverse("case_new", args=[kind.slug])) for kind in all_case_types()]
    found["calculator"] = [
        ("operator", reverse("calculator", args=[kind.slug, one.code]))
        for kind, calculators in all_calculators()
        for one in calculators
    ]
    found["calculator"].append(
        ("mediator", f"{reverse('calculator', args=['labour_dispute', 'compensation'])}?case={case.number}")
    )
    found["case_detail"] = [
        ("supervisor", reverse("case_detail", args=[each.number])) for each in Case.objects.exclude(case_type="toy")
    ]
    found["task_detail"] = [
        (worker_of(task), reverse("task_detail", args=[task.pk])) for task in open_tasks.exclude(role="")
    ]
    found["task_door"] = [
        (door.roles[-1] if door.roles else "supervisor", reverse("task_door", args=[task.pk, door.name]))
        for task in open_tasks
        for door in getattr(task.flow_task, "doors", ())
        if not door.rule and door.form_class
    ]
    running = Clock.objects.filter(case=case, state=Clock.State.RUNNING).first()
    found["clock_extend"] = [("supervisor", reverse("clock_extend", args=[running.pk]))]
    found["checklist_ask"] = [("operator", reverse("checklist_ask", args=[case.number]))]
    found["checklist_notice"] = [("operator", reverse("checklist_notice", args=[case.number]))]
    found["letter_issue"] = [("operator", reverse("letter_issue", args=[case.number, "notice.referred"]))]
    for name in ("letter_detail", "letter_correct"):
        found[name] = [("operator", reverse(name, args=[a_letter(case).number]))]
    found["text_edit"] = [
        ("sysadmin", reverse("text_edit", args=[case.office.code, "notice.closed", language]))
        for language in ("zh-hans", "en")
    ]
    found["letter_run_new"] = [("operator", f"{reverse('letter_run_new')}?slug=labour_dispute")]
    found["letter_run_detail"] = [
        ("operator", reverse("letter_run_detail", args=[run.uuid])) for run in two_letter_runs(case)
    ]
    found["handover_decide"] = [(taker, reverse("handover_decide", args=[offered.pk]))]
    found["contact_detail"] = [("operator", reverse("contact_detail", args=[each.uuid])) for each in (contact, waiting)]
    found["contact_proceeding"] = [("operator", reverse("contact_proceeding", args=[waiting.uuid]))]
    records = ("worker_detail", "worker_edit", "account_new", "member_new", "consent_new", "worker_employer")
    for name in (*records, "worker_conflict"):
        found[name] = [("operator", reverse(name, args=[worker.uuid]))]
    stranger = RoleGrant.objects.filter(role="mediator", office=other_office(case)).first().user
    broken = glass.break_glass(number=case.number, reason="窗口来访，不能等", by=stranger, at=timezone.now())
    found["case_detail"].append((stranger.username, reverse("case_detail", args=[case.number])))
    found["glass_detail"] = [
        (who, reverse("glass_detail", args=[broken.uuid])) for who in ("supervisor", stranger.username)
    ]
    found["case_reveal"] = [("supervisor", reverse("case_reveal", args=[case.number]))]
    found["contact_reveal"] = [("operator", reverse("contact_reveal", args=[waiting.uuid]))]
    found["access_list"] = [("operator", reverse("access_list", args=[worker.uuid]))]
    member = a_household_member(worker)
    found["member_reveal"] = [("operator", reverse("member_reveal", args=[member.uuid]))]
    own = User.objects.get(username="operator")
    conflict = declare_conflict(person=own, tie="colleague", worker=worker, by=own, at=timezone.now())
    found["conflict_end"] = [("supervisor", reverse("conflict_end", args=[conflict.uuid]))]
    found["worker_reveal"] = [("operator", reverse("worker_reveal", args=[worker.uuid, "phone"]))]
    found["account_reveal"] = [("operator", reverse("account_reveal", args=[account.uuid]))]
    for name in (
        "employer_detail",
        "employer_edit",
        "employer_conflict",
        "supervision_start",
        "supervision_end",
        "visit_new",
    ):
        found[name] = [("operator", reverse(name, args=[employer.uuid]))]
    found["payout_detail"] = [("finance", reverse("payout_detail", args=[payout.uuid]))]
    for name in ("fund_detail", "fund_budget"):
        found[name] = [("finance", reverse(name, args=[fund.uuid]))]
    for name in ("staff_detail", "staff_edit"):
        found[name] = [("sysadmin", reverse(name, args=[colleague.uuid]))]
    # The passwords of the other two powers are not the system administrator's to give.
    operator = User.objects.get(username="operator")
    found["staff_password"] = [("sysadmin", reverse("staff_password", args=[operator.uuid]))]
    looking, ready = two_recounts(case)
    for who, recount in (("sysadmin", looking), ("supervisor", ready)):
        found.setdefault("recount_list", []).append((who, reverse("recount_list")))
        found.setdefault("recount_detail", []).append((who, reverse("recount_detail", args=[recount.pk])))
    asked, granted, hold = data_requests(worker, own)
    found["request_new"] = [("operator", reverse("request_new", args=[worker.uuid]))]
    found["request_detail"] = [
        ("operator", reverse("request_detail", args=[granted.uuid])),
        ("supervisor", reverse("request_detail", args=[asked.uuid])),
    ]
    found["request_decide"] = [("supervisor", reverse("request_decide", args=[asked.uuid]))]
    found["hold_new"] = [("supervisor", reverse("hold_new", args=[worker.uuid]))]
    found["hold_lift"] = [("supervisor", reverse("hold_lift", args=[hold.uuid]))]
    found["disposal_detail"] = [
        ("supervisor", reverse("disposal_detail", args=[batch.uuid])) for batch in three_disposals(case.office)
    ]
    found["verification_detail"] = [
        ("supervisor", reverse("verification_detail", args=[check.pk])) for check in two_checks()
    ]
    found["report_rows"] = [("supervisor", reverse("report_rows", args=["case.opened"]))]
    # Last of all: what can be done depends on what was done.
    steps = ("withdraw", "take_back", "correct", "hand_over", "link", "conflict", "proceeding")
    for name in [f"case_{step}" for step in steps]:
        found[name] = [("supervisor", reverse(name, args=[open_to_supervisor(name, case).number]))]
    return found


def open_to_supervisor(name: str, case: Case) -> Any:
    """Return a case on which the supervisor may do something now: this one, or another where it cannot be done here."""
    supervisor, now = User.objects.get(username="supervisor"), timezone.now()
    for one in (case, *Case.objects.filter(closed_at=None, office=case.office).order_by("-id")):
        held = case_type(one.case_type).model.objects.get(pk=one.pk)
        actions = {f"case_{action.name}": action.answer for action in actions_on(held, supervisor, now)}
        if actions[name]:
            return held
    raise LookupError(name)


def data_requests(worker: Worker, taker: User) -> tuple[DataRequest, DataRequest, LegalHold]:
    """Take two requests of a worker, answer one of them, and keep the worker's files."""
    now, supervisor = timezone.now(), User.objects.get(username="supervisor")
    facts = {"worker": worker, "channel": "visit", "identity": "paper", "asked_on": timezone.localdate(now)}
    asked, granted = (
        requests.take_request(kind=kind, words="想看看单位保存了我哪些信息", by=taker, at=now, **facts)
        for kind in ("erasure", "access")
    )
    requests.decide_request(request=granted, outcome="granted", answer="可来取", by=taker, at=now)
    return asked, granted, holds.place_hold(worker=worker, reason="仲裁中，法院调卷", by=supervisor, at=now)


def three_disposals(office: Any) -> list[DisposalBatch]:
    """Propose to destroy contacts that are long over; confirm it of two, and carry one of them out."""
    now, (first, second) = timezone.now(), (User.objects.get(username=f"supervisor{n}") for n in ("", "2"))
    batches = []
    for place in range(4):
        contact = cases.take_contact(
            office=office,
            channel="phone",
            matter="consult",
            caller_name="赵一",
            caller_phone="13800138009",
            question="请问年休假怎么算？",
            answer="满一年休五天。",
            by=User.objects.get(username="operator"),
            at=now - timedelta(days=4 * 366 + place),
        )
        if place == 3:  # stays on the list of what is due
            continue
        batch = disposals.propose_disposal(picked=[f"contact:{contact.pk}"], by=first, at=now)
        batches.append(disposals.confirm_disposal(batch=batch, by=second, at=now) if place else batch)
    disposals.carry_on(batch=batches[-1], at=now)
    return batches


def a_household_member(worker: Worker) -> HouseholdMember:
    """Put a child with an ID card into a worker's household."""
    facts = {"name": "王小丫", "relation": "child", "occupation": "student", "id_number": an_id_number("20150601")}
    return people.add_to_household_of(head=worker, by=None, at=timezone.now(), **facts)


def two_recounts(case: Case) -> tuple[Recount, Recount]:
    """Begin one recount in another office, and look through a second that shows what a day off would move."""
    now, why = timezone.now(), "市政府通告：台风停工"
    clock = Clock.objects.filter(case=case, state=Clock.State.RUNNING).order_by("due_at").first()
    offices.set_calendar_day(day=clock.due_on, is_workday=False, name="台风停工", source=why, by=None, at=now)
    ready = recounts.begin_recount(office=case.office, why=why, by=None, at=now)
    looking = recounts.begin_recount(office=other_office(case), why=why, by=None, at=now)
    return looking, carry_through(recount=ready, at=now)


def two_checks() -> tuple[Verification, Verification]:
    """Have the trail checked to its end, and once more, stopped at its first stream."""
    now, by = timezone.now(), User.objects.get(username="supervisor")
    whole = verification.begin_verification(by=by, at=now)
    verification.read_on(verification=whole, at=now)
    begun = verification.begin_verification(by=by, at=now)
    verification.read_on(verification=begun, at=now, most=1)
    verification.stop_verification(verification=begun, by=by, at=now)
    return whole, begun


def a_letter(case: Case) -> Letter:
    """Issue a letter that has to be signed, has been sent and not been served."""
    now, by = timezone.now(), case.opened_by
    letter = documents.issue_letter(case=case, paper="receipt.papers", by=by, at=now)
    today = timezone.localdate(now)
    letters.record_signature(letter=letter, party="office", name="林晓", signed_on=today, by=by, at=now)
    letters.send_letter(letter=letter, method="posted", addressee="刘芳", sent_on=today, tracking="100", by=by, at=now)
    return letter


def two_letter_runs(case: Case) -> tuple[LetterRun, LetterRun]:
    """Begin to write one letter to many, and write another to the end."""
    now, by = timezone.now(), case.opened_by
    cases = list(Case.objects.filter(case_type="labour_dispute", office=case.office)[:3])
    facts = {"office": case.office, "cases": cases, "by": by, "at": now}
    done = letters.begin_run(paper="notice.closed", result="已办结。", **facts)
    letters.write_on(run=done, at=now)
    return letters.begin_run(paper="supervision.reminder", **facts), done


def other_office(case: Case) -> Any:
    """Return an office of the same level that the case does not belong to."""
    return type(case.office).objects.exclude(pk=case.office_id).get(code="410103")


def worker_of(task: CaseTask) -> str:
    """Return who would open a step."""
    if task.owner is not None:
        return task.owner.username
    return "supervisor2" if task.role == "supervisor" and task.flow_task.level else task.role


OVERFLOWS = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.querySelectorAll("body *:not(svg *)")]
        .filter((one) => one.getBoundingClientRect().right > innerWidth && !one.closest(".g-diagram-frame, .g-tabs"))
        .map((one) => one.outerHTML.slice(0, 90))"""
ENGLISH = """() => {
    const said = [];
    const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode;
        const code = text.parentElement.closest(".g-number, kbd, code, textarea, [lang=en]");
        if (!code) said.push(text.textContent.trim());
    }
    return said.filter((text) => /[A-Za-z]{4,}/.test(text));
}"""


def wrong_with(window: Window, path: str, language: str) -> list[str]:
    """Open a page, look at it on a screen and on a phone, and return what is wrong with it."""
    window.page.set_viewport_size({"width": 1280, "height": 800})
    answer = window.page.goto(f"{window.address}{path}")
    found = [] if answer and answer.status == 200 else [f"status {answer.status if answer else '?'}"]
    for width in (1280, 375):
        window.page.set_viewport_size({"width": width, "height": 800})
        found += [f"{width}: {violation}" for violation in window.axe()]
        found += [f"{width}: wider than the screen: {one}" for one in window.page.evaluate(OVERFLOWS)]
    if language == "zh-hans":
        found += [
            f"not in Chinese: {text[:60]}"
            for text in window.page.evaluate(ENGLISH)
            if re.search("[A-Za-z]{4,}", LATIN.sub("", text))
        ]
    return found


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page(city: Any, window: Callable[..., Window], language: str) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed")
    known = pages()
    windows: dict[str, Window] = {}
    wrong: dict[str, list[str]] = {}

    for name in set(named_pages()) - NO_PAGE - ELSEWHERE:
        for who, path in known.get(name, []):
            if who not in windows:
                windows[who] = window(city[who] if who else None, language=language)
            if found := wrong_with(windows[who], path, language):
                wrong[f"{name} {path} {who}"] = found
    missing = set(named_pages()) - NO_PAGE - ELSEWHERE - set(known)

    assert not wrong, "\n".join(f"{place}: {found}" for place, found in wrong.items())
    assert not missing, f"no page of the list shows {missing}"
