"""The rows that are asked for: one of each kind, at the desk's own office, below it, and in another office.

At the desk sits one person of each role, of the county. The rows were made by the county's other people, so that
whatever is somebody's own becomes that of whoever is asked about just before the request (`make_own`).
"""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.test import Client
from django.utils import timezone

from casework.audit.models import Event, Verification
from casework.cases import glass
from casework.cases import operations as cases
from casework.cases.models import OPEN_TASK, CaseTask, ClaimLine, Contact, Part
from casework.cases.transitions import sign
from casework.deadlines import recounts
from casework.deadlines.models import Clock, Recount
from casework.documents import letters
from casework.documents import operations as documents
from casework.documents.models import LetterRun
from casework.employers import operations as employers
from casework.funds import operations as funds
from casework.funds.models import Payout
from casework.offices.models import Office
from casework.offices.roles import TWO_PERSON_ROLES, Role
from casework.people import operations as people
from casework.people.models import Worker
from casework.rights import disposals, holds, requests
from casework.staff import logins
from casework.staff import operations as staff
from casework.staff.models import LoginSession, RoleGrant, User
from config.demo.city import Cast, found_city
from notifications.models import Dispatched
from tests.casework.documents import samples
from tests.factories import a_bank_account, a_worker, an_employer, an_id_number
from workflows import operations
from workflows.case_type import case_type
from workflows.walking import Walk

# Who asks: one person of each role, one with an account and no role, and somebody who has not logged in.
ROLES = tuple(str(role) for role in Role)
WHO = (*ROLES, "nobody", "anonymous")
PLACES = {"office": "410105", "subtree": "410105001", "other": "410103"}
# No row of the world has these.
MISSING = {
    "uuid": UUID("00000000-0000-4000-8000-000000000000"),
    "pk": 987654321,
    "case": "LD-410105-2020-999999",
    "letter": "LT-410105-2020-999999",
}


class Stop(Exception):
    """The case has come as far as was asked."""


class Opened(Walk):
    """A walk that ends as soon as the case is open."""

    def _tell(self, words: str) -> None:
        super()._tell(words)
        raise Stop


class World:
    """The rows by kind and relation, the people at the desk, and their browsers."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.today = timezone.localdate(self.now)
        self.city = found_city(at=self.now - timedelta(days=90))
        self.desk = {role: self._at_the_desk(Role(role)) for role in ROLES}
        self.desk["nobody"] = staff.add_user(username="desk-nobody", display_name="无职", by=None, at=self.now)
        self.rows: dict[str, dict[str, Any]] = {}
        for place, code in PLACES.items():
            self._fill(place, Office.objects.get(code=code))
        self._closed()
        self.clients: dict[str, Client] = {"anonymous": Client()}
        for who, person in self.desk.items():
            self.clients[who] = Client()
            self.clients[who].force_login(person)
        self.cookies = {who: client.cookies for who, client in self.clients.items()}
        Dispatched.objects.bulk_create(Dispatched(event=event, dispatched_at=self.now) for event in Event.objects.all())

    def _at_the_desk(self, role: Role) -> User:
        person = staff.add_user(username=f"desk-{role}", display_name=f"台{role.label}", by=None, at=self.now)
        self._appoint(person, role, self.city.office)
        logins.give_factor(user=person, secret="JBSWY3DPEHPK3PXP", by=None, at=self.now)
        return person

    def _appoint(self, person: User, role: Role, office: Office) -> RoleGrant:
        facts = {"valid_from": timezone.localdate(self.now) - timedelta(days=1), "by": self.city["secadmin"]}
        grant = staff.grant_role(user=person, role=role, office=office, at=self.now, **facts)
        if role in TWO_PERSON_ROLES:
            staff.confirm_grant(grant=grant, by=self.city["secadmin2"], at=self.now)
        return grant

    def _cast(self, place: str) -> Cast:
        people = dict(self.city.people)
        if place == "other":
            people |= {
                login: people[other]
                for login, other in {
                    "operator": "operator3",
                    "mediator": "mediator2",
                    "visitor": "visitor3",
                    "visitor2": "visitor4",
                    "supervisor": "supervisor3",
                }.items()
            }
        return Cast(people, self.city.offices)

    def _open(self, slug: str, office: Office, cast: Cast, days: int = 3) -> Any:
        kind = case_type(slug)
        walk = Opened(kind=kind, cast=cast, office=office, at=self.now - timedelta(days=days))
        with suppress(Stop):
            kind.walk(walk)
        return type(walk.case).objects.get(pk=walk.case.pk)

    def _payout(self, worker: Worker, office: Office, cast: Cast) -> Payout:
        """Have a sum asked for, approved and made due."""
        facts = {"office": office, "office_path": office.path, "worker": worker, "programme": "living"}
        line = ClaimLine.objects.create(kind="relief", title="生活救助", amount=Decimal("600.00"), **facts)
        for part, login in ((Part.REQUESTER, "operator"), (Part.APPROVER1, "supervisor")):
            sign(case=None, part=part, person=cast[login], by=cast[login], at=self.now, lines=[line])
        account = worker.bank_accounts.first() or a_bank_account(worker)
        funds.reserve(claim_line=line, by=cast["supervisor"], at=self.now)
        facts = {"claim_line": line, "method": "bank", "account": account}
        return funds.commit_payout(by=cast["supervisor"], at=self.now, **facts)

    def _put(self, place: str, /, **rows: Any) -> None:
        for kind, row in rows.items():
            self.rows.setdefault(kind, {})[place] = row

    def _fill(self, place: str, office: Office) -> None:
        """Make one row of each kind in an office."""
        cast, now = self._cast(place), self.now
        by = cast["operator"]
        case = self._open("labour_dispute", office, cast)
        task = CaseTask.objects.filter(process=case, status__in=OPEN_TASK).exclude(role="").get()
        operations.claim_task(task=task, by=cast["mediator"], at=now)
        waiting = self._open("labour_dispute", office, cast)
        giver = "office" if place == "other" else "other"
        from_there = Office.objects.get(code=PLACES[giver])
        handed = self._open("labour_dispute", from_there, self._cast(giver))
        found = self._open("toy", office, cast)
        search = CaseTask.objects.get(process=found, status__in=OPEN_TASK)
        operations.complete_task(task=search, by=cast["mediator"], at=now, data={"found": "yes"})
        worker = a_worker(office=office)
        letter = documents.issue_letter(case=case, paper="receipt.papers", by=by, at=now)
        sent = {"method": "posted", "addressee": "刘芳", "sent_on": timezone.localdate(now), "tracking": "100"}
        letters.send_letter(letter=letter, by=by, at=now, **sent)
        run = {"office": office, "paper": "notice.closed", "result": "已办结。", "cases": [case], "by": by, "at": now}
        stranger = self.city["mediator2" if place != "other" else "mediator"]
        child = {"name": "王小丫", "relation": "child", "occupation": "student"}
        child["id_number"] = an_id_number("20150601")
        employer = an_employer("安河精密制造有限公司", office=office)
        watched_employer = an_employer("安河纺织有限公司", office=office)
        since = {"since_on": self.today, "reason": "欠薪"}
        employers.start_supervision(employer=watched_employer, by=None, at=now, **since)
        contact = cases.take_contact(
            office=office,
            channel="phone",
            matter="petition",
            caller_name="刘芳",
            caller_phone="13800138001",
            question="反映欠薪问题",
            by=by,
            at=now,
        )
        colleague = staff.add_user(username=f"colleague-{place}", display_name="同事", by=None, at=now)
        self._appoint(colleague, Role.MEDIATOR, office)
        appointed = staff.add_user(username=f"appointed-{place}", display_name="新任", by=None, at=now)
        grant = staff.grant_role(user=appointed, role=Role.FINANCE, office=office, by=cast["secadmin"], at=now)
        payout, batched, failed, watched = (self._payout(a_worker(office=office), office, cast) for _ in range(4))
        cashier = staff.add_user(username=f"cashier-{place}", display_name="出纳", by=None, at=now)
        self._appoint(cashier, Role.FINANCE, office)
        batch = funds.make_batch(payouts=[batched], by=cashier, at=now)[0]
        funds.mark_failed(payout=failed, reason="户名不符", by=cast["finance"], at=now)
        fund = funds.open_fund(
            office=office, source="union", year=now.year, line=f"9-{place}", title="慰问", budget=Decimal("1000.00"),
            programmes=("festival",), by=None, at=now,
        )  # fmt: skip
        tie = {"person": colleague, "tie": "colleague", "by": colleague, "at": now}
        browser = {"user": colleague, "since": now, "last_used": now}
        asking = {"channel": "visit", "identity": "paper", "words": "要一份副本", "asked_on": self.today}
        asked, granted = (
            requests.take_request(worker=worker, kind=kind, by=by, at=now, **asking) for kind in ("erasure", "access")
        )
        requests.decide_request(request=granted, outcome="granted", answer="可来取", by=by, at=now)
        self.due, past = (self._long_over(office, by, days) for days in (1, 2))
        picked = {"picked": [f"contact:{past.pk}"], "by": cast["supervisor"], "at": now}
        owed = Clock.objects.filter(Q(case=case) | Q(contact=contact), state=Clock.State.RUNNING).order_by("id")
        self._put(
            place,
            case=case,
            task=task,
            door=CaseTask.objects.get(process=found, status__in=OPEN_TASK),
            letter=letter,
            service=letter.deliveries.get(),
            document=documents.attach_document(case=case, kind="other", file=samples.upload(), by=by, at=now),
            run=letters.begin_run(**run),
            printed=self._written(letters.begin_run(**run)),
            worker=worker,
            account=a_bank_account(worker),
            member=people.add_to_household_of(head=worker, by=None, at=now, **child),
            consent=people.record_consent(worker=worker, purpose="handling", by=None, at=now),
            employer=employer,
            contact=contact,
            clock=next(one for one in owed if one.known_rule and one.known_rule.extension),
            handover=cases.offer_handover(
                case=handed, to=office, reason="住所在贵区", by=self._cast(giver)["operator"], at=now
            ),
            conflict=operations.declare_conflict(worker=worker, **tie),
            payout=payout,
            batch=batch,
            unpaid=failed,
            watched=watched,
            fund=fund,
            glass=glass.break_glass(number=waiting.number, reason="窗口来访，不能等", by=stranger, at=now),
            recount=self._recount(place, office),
            staff=colleague,
            grant=grant,
            supervised=watched_employer,
            login=LoginSession.objects.create(session_key=f"elsewhere-{place}", **browser),
            place=office,
            asked=asked,
            granted=granted,
            hold=holds.place_hold(worker=worker, reason="法院调卷", by=cast["supervisor"], at=now),
            disposal=disposals.propose_disposal(**picked),
            check=Verification.objects.create(
                made_by=cast["supervisor"], made_at=now, read_at=now, to_read=1, state=Verification.State.STOPPED
            ),
        )

    def _long_over(self, office: Office, by: User, days: int) -> Contact:
        """Answer a contact so long ago that it may be destroyed."""
        told = {"channel": "phone", "matter": "consult", "question": "年休假怎么算", "answer": "满一年五天"}
        at = self.now - timedelta(days=4 * 366 + days)
        return cases.take_contact(office=office, caller_name="赵一", caller_phone="13800138009", by=by, at=at, **told)

    def _written(self, run: LetterRun) -> LetterRun:
        letters.write_on(run=run, at=self.now)
        return run

    def _recount(self, place: str, office: Office) -> Recount:
        """Have an office's deadlines reckoned again; an office below it takes no second recount, and had its own."""
        if place == "subtree":
            facts = {"office": office, "office_path": office.path, "why": "市政府通告", "made_at": self.now}
            return Recount.objects.create(state=Recount.State.LOOKING, **facts)
        return recounts.begin_recount(office=office, why="市政府通告", by=None, at=self.now)

    def _closed(self) -> None:
        """Close a case of the desk's office, and end what can end."""
        office, cast = self.city.office, self.city
        case = self._open("labour_dispute", office, cast)
        self._put("closed", case=operations.withdraw_case(case=case, reason="撤回", by=cast["operator"], at=self.now))
        waiting = self._open("labour_dispute", office, cast)
        tasks = CaseTask.objects.exclude(role="")
        self._put("unassigned", task=tasks.get(process=waiting, status__in=OPEN_TASK))
        self._put("closed", task=tasks.filter(process=case).order_by("-id").first())
