"""A file of worked examples: what is in it comes out, what is wrong in it is told, what cannot be read is refused."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from casework.deadlines.calendar import Calendar
from casework.examples import checking
from casework.examples.checking import UnreadableFile, check, check_file, rule_for, setting_of
from casework.examples.rule import every_example

HERE = Path(__file__).parent


def brought(name):
    """Return our own file of a name and those the case types bring."""
    return [HERE / name, *sorted(Path(settings.BASE_DIR).glob(f"workflows/case_types/*/tests/{name}"))]


FILES = brought("examples.json")
MISSES = [one for path in brought("misses.json") for one in json.loads(path.read_text(), parse_float=Decimal)]
OURS = ("casework.", "workflows.case_types.")


@pytest.fixture(autouse=True)
def in_english():
    """Read the messages as they stand in the code."""
    with translation.override("en"):
        yield


def of(path):
    """Return every example of a file with what holds for all of them."""
    vectors, meta = checking.read_file(path)
    return [(vector, setting_of(meta)) for vector in vectors]


EVERY = [pytest.param(*one, id=str(one[0]["id"])) for path in FILES for one in of(path)]


class TestFiles:
    @pytest.mark.parametrize(("vector", "setting"), EVERY)
    def test_every_example_comes_out(self, vector, setting):
        assert check(vector, setting) is None

    def test_are_checked_whole(self):
        for path in FILES:
            checked = check_file(path)

            assert (checked.passed, checked.misses) == (len(of(path)), ())

    def test_hold_at_least_one_example_of_every_rule(self):
        used = {
            rule_for(vector["area"], frozenset(vector["input"]), frozenset(vector["expected"])).code
            for path in FILES
            for vector, _setting in of(path)
            if "input" in vector
        }
        product = {code for code, rule in every_example().items() if rule.work_out.__module__.startswith(OURS)}

        assert product - used == set()

    def test_of_either_form_are_found(self):
        forms = {"rule" if "events" in vector else "input" for path in FILES for vector, _setting in of(path)}

        assert forms == {"rule", "input"}


def other_than(value):
    """Return a value that is wrong where this one is right."""
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int | Decimal):
        return value + 1
    if isinstance(value, str):
        try:
            return str(Decimal(value) + Decimal("0.01"))
        except ArithmeticError:
            return value + "!"
    if isinstance(value, dict):
        return {name: other_than(one) for name, one in value.items()}
    return [*value, "one more"]


class TestMutations:
    """One wrong value in a right example: each is noticed, and told by its name."""

    @pytest.mark.parametrize(("vector", "setting"), EVERY)
    def test_every_wrong_value_is_reported(self, vector, setting):
        for name, value in vector["expected"].items():
            wrong = other_than(value)
            changed = {**vector, "expected": {**vector["expected"], name: wrong}}

            miss = check(changed, setting)

            assert miss is not None, f"{name}: {wrong!r} passes for {value!r}"
            assert len(miss.reasons) == 1
            assert miss.reasons[0].startswith(f"{name}: expected ")

    @pytest.mark.parametrize(("vector", "setting"), EVERY)
    def test_neither_id_nor_title_matters(self, vector, setting):
        bare = {name: vector[name] for name in ("area", "input", "rule", "events", "on", "expected") if name in vector}

        assert check({**bare, "id": "x", "title": "y", "note": "z"}, setting) is None
        assert check(bare, setting) is None


class TestMisses:
    @pytest.mark.parametrize("vector", MISSES, ids=lambda one: one["because"][:30] if isinstance(one, dict) else "text")
    def test_say_what_is_wrong_and_what_is_known(self, vector):
        miss = check(vector, setting_of({}), 7)

        assert miss is not None
        assert miss.label.startswith("#7")
        told = " ".join(miss.reasons)
        assert (vector["because"] if isinstance(vector, dict) else "WrongShape") in told

    def test_of_one_example_leave_the_others_to_be_checked(self, tmp_path):
        right = {"area": "petition", "input": {"representatives": 3}, "expected": {"allowed": True}}
        wrong = {**right, "id": "X-1", "expected": {"allowed": False}}
        file = tmp_path / "some.json"
        file.write_text(json.dumps({"vectors": [wrong, right, wrong, right, right]}))

        checked = check_file(file)

        assert (checked.passed, [miss.label for miss in checked.misses]) == (3, ["X-1 petition", "X-1 petition"])

    def test_a_rule_that_stumbles_is_a_miss_too(self, monkeypatch):
        monkeypatch.setattr("casework.cases.petitions.may_come", lambda number: 1 // 0)
        vector = {"area": "petition", "input": {"representatives": 3}, "expected": {"allowed": True}}

        assert check(vector, setting_of({})).reasons[0].startswith("ZeroDivisionError")


class TestReadingAFile:
    def test_takes_a_bare_list_and_one_in_an_object(self, tmp_path):
        vector = {"area": "petition", "input": {"representatives": 3}, "expected": {"allowed": True}}
        file = tmp_path / "some.json"
        for content in ([vector], {"vectors": [vector]}, {"meta": {"title": "…"}, "vectors": [vector]}):
            file.write_text("\ufeff" + json.dumps(content), "utf-8")

            assert check_file(file).passed == 1

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"", "not JSON"),
            (b"{", "not JSON"),
            (b"\xff\xfe", "cannot be read"),
            (b"[" * 100_000, "not JSON"),
            (b'[{"expected": {"x": NaN}}]', "not JSON"),
            (b"[]", "holds no examples"),
            (b"{}", "holds no examples"),
            (b"3", "holds no examples"),
            (b'{"vectors": {}}', "holds no examples"),
            (b'{"vectors": [1], "meta": []}', "meta"),
            (b'{"vectors": [1], "meta": {"parameters": []}}', "parameters"),
            (b'{"vectors": [1], "meta": {"calendar": []}}', "calendar"),
            (b'{"vectors": [1], "meta": {"calendar": {"off": ["2026-13-01"]}}}', "2026-13-01"),
            (b'{"vectors": [1], "meta": {"calendar": {"off": [], "years_known": ["x"]}}}', "years_known"),
        ],
    )
    def test_refuses_what_it_cannot_read(self, tmp_path, content, why):
        file = tmp_path / "bad.json"
        file.write_bytes(content)

        with pytest.raises(UnreadableFile, match=why):
            check_file(file)

    def test_refuses_what_is_not_there(self, tmp_path):
        with pytest.raises(UnreadableFile, match="cannot be read"):
            check_file(tmp_path / "none.json")
        with pytest.raises(UnreadableFile, match="cannot be read"):
            check_file(tmp_path)


class TestCalendar:
    def test_of_the_file_holds_for_its_years_and_the_published_one_for_the_others(self):
        own = setting_of({"calendar": {"off": ["2025-06-30"], "extra_work": ["2025-06-28"], "years_known": [2025]}})

        assert not own.calendar.is_working_day(date(2025, 6, 30))
        assert own.calendar.is_working_day(date(2025, 6, 28))
        # a festival of the year that the file forgot is none, for that is what the file says
        assert own.calendar.is_working_day(date(2025, 10, 1))
        assert not own.calendar.is_working_day(date(2024, 10, 1))
        assert own.calendar.is_working_day(date(2026, 2, 28))

    def test_without_years_covers_those_of_its_days(self):
        own = setting_of({"calendar": {"off": ["2027-02-08"], "extra_work": ["2027-02-13"]}}).calendar

        assert not own.is_provisional(date(2027, 1, 1), date(2027, 12, 31))
        assert own.is_working_day(date(2027, 2, 13))

    def test_that_is_published_needs_no_database(self):
        published = setting_of({}).calendar

        assert published.is_working_day(date(2026, 9, 20))
        assert not published.is_working_day(date(2026, 9, 25))
        assert published.published >= frozenset(range(2004, 2027))

    def test_limited_to_some_years_forgets_the_notices_of_the_others(self):
        calendar = checking.limited_to(setting_of({}).calendar, [2025])

        assert calendar.published == {2025}
        assert not calendar.is_working_day(date(2026, 9, 20))
        assert not calendar.is_working_day(date(2026, 10, 1))
        assert calendar.is_provisional(date(2026, 9, 20), date(2026, 9, 20))


class TestComparing:
    @pytest.mark.parametrize(
        ("got", "expected"),
        [
            (Decimal("26000.00"), "26000.00"),
            (Decimal("26000.00"), "26000"),
            (Decimal("26000.00"), 26000),
            (4, "4"),
            (Fraction(145, 3), "48.33"),
            (Fraction(145, 3), Decimal("48.3333333")),
            (Fraction(48), Decimal("48.0")),
            (Fraction(1, 8), "0.13"),
            (Fraction(-1, 8), "-0.13"),
            (Fraction(10**12, 3), "333333333333.33333333333333333333"),
            (date(2026, 9, 20), "2026-09-20"),
            (datetime(2026, 9, 20, 4, tzinfo=UTC), "2026-09-20T12:00"),
            ({1: Decimal(2)}, {"1": "2.00"}),
            (frozenset("ab"), ["b", "a"]),
            ((3, 5), [3, 5]),
            (None, None),
            (True, True),
        ],
    )
    def test_takes_one_value_written_in_two_ways(self, got, expected):
        assert checking.same(got, expected)

    @pytest.mark.parametrize(
        ("got", "expected"),
        [
            (Decimal("26000.00"), "26000.001"),
            (Decimal(1), True),
            (1, True),
            (True, 1),
            (None, "null"),
            (None, 0),
            (0, None),
            (Fraction(145, 3), "48"),
            (Fraction(145, 3), "48.34"),
            (Fraction(1, 3), "1e-999999"),
            (Decimal(1), "one"),
            (Decimal(1), "NaN"),
            (Decimal(1), [1]),
            (date(2026, 9, 20), "2026-9-20"),
            (datetime(2026, 9, 20, 4, tzinfo=UTC), "2026-09-20T12:01"),
            (datetime(2026, 9, 20, 4, tzinfo=UTC), "noon"),
            ({1: Decimal(2)}, {"1": "2.00", "2": "2.00"}),
            ({1: Decimal(2)}, ["2.00"]),
            (frozenset("ab"), ["a"]),
            (frozenset("ab"), ["a", "a"]),
            (frozenset("ab"), [{}, []]),
            ((3, 5), [5, 3]),
            ((3, 5), "3, 5"),
            ("5", 5),
        ],
    )
    def test_tells_other_values_apart(self, got, expected):
        assert not checking.same(got, expected)

    @given(st.fractions(-1000, 1000), st.integers(0, 6))
    def test_rounds_half_up_and_never_further_than_half_a_place(self, number, places):
        found = Fraction(checking.rounded(number, places))

        assert abs(found - number) <= Fraction(1, 2 * 10**places)
        if abs(found - number) == Fraction(1, 2 * 10**places):
            assert abs(found) > abs(number)

    @given(
        st.dates(date(2004, 1, 1), date(2026, 12, 31)), st.integers(0, 400), st.sampled_from(["calendar", "working"])
    )
    def test_of_any_period_what_is_told_is_what_is_taken(self, start, days, unit):
        vector = {"area": "hotline", "input": {"x": start.isoformat(), "days": days, "unit": unit}}
        got = checking.answers_to({**vector, "expected": {"due": ""}}, setting_of({}))

        assert check({**vector, "expected": checking.told(got)}, setting_of({})) is None
        assert len(got["counted_days"]) == days
        assert setting_of({}).calendar.is_working_day(got["due"]) or not days


def test_a_calendar_nobody_limited_is_the_same():
    assert checking.limited_to(Calendar(), []) == Calendar()
