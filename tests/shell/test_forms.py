"""`{{ form }}` says what each field is, what it needs and what is wrong with it."""

import re

import pytest
from django import forms
from django.utils import translation

from config.forms import HouseForms


class Intake(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the ID card.")
    happened_on = forms.DateField(label="Happened on", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(label="Kind", choices=[("", "—"), ("wages", "Wages")])
    channel = forms.ChoiceField(
        label="Channel", choices=[("call", "Call"), ("visit", "Visit")], widget=forms.RadioSelect
    )
    needs = forms.MultipleChoiceField(
        label="Needs", choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple, required=False
    )
    story = forms.CharField(label="Story", widget=forms.Textarea(attrs={"class": "tall"}))
    paper = forms.FileField(label="Paper", required=False)
    agrees = forms.BooleanField(label="Agrees")
    source = forms.CharField(widget=forms.HiddenInput, required=False)

    default_renderer = HouseForms()


class Line(forms.Form):
    amount = forms.DecimalField(label="Amount")

    default_renderer = HouseForms()


@pytest.fixture(params=["zh-hans", "en"])
def _language(request):
    with translation.override(request.param):
        yield


@pytest.mark.usefixtures("_language")
class TestForm:
    def test_labels_every_control(self):
        html = str(Intake())

        ids = re.findall(r'<(?:input|select|textarea)(?![^>]*type="hidden")[^>]*\bid="([^"]+)"', html)
        assert len(ids) == 10
        assert all(f'for="{id_}"' in html for id_ in ids)

    def test_dresses_each_kind_of_control(self):
        form = Intake()

        assert 'class="form-control"' in str(form["name"])
        assert 'class="form-select"' in str(form["kind"])
        assert 'class="form-check-input"' in str(form["agrees"])
        assert str(form["channel"]).count('class="form-check-input"') == 2
        assert 'class="tall form-control"' in str(form["story"])
        assert "class=" not in str(form["source"])

    def test_marks_what_must_be_filled_in(self):
        html = str(Intake())

        assert html.count('class="g-required"') == 5

    def test_ties_the_help_to_its_control(self):
        html = str(Intake())

        assert 'aria-describedby="id_name_helptext"' in html
        assert 'id="id_name_helptext"' in html

    def test_shows_nothing_wrong_before_it_is_sent(self):
        html = str(Intake())

        assert "data-error-summary" not in html
        assert "is-invalid" not in html

    def test_says_what_is_wrong_at_the_field_and_at_the_top(self):
        html = str(Intake({"name": "", "story": "x"}))

        assert 'role="alert"' in html
        for field, target in [
            ("name", "id_name"),
            ("kind", "id_kind"),
            ("channel", "id_channel_0"),
            ("agrees", "id_agrees"),
        ]:
            assert f'id="id_{field}_error"' in html
            assert f'href="#{target}"' in html
            assert f'id="{target}"' in html
        assert 'aria-describedby="id_name_helptext id_name_error"' in html

    def test_keeps_what_was_typed(self):
        html = str(Intake({"name": "<Wang>", "kind": "wages", "channel": "visit", "needs": ["b"], "story": "long"}))

        assert 'value="&lt;Wang&gt;"' in html
        assert '<option value="wages" selected>' in html
        assert re.search(r'value="visit"[^>]* checked', html)
        assert re.search(r'value="b"[^>]* checked', html)
        assert "long</textarea>" in html

    def test_shows_errors_of_no_field_and_of_hidden_fields(self):
        form = Intake({"name": "Wang"})
        form.add_error(None, "The two dates do not agree.")
        form.add_error("source", "Unknown source.")

        html = str(form)

        assert "The two dates do not agree." in html
        assert "Unknown source." in html


@pytest.mark.usefixtures("_language")
class TestFormset:
    def test_frames_each_form_and_offers_one_more(self):
        html = str(forms.formset_factory(Line, extra=2)())

        assert html.count("data-formset-form>") == 3  # two, and the pattern for new ones
        assert 'name="form-TOTAL_FORMS"' in html
        assert "form-__prefix__-amount" in html
        assert "data-formset-add" in html

    def test_offers_none_when_it_is_full(self):
        html = str(forms.formset_factory(Line, extra=2, max_num=2)())

        assert "data-formset-add" not in html
