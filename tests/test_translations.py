"""Chinese is complete: no text reaches a person untranslated."""

import gettext

from django.utils import translation
from django.utils.translation import trans_real

from config import catalogues


class TestTranslations:
    def test_every_text_in_use_is_translated(self):
        assert catalogues.untranslated() == []

    def test_words_are_found_in_templates_and_code(self, tmp_path):
        page = tmp_path / "page.html"
        page.write_text(
            '{% load i18n %}<p title="don\'t">{% translate "One" context "size" %}</p>{# no #}'
            "{% blocktranslate count n=rows %}{{ n }} row{% plural %}{{ n }} rows (all){% endblocktranslate %}"
        )
        code = tmp_path / "code.py"
        code.write_text('a = _("Two")\nb = pgettext_lazy("size", "Three")\nc = ngettext("%d day", "%d days", n)\n')

        assert set(catalogues.words_of(page)) == {
            ("One", None, "size"),
            ("%(n)s row", "%(n)s rows (all)", None),
        }
        assert set(catalogues.words_of(code)) == {
            ("Two", None, None),
            ("Three", None, "size"),
            ("%d day", "%d days", None),
        }

    def test_a_text_without_translation_is_named(self, tmp_path, monkeypatch):
        monkeypatch.setattr(catalogues, "ROOT", tmp_path)
        (tmp_path / "code.py").write_text('a = _("Nobody translated this")\n')

        assert catalogues.untranslated() == ["locale/zh_Hans/LC_MESSAGES/django.po: Nobody translated this"]

    def test_what_a_type_calls_a_thing_is_what_people_read(self, monkeypatch):
        catalogues.compile_all()
        for cache in (gettext, trans_real):  # what an earlier test read may be older than the catalogues
            monkeypatch.setattr(cache, "_translations", {})
        elsewhere = []
        with translation.override("zh-hans"):
            for home in catalogues.homes():
                own = catalogues.catalogue_of(home)
                for text, plural, context in catalogues.collected(home):
                    meant = own.get(text, context)
                    if plural or not meant or not meant.string:
                        continue
                    read = translation.pgettext(context, text) if context else translation.gettext(text)
                    if read != meant.string:
                        elsewhere.append(
                            f"{home.name}: “{text}” means {meant.string} but reads {read}: give it a context"
                        )

        assert elsewhere == []
