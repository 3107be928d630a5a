from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from casework.people import identifiers
from casework.people.identifiers import InvalidIdentifier
from tests import factories

TODAY = date(2026, 11, 20)


def resident(area: str = "410100", birth: str = "19850312", sequence: str = "123") -> str:
    digits = f"{area}{birth}{sequence}"
    return digits + ric.calc_check_digit(digits + "0")


def code_of(check, *arguments) -> str:
    with pytest.raises(InvalidIdentifier) as caught:
        check(*arguments)
    return caught.value.code


class TestResidentId:
    def test_says_when_its_holder_was_born_and_whether_a_man(self):
        assert identifiers.resident_id(resident(sequence="123"), TODAY)[1:] == (date(1985, 3, 12), "M")
        assert identifiers.resident_id(resident(sequence="124"), TODAY)[1:] == (date(1985, 3, 12), "F")

    def test_is_read_however_it_is_typed(self):
        number = resident()
        wide = "".join(chr(ord(character) + 0xFEE0) for character in number)
        for typed in (f" {number} ", f"{number[:6]} {number[6:14]}-{number[14:]}", wide):
            assert identifiers.resident_id(typed, TODAY).number == number

    def test_takes_a_small_x(self):
        number = next(n for n in (resident(sequence=f"{i:03d}") for i in range(1, 99)) if n.endswith("X"))
        assert identifiers.resident_id(number.lower(), TODAY).number == number

    def test_takes_an_area_that_no_longer_exists(self):
        assert identifiers.resident_id(resident(area="110103"), TODAY).number.startswith("110103")

    def test_takes_a_leap_day_and_somebody_over_a_hundred(self):
        assert identifiers.resident_id(resident(birth="19200229"), TODAY).birth_on == date(1920, 2, 29)

    @pytest.mark.parametrize(
        ("number", "code"),
        [
            ("", "FORMAT"),
            ("12345", "FORMAT"),
            ("4101008503121", "FORMAT"),
            ("410100850312123", "FORMAT"),
            ("41010019850312123A", "FORMAT"),
            (resident(birth="19210229"), "BIRTH_DATE"),
            (resident(birth="19851301"), "BIRTH_DATE"),
            (resident(birth="00000101"), "BIRTH_DATE"),
            (resident(birth="20261121"), "BIRTH_IN_FUTURE"),
            (resident(area="810000"), "AREA"),
            (resident(area="910100"), "AREA"),
        ],
    )
    def test_refuses_with_the_reason(self, number, code):
        assert code_of(identifiers.resident_id, number, TODAY) == code

    def test_born_today_is_born(self):
        assert identifiers.resident_id(resident(birth="20261120"), TODAY).birth_on == TODAY

    @given(
        st.dates(min_value=date(1900, 1, 1), max_value=TODAY),
        st.integers(0, 999),
        st.integers(0, 17),
        st.integers(1, 9),
    )
    def test_any_one_wrong_digit_is_noticed(self, birth, sequence, place, shift):
        number = resident(birth=f"{birth:%Y%m%d}", sequence=f"{sequence:03d}")
        assert identifiers.resident_id(number, TODAY).birth_on == birth
        old = "0123456789X".index(number[place])
        digits = "0123456789X" if place == 17 else "0123456789"
        wrong = digits[(old + shift) % len(digits)]
        if wrong != number[place]:
            with pytest.raises(InvalidIdentifier):
                identifiers.resident_id(number[:place] + wrong + number[place + 1 :], TODAY)


class TestOtherPapers:
    def test_residence_permit_has_its_own_areas(self):
        assert identifiers.hmt_residence(resident(area="830000"), TODAY).sex == "M"
        assert code_of(identifiers.hmt_residence, resident(), TODAY) == "AREA"

    def test_foreigners_card_new_and_old(self):
        assert identifiers.foreigner_card(resident(area="931156"), TODAY).birth_on == date(1985, 3, 12)
        assert identifiers.foreigner_card("USA310085031201", TODAY).number == "USA310085031201"
        assert code_of(identifiers.foreigner_card, resident(), TODAY) == "AREA"

    @pytest.mark.parametrize("number", ["H12345678", "m12345678", "H1234567890"])
    def test_travel_permit_hong_kong_macao(self, number):
        assert identifiers.identity("hm_permit", number, TODAY).number == number.upper()

    @pytest.mark.parametrize("number", ["K12345678", "H1234567", "12345678"])
    def test_travel_permit_hong_kong_macao_refuses(self, number):
        assert code_of(identifiers.hm_permit, number, TODAY) == "FORMAT"

    def test_travel_permit_taiwan_and_passport(self):
        assert identifiers.identity("tw_permit", "12345678", TODAY).number == "12345678"
        assert code_of(identifiers.tw_permit, "1234567", TODAY) == "FORMAT"
        assert identifiers.identity("passport", "e 1234567", TODAY).number == "E1234567"
        assert code_of(identifiers.passport, "护照", TODAY) == "FORMAT"


class TestAge:
    def test_counts_full_years(self):
        assert identifiers.age(date(1985, 11, 20), TODAY) == 41
        assert identifiers.age(date(1985, 11, 21), TODAY) == 40

    def test_of_somebody_born_on_a_leap_day(self):
        assert identifiers.age(date(2012, 2, 29), date(2026, 2, 28)) == 13
        assert identifiers.age(date(2012, 2, 29), date(2026, 3, 1)) == 14


class TestCreditCode:
    def test_is_taken_apart(self):
        code = identifiers.credit_code(factories.a_credit_code())
        assert (code.registry, code.kind, code.area) == ("9", "1", "410100")

    def test_of_a_union_begins_with_81(self):
        digits = "81410100MC0000012"
        total = sum(identifiers.USCC_ALPHABET.index(d) * pow(3, p, 31) for p, d in enumerate(digits))
        code = identifiers.credit_code(digits + identifiers.USCC_ALPHABET[-total % 31])
        assert (code.registry, code.kind) == ("8", "1")
        assert code.organisation_check_fits

    def test_says_which_characters_cannot_be(self):
        with pytest.raises(InvalidIdentifier) as caught:
            identifiers.credit_code("91410100MAO00I0001")
        assert (caught.value.code, caught.value.facts["bad"]) == ("CHARSET", ["I", "O"])

    def test_refuses_the_wrong_length_and_check(self):
        good = factories.a_credit_code()
        assert code_of(identifiers.credit_code, good[:17]) == "LENGTH"
        wrong = "0" if good[17] != "0" else "1"
        with pytest.raises(InvalidIdentifier) as caught:
            identifiers.credit_code(good[:17] + wrong)
        assert (caught.value.code, caught.value.facts["expected"]) == ("CHECK_CHAR", good[17])

    @given(st.integers(0, 16), st.integers(1, 30))
    def test_any_one_wrong_character_is_noticed(self, place, shift):
        good = factories.a_credit_code()
        wrong = identifiers.USCC_ALPHABET[(identifiers.USCC_ALPHABET.index(good[place]) + shift) % 31]
        assert code_of(identifiers.credit_code, good[:place] + wrong + good[place + 1 :]) == "CHECK_CHAR"


class TestPhone:
    @pytest.mark.parametrize(
        ("typed", "kind", "number"),
        [
            ("19900000001", "mobile", "19900000001"),
            ("+86 199 0000 0001", "mobile", "19900000001"),
            ("0086-19900000001", "mobile", "19900000001"),
            ("019900000001", "mobile", "19900000001"),
            ("１９９００００００01", "mobile", "19900000001"),
            ("0371-65432100", "landline", "037165432100"),
            ("010 6543 2100", "landline", "01065432100"),
            ("(0758)2345678", "landline", "07582345678"),
            ("400-800-1234", "service", "4008001234"),
            ("12351", "short", "12351"),
            ("0371-12351", "short", "037112351"),
            ("110", "short", "110"),
        ],
    )
    def test_is_taken_into_one_form(self, typed, kind, number):
        assert identifiers.phone(typed) == (kind, number)

    @pytest.mark.parametrize(
        "typed", ["", "12345678901", "1990000000", "199000000011", "65432100", "打不通", "+1 555 0100"]
    )
    def test_refuses_what_cannot_be_dialled(self, typed):
        assert code_of(identifiers.phone, typed) == "FORMAT"


class TestLandline:
    @pytest.mark.parametrize("typed", ["0371-65432100", "010 6543 2100", "65432100", "(0758)2345678", "2345678"])
    def test_may_be_one_with_or_without_its_area_code(self, typed):
        assert identifiers.may_be_landline(typed)

    @pytest.mark.parametrize("typed", ["", "19900000001", "12345678901", "12351", "654321", "400-800-1234"])
    def test_is_no_mobile_and_no_service_number(self, typed):
        assert not identifiers.may_be_landline(typed)


class TestBankCard:
    def test_check_digit_that_fits(self):
        number = factories.an_account_number()
        assert identifiers.bank_card(number).check_fits
        assert identifiers.bank_card(number).last4 == number[-4:]

    def test_check_digit_that_does_not_fit_is_a_warning(self):
        number = factories.an_account_number()
        wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
        assert not identifiers.bank_card(wrong).check_fits

    def test_length_and_digit_are_told_apart(self):
        assert identifiers.bank_card("620000000000018")[1:] == (False, True)
        assert identifiers.bank_card("6200000000000000026")[1:] == (True, True)

    def test_passbook_is_taken_with_a_warning(self):
        assert not identifiers.bank_card("1702020109").check_fits

    @pytest.mark.parametrize("typed", ["", "1234567", "账号", "6200 abcd"])
    def test_refuses_what_is_no_number(self, typed):
        assert code_of(identifiers.bank_card, typed) == "FORMAT"


class TestMasks:
    @pytest.mark.parametrize(
        ("name", "masked"),
        [
            ("王伟", "王*"),
            ("王小明", "王**"),
            ("欧阳明", "欧**"),
            ("欧阳小明", "欧***"),
            ("欧阳", "欧*"),
            ("阿卜杜拉·买买提", "阿*******"),
            (" 王伟 ", "王*"),
            ("王", "王"),
            ("", ""),
        ],
    )
    def test_of_a_name_shows_the_first_character_and_guesses_no_surname(self, name, masked):
        assert identifiers.mask_name(name) == masked

    def test_of_an_id_number_shows_its_place_and_its_end(self):
        assert identifiers.mask_id("410100198503121234") == "410100********1234"
        assert identifiers.mask_id("ABC123456789012") == "ABC123*****9012"
        assert identifiers.mask_id("E1234567") == "E1****67"
        assert identifiers.mask_id("") == ""

    @pytest.mark.parametrize(
        ("number", "masked"),
        [
            ("6200000000000000026", "620000*********0026"),
            ("6200000000000001", "620000******0001"),
            ("1702020100", "******0100"),
            ("12345678", "****5678"),
            ("", ""),
        ],
    )
    def test_of_an_account_shows_the_bank_and_the_end_of_a_long_one(self, number, masked):
        assert identifiers.mask_card(number) == masked

    def test_of_a_phone(self):
        assert identifiers.mask_phone("19900008000") == "199****8000"
        assert identifiers.mask_phone("037165432100") == "*********100"
        assert identifiers.mask_phone("") == ""

    @given(st.text("0123456789ABCX", min_size=5, max_size=20))
    def test_always_hide_something(self, number):
        assert "*" in identifiers.mask_id(number)
        assert "*" in identifiers.mask_phone(number)
        assert "*" in identifiers.mask_card(number)
        assert len(identifiers.mask_id(number)) == len(identifiers.mask_card(number)) == len(number)

    def test_label_of_lists(self):
        assert identifiers.worker_label("王建国", "19900001234") == "王** 1234"
        assert identifiers.worker_label("王建国") == "王**"


class TestNamePieces:
    def test_are_characters_and_pairs(self):
        assert identifiers.name_pieces("王小明") == {"王", "小", "明", "王小", "小明"}

    def test_do_not_mind_dots_and_width(self):
        assert identifiers.fold_name("阿卜杜拉·买买提") == "阿卜杜拉买买提"
        assert identifiers.fold_name("Ｊohn  Smith") == "johnsmith"

    @given(st.text("王李张小明伟", min_size=1, max_size=6), st.data())
    def test_any_part_of_a_name_ends_in_one_of_them(self, name, data):
        start = data.draw(st.integers(0, len(name) - 1))
        end = data.draw(st.integers(start + 1, len(name)))
        assert name[start:end][-2:] in identifiers.name_pieces(name)


def test_day_arithmetic_of_the_future_check_uses_the_day_given():
    tomorrow = TODAY + timedelta(days=1)
    number = resident(birth=f"{tomorrow:%Y%m%d}")
    assert code_of(identifiers.resident_id, number, TODAY) == "BIRTH_IN_FUTURE"
    assert identifiers.resident_id(number, tomorrow).birth_on == tomorrow
