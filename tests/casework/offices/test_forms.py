from datetime import date

import pytest
from django import forms
from django.utils import translation

from casework.offices.forms import DateInput


class TestDateInput:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_starts_with_the_day_in_the_one_form_a_browser_reads(self, language):
        class Day(forms.Form):
            day = forms.DateField(widget=DateInput, initial=date(2026, 11, 20))

        with translation.override(language):
            assert 'value="2026-11-20"' in str(Day()["day"])
