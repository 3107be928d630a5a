"""What the texts of places say: the newest that was out, found by any of the place's names."""

from datetime import date

import pytest
from django.utils import translation

from casework.offices.published import NotYetPublished, Published, UnknownPlace, known_of

TEXTS = (
    Published("Northland", ("北", "北省"), "110000", 2010, "北规〔2010〕1号", "old"),
    Published("Northland", ("北", "北省"), "110000", 2020, "北规〔2020〕9号", "new"),
    Published("Southport", ("南港市",), "440300", None, "南港市自测标准", "undated"),
    Published("Roundland", ("圆市",), "500000", None, "圆规〔2020〕1号", "round"),
)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


class TestKnownOf:
    @pytest.mark.parametrize("name", ["Northland", "northland", " 北省 ", "北", "110000", "110108", "11"])
    def test_takes_every_name_and_the_code_of_whatever_lies_within(self, name):
        assert known_of(TEXTS, name).value == "new"

    @pytest.mark.parametrize(
        ("on", "value"), [(date(2019, 12, 31), "old"), (date(2020, 1, 1), "new"), (date(2010, 1, 1), "old")]
    )
    def test_takes_the_newest_that_was_out(self, on, value):
        assert known_of(TEXTS, "北", on).value == value

    def test_takes_an_undated_text_for_any_day(self):
        assert known_of(TEXTS, "南港市", date(1999, 1, 1)).value == "undated"

    def test_knows_no_place_whose_code_only_begins_alike(self):
        assert known_of(TEXTS, "500105").value == "round"
        with pytest.raises(UnknownPlace):
            known_of(TEXTS, "510100")

    def test_says_which_places_are_known(self):
        with pytest.raises(UnknownPlace, match="Northland 北; Roundland 圆市; Southport 南港市"):
            known_of(TEXTS, "Atlantis")

    @pytest.mark.parametrize("name", ["", "1", "44", "440000", "440400"])
    def test_takes_no_wider_place_for_a_narrower_one(self, name):
        with pytest.raises(UnknownPlace):
            known_of(TEXTS, name)

    def test_says_since_when_a_place_is_known(self):
        with pytest.raises(NotYetPublished, match="北规〔2010〕1号"):
            known_of(TEXTS, "北", date(2009, 12, 31))
