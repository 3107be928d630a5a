"""Who sees a person's data: one record with its purpose for every look, masked for who does not work on the case.

The pages are asked of the addresses themselves: a new one that takes an argument and that nobody describes here fails.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib import admin
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from django.utils.timezone import localdate

from casework.audit.models import AccessRecord, Event
from casework.audit.models import Reading as R
from casework.cases import glass
from casework.cases import operations as cases
from casework.documents import letters
from casework.documents import operations as documents
from casework.offices.operations import set_parameter
from casework.people import accesses
from casework.people import operations as people
from casework.people.models import Occupation, Purpose, Relation
from tests.casework.documents import samples
from tests.casework.funds.sums import a_claim_line, a_due_payout, a_fund
from tests.factories import (
    a_bank_account,
    a_phone_number,
    an_id_number,
    fang,
    meng,
    shen,
    the_security_administrators,
)

pytestmark = pytest.mark.django_db

NAME, MEMBER, CALLER = "秦可卿卿", "贾蓉蓉蓉", "尤二姐姐"
ADDRESS, TOLD, ASKED, ANSWER = "宁国府东院三号", "雨天摔伤，没有签合同", "工伤怎样报", "请带病历来"
WHY = "回电话核实情况"


@pytest.fixture
def world(cast, open_toy):
    """Lin's case of a worker of whom everything is known, with a contact of somebody else, papers and money."""
    now = timezone.now()
    by = {"by": cast.lin, "at": now}
    case = open_toy(worker_name=NAME, worker_phone=a_phone_number(), worker_id_number=an_id_number(), summary=TOLD)
    worker = case.worker
    people.update_worker(worker=worker, address=ADDRESS, **by)
    head = {"head": worker, "name": MEMBER, "relation": Relation.CHILD, "occupation": Occupation.STUDENT}
    member = people.add_to_household_of(id_number=an_id_number("20120101"), **head, **by)
    account = a_bank_account(worker)
    consent = people.record_consent(worker=worker, purpose=Purpose.HANDLING, **by)
    told = {"matter": "consult", "question": ASKED, "answer": ANSWER, "caller_name": CALLER}
    contact = cases.take_contact(office=cast.tree.county, channel="phone", caller_phone=a_phone_number(), **told, **by)
    document = documents.attach_document(case=case, kind="income", file=samples.upload(), title="收入证明", **by)
    said = {"reason": "不属于工会受理范围", "advice": "可向人社部门反映"}
    letter = documents.issue_letter(case=case, paper="notice.declined", **said, **by)
    run = letters.begin_run(office=cast.tree.county, paper="notice.declined", cases=[case], **said, **by)
    letters.write_on(run=run, at=now)
    a_fund()
    payout = a_due_payout(a_claim_line(worker=worker, case=None), account=account)
    broken = glass.break_glass(number=case.number, reason=WHY, by=cast.zhao, at=now)
    secrets = [NAME, MEMBER, CALLER, ADDRESS, TOLD, ASKED, ANSWER]
    secrets += [worker.phone, worker.id_number, member.id_number, account.number, contact.caller_phone]
    return SimpleNamespace(**locals())


@dataclass(frozen=True)
class Look:
    """What a page needs in its address, and what is entered when somebody of the office who has no part opens it.

    Args:
        args: from the world.
        entered: the purposes; none where nobody's data stand on the page, or all of them masked in a list.
        event: what the trail says beside that.
        clear: whether it shows data in clear: a paper cannot be masked, and a reason was given for the rest.
        sent: what is posted; without it the page is opened.
    """

    args: Any
    entered: tuple[str, ...] = ()
    event: str = ""
    clear: bool = False
    sent: dict[str, Any] | None = field(default=None)


def of_case(world):
    return [world.case.number]


def of_worker(world):
    return [world.worker.uuid]


def of_letter(world):
    return [world.letter.number]


def of_paper(world):
    return [world.case.number, "notice.declined"]


def of_payout(world):
    return [world.payout.uuid]


def of_run(world):
    return [world.run.uuid]


def of_contact(world):
    return [world.contact.uuid]


def of_glass(world):
    return [world.broken.uuid]


REASON = {"reason": WHY}
DECLINED = {"language": "zh-hans", "reason": "不属于工会受理范围", "advice": "可向人社部门反映"}
# Opened by Chen, a mediator of the same office who has no part in the case.
PAGES: dict[str, Look] = {
    "case_detail": Look(of_case, (R.LOOK,)),
    "case_withdraw": Look(of_case),
    "case_take_back": Look(of_case),
    "case_correct": Look(of_case),
    "case_hand_over": Look(of_case),
    "case_link": Look(of_case),
    "case_reveal": Look(of_case),
    "case_proceeding": Look(of_case),
    "document_upload": Look(of_case),
    "checklist_ask": Look(of_case),
    "checklist_notice": Look(of_case),
    "task_detail": Look(lambda world: [world.case.task_set.get(status="NEW").pk], (R.CASE,), clear=True),
    "letter_issue": Look(of_paper, (R.CASE,), clear=True),
    "letter_detail": Look(of_letter, (R.DOCUMENT,), clear=True),
    "letter_word": Look(of_letter, (R.DOCUMENT,), "letter.downloaded", clear=True),
    "letter_correct": Look(of_letter, (R.CASE,), clear=True),
    "letter_run_detail": Look(of_run),
    "document_download": Look(lambda world: [world.document.uuid], (R.DOCUMENT,), "document.downloaded", clear=True),
    "contact_detail": Look(of_contact),
    "contact_reveal": Look(of_contact),
    "contact_proceeding": Look(of_contact),
    "worker_detail": Look(of_worker, (R.PERSON,)),
    "worker_edit": Look(of_worker),
    "worker_employer": Look(of_worker),
    "account_new": Look(of_worker),
    "member_new": Look(of_worker),
    "consent_new": Look(of_worker),
    "access_list": Look(of_worker, (R.ACCESS_LIST,)),
    "worker_reveal": Look(lambda world: [world.worker.uuid, "phone"]),
    "member_reveal": Look(lambda world: [world.member.uuid]),
    "account_reveal": Look(lambda world: [world.account.uuid]),
    "payout_detail": Look(of_payout),
    "case_new": Look(lambda world: ["toy"]),
    "glass_detail": Look(of_glass),
}
# What is sent, and what stands on the answer.
ACTS: dict[tuple[str, str], Look] = {
    **{
        ("worker_reveal", name): Look(
            lambda world, name=name: [world.worker.uuid, name], (R(name),), "worker.revealed", clear=True, sent=REASON
        )
        for name in people.REVEALABLE
    },
    ("account_reveal", ""): Look(
        lambda world: [world.account.uuid], (R.ACCOUNT_NUMBER,), "worker.revealed", clear=True, sent=REASON
    ),
    ("member_reveal", ""): Look(
        lambda world: [world.member.uuid], (R.MEMBER_ID,), "worker.revealed", clear=True, sent=REASON
    ),
    ("case_reveal", ""): Look(of_case, (R.SHOWN,), "case.revealed", sent=REASON),
    ("contact_reveal", ""): Look(of_contact, (R.CONTACT,), "contact.revealed", sent=REASON),
    ("letter_preview", ""): Look(of_paper, (R.CASE,), clear=True, sent=DECLINED),
    ("letter_correct_preview", ""): Look(of_letter, (R.CASE,), clear=True, sent=DECLINED),
    ("letter_run_print", ""): Look(of_run, (R.PRINT,), "letters.printed", clear=True, sent={}),
    ("access_list", ""): Look(of_worker, (), "access_list.handed_out", sent={"asked_by": "本人持身份证到场"}),
    ("people_list", ""): Look(lambda world: [], (), sent={"q": NAME[:2]}),
}
# Pages with an argument on which nobody's data stand, or that are driven elsewhere, and why.
BESIDE = {
    "batch_detail": "a list of payouts, masked as `payout_list`",
    "calculator": "sums and days of a case, no person",
    "case_new": "driven with a contact and with a case below",
    "employer_detail": "a firm; the cases of it stand masked",
    "employer_edit": "a firm",
    "fund_detail": "sums",
    "fund_budget": "sums",
    "grant_end": "roles of staff",
    "handover_decide": "the masked label of the worker",
    "recount_detail": "numbers of cases and days",
    "recount_lines": "numbers of cases and days",
    "verification_detail": "numbers of cases and events",
    "report_rows": "masked, as the tests of reports show",
    "staff_detail": "staff",
    "staff_edit": "staff",
    "staff_password": "staff",
    "supervision_start": "a firm",
    "supervision_end": "a firm",
    "visit_new": "a firm",
    "text_edit": "the text of a letter, with made-up values",
    "draft": "what its own writer typed",
    "payout_again": "a payout, masked as `payout_detail`",
    "payout_pay": "leads to `payout_detail`",
    "payout_step": "a payout, masked as `payout_detail`",
    "payout_warning": "a payout, masked as `payout_detail`",
    "task_door": "a form, with nothing of the case on it",
    "clock_extend": "a form, with nothing of the case on it",
    "case_conflict": "a form, with nothing of the case on it",
    "worker_conflict": "a form, with nothing of the person on it",
    "employer_conflict": "a form, about a firm",
    "conflict_end": "a form, about a tie of staff",
}


def patterns(found=None):
    for one in (found or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            if one.namespace is None:
                yield from patterns(one)
        elif isinstance(one, URLPattern) and one.name:
            yield one


def body(answer):
    """Return all of an answer as text; a file's own bytes say nothing."""
    whole = answer.getvalue() if answer.streaming else answer.content
    return whole.decode("utf-8", "replace")


def look(client, name, page, world):
    """Open a page as somebody, and undo it; return the answer, the purposes entered, and the kinds of events made."""
    rows, kept = AccessRecord.objects.count(), Event.objects.order_by("-pk").first().pk
    address = reverse(name, args=page.args(world))
    with transaction.atomic():
        answer = client.get(address) if page.sent is None else client.post(address, page.sent)
        answer.whole = body(answer)
        entered = tuple(AccessRecord.objects.order_by("pk").values_list("purpose", flat=True)[rows:])
        made = tuple(Event.objects.filter(pk__gt=kept).values_list("kind", flat=True))
        transaction.set_rollback(True)
    return answer, entered, made


def shown_of(world, answer):
    whole = getattr(answer, "whole", None) or body(answer)
    return [secret for secret in world.secrets if secret in whole]


class TestEveryPage:
    def test_that_names_a_row_is_described(self):
        takes_row = {one.name for one in patterns() if one.pattern.converters}
        acts = {name for name, _which in ACTS}
        # what only ever changes something, and shows nothing but what comes after it
        posts = {
            "account_retire", "batch_release", "checklist_notice_preview", "checklist_received", "consent_withdraw",
            "glass_end", "grant_confirm", "letter_run_stop", "letter_send", "letter_served", "letter_sign", "login_end",
            "recount_decide", "staff_deactivate", "staff_login", "task_claim", "task_reassign", "task_release",
            "text_preview", "verification_decide",
        }  # fmt: skip

        assert takes_row - PAGES.keys() - BESIDE.keys() - acts - posts == set()

    def test_enters_one_record_of_its_purpose_and_shows_nobody_else_anything(self, world, cast, client):
        client.force_login(cast.chen)
        for name, page in PAGES.items():
            answer, entered, made = look(client, name, page, world)

            assert answer.status_code in (200, 403, 404, 409), name
            assert (name, entered) == (name, page.entered)
            assert (name, made) == (name, (page.event,) if page.event else ())
            if not page.clear:
                assert (name, shown_of(world, answer)) == (name, [])

    def test_enters_a_reading_once_a_day(self, world, cast, client):
        client.force_login(cast.chen)
        page = reverse("case_detail", args=[world.case.number])
        client.get(page)
        client.get(page)

        (row,) = AccessRecord.objects.all()
        assert (row.subject, row.reader, row.case_number) == (world.worker.uuid, cast.chen, world.case.number)
        assert row.day == localdate()

    def test_keeps_each_showing_printing_and_handing_out_as_an_event_with_its_purpose(self, world, cast, client):
        client.force_login(cast.chen)
        for (name, which), page in ACTS.items():
            answer, entered, made = look(client, name, page, world)

            assert answer.status_code in (200, 302), (name, which)
            assert (name, which, entered) == (name, which, page.entered)
            assert (name, which, made) == (name, which, (page.event,) if page.event else ())
            if not page.clear:
                assert (name, shown_of(world, answer)) == (name, [])

    def test_shows_nothing_without_a_reason(self, world, cast, client):
        client.force_login(cast.chen)
        for (name, which), page in ACTS.items():
            if page.sent == REASON:
                silent = Look(page.args, sent={"reason": " "})
                answer, entered, made = look(client, name, silent, world)

                assert (name, which, answer.status_code, entered, made) == (name, which, 422, (), ())
                assert shown_of(world, answer) == []

    @pytest.mark.parametrize("who", ["sun", "shen", "fang", "meng", "qian"])
    def test_masks_for_everybody_who_has_no_part(self, world, cast, client, who):
        qian, _he = the_security_administrators()
        person = {"sun": cast.sun, "shen": shen(), "fang": fang(), "meng": meng(), "qian": qian}[who]
        client.force_login(person)
        for name, page in PAGES.items():
            answer, entered, _made = look(client, name, page, world)
            if answer.status_code != 200:
                assert (name, entered) == (name, ())
            if answer.status_code != 200 or not page.clear:
                assert (name, shown_of(world, answer)) == (name, [])
            if answer.status_code == 200 and page.clear and page.sent is None:
                assert (name, len(entered)) == (name, 1)

    def test_of_finance_enters_a_look_at_a_payout(self, world, client):
        client.force_login(fang())

        answer, entered, _made = look(client, "payout_detail", PAGES["payout_detail"], world)

        assert (answer.status_code, entered, shown_of(world, answer)) == (200, (R.PAYOUT,), [])

    @pytest.mark.parametrize("who", ["chen", "sun", "shen", "fang", "meng", "qian", "zhao"])
    def test_without_a_row_lists_nobody_in_clear(self, world, cast, client, who):
        qian, _he = the_security_administrators()
        known = {"shen": shen, "fang": fang, "meng": meng, "qian": lambda: qian}
        client.force_login(known[who]() if who in known else getattr(cast, who))
        opened = 0
        for one in patterns():
            if one.pattern.converters or one.name in ("logout", "login", "audit_trail"):
                continue
            answer = client.get(reverse(one.name))
            opened += answer.status_code == 200
            assert (one.name, shown_of(world, answer)) == (one.name, [])

        assert opened > 4
        assert not AccessRecord.objects.exists(), "lists are masked, and enter nobody"

    def test_of_the_configuration_shows_nobody(self, world, client):
        client.force_login(meng())
        for model in admin.site._registry:
            answer = client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
            assert (model, shown_of(world, answer)) == (model, [])


class TestWhoWorksOnIt:
    def test_sees_name_and_phone_and_the_rest_masked(self, world, cast, client):
        client.force_login(cast.lin)

        answer, entered, _made = look(client, "case_detail", PAGES["case_detail"], world)

        assert entered == (R.CASE,)
        assert set(shown_of(world, answer)) == {NAME, world.worker.phone, TOLD}

    def test_sees_the_contact_she_took(self, world, cast, client):
        client.force_login(cast.lin)

        answer, entered, _made = look(client, "contact_detail", PAGES["contact_detail"], world)

        assert entered == (R.CONTACT,)
        assert set(shown_of(world, answer)) == {CALLER, world.contact.caller_phone, ASKED, ANSWER}

    def test_sees_a_contact_for_the_day_once_a_reason_was_given(self, world, cast, client):
        client.force_login(cast.chen)
        client.post(reverse("contact_reveal", args=[world.contact.uuid]), REASON)

        answer = client.get(reverse("contact_detail", args=[world.contact.uuid]))

        assert CALLER in body(answer)
        assert AccessRecord.objects.get(purpose=R.CONTACT, reader=cast.chen).subject == world.contact.uuid

    def test_sees_a_contact_that_waits_for_an_answer_of_hers(self, world, cast, client):
        waiting = cases.take_contact(
            office=cast.tree.county, channel="phone", matter="consult", question=ASKED, by=cast.lin, at=world.now
        )
        client.force_login(cast.chen)

        assert ASKED in body(client.get(reverse("contact_detail", args=[waiting.uuid])))
        assert AccessRecord.objects.get(purpose=R.CONTACT, reader=cast.chen).subject == waiting.uuid

    def test_sees_a_case_for_the_day_once_a_reason_was_given(self, world, cast, client, time_machine):
        client.force_login(cast.sun)
        page = reverse("case_detail", args=[world.case.number])
        assert reverse("case_reveal", args=[world.case.number]) in body(client.get(page))

        client.post(reverse("case_reveal", args=[world.case.number]), REASON)

        assert {NAME, TOLD} <= set(shown_of(world, client.get(page)))
        assert AccessRecord.objects.filter(purpose=R.SHOWN, reader=cast.sun).count() == 1
        time_machine.move_to(world.now + timedelta(days=1))
        client.force_login(cast.sun)
        assert shown_of(world, client.get(page)) == []

    def test_is_asked_for_a_reason_before_a_case_is_opened_from_somebody_elses_contact(self, world, cast, client):
        client.force_login(cast.chen)
        page = f"{reverse('case_new', args=['toy'])}?contact={world.contact.uuid}"

        asked = client.get(page)
        client.post(reverse("contact_reveal", args=[world.contact.uuid]), REASON)

        assert asked.url == reverse("contact_reveal", args=[world.contact.uuid])
        assert CALLER in body(client.get(page))

    def test_opens_a_linked_case_with_the_name_and_who_does_not_with_the_mask(self, world, cast, client):
        page = f"{reverse('case_new', args=['toy'])}?from={world.case.number}"
        client.force_login(cast.lin)
        assert NAME in body(client.get(page))

        client.force_login(cast.chen)
        assert shown_of(world, client.get(page)) == []


class TestWhoBrokeTheGlass:
    def test_reads_the_case_and_every_reading_is_entered_so(self, world, cast, client):
        client.force_login(cast.zhao)
        for name in ("case_detail", "worker_detail", "letter_detail", "letter_word", "document_download"):
            answer, entered, _made = look(client, name, PAGES[name], world)

            assert (name, answer.status_code, entered) == (name, 200, (R.BREAK_GLASS,))

    def test_gets_no_further(self, world, cast, client):
        client.force_login(cast.zhao)
        for name in ("contact_detail", "payout_detail", "access_list", "letter_run_detail", "worker_edit"):
            answer, entered, _made = look(client, name, PAGES[name], world)

            assert (name, answer.status_code in (403, 404), entered) == (name, True, ())


class TestTheListAWorkerAsksFor:
    def test_names_day_reader_office_purpose_and_case(self, world, cast, client):
        client.force_login(cast.chen)
        client.get(reverse("case_detail", args=[world.case.number]))

        (line,) = accesses.accesses_of(world.worker, localdate())
        assert (line.day, line.reader, line.office) == (localdate(), "陈和", "清源区总工会")
        assert (line.purpose, line.case_number) == (str(R.LOOK.label), world.case.number)

    def test_names_the_office_alone_where_the_place_has_it_so(self, world, cast, client):
        facts = {"code": accesses.READERS_PARAMETER, "office": cast.tree.county, "source": "本会规定"}
        set_parameter(value="office", valid_from=localdate(), by=meng(), at=timezone.now(), **facts)
        client.force_login(cast.chen)
        client.get(reverse("case_detail", args=[world.case.number]))
        page = body(client.get(reverse("access_list", args=[world.worker.uuid])))

        assert "陈和" not in page.split('id="main"')[1]
        assert "清源区总工会" in page

    def test_is_handed_out_by_the_workers_office_and_the_trail_says_so(self, world, cast, client):
        client.force_login(cast.chen)
        page = reverse("access_list", args=[world.worker.uuid])

        assert client.post(page, {"asked_by": " "}).status_code == 422
        assert client.post(page, {"asked_by": "本人持身份证到场"}).status_code == 302

        event = Event.objects.get(kind="access_list.handed_out")
        assert (event.actor, event.person_id, event.office_id) == (cast.chen, world.worker.pk, cast.tree.county.pk)
        client.force_login(cast.zhao)
        assert client.get(page).status_code == 404
