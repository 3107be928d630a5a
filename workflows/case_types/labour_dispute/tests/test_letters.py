"""The letters of the type say what the law asks of each, from the file of the case, in both languages."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import pairwise

import pytest
from docx import Document as Word
from pypdf import PdfReader

from casework.deadlines.models import Clock
from casework.documents import composing, engine, filling, papers
from casework.documents import operations as documents
from casework.documents.markup import blocks_of
from tests.casework.documents.reading import shape_of, words
from tests.casework.documents.samples import upload
from tests.factories import a_phone_number, a_worker, an_employer, an_id_number
from workflows.case_types.labour_dispute.papers import FACTS, PAPERS, PERIODS, PROVES, facts
from workflows.case_types.labour_dispute.tests.test_collective import a_list

LANGUAGES = ("zh-hans", "en")
print_pdf = engine.print_pdf

every_paper = pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.code)
both_languages = pytest.mark.parametrize("language", LANGUAGES)

# What a person types who issues a letter by hand, and what the step passes that issues a referral.
TYPED = {
    "LD.session": {"addressee": "王小明"},
    "LD.record": {"present": "王小明本人；用人单位人事经理刘芳，特别授权"},
    "LD.reminder": {"perform_by": "2026年12月10日"},
    "LD.review": {"addressee": "清源区劳动人事争议仲裁委员会"},
    "LD.confirmation": {"addressee": "清源区人民法院"},
    "LD.payment_order": {"addressee": "清源区人民法院"},
    "LD.arbitration": {
        "addressee": "清源区劳动人事争议仲裁委员会",
        "employer_head": "马东，总经理",
        "witnesses": "赵一，住清源区柳河街道8号",
    },
    "LD.authorisation": {"agent": "吴霞，女，清源区总工会法律援助律师", "powers": "一般代理"},
    "LD.referral": {"addressee": "清源区劳动人事争议仲裁委员会", "reason": "调解不成。", "evidence": []},
}
# What no record holds, so that a blank is left for it.
UNKNOWN = "Legal representative or head of the employer, and post"


@pytest.fixture
def person(cast):
    """A worker whose record is complete."""
    return a_worker("王小明", id_number=an_id_number("19850312"), phone=a_phone_number(), address="清源区柳河街道12号")


@pytest.fixture
def firm(cast):
    """An employer whose record is complete."""
    facts = {"address": "清源区工业路1号", "phone": "037160000000", "contact_person": "刘芳"}
    return an_employer("安河市宏远建筑劳务有限公司", **facts)


@pytest.fixture
def on_file(person, firm):
    """What a dispute begins with when everything is known."""
    return {
        "worker": person,
        "employer": firm,
        "employer_name": "",
        "requests": "支付三个月工资18000元。",
        "claimed_amount": "18000.00",
        "employed_from": "2024-03-01",
        "monthly_wage": "6000.00",
    }


@pytest.fixture
def write(dispute, cast):
    """Put a letter of the dispute together."""

    def put_together(code, language="zh-hans", **values):
        return composing.compose(
            case=dispute.case,
            paper=papers.paper("labour_dispute", code),
            number="LT-1",
            by=cast["mediator"],
            at=dispute.at,
            language=language,
            values={**TYPED.get(code, {}), **values},
        )

    return put_together


def with_evidence(dispute, cast):
    """Bring the contract, which is on the list of papers, and a paper that is not."""
    for title, fulfils in (("劳动合同", "employment"), ("工友证言", "")):
        documents.attach_document(
            case=dispute.case,
            kind="evidence",
            file=upload(name=f"{title}.pdf"),
            fulfils=fulfils,
            by=cast["mediator"],
            at=dispute.at,
        )


class TestTexts:
    @every_paper
    def test_are_made_of_the_same_blocks_in_both_languages(self, paper):
        chinese, english = (papers.built_in_text("labour_dispute", paper.code, one) for one in LANGUAGES)

        assert shape_of(chinese) == shape_of(english)

    @every_paper
    def test_use_what_is_typed_or_passed(self, paper):
        source = papers.built_in_text("labour_dispute", paper.code, "zh-hans")

        assert {name for name, _label in (*paper.asks, *paper.given)} <= filling.known_names(source)


class TestFacts:
    def test_give_every_name_and_no_other(self, dispute):
        dispute.received()

        assert set(facts(dispute.case)) == set(FACTS)

    def test_are_plain(self, dispute, cast, on_file):
        dispute.performing(**on_file)
        with_evidence(dispute, cast)

        filling.plain(facts(dispute.case))

    def test_tell_the_parties_in_clear(self, dispute, on_file, person, firm):
        dispute.received(**on_file)

        told = facts(dispute.case)

        assert told["id_number"] == person.id_number
        assert told["born_on"] == date(1985, 3, 12)
        assert (told["address"], told["employer_code"]) == ("清源区柳河街道12号", firm.uscc)

    def test_tell_the_ends_of_the_periods(self, dispute, on_file):
        dispute.performing(**on_file)

        told = facts(dispute.case)

        rows = Clock.objects.filter(case=dispute.case)
        for name, rule in PERIODS.items():
            assert told[name] == rows.filter(rule=rule).order_by("ordinal").last().due_on, name

    def test_tell_what_was_paid_and_what_was_not(self, dispute, on_file):
        dispute.performing(**on_file)
        dispute.perform(instalments=dispute.owed()[:1])
        dispute.perform("breached", instalments=dispute.owed())

        told = facts(dispute.case)

        assert [part["is_paid"] for part in told["instalments"]] == [True, False]
        assert told["paid_amount"] == Decimal("8000.00")
        assert told["unpaid_amount"] == told["breached_amount"] == Decimal("10000.00")

    def test_forget_an_agreement_that_was_not_signed(self, dispute, on_file):
        dispute.drafted(**on_file)
        dispute.do("approve", "supervisor", decision="return", reason="金额不明。")
        dispute.draft("18000.00")

        told = facts(dispute.case)

        assert [part["amount"] for part in told["instalments"]] == [Decimal("18000.00")]

    def test_know_what_a_paper_of_the_list_proves_and_who_brought_it(self, dispute, cast, on_file):
        dispute.received(**on_file)
        with_evidence(dispute, cast)

        rows = facts(dispute.case)["evidence"]

        assert [row["title"] for row in rows] == ["劳动合同", "工友证言"]
        assert rows[0]["proves"] == str(PROVES["employment"])
        assert rows[0]["source"]
        assert rows[1]["source"] is rows[1]["proves"] is None

    def test_name_what_each_paper_of_the_list_proves(self):
        assert set(PROVES) == {paper.code for paper in papers.checklist_of_type("labour_dispute")}


class TestWithACompleteFile:
    """With everything known no letter has a blank but those for what no record holds."""

    @pytest.fixture
    def blanks(self, write):
        def of(*codes, **values):
            found = {}
            for code in codes:
                for language in LANGUAGES:
                    composed = write(code, language, **values)
                    found[code] = composed.missing if language == "en" else found.get(code)
                    assert "{{" not in composed.body
            return {code: missing for code, missing in found.items() if missing}

        return of

    def test_before_mediation(self, dispute, on_file, blanks):
        dispute.asked(**on_file)

        assert blanks("LD.application", "LD.inquiry", "LD.referral") == {}

    def test_while_it_is_mediated(self, dispute, on_file, blanks):
        dispute.mediating(**on_file)

        assert blanks("LD.acceptance", "LD.session", "LD.authorisation") == {}

    def test_after_an_agreement(self, dispute, on_file, blanks):
        dispute.performing(**on_file)

        assert blanks("LD.record", "LD.reminder") == {}
        for code in ("LD.agreement", "LD.review", "LD.confirmation"):
            assert blanks(code) == {code: (UNKNOWN,)}

    def test_after_an_agreement_was_not_performed(self, dispute, on_file, blanks):
        dispute.performing(**on_file)
        dispute.perform("breached")

        assert blanks("LD.payment_order") == {"LD.payment_order": (UNKNOWN,)}
        assert blanks("LD.payment_order", employer_head="马东") == {}

    def test_after_a_failure(self, dispute, on_file, blanks):
        dispute.failed(**on_file)

        assert blanks("LD.failure", "LD.arbitration", "LD.referral") == {}

    def test_of_several_workers(self, dispute, on_file, blanks):
        dispute.received(**on_file, members=a_list(9, representatives=range(2)))

        assert "ID number" not in str(blanks("LD.workers"))


class TestMissing:
    def test_names_what_a_thin_file_lacks(self, dispute, write):
        dispute.approved()

        missing = write("LD.agreement", "en").missing

        assert {"ID number", "Address", "Address of the employer", UNKNOWN} <= set(missing)
        assert "Sum that was agreed" not in missing

    def test_asks_to_record_the_breach_before_a_payment_order(self, dispute, on_file, write):
        dispute.performing(**on_file)

        assert "Recorded as not performed" in write("LD.payment_order", "en").missing


class TestApplication:
    """调解仲裁法 12: who applies, the matter, the reasons and the time are written down on the spot."""

    def test_says_who_what_why_and_when(self, dispute, on_file, write, person):
        dispute.received(**on_file)

        said = words(write("LD.application"))

        for part in ("王小明", person.id_number, person.phone, "支付三个月工资18000元。", "三个月工资未发。"):
            assert part in said
        assert "申请人于2026年11月20日申请调解" in said
        assert "当场记录" in said


class TestInquiry:
    def test_names_the_day_the_silence_ends(self, dispute, on_file, write):
        dispute.asked(**on_file)

        assert "请于2026年11月25日前书面答复" in words(write("LD.inquiry"))

    def test_counts_five_days_from_receipt_before_the_employer_was_asked(self, dispute, on_file, write):
        dispute.received(**on_file)

        assert "自收到本函之日起五日内" in words(write("LD.inquiry"))

    def test_keeps_the_number_of_the_workers_id_from_the_employer(self, dispute, on_file, write, person):
        dispute.asked(**on_file)

        for code in ("LD.inquiry", "LD.session", "LD.acceptance", "LD.reminder"):
            assert person.id_number not in words(write(code))


class TestAcceptance:
    def test_tells_both_periods(self, dispute, on_file, write):
        """Statute 14 counts from receipt, the Provisions 29 from acceptance; the worker is free at the first."""
        dispute.accepted(**on_file)

        said = words(write("LD.acceptance"))

        assert "至2026年12月7日止" in said  # the fifteenth day is a Saturday
        assert "自收到调解申请之日起十五日内（至" in said


class TestAgreement:
    """企业劳动争议协商调解规定 26 says what stands in an agreement."""

    def test_states_what_the_provisions_ask_for(self, dispute, on_file, write, person, firm):
        dispute.approved(**on_file)

        said = words(write("LD.agreement"))

        parties = ("王小明", person.id_number, person.address, person.phone, firm.name, firm.uscc, firm.address)
        asked_for = ("支付三个月工资18000元。",)
        result = ("分期支付工资。", "¥18,000.00", "人民币壹万捌仟元整")
        period = ("2026年11月30日", "2026年12月10日", "人民币捌仟元整", "人民币壹万元整")
        manner = ("银行转账",)
        originals = ("一式三份", "双方当事人和调解组织各执一份")
        for part in (*parties, *asked_for, *result, *period, *manner, *originals):
            assert part in said, part

    def test_says_when_it_takes_effect_and_leaves_places_for_every_signature(self, dispute, on_file, write):
        dispute.approved(**on_file)

        composed = write("LD.agreement")

        assert "经调解员签名并加盖调解组织印章后生效" in words(composed)
        places = [line for block in blocks_of(composed.source) if block.kind == "sign" for line in block.lines]
        signs = "".join(run.text for line in places for run in line)
        for place in ("职工（签名或捺印）", "用人单位（签名或盖章）", "调解员（签名）", "调解组织（印章）"):
            assert place in signs

    def test_is_signed_by_four_in_three_originals(self):
        paper = papers.paper("labour_dispute", "LD.agreement")

        assert (paper.originals, set(paper.signed_by)) == (3, {"worker", "employer", "mediator", "seal"})

    def test_states_another_duty(self, dispute, on_file, write):
        dispute.agreed(**on_file)
        dispute.draft(other_duty="出具解除劳动合同证明。")

        assert "用人单位还应履行下列义务：出具解除劳动合同证明。" in words(write("LD.agreement"))

    def test_leaves_a_blank_for_the_period_where_nothing_is_paid(self, write, dispute, on_file):
        dispute.agreed(**on_file)

        composed = write("LD.agreement", "en")

        assert "Last day of performance" in composed.missing

    def test_lists_the_workers_with_each_ones_sum_in_figures_and_words(self, dispute, on_file, write):
        dispute.agreed(**on_file, members=a_list(2))
        first, second, third = dispute.case.members.order_by("number")
        shares = {first.worker_id: "9000.00", second.worker_id: "6000.50", third.worker_id: "0"}
        dispute.draft("15000.50", shares=shares)

        rows = [line for line in words(write("LD.agreement")).splitlines() if " | " in line]

        assert any("王小明" in row and "¥9,000.00 | 人民币玖仟元整" in row for row in rows)
        assert any("李秀英" in row and "¥6,000.50 | 人民币陆仟元伍角整" in row for row in rows)
        assert any("张伟" in row and "— | —" in row for row in rows)

    def test_that_was_issued_says_the_same(self, dispute, on_file):
        """The step passes the terms itself; what it passes and what the file says is one."""
        dispute.approved(**on_file)

        letter = dispute.case.letters.get(paper="LD.agreement")

        assert letter.originals == 3
        assert "人民币壹万捌仟元整" in letter.body


class TestReminder:
    def test_shows_what_is_overdue_and_what_is_not_due_yet(self, dispute, on_file, write):
        dispute.performing(**on_file)
        dispute.perform(instalments=dispute.owed()[:1])
        dispute.wait(60)

        rows = [line for line in words(write("LD.reminder")).splitlines() if line[:2] in ("1 ", "2 ")]

        assert rows[0].endswith("支付")
        assert "逾期" not in rows[0]
        assert rows[1].endswith("逾期未支付")


class TestRoutes:
    def test_review_names_its_last_day_and_both_parties(self, dispute, on_file, write, firm):
        dispute.performing(**on_file)

        said = words(write("LD.review"))

        assert f"（至{_cn(facts(dispute.case)['review_until'])}止）共同提出申请" in said
        assert firm.uscc in said
        assert papers.paper("labour_dispute", "LD.review").signed_by == ("worker", "employer")

    def test_confirmation_names_its_own(self, dispute, on_file, write):
        dispute.performing(**on_file)

        said = words(write("LD.confirmation"))

        assert f"自协议生效之日起三十日内（至{_cn(facts(dispute.case)['confirmation_until'])}止）" in said
        assert "《人民调解法》第三十三条" in said

    def test_payment_order_claims_what_was_recorded_as_not_performed_and_nothing_else(self, dispute, on_file, write):
        dispute.performing(**on_file)
        first, second = dispute.owed()
        dispute.perform(instalments=[first])
        dispute.perform("breached", instalments=[second])

        said = words(write("LD.payment_order"))

        assert "给付申请人¥10,000.00（大写：人民币壹万元整）" in said
        assert "已支付：¥8,000.00" in said
        assert "附一：债务及履行情况说明" in said
        assert "附二：证据和材料目录" in said


def _cn(day):
    return f"{day.year}年{day.month}月{day.day}日"


class TestFailure:
    """企业劳动争议协商调解规定 30: a record that both sign, and in writing that arbitration is open."""

    def test_records_why_tells_of_arbitration_and_when_the_limitation_ends(self, dispute, on_file, write):
        dispute.failed(**on_file)

        said = words(write("LD.failure"))

        assert "调解终结的原因：双方未达成一致" in said
        assert "劳动人事争议仲裁委员会申请仲裁" in said
        assert f"时效期间至{_cn(facts(dispute.case)['limitation_until'])}届满" in said
        assert {"worker", "employer"} <= set(papers.paper("labour_dispute", "LD.failure").signed_by)

    def test_says_what_of_an_agreement_was_not_performed(self, dispute, on_file, write):
        dispute.performing(**on_file)
        dispute.perform(instalments=dispute.owed()[:1])
        dispute.perform("broken")

        said = words(write("LD.failure"))

        assert "已履行¥8,000.00，尚未履行¥10,000.00（大写：人民币壹万元整）" in said

    def test_does_not_ask_to_apply_before_a_day_that_has_passed(self, dispute, on_file, write):
        dispute.failed(**on_file)
        dispute.wait(500)

        assert "请在此之前申请" not in words(write("LD.failure"))


class TestArbitration:
    """办案规则 29 says what stands in an application."""

    def test_states_what_the_rules_ask_for(self, dispute, cast, on_file, write, person, firm):
        dispute.received(**on_file)
        with_evidence(dispute, cast)
        dispute.do("check", "mediator", decision="decline", reason="对方不同意。")

        said = words(write("LD.arbitration"))

        worker = ("王小明", "男", "1985年3月12日", person.id_number, "住所 | 清源区柳河街道12号")
        reached = ("通讯地址 | 清源区柳河街道12号", f"联系电话 | {person.phone}")
        employer = (firm.name, "住所 | 清源区工业路1号", "通讯地址 | 清源区工业路1号", "037160000000", "马东，总经理")
        claims = ("支付三个月工资18000元。", "三个月工资未发。")
        evidence = ("1 | 劳动合同 | ", "2 | 工友证言 | ", "证人姓名和住所：赵一，住清源区柳河街道8号")
        for part in (*worker, *reached, *employer, *claims, *evidence, "副本（按被申请人人数提交）"):
            assert part in said, part

    def test_is_made_in_a_copy_for_the_respondent(self):
        assert papers.paper("labour_dispute", "LD.arbitration").originals == 2


class TestCollective:
    def test_the_list_names_each_worker_and_the_representatives(self, dispute, on_file, write):
        dispute.received(**on_file, members=a_list(9, representatives=range(2)))

        said = words(write("LD.workers"))

        assert "以上共10人" in said
        assert "我们推举王小明、李秀英、张伟为代表人" in said
        assert len([line for line in said.splitlines() if line.startswith(("1 |", "10 |"))]) == 2
        assert "必须经被代表的职工同意" in said


class TestSheets:
    OF_PARTIES = {paper.code for paper in PAPERS if paper.of_party}

    def test_what_goes_to_a_court_or_a_commission_is_the_partys_own_paper(self):
        ours = {paper.code for paper in PAPERS if not paper.signed_by or set(paper.signed_by) & {"mediator", "office"}}

        assert self.OF_PARTIES == {paper.code for paper in PAPERS} - ours

    def test_a_partys_own_paper_has_neither_head_nor_seal_of_the_office(self, dispute, on_file, write, cast):
        dispute.failed(**on_file)

        own, ours = write("LD.arbitration"), write("LD.reminder")

        assert "清源区总工会 （盖章）" in ours.as_html()
        assert "<header>" in ours.as_html()
        assert "清源区总工会 （盖章）" not in own.as_html()
        assert "<header>" not in own.as_html()
        assert "LT-1" in own.as_html()  # at the foot, to be found again

    def test_the_agreement_prints_and_can_be_read_back(self, dispute, on_file, write, monkeypatch):
        dispute.approved(**on_file)
        monkeypatch.setattr(engine, "print_pdf", print_pdf)

        composed = write("LD.agreement")
        pages = PdfReader(BytesIO(composed.as_pdf())).pages
        sheet = Word(BytesIO(composed.as_word()))

        printed = "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")
        assert len(pages) in (2, 3)
        cells = {cell.text for table in sheet.tables for row in table.rows for cell in row.cells}
        for part in ("王小明", "人民币捌仟元整", "调解员（签名）：", "2026年12月10日"):
            assert part in printed, part
            assert part in cells, part

    def test_an_application_with_forty_papers_prints_on_several_sheets(self, dispute, on_file, write, monkeypatch):
        dispute.failed(**on_file)
        monkeypatch.setattr(engine, "print_pdf", print_pdf)
        row = {"title": "工资条", "kind": "证据", "source": "职工本人", "proves": "工资数额"}

        composed = write("LD.arbitration", evidence=[row] * 40)

        numbers = [line.split(" | ")[0] for line in words(composed).splitlines() if "工资条" in line]
        assert [int(after) - int(before) for before, after in pairwise(numbers)] == [1] * 39
        assert len(PdfReader(BytesIO(composed.as_pdf())).pages) > 3
