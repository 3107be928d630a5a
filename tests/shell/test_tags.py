"""How dates, sums and due dates are written."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import translation

from casework.templatetags import gongdao

BEIJING = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=BEIJING)


class TestMoney:
    @pytest.mark.parametrize(
        ("amount", "written"),
        [
            (Decimal("1234.5"), "¥1,234.50"),
            (Decimal(0), "¥0.00"),
            (12, "¥12.00"),
            (Decimal("-5"), "-¥5.00"),
            (Decimal("12345678901.99"), "¥12,345,678,901.99"),
            (None, "—"),
        ],
    )
    def test_is_written_in_yuan(self, amount, written):
        assert gongdao.money(amount) == written

    def test_refuses_a_float(self):
        with pytest.raises(TypeError):
            gongdao.money(0.1)


class TestDates:
    def test_follow_the_language(self):
        day = date(2026, 11, 2)

        with translation.override("zh-hans"):
            assert gongdao.cn_date(day) == "2026年11月2日"
        with translation.override("en"):
            assert gongdao.cn_date(day) == "2 Nov 2026"

    def test_of_a_moment_is_the_day_in_beijing(self):
        late = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)

        with translation.override("zh-hans"):
            assert gongdao.cn_date(late) == "2026年11月21日"
            assert gongdao.cn_moment(late) == "2026年11月21日 01:30"
        with translation.override("en"):
            assert gongdao.cn_moment(late) == "21 Nov 2026, 01:30"

    def test_of_nothing_is_a_dash(self):
        assert gongdao.cn_date(None) == gongdao.cn_moment(None) == "—"


class TestNearness:
    @pytest.mark.parametrize(
        ("days", "tone", "words"),
        [
            (-3, "bad", "3 days overdue"),
            (-1, "bad", "1 day overdue"),
            (0, "bad", "Due today"),
            (1, "warn", "Due tomorrow"),
            (3, "warn", "3 days left"),
            (15, "calm", "15 days left"),
        ],
    )
    def test_of_a_day_counts_calendar_days(self, days, tone, words):
        with translation.override("en"):
            near = gongdao.nearness(NOW.date() + timedelta(days=days), NOW)

        assert (near.tone, near.words) == (tone, words)

    @pytest.mark.parametrize(
        ("left", "words"),
        [
            (timedelta(minutes=20), "Less than an hour left"),
            (timedelta(hours=1, minutes=5), "1 hour left"),
            (timedelta(hours=5), "5 hours left"),
            (-timedelta(hours=1), "Overdue since today"),
            (-timedelta(days=2), "2 days overdue"),
            (timedelta(days=4), "4 days left"),
        ],
    )
    def test_of_a_moment_counts_hours_when_it_is_near(self, left, words):
        with translation.override("en"):
            assert gongdao.nearness(NOW + left, NOW).words == words

    def test_of_midnight_belongs_to_the_day_that_ends(self):
        end_of_the_21st = datetime(2026, 11, 22, tzinfo=BEIJING)

        with translation.override("en"):
            assert gongdao.nearness(end_of_the_21st, NOW).words == "Due tomorrow"


class TestDue:
    def render(self, **context) -> str:
        with translation.override("en"):
            return Template("{% load gongdao %}{% due day done now %}").render(Context({"now": NOW, **context}))

    def test_says_it_in_words_and_with_the_date(self):
        html = self.render(day=date(2026, 11, 25), done=False)

        assert "5 days left" in html
        assert '<time datetime="2026-11-25">25 Nov 2026</time>' in html

    def test_shows_the_hour_where_hours_count(self):
        assert "20 Nov 2026 15:30" in self.render(day=datetime(2026, 11, 20, 15, 30, tzinfo=BEIJING), done=False)

    def test_is_calm_when_the_matter_is_finished(self):
        html = self.render(day=date(2026, 11, 1), done=True)

        assert "overdue" not in html
        assert "1 Nov 2026" in html

    def test_of_nothing_is_a_dash(self):
        assert "—" in self.render(day=None, done=False)


class TestIcon:
    @pytest.fixture(autouse=True)
    def _fresh(self, tmp_path, settings):
        settings.ICONS_DIR = tmp_path
        gongdao.drawing.cache_clear()
        yield
        gongdao.drawing.cache_clear()

    def test_is_written_into_the_page_and_hidden_from_readers(self, tmp_path):
        frame = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'
        (tmp_path / "bell.svg").write_text(f'<svg\n  width="24">\n  {frame}\n  <path d="M1 1" />\n</svg>')

        assert str(gongdao.icon("bell")) == (
            '<svg class="g-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M1 1" /></svg>'
        )

    def test_that_does_not_exist_is_named(self):
        with pytest.raises(gongdao.UnknownIcon, match="no-such-icon"):
            gongdao.icon("no-such-icon")

    def test_is_an_empty_frame_where_the_package_is_not_installed(self, settings, tmp_path):
        settings.ICONS_DIR = tmp_path / "nowhere"

        assert "<path" not in gongdao.icon("bell")
