"""The printer of letters: a PDF with Chinese in it, nothing fetched, and a plain word where there is no font."""

import pytest

from casework.documents import engine


class TestPrint:
    def test_gives_a_pdf(self):
        assert engine.print_pdf("<p>一次性告知书</p>").startswith(b"%PDF-")

    @pytest.mark.parametrize(
        "reach",
        [
            '<link rel="attachment" href="file:///etc/hostname">',
            '<img src="file:///etc/hostname">',
            '<img src="http://127.0.0.1:1/x.png">',
            '<style>@import url("file:///etc/hostname");</style>',
            '<p style="background: url(file:///etc/hostname)">x</p>',
            '<object data="file:///etc/hostname"></object>',
        ],
    )
    def test_fetches_nothing(self, reach):
        with pytest.raises(engine.ReachesOutside):
            engine.print_pdf(f"<p>信</p>{reach}")


class TestFont:
    @pytest.fixture(autouse=True)
    def asked_anew(self):
        engine.has_chinese_font.cache_clear()
        yield
        engine.has_chinese_font.cache_clear()

    def test_is_there(self):
        assert engine.has_chinese_font()

    def test_missing_is_said_before_boxes_are_printed(self, tmp_path, monkeypatch):
        nothing = tmp_path / "fonts.conf"
        nothing.write_text('<?xml version="1.0"?><fontconfig></fontconfig>')
        monkeypatch.setenv("FONTCONFIG_FILE", str(nothing))

        with pytest.raises(engine.NoChineseFont, match="fonts-noto-cjk"):
            engine.print_pdf("<p>信</p>")
