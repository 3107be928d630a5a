"""A dispute in the county, and how far it has come: Lin takes it in, Chen mediates, Sun approves."""

from datetime import datetime, time, timedelta

import pytest

from casework.deadlines.calendar import BEIJING, beijing_date
from casework.documents import engine
from casework.offices.roles import Role
from tests.factories import AT, a_user, an_office_tree, chen, gao, lin, meng, sun
from workflows.case_type import case_type
from workflows.walking import Walk

SIGNED = dict.fromkeys(("worker_signed", "employer_signed", "mediator_signed", "stamped", "originals"), "on")


class Dispute(Walk):
    """One dispute and the steps that bring it somewhere."""

    @property
    def today(self):
        return beijing_date(self.at)

    def in_days(self, days):
        return (self.today + timedelta(days=days)).isoformat()

    def received(self, **facts):
        facts = {
            "employer_name": "安河市宏远建筑劳务有限公司",
            "summary": "三个月工资未发。",
            "cause": "wages",
            "received_on": self.today.isoformat(),
            "limitation_started_on": self.in_days(-60),
            "employed_until": self.in_days(-60),
            **facts,
        }
        self.open(**facts)
        return self

    def asked(self, **facts):
        self.received(**facts)
        self.do("check", "mediator", decision="ask", mediation_body="peoples", asked_on=self.today.isoformat())
        return self

    def answered(self, answer="consents", **facts):
        self.asked(**facts)
        self.do("answer", "mediator", answer=answer)
        return self

    def accepted(self, **facts):
        self.answered(**facts)
        self.do("decide", "mediator", decision="accept")
        return self

    def session(self, *, room="第一调解室", mediator="mediator", who="mediator", days=3, hour=9, hours=2):
        starts = datetime.combine(self.today + timedelta(days=days), time(hour), BEIJING)
        self.do(
            "schedule",
            who,
            room=room,
            mediator=self.cast[mediator].pk,
            starts_at=starts.isoformat(),
            ends_at=(starts + timedelta(hours=hours)).isoformat(),
        )
        return self

    def mediating(self, **facts):
        self.accepted(**facts)
        return self.session()

    def hold(self, result="agreed", who="mediator"):
        both = {"worker_attended": "on", "employer_attended": "on"}
        self.do("hold", who, result=result, record="调解笔录。", **both)
        return self

    def agreed(self, **facts):
        self.mediating(**facts)
        return self.hold()

    def draft(self, *amounts, shares=None, **more):
        amounts = amounts or ("8000.00", "10000.00")
        plan = "\n".join(f"{self.in_days(10 * number)} {amount}" for number, amount in enumerate(amounts, 1))
        shares = shares or {self.case.worker_id: "18000.00"}
        data = {"result": "分期支付工资。", "manner": "银行转账", "plan": plan}
        data |= {f"share_{worker}": share for worker, share in shares.items()}
        self.do("draft", "mediator", **{**data, **more})
        return self

    def drafted(self, **facts):
        self.agreed(**facts)
        return self.draft()

    def approved(self, **facts):
        self.drafted(**facts)
        self.do("approve", "supervisor", decision="approve")
        return self

    def sign(self, **more):
        self.do("sign", "mediator", result="signed", signed_on=self.today.isoformat(), **SIGNED, **more)
        return self

    def performing(self, **facts):
        self.approved(**facts)
        return self.sign()

    def owed(self):
        form = self.task("perform").flow_task.form_class(case=self.case)
        return [part.pk for part in form.fields["instalments"].queryset]

    def perform(self, result="performed", instalments=None, **more):
        chosen = self.owed() if instalments is None else instalments
        on = {"performed_on": self.today.isoformat()} if result == "performed" else {}
        self.do("perform", "mediator", result=result, instalments=chosen, note="银行短信截图。", **on, **more)
        return self

    def performed(self, **facts):
        self.performing(**facts)
        return self.perform()

    def failed(self, **facts):
        self.mediating(**facts)
        return self.hold("failed")

    @property
    def nodes(self):
        return [task.node for task in self.open_tasks()]


@pytest.fixture(autouse=True)
def quick_letters(monkeypatch):
    """Letters are printed for real in test_letters only."""
    monkeypatch.setattr(engine, "print_pdf", lambda _html: b"%PDF-1.7 letter")


@pytest.fixture
def cast(db):
    """The people of the county, the supervisor of the city, and who configures the province."""
    return {
        "operator": lin(),
        "mediator": chen(),
        "mediator2": a_user("tao", display_name="陶理", role=Role.MEDIATOR),
        "supervisor": sun(),
        "supervisor2": gao(),
        "sysadmin": meng(),
    }


@pytest.fixture
def new_dispute(cast):
    """Begin with another dispute."""

    def begin():
        return Dispute(kind=case_type("labour_dispute"), cast=cast, office=an_office_tree().county, at=AT)

    return begin


@pytest.fixture
def dispute(new_dispute):
    """One dispute, not opened yet."""
    return new_dispute()
