"""Letters that went out: who signed them, how they were sent, when they were served; and one letter to many."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django_q.models import OrmQ
from docx import Document as Word
from pypdf import PdfReader

from casework import jobs
from casework.audit import events
from casework.audit.errors import InvalidFacts, NotAllowed, NotFound
from casework.audit.models import AccessRecord, Event
from casework.audit.verify import verify
from casework.deadlines.models import Clock
from casework.documents import composing, files, filling, letters, operations, papers, queries
from casework.documents.composing import Composed
from casework.documents.letters import Method, Party, State
from casework.documents.models import Letter, LetterRun, LetterText
from casework.offices import operations as offices
from casework.staff import operations as staff
from config.sweep import sweep
from tests import trail
from tests.factories import AT, FOUNDED, lin, meng, sun, zhao
from tests.toy_case_type import papers as toy_papers
from workflows import operations as work

from . import samples

TODAY = date(2026, 11, 20)
LATER = AT + timedelta(days=3)
DECLINED = {"reason": "不属于工会受理范围", "advice": "可向人社部门反映"}


@pytest.fixture
def paper(monkeypatch):
    """Let the toy's notice of closing be signed by worker and seal, and its service begin the time to object."""
    general = {paper.code: paper for paper in papers.PAPERS}
    signed = replace(general["notice.closed"], signed_by=("worker", "seal"), originals=2, serves="toy.found")
    monkeypatch.setattr(toy_papers, "PAPERS", (signed,))
    return signed


@pytest.fixture
def letter(case, cast, paper):
    """A letter of today."""
    return operations.issue_letter(case=case, paper=paper.code, result="已补发工资。", by=cast.lin, at=AT)


def sign(letter, party="worker", **over):
    facts = {"name": "王建国", "signed_on": TODAY, "by": lin(), "at": AT, **over}
    return letters.record_signature(letter=letter, party=party, **facts)


def send(letter, method=Method.POSTED, **over):
    facts = {"addressee": "王建国", "sent_on": TODAY, "tracking": "EMS 1", "by": lin(), "at": AT, **over}
    return letters.send_letter(letter=letter, method=method, **facts)


class TestReading:
    def test_keeps_who_read_it_and_hides_it_from_another_office(self, letter, case, cast):
        assert letters.read_letter(number=letter.number, by=cast.chen, at=AT).heading == "办结告知书"

        assert AccessRecord.objects.get(reader=cast.chen, purpose="document").subject == case.worker.uuid
        for number in (letter.number, "LT-0", "\N{SNOWMAN}"):
            with pytest.raises(NotFound):
                letters.read_letter(number=number, by=cast.zhao, at=AT)

    def test_hands_it_out_as_word_as_it_was_issued_and_says_so_in_the_trail(self, letter, case, cast, tmp_path):
        _letter, content = letters.hand_out_word(number=letter.number, by=cast.chen, at=LATER)

        (tmp_path / "letter.docx").write_bytes(content)
        texts = [paragraph.text for paragraph in Word(str(tmp_path / "letter.docx")).paragraphs]
        assert any("已补发工资。" in text for text in texts)
        assert any("2026年11月20日" in text for text in texts), "the day it went out, not that of the download"
        event = Event.objects.get(kind="letter.downloaded")
        assert event.stream == events.office_stream(case.office_id)
        assert letter.number in events.sentence(event)
        assert AccessRecord.objects.filter(reader=cast.chen, purpose="document", case_number=case.number).exists()


class TestSignatures:
    def test_are_recorded_one_by_one_until_none_is_missing(self, letter, case):
        assert letters.unsigned(letter) == ["worker", "seal"]

        sign(letter)
        assert letters.unsigned(letter) == ["seal"]
        sign(letter, Party.SEAL, name="清源区总工会")

        assert letters.unsigned(letter) == []
        assert letter.originals == 2
        event = Event.objects.filter(stream=case.stream, kind="letter.signed").first()
        assert (event.facts["party"], event.facts["on"]) == ("worker", "2026-11-20")
        assert "王建国" not in event.facts_text

    def test_once_and_by_its_parties_alone(self, letter):
        sign(letter)

        with pytest.raises(letters.AlreadySigned):
            sign(letter)
        with pytest.raises(letters.NotSigned):
            sign(letter, Party.EMPLOYER)

    def test_come_with_a_scan_that_is_bound_to_the_letter(self, letter, case):
        signature = sign(letter, file=samples.upload())

        assert signature.scan.case_id == case.pk
        assert letter.number in signature.scan.title
        assert queries.documents_of(case) == [], "it is the letter's own, no evidence"
        assert queries.content_of(signature.scan) == samples.PDF

    def test_or_with_a_paper_of_the_case_and_of_no_other(self, letter, case, cast):
        mine = operations.attach_document(case=case, kind="agreement", file=samples.upload(), by=cast.lin, at=AT)
        other = work.open_case(
            case_type="toy", by=cast.lin, at=AT, office=cast.tree.county, worker_name="李四", summary="伞", thing="伞"
        )
        theirs = operations.attach_document(case=other, kind="agreement", file=samples.upload(), by=cast.lin, at=AT)

        with pytest.raises(InvalidFacts) as refused:
            sign(letter, scan=theirs)
        assert list(refused.value.errors) == ["scan"]
        with pytest.raises(InvalidFacts):
            sign(letter, scan=mine, file=samples.upload())
        assert sign(letter, scan=mine).scan == mine

    def test_a_scan_that_is_refused_leaves_nothing_behind(self, letter, case):
        with pytest.raises(files.FileRefused):
            sign(letter, file=samples.upload(b"MZ", "a.exe"))

        assert letters.unsigned(letter) == ["worker", "seal"]
        assert not Event.objects.filter(kind="letter.signed").exists()

    @pytest.mark.parametrize("day", [date(2026, 11, 19), date(2026, 11, 21)])
    def test_not_before_the_letter_and_not_ahead(self, letter, day):
        with pytest.raises(InvalidFacts) as refused:
            sign(letter, signed_on=day)

        assert list(refused.value.errors) == ["signed_on"]

    def test_are_not_another_offices_business(self, letter):
        with pytest.raises(NotAllowed):
            sign(letter, by=zhao())


class TestDelivery:
    def test_by_hand_is_served_at_once(self, letter):
        assert send(letter, Method.HANDED, tracking="").served_on == TODAY

    def test_by_post_needs_its_number_and_waits_for_the_service(self, letter):
        with pytest.raises(InvalidFacts) as refused:
            send(letter, tracking=" ")
        assert list(refused.value.errors) == ["tracking"]

        delivery = send(letter)
        assert delivery.served_on is None

        letters.record_service(
            delivery=delivery, served_on=date(2026, 11, 22), by=lin(), at=LATER, file=samples.upload()
        )
        delivery.refresh_from_db()
        assert delivery.served_on == date(2026, 11, 22)
        assert queries.content_of(delivery.proof) == samples.PDF
        with pytest.raises(letters.AlreadyServed):
            letters.record_service(delivery=delivery, served_on=date(2026, 11, 22), by=lin(), at=LATER)

    @pytest.mark.parametrize("day", [date(2026, 11, 19), date(2026, 11, 24)])
    def test_is_not_served_before_it_was_sent_nor_ahead(self, letter, day):
        delivery = send(letter)

        with pytest.raises(InvalidFacts) as refused:
            letters.record_service(delivery=delivery, served_on=day, by=lin(), at=LATER)

        assert list(refused.value.errors) == ["served_on"]

    def test_begins_the_periods_that_hang_on_its_service_with_that_day(self, letter, case):
        offices.load_calendar(year=2026, by=None, at=FOUNDED)
        delivery = send(letter)
        assert not Clock.objects.filter(case=case).exists()

        letters.record_service(delivery=delivery, served_on=date(2026, 11, 20), by=lin(), at=LATER)

        # three working days after the Friday of the service, whenever it was recorded
        assert Clock.objects.get(case=case, rule="TY.objection").due_on == date(2026, 11, 25)
        assert Event.objects.get(stream=case.stream, kind="toy.found").facts["on"] == "2026-11-20"

    def test_of_a_letter_that_begins_nothing_is_only_noted(self, case, cast):
        plain = operations.issue_letter(case=case, paper="notice.declined", by=cast.lin, at=AT, **DECLINED)

        send(plain, Method.HANDED)

        kinds = list(Event.objects.filter(stream=case.stream).order_by("seq").values_list("kind", flat=True))[-2:]
        assert kinds == ["letter.sent", "letter.served"]

    def test_leaves_the_trail_whole(self, letter):
        sign(letter)
        send(letter, Method.HANDED)

        assert verify().faults == []


class TestCorrecting:
    def test_keeps_what_was_typed_for_the_letter_that_replaces_it(self, letter):
        assert Composed.kept(Letter.objects.get(pk=letter.pk).body).values == {"result": "已补发工资。"}

    def test_keeps_days_as_days(self, case, cast):
        operations.open_checklist(case=case, by=cast.lin, at=AT)
        told = operations.give_notice(case=case, due_on=date(2026, 12, 1), by=cast.lin, at=AT)

        kept = Composed.kept(Letter.objects.get(pk=told.pk).body).values

        assert kept["due_on"] == date(2026, 12, 1)
        assert kept["missing"] == [
            {"title": "身份证", "brought_by": "职工"},
            {"title": "收入证明", "brought_by": "用人单位"},
        ]


class TestBlanks:
    def test_are_named_and_nothing_goes_out(self, case, cast):
        with pytest.raises(operations.MissingValues) as refused:
            operations.issue_letter(case=case, paper="supervision.reminder", blanks=False, by=cast.lin, at=AT)

        assert "用人单位" in str(refused.value)
        assert not Letter.objects.exists()

    def test_may_be_left_to_be_filled_in_by_hand(self, case, cast):
        letter = operations.issue_letter(case=case, paper="supervision.reminder", by=cast.lin, at=AT)

        assert filling.BLANK in Composed.kept(letter.body).source


class TestTexts:
    def write(self, source="@to {{ worker }}：\n\n{{ result }}", **over):
        facts = {"paper": "notice.closed", "language": "zh-hans", "why": "换说法", "by": meng(), "at": AT, **over}
        return letters.write_text(source=source, **facts)

    def test_of_an_office_count_for_it_and_below_and_the_newest_of_the_nearest(self, case, cast):
        self.write(office=cast.tree.province)
        self.write("省里的：{{ result }}", office=cast.tree.province)
        self.write("区里的：{{ result }}", office=cast.tree.county)

        issue = {"paper": "notice.closed", "result": "办好了", "by": cast.lin, "at": AT}
        letter = operations.issue_letter(case=case, **issue)

        assert Composed.kept(letter.body).source == "区里的：办好了"
        assert (letter.text.office, letter.text.version) == (cast.tree.county, 1)
        self.write("", office=cast.tree.county)
        again = composing.compose(
            case=case,
            paper=papers.paper("toy", "notice.closed"),
            number="",
            by=cast.lin,
            at=AT,
            values={"result": "好"},
        )
        assert "区里的" not in again.source, "back to the house's"
        assert LetterText.objects.count() == 4

    @pytest.mark.parametrize(
        ("source", "said"),
        [("{{ worker", "1"), ("{{ bank_card }}", "bank_card"), ("好\n{% include 'x' %}", "2"), ("{{ 1 + 1 }}", "add")],
    )
    def test_are_refused_with_the_line_or_the_names(self, case, cast, source, said):
        with pytest.raises(filling.BadText) as refused:
            self.write(source, office=cast.tree.county)

        assert said in str(refused.value.errors["source"])
        assert not LetterText.objects.exists()

    def test_are_written_by_administrators_of_the_office_with_a_reason(self, case, cast):
        with pytest.raises(NotAllowed):
            self.write(by=cast.sun, office=cast.tree.county)
        with pytest.raises(InvalidFacts):
            self.write(why=" ", office=cast.tree.county)


# ---- one letter to many ----------------------------------------------------------------------------------


@pytest.fixture
def cases(cast):
    """Three toys of the county."""
    return [
        work.open_case(
            case_type="toy", by=cast.lin, at=AT, office=cast.tree.county, worker_name=name, summary="伞", thing="伞"
        )
        for name in ("张一", "张二", "张三")
    ]


def begin(cases, **over):
    facts = {"office": cases[0].office, "paper": "notice.declined", "by": lin(), "at": AT, **DECLINED, **over}
    return letters.begin_run(cases=cases, **facts)


def outcomes(run):
    return [(line.outcome, bool(line.letter)) for line in run.lines.order_by("id")]


class TestRun:
    def test_writes_a_letter_to_each_and_ends(self, cases):
        run = begin(cases)
        assert outcomes(run) == [("waiting", False)] * 3

        assert letters.write_on(run=run, at=LATER) is False

        run.refresh_from_db()
        assert (run.state, run.ended_at) == (State.DONE, LATER)
        assert outcomes(run) == [("issued", True)] * 3
        assert {letter.case_id for letter in Letter.objects.all()} == {case.pk for case in cases}
        assert letters.tally(run) == letters.Tally(3, 0, 0)
        ended = Event.objects.get(kind="letters.ended")
        assert (ended.facts["issued"], ended.facts["skipped"]) == (3, 0)
        assert verify().faults == []

    @pytest.mark.django_db(transaction=True)
    def test_is_a_job_that_does_a_piece_and_comes_back(self, cases, monkeypatch):
        monkeypatch.setattr(letters, "PIECE", 2)
        run = begin(cases)
        assert OrmQ.objects.count() == 1

        assert jobs.work(letters.JOB, run.pk) is True
        assert outcomes(run) == [("issued", True)] * 2 + [("waiting", False)]
        assert OrmQ.objects.count() == 2
        assert jobs.work(letters.JOB, run.pk) is False

        run.refresh_from_db()
        assert run.state == State.DONE

    def test_that_nobody_goes_on_with_is_taken_up_by_the_sweep(self, cases):
        run = begin(cases)

        assert sweep(at=LATER).letters == 1

        run.refresh_from_db()
        assert run.state == State.DONE
        assert sweep(at=LATER).letters == 0

    def test_that_was_killed_between_two_letters_goes_on_with_the_next(self, cases, monkeypatch):
        run, issue, written = begin(cases), operations.issue_letter, []

        def killed(**facts):
            if len(written) == 1:
                raise KeyboardInterrupt
            written.append(issue(**facts))
            return written[-1]

        monkeypatch.setattr(operations, "issue_letter", killed)
        with pytest.raises(KeyboardInterrupt):
            letters.write_on(run=run, at=AT)
        assert outcomes(run) == [("issued", True)] + [("waiting", False)] * 2
        monkeypatch.undo()

        letters.write_on(run=run, at=LATER)

        assert outcomes(run) == [("issued", True)] * 3
        assert Letter.objects.count() == 3
        assert len({letter.number for letter in Letter.objects.all()}) == 3

    def test_skips_with_the_reason_and_goes_on(self, cases, cast):
        run = begin(cases)
        gone = {"office": cast.tree.other_county, "office_path": cast.tree.other_county.path}
        type(cases[1]).objects.filter(pk=cases[1].pk).update(**gone)

        letters.write_on(run=run, at=LATER)

        assert outcomes(run) == [("issued", True), ("skipped", False), ("issued", True)]
        assert "其他单位" in run.lines.get(case_id=cases[1].pk).reason
        (left_out,) = Event.objects.filter(kind="letters.left_out")
        assert left_out.stream == events.office_stream(run.office_id)
        assert (left_out.facts["run"], left_out.facts["case"]) == (run.pk, cases[1].number)
        assert "其他单位" in events.words_of(left_out)

    def test_says_in_the_trail_whom_the_sweep_did_not_write_to_and_only_once(self, cases, cast):
        run = begin(cases)
        staff.deactivate_user(user=lin(), by=meng(), at=AT)

        with trail.watched("sweep"):
            sweep(at=LATER)
        letters._skip_line(line=run.lines.first().pk, why="another worker", by=None, at=LATER)

        told = Event.objects.filter(kind="letters.left_out").order_by("id")
        assert [event.facts["case"] for event in told] == [case.number for case in cases]

    def test_writes_no_blanks(self, cases):
        run = begin(cases, paper="supervision.reminder", findings="拖欠工资", articles="第五十条", request="补发")

        letters.write_on(run=run, at=LATER)

        (reason,) = set(run.lines.values_list("reason", flat=True))
        assert "用人单位" in reason
        assert not Letter.objects.exists()

    def test_an_error_of_ours_skips_one_letter_and_says_where_to_look(self, cases, monkeypatch):
        issue = operations.issue_letter
        run = begin(cases)

        def broken(*, case, **facts):
            if case.pk == cases[0].pk:
                raise KeyError("bug")
            return issue(case=case, **facts)

        monkeypatch.setattr(operations, "issue_letter", broken)
        letters.write_on(run=run, at=LATER)

        assert outcomes(run) == [("skipped", False), ("issued", True), ("issued", True)]
        assert run.lines.first().reason

    def test_an_error_of_the_machine_is_tried_again_and_holds_up_no_sweep(self, cases, monkeypatch):
        def full(**facts):
            raise OSError("no space left on device")

        run = begin(cases)
        with monkeypatch.context() as patch:
            patch.setattr(operations, "issue_letter", full)
            sweep(at=AT)
        assert outcomes(run) == [("waiting", False)] * 3

        sweep(at=LATER)
        assert outcomes(run) == [("issued", True)] * 3

    def test_stops_when_somebody_says_so_and_what_went_out_stays(self, cases):
        run = begin(cases)
        letters.write_on(run=run, at=AT, most=1)

        letters.end_run(run=run, by=sun(), at=LATER, stop=True)
        letters.write_on(run=run, at=LATER)

        assert outcomes(run) == [("issued", True)] + [("waiting", False)] * 2
        with pytest.raises(letters.NotWriting):
            letters.end_run(run=run, by=sun(), at=LATER, stop=True)

    def test_prints_what_was_issued_as_one_file_in_the_order_of_the_list(self, cases, tmp_path):
        run = begin(cases[::-1])
        with pytest.raises(NotFound):
            letters.print_run(run=run, by=lin(), at=AT)
        letters.write_on(run=run, at=LATER)

        (tmp_path / "all.pdf").write_bytes(letters.print_run(run=run, by=lin(), at=LATER))

        said = [page.extract_text() for page in PdfReader(tmp_path / "all.pdf").pages]
        assert len(said) >= 3
        firsts = [next(name for name in ("张一", "张二", "张三") if name in text) for text in said if "：" in text]
        assert list(dict.fromkeys(firsts)) == ["张三", "张二", "张一"]
        assert Event.objects.get(kind="letters.printed").facts["letters"] == 3

    def test_goes_to_cases_of_one_kind_that_one_may_write_for(self, cases, cast):
        with pytest.raises(InvalidFacts):
            letters.begin_run(office=cast.tree.county, paper="notice.declined", cases=[], by=lin(), at=AT)
        with pytest.raises(NotAllowed):
            begin(cases, by=zhao())
        assert not LetterRun.objects.exists()

    def test_does_not_exist_for_another_office(self, cases):
        run = begin(cases)

        assert letters.run_for(lin(), run.uuid) == run
        with pytest.raises(NotFound):
            letters.run_for(zhao(), run.uuid)

    def test_of_somebody_who_left_says_so_at_each_line(self, cases, cast):
        run = begin(cases)
        staff.deactivate_user(user=lin(), by=meng(), at=AT)
        cache.clear()

        letters.write_on(run=LetterRun.objects.get(pk=run.pk), at=LATER)

        assert outcomes(run) == [("skipped", False)] * 3
        assert all(run.lines.values_list("reason", flat=True))


class TestChecklist:
    """Papers that grow old."""

    @pytest.fixture(autouse=True)
    def _open(self, case, cast, monkeypatch):
        needed = tuple(
            replace(paper, months=12) if paper.code == "income" else paper for paper in papers.checklist_of_type("toy")
        )
        monkeypatch.setattr(papers, "checklist_of_type", lambda case_type: needed)
        operations.open_checklist(case=case, by=cast.lin, at=AT)
        operations.mark_received(case=case, code="id", by=cast.lin, at=AT)

    def receive(self, case, dated_on, at=AT):
        return operations.mark_received(case=case, code="income", dated_on=dated_on, by=lin(), at=at)

    def missing(self, case, on):
        return [item.code for item in queries.missing(case, on)]

    def test_count_for_their_months_and_are_missing_again_afterwards(self, case):
        item = self.receive(case, date(2026, 2, 28))

        assert item.valid_until == date(2027, 2, 28)
        assert self.missing(case, date(2027, 2, 28)) == []
        assert self.missing(case, date(2027, 3, 1)) == ["income"]

    def test_make_room_for_a_newer_one_only_when_they_have_grown_old(self, case):
        self.receive(case, date(2025, 11, 30))
        with pytest.raises(operations.AlreadyReceived):
            self.receive(case, TODAY)

        expired = AT + timedelta(days=30)
        assert self.receive(case, date(2026, 12, 1), at=expired).valid_until == date(2027, 12, 1)

    @pytest.mark.parametrize("day", [date(2026, 11, 21), date(2025, 11, 19)])
    def test_are_refused_from_the_future_and_when_they_have_grown_old_already(self, case, day):
        with pytest.raises(InvalidFacts) as refused:
            self.receive(case, day)

        assert list(refused.value.errors) == ["dated_on"]
        assert self.missing(case, TODAY) == ["income"]

    def test_are_told_as_missing_again_though_they_were_told_before(self, case):
        operations.give_notice(case=case, by=lin(), at=AT)
        self.receive(case, date(2025, 12, 1), at=AT + timedelta(days=1))
        expired = AT + timedelta(days=30)

        again = operations.give_notice(case=case, by=lin(), at=expired)

        assert "收入证明" in composing.Composed.kept(again.body).source
        with pytest.raises(operations.AlreadyTold):
            operations.give_notice(case=case, by=lin(), at=expired + timedelta(days=1))

    def test_without_a_date_count_as_ever(self, case):
        assert self.receive(case, None).valid_until is None
        assert self.missing(case, date(2099, 1, 1)) == []

    def test_that_grow_never_old_keep_no_last_day(self, case):
        operations.ask_for_paper(case=case, title="病历", brought_by="agency", by=lin(), at=AT)

        item = operations.mark_received(case=case, code="further-1", dated_on=date(2020, 1, 1), by=lin(), at=AT)

        assert item.valid_until is None

    def test_come_as_a_file_with_their_date(self, case, cast):
        operations.attach_document(
            case=case,
            kind="income",
            file=samples.upload(),
            fulfils="income",
            dated_on=date(2026, 6, 30),
            by=cast.lin,
            at=AT,
        )

        assert queries.checklist_of(case)[1].valid_until == date(2027, 6, 30)
