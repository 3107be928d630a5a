"""A case of each type, opened by the operator and worked to its close, each person in a browser of her own.

Nobody reloads: whoever is next sees the toast and the bell, follows them, and works.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone, translation
from PIL import Image
from playwright.sync_api import expect

from casework.cases.models import Case
from casework.deadlines.calendar import BEIJING, beijing_date, next_office_hour, roll_forward
from casework.deadlines.queries import calendar_at
from config.demo.city import PASSWORD, Cast, found_city
from config.sweep import sweep
from tests.factories import an_account_number
from workflows.case_type import case_type
from workflows.case_types.hardship_relief.walk import APPLICATION, FOUND, local_rules
from workflows.case_types.work_injury.walk import FOUND as FOUND_AT_THE_BED
from workflows.case_types.work_injury.walk import REPORT
from workflows.walking import Walk

from .conftest import Window

SOON = 15_000


class Desk:
    """One person at her screen: she waits on a page, is told, follows the toast and fills in forms."""

    def __init__(self, window: Window, login: str) -> None:
        self.window, self.page, self.login = window, window.page, login

    def wait_at_home(self) -> None:
        """Sit before the page of one's own work, connected."""
        self.window.go("/")
        expect(self.page.locator("[data-bell][data-live=up]")).to_be_attached(timeout=SOON)
        self.page.evaluate("window.neverReloaded = true")

    def is_told(self, words: str) -> None:
        """See the toast and the count on the bell arrive on the page that stands open, and follow the toast."""
        toast = self.page.locator(".g-toast", has_text=words).first
        expect(toast).to_be_visible(timeout=SOON)
        expect(self.page.locator("[data-bell-count]")).to_be_visible()
        assert int(self.page.locator("[data-bell-count]").inner_text()) >= 1
        assert self.page.evaluate("window.neverReloaded") is True
        toast.locator("[data-toast-link]").click()
        self.page.wait_for_load_state()

    def fill(self, **values: Any) -> None:
        """Fill in the fields of the form on the page; each has a label one can read."""
        for name, value in values.items():
            field = self.page.locator(f"main form [data-field={name}]")
            expect(field.locator("label, legend").first).not_to_be_empty()
            choices = field.locator("input[type=radio], input[type=checkbox]")
            if choices.count() and not isinstance(value, bool):
                for choice in value if isinstance(value, list) else [value]:
                    field.locator(f"input[value='{choice}']").check()
            elif choices.count():
                choices.set_checked(value)
            elif field.locator("select").count():
                field.locator("select").select_option(str(value))
            else:
                field.locator("input, textarea").fill(str(value))

    def send(self) -> None:
        """Send the form, by the key that an operator uses where she typed something, and meet no refusal."""
        with self.page.expect_navigation():
            if self.page.evaluate("document.activeElement.form !== undefined"):
                self.page.keyboard.press("Control+Enter")
            else:
                self.page.locator("main [data-submit]").last.click()
        refused = self.page.locator("[data-error-summary]")
        assert not refused.count(), refused.inner_text()

    def does(self, title: str, **values: Any) -> None:
        """Do the step that stands on the page."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        self.fill(**values)
        self.send()

    def opens_step(self, number: str, title: str) -> None:
        """Go to a step of a case by the case's page."""
        self.window.go(f"/cases/{number}/")
        self.page.get_by_role("link", name=title, exact=True).first.click()

    def uploads(self, number: str, kind: str, title: str) -> None:
        """Add a photographed paper to a case."""
        picture = BytesIO()
        Image.new("RGB", (24, 16), "white").save(picture, "PNG")
        self.window.go(f"/cases/{number}/")
        self.page.locator("summary", has_text="添加材料").click()
        form = self.page.locator("form[action$='/papers/new/']")
        form.locator("[name=kind]").select_option(kind)
        form.locator("[name=title]").fill(title)
        form.locator("[type=file]").set_input_files(
            {"name": "receipt.png", "mimeType": "image/png", "buffer": picture.getvalue()}
        )
        with self.page.expect_navigation():
            form.locator("[data-submit]").click()
        expect(self.page.get_by_role("link", name=title)).to_be_visible()


class Office:
    """The desks of the city, and the words of a flow's steps."""

    def __init__(self, cast: Cast, window: Callable[..., Window], slug: str) -> None:
        self.cast, self._window, self.flow = cast, window, case_type(slug).flow.instance
        self.desks: dict[str, Desk] = {}

    def __getattr__(self, login: str) -> Desk:
        """Return somebody's desk, opened the first time with her at home."""
        if login.startswith("_") or login not in self.cast:
            raise AttributeError(login)
        if login not in self.desks:
            self.desks[login] = Desk(self._window(self.cast[login]), login)
            self.desks[login].wait_at_home()
        return self.desks[login]

    def step(self, node: str) -> str:
        """Return the name of a step as the page shows it."""
        with translation.override("zh-hans"):
            return str(self.flow.node(node).task_title)

    def case(self) -> Any:
        """Return the case as it stands."""
        found = Case.objects.get()
        return case_type(found.case_type).model.objects.get(pk=found.pk)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The people of the city, who have worked there for a month."""
    return found_city(at=timezone.now() - timedelta(days=30))


@pytest.fixture
def office(cast: Cast, window: Callable[..., Window]) -> Callable[[str], Office]:
    return lambda slug: Office(cast, window, slug)


def logs_in(window: Callable[..., Window], login: str) -> Desk:
    """Come in by the login page, as everybody does in the morning."""
    desk = Desk(window(), login)
    page = desk.window.go("/")
    desk.fill(username=login, password=PASSWORD)
    with page.expect_navigation():
        page.locator("main [data-submit]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的工作")
    desk.wait_at_home()
    return desk


def takes_a_call(operator: Desk, slug: str, question: str, **facts: Any) -> str:
    """Take the call that is a matter, open its case from it, and return the case's number."""
    operator.page.locator("main").get_by_role("link", name="登记来电来访").click()
    operator.fill(
        channel="phone",
        matter="service",
        caller_name=facts["worker_name"],
        caller_phone="13800138000",
        question=question,
        opens=slug,
    )
    operator.send()
    expect(operator.page.locator("[name=summary]")).to_have_value(question)
    operator.fill(**facts)
    operator.send()
    return operator.page.get_by_role("heading", level=1).inner_text()


def closes(reader: Desk, case: Any, *sentences: str) -> None:
    """Read the end of the case and its whole history, as a supervisor does."""
    page = reader.window.go(f"/cases/{case.number}/")
    expect(page.locator("#outcome-title")).to_be_visible()
    for fold in page.locator("#history summary").all():
        fold.click()
    for sentence in sentences:
        expect(page.locator("#history").get_by_text(sentence).first).to_be_visible()
    page = reader.window.go(f"/audit/?case={case.number}")
    expect(page.locator(".g-timeline-entry").first).to_be_visible()


def test_a_labour_dispute(cast, window, office):
    here = office("labour_dispute")
    today = beijing_date(timezone.now())
    mediator, supervisor = here.mediator, here.supervisor
    operator = here.desks["operator"] = logs_in(window, "operator")

    number = takes_a_call(
        operator,
        "labour_dispute",
        "在工地做木工三个月，工资一直未发。",
        worker_name="王建国",
        employer_name="安河市宏远建筑劳务有限公司",
        cause="wages",
        requests="要求支付拖欠的工资18000元。",
        claimed_amount="18000.00",
        limitation_started_on=today - timedelta(days=60),
        is_migrant_worker=True,
    )
    mediator.is_told(here.step("check"))
    mediator.does(here.step("check"), decision="ask", mediation_body="peoples", asked_on=today)
    mediator.does(here.step("answer"), answer="consents", note="人事经理电话同意。")
    mediator.does(here.step("decide"), decision="accept")
    morning = datetime.combine(roll_forward(today + timedelta(days=1), calendar_at(cast.office.path)), time(9), BEIJING)
    mediator.does(
        here.step("schedule"),
        room="第一调解室",
        mediator=cast["mediator"].pk,
        starts_at=f"{morning:%Y-%m-%dT%H:%M}",
        ends_at=f"{morning + timedelta(hours=2):%Y-%m-%dT%H:%M}",
    )
    mediator.does(
        here.step("hold"), result="agreed", worker_attended=True, employer_attended=True, record="双方同意一次付清。"
    )
    terms = {
        "result": "公司支付王建国工资18000元。",
        "manner": "银行转账",
        f"share_{here.case().worker_id}": "18000.00",
    }
    mediator.does(here.step("draft"), **terms, plan=f"{today + timedelta(days=10)} 18000.00")
    supervisor.is_told(here.step("approve"))
    expect(supervisor.page.get_by_text("公司支付王建国工资18000元。").first).to_be_visible()
    supervisor.does(here.step("approve"), decision="return", reason="请写明付款账户。")
    mediator.wait_at_home()
    mediator.opens_step(number, here.step("draft"))
    expect(mediator.page.locator("[name=result]")).to_have_value("公司支付王建国工资18000元。")
    mediator.does(here.step("draft"), manner="银行转账至本人工资卡", plan=f"{today + timedelta(days=10)} 18000.00")
    mediator.wait_at_home()
    supervisor.opens_step(number, here.step("approve"))
    supervisor.does(here.step("approve"), decision="approve")
    mediator.is_told(here.step("sign"))
    everything = dict.fromkeys(("worker_signed", "employer_signed", "mediator_signed", "stamped", "originals"), True)
    mediator.does(here.step("sign"), result="signed", signed_on=today, **everything)
    operator.wait_at_home()
    owed = mediator.page.locator("[name=instalments]").first.get_attribute("value")
    mediator.does(
        here.step("perform"), result="performed", instalments=[owed], performed_on=today, note="工人发来到账短信。"
    )
    operator.is_told(here.step("return_visit"))
    operator.does(here.step("return_visit"), reached="yes", satisfaction="satisfied", note="工资已全部拿到。")

    assert (here.case().state, here.case().outcome) == ("closed", "performed")
    closes(supervisor, here.case(), "林晓立案", "请写明付款账户。")


def test_a_hardship_relief(cast, window, office):
    here = office("hardship_relief")
    now = timezone.now()
    today = beijing_date(now)
    local_rules(Walk(kind=case_type("hardship_relief"), cast=cast, office=cast.office, at=now))
    operator, visitor, supervisor = here.operator, here.visitor, here.supervisor
    city, payer = here.supervisor2, here.finance

    facts = {name: value for name, value in APPLICATION.items() if name != "summary"}
    number = takes_a_call(operator, "hardship_relief", APPLICATION["summary"], **facts)
    operator.opens_step(number, here.step("check_papers"))
    received = [box.get_attribute("value") for box in operator.page.locator("[name=received]").all()]
    operator.does(here.step("check_papers"), received=received)
    operator.does(here.step("request_check"), body="市居民家庭经济状况核对中心", consents=True)
    operator.does(here.step("record_check"), answer="agrees", income_found="37200.00", findings="无机动车。")
    visitor.is_told(here.step("survey"))
    visitor.does(here.step("survey"), surveyed_on=today, companion=cast["visitor2"].pk, **FOUND)
    operator.opens_step(number, here.step("propose"))
    operator.does(here.step("propose"), decision="propose", category="deep", amount="15000.00")
    operator.opens_step(number, here.step("post_notice"))
    operator.does(here.step("post_notice"), place="红星棉纺厂公告栏", consents=True)
    # Nobody objects, and the notice ends: what the clock did is told when the offices are open.
    sweep(at=next_office_hour(now + timedelta(days=30), calendar_at(cast.office.path)))
    supervisor.is_told(here.step("review"))
    supervisor.does(here.step("review"), decision="pass", reason="材料齐全。")
    city.is_told(here.step("approve"))
    city.does(here.step("approve"), decision="approve", reason="同意。")
    operator.window.go(f"/people/{here.case().worker.uuid}/accounts/new/")
    operator.fill(holder_name="李春梅", bank_name="中国工商银行花园路支行", number=an_account_number())
    operator.send()
    operator.opens_step(number, here.step("order_payment"))
    operator.send()
    pays(payer, operator)
    operator.is_told(here.step("visit"))
    operator.does(here.step("visit"), reached="yes", satisfaction="satisfied", note="款已到账。")
    operator.does(here.step("close"), reason="医疗救助金已发放，回访满意。")

    assert (here.case().state, here.case().outcome) == ("closed", "paid")
    closes(supervisor, here.case(), "材料齐全。", "同意。")


def pays(payer: Desk, operator: Desk) -> None:
    """Be told of the payout, pay it, and keep the voucher's number; the operator sits at home again."""
    operator.wait_at_home()
    payer.is_told("")
    if "/payouts/" not in payer.page.url:
        payer.window.go("/payouts/")
        payer.page.locator("main .g-table tbody a").first.click()
    payer.fill(voucher_number="2026-11-0001")
    payer.send()


def test_a_work_injury(cast, window, office):
    here = office("work_injury")
    now = timezone.now()
    today = beijing_date(now)
    operator, visitor, supervisor, payer = here.operator, here.visitor, here.supervisor, here.finance

    facts = {name: value for name, value in REPORT.items() if name not in ("summary", "worker_phone", "channel")}
    number = takes_a_call(operator, "work_injury", REPORT["summary"], **facts, accident_on=today - timedelta(days=2))
    visitor.is_told(here.step("check_report"))
    visitor.does(here.step("check_report"), decision="verify")
    operator.opens_step(number, here.step("request_consolation"))
    operator.does(here.step("request_consolation"), decision="ask")
    supervisor.is_told(here.step("decide_consolation"))
    visitor.wait_at_home()
    supervisor.does(here.step("decide_consolation"), decision="approve", reason="同意按标准慰问。")
    visitor.is_told(here.step("visit"))
    visitor.uploads(number, "receipt", "慰问金签收单")
    visitor.opens_step(number, here.step("visit"))
    receipt = here.case().documents.get().pk
    found = {**FOUND_AT_THE_BED, "companion": cast["visitor2"].pk, "visited_at": _minutes_ago(20)}
    visitor.does(here.step("visit"), **found, received_by="张建军", receipt=receipt, consents=True)
    visitor.does(
        here.step("plan_next"), decision="plan", next_visit_on=roll_forward(today, calendar_at(cast.office.path))
    )
    found = {**FOUND_AT_THE_BED, "companion": cast["visitor2"].pk, "visited_at": _minutes_ago(5)}
    visitor.does(here.step("follow_up"), **found)
    visitor.does(here.step("plan_next"), decision="finish", reason="伤情稳定。")
    pays(payer, operator)
    operator.is_told(here.step("return_visit"))
    operator.does(
        here.step("return_visit"), reached="yes", satisfaction="satisfied", note="已收到。", result="已探视并慰问。"
    )

    assert here.case().state == "closed"
    closes(supervisor, here.case(), "同意按标准慰问。", "伤情稳定。")


def _minutes_ago(minutes: int) -> str:
    return f"{timezone.localtime(timezone.now() - timedelta(minutes=minutes)):%Y-%m-%dT%H:%M}"
