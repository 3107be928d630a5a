"""What the demonstration holds."""

import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import authenticate
from django.utils import translation
from django.utils.timezone import localtime

from casework.audit import events
from casework.audit.models import AccessRecord, Event
from casework.audit.verify import verify
from casework.cases.models import Case, CaseLink, ClaimLine, Contact, GlassBreak, HandOver
from casework.deadlines.models import Clock
from casework.employers.models import Employer, KeySupervision
from casework.funds.models import Payout
from casework.funds.queries import due_count
from casework.people.models import Worker
from casework.staff.models import PUBLIC, User
from config.demo.city import PASSWORD, STAFF
from config.demo.making import FULL, make_demo
from notifications.models import Inbox, Notification
from workflows import queries
from workflows.case_type import all_case_types

from .conftest import DAY

MORNING = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC) - timedelta(hours=8)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("made")]


# What stands in Latin letters in a Chinese sentence: numbers of cases, codes of operations and of local values, and
# usernames, which are taken out before.
LATIN = re.compile(
    r"[A-Z]{2}-[0-9A-Z-]+|(?<![A-Za-z])(?:[a-z]+_[a-z_]+|[a-z]+\d|[A-Z]{2}\.[a-z_.]+|[a-z_]+(?:\.[a-z_]+)+)(?![A-Za-z])"
)
# Kinds whose events change what stood somewhere, and say from what to what.
CHANGE = {
    "calendar.changed",
    "case.handover_accepted",
    "clock.extended",
    "employer.updated",
    "facts.corrected",
    "hardship_file.reviewed",
    "office.changed",
    "office.moved",
    "parameter.set",
    "task.claimed",
    "task.reassigned",
    "task.released",
    "user.changed",
}


def words_of(line):
    return [line.sentence, *map(str, line.changes)]


@pytest.fixture
def happened():
    """The latest events of every kind that happened in the city, those of the toy type aside."""
    found = defaultdict(list)
    for event in Event.objects.exclude(stream__startswith="case:TY").select_related("actor", "words").order_by("-id"):
        if len(found[event.kind]) < 5:
            found[event.kind].append(event)
    return found


class TestSize:
    def test_is_what_was_promised(self, made):
        assert User.objects.exclude(username=PUBLIC).count() == 25
        assert (made.workers, made.employers, made.cases, made.contacts) == (200, 60, 120, 150)
        assert KeySupervision.objects.filter(until_on=None).count() == 8

    def test_people_are_many_kinds_of_people(self):
        names = set(Worker.objects.values_list("name", flat=True))

        assert {"王䶮", "𠮷田林", "阿依古丽·买买提"} <= names
        assert len(names) > 150
        assert Worker.objects.filter(id_key="").count() > 20
        assert set(Worker.objects.values_list("sex", flat=True)) == {"F", "M"}


class TestCases:
    @pytest.mark.parametrize("kind", all_case_types(), ids=lambda kind: kind.slug)
    def test_stand_in_every_state_and_ended_in_every_way(self, kind):
        found = set(kind.model.objects.values_list("state", "outcome"))

        assert {state for state, _outcome in found} == set(kind.model.State.values)
        assert {outcome for _state, outcome in found} - {""} == set(kind.model.Outcome.values)

    def test_some_are_late_some_paid_some_handed_over_some_linked(self):
        late = Clock.objects.filter(state=Clock.State.EXPIRED, case__closed_at=None)
        decisions = set(HandOver.objects.values_list("decision", flat=True))
        payouts = set(Payout.objects.values_list("state", flat=True))

        assert late.values("case").distinct().count() > 10
        assert decisions == {"pending", "accepted", "returned"}
        assert {"due", "paid"} <= payouts
        assert CaseLink.objects.count() >= 2
        assert Event.objects.filter(kind="step.taken_back").count() >= 3
        assert Event.objects.filter(kind="facts.corrected").exists()

    def test_one_was_opened_in_an_emergency_and_reviewed(self):
        broken = GlassBreak.objects.select_related("case", "reader", "reviewed_by").get()

        assert (broken.reader.username, broken.reviewed_by.username) == ("mediator2", "supervisor")
        assert broken.finding == GlassBreak.Finding.JUSTIFIED
        assert AccessRecord.objects.filter(purpose="break_glass", case_number=broken.case.number).count() == 1
        assert Notification.objects.filter(kind="case.glass_broken").count() >= 2

    def test_no_closed_one_owes_anything(self):
        assert not ClaimLine.objects.filter(case__closed_at__isnull=False, state__in=ClaimLine.UNFINISHED).exists()
        assert not Case.objects.filter(closed_at__isnull=False, outcome="").exists()


class TestContacts:
    def test_were_answered_wait_or_became_cases(self):
        waiting = Contact.objects.filter(answered_at=None, case=None)

        assert 5 <= waiting.count() <= 20
        assert Contact.objects.exclude(case=None).count() > 30
        assert Contact.objects.exclude(answered_at=None).count() > 40
        assert Contact.objects.filter(is_anonymous=True).exists()

    def test_some_came_as_petitions_and_went_on_after_the_answer(self):
        told = set(Event.objects.filter(kind__startswith="petition.").values_list("kind", flat=True))

        assert {"petition.accepted", "petition.opinion_given"} <= told
        assert Clock.objects.filter(rule="GEN.petition.finish", state=Clock.State.SATISFIED).exists()
        assert Event.objects.filter(kind="contact.called_back").exists()


class TestWhatOthersDid:
    def test_was_recorded_also_after_the_closing(self):
        rules = {"LD.arbitration.award", "LD.award.sue", "WI.recognition.decision", "WI.appraisal.review"}
        clocks = Clock.objects.filter(rule__in=rules, case__closed_at__isnull=False)

        assert set(clocks.values_list("rule", flat=True)) == rules


class TestTrail:
    def test_reads_in_both_languages(self, happened):
        said = {}
        for language in ("en", "zh-hans"):
            with translation.override(language):
                lines = {kind: queries.in_words(some) for kind, some in happened.items()}
                said[language] = {
                    kind: "\n".join(" ".join([one.sentence, *map(str, one.changes)]) for one in lines[kind])
                    for kind in lines
                }
        assert len(happened) > 60
        names = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(User.objects.values_list('username', flat=True))})(?![A-Za-z])")
        bare = {kind: LATIN.sub("", names.sub("", text)) for kind, text in said["zh-hans"].items()}
        left = {kind: text for kind, text in bare.items() if re.search("[A-Za-z]{2}", text)}
        assert left == {}
        assert {kind: text for kind, text in said["en"].items() if "%(" in text or "None" in text} == {}

    def test_says_from_what_to_what(self, happened):
        silent = {
            kind
            for kind, some in happened.items()
            for event in some
            if kind in CHANGE and "changes" not in event.facts and "fields" not in event.facts
            if not (kind == "facts.corrected" and "→" in events.words_of(event))
        }
        moves = [line for some in happened.values() for line in queries.in_words(some) if line.event.facts.get("from")]

        assert silent == set()
        assert moves
        assert all(line.changes for line in moves)

    def test_is_whole(self):
        assert verify().faults == []

    def test_tells_everything_in_the_order_of_time(self):
        moments = list(Event.objects.order_by("pk").values_list("happened_at", flat=True))

        assert moments == sorted(moments)
        assert moments[-1] <= MORNING
        assert len(moments) > 2000

    def test_shows_people_at_work_in_office_hours(self):
        done = Event.objects.filter(actor__isnull=False, kind="task.assigned").values_list("happened_at", flat=True)

        assert {localtime(moment).hour for moment in done} <= set(range(8, 19))

    def test_holds_no_refusal(self):
        assert not Event.objects.filter(kind="operation.refused").exists()


class TestLogins:
    @pytest.mark.parametrize("login", [login for login, _name, _posts in STAFF])
    def test_open_with_the_published_password(self, login):
        assert authenticate(username=login, password=PASSWORD).username == login

    @pytest.mark.parametrize(
        "login", ["operator", "mediator", "mediator2", "visitor", "visitor2", "supervisor", "supervisor2", "finance"]
    )
    def test_find_something_to_do_at_home(self, login):
        user = User.objects.get(username=login)

        waiting = queries.tasks_for(user).count() + queries.queue_for(user).count() + due_count(user)
        assert waiting > 0

    @pytest.mark.parametrize("login", ["operator", "mediator", "visitor", "supervisor", "supervisor2"])
    def test_were_told_at_the_time_and_have_read_the_old(self, login):
        user = User.objects.get(username=login)
        told = Notification.objects.filter(user=user, seq__isnull=False).order_by("seq")
        moments = list(told.values_list("created_at", flat=True))

        assert moments == sorted(moments)
        assert moments[0] < MORNING - timedelta(days=30)
        read = Inbox.objects.get(user=user).read_seq
        assert read == told.filter(created_at__lt=MORNING - timedelta(days=2)).count()


class TestAgain:
    def test_changes_nothing_on_any_day(self, made):
        before = (Event.objects.count(), Employer.objects.count(), Notification.objects.count())

        again = make_demo(on=DAY + timedelta(days=400), size=FULL)

        assert again.was_there
        assert (again.cases, again.workers) == (made.cases, made.workers)
        assert (Event.objects.count(), Employer.objects.count(), Notification.objects.count()) == before
