"""Numbers that name people, firms, phones and accounts: checked, normalised, masked. Pure functions.

A check tells what is wrong in words a hotline operator can read out. Codes are stable, for tests and imports.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from stdnum import luhn
from stdnum.cn import ric

from casework.audit.errors import CaseworkError, Text


class InvalidIdentifier(CaseworkError):
    """A number that cannot be right; `code` says which check failed."""

    message = _("This number is not valid.")

    def __init__(self, code: str, message: Text, **facts: object) -> None:
        super().__init__(message, **facts)
        self.code = code


def compact(value: str) -> str:
    """Return a number as typed by anybody in one form: full-width folded, no separators, upper case."""
    folded = unicodedata.normalize("NFKC", value)
    return re.sub(r"[\s\-‐‑–—_.,·()]", "", folded).upper()


# --- people ---------------------------------------------------------------------------------------------------------


class Identity(NamedTuple):
    """What an ID number says about its holder; a paper without such facts leaves them empty."""

    number: str
    birth_on: date | None = None
    sex: str = ""


def age(birth_on: date, on: date) -> int:
    """Return full years of age; somebody born on 29 February turns a year older on 1 March."""
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))


def _eighteen_digits(number: str, today: date) -> Identity:
    """Check a number built like a resident ID (GB 11643-1999): date of birth, sequence, check character."""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise InvalidIdentifier("FORMAT", _("An ID number has 17 digits and a last digit or X."))
    try:
        birth_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise InvalidIdentifier(
            "BIRTH_DATE", _("Digits 7 to 14 are not a date: there is no such day of birth.")
        ) from None
    if birth_on > today:
        raise InvalidIdentifier("BIRTH_IN_FUTURE", _("Digits 7 to 14 give a day of birth in the future."))
    expected = ric.calc_check_digit(number)
    if number[17] != expected:
        raise InvalidIdentifier(
            "CHECK_DIGIT", _("The last character does not fit the others: a digit is wrong."), expected=expected
        )
    return Identity(number, birth_on, "M" if int(number[16]) % 2 else "F")


def resident_id(value: str, today: date) -> Identity:
    """Check the number of a resident ID card. Old area codes are fine: people keep their number for life."""
    number = compact(value)
    if re.fullmatch(r"[0-9]{15}", number):
        raise InvalidIdentifier(
            "FORMAT", _("15-digit ID cards have not been valid since 2013: enter the 18-digit number.")
        )
    found = _eighteen_digits(number, today)
    if number[0] in "89":
        raise InvalidIdentifier(
            "AREA", _("This is the number of another paper: choose the residence permit or the foreigner's card.")
        )
    return found


def hmt_residence(value: str, today: date) -> Identity:
    """Check the number of a residence permit for Hong Kong, Macao and Taiwan residents."""
    found = _eighteen_digits(compact(value), today)
    if found.number[:6] not in ("810000", "820000", "830000"):
        raise InvalidIdentifier("AREA", _("The number of such a permit begins with 810000, 820000 or 830000."))
    return found


def foreigner_card(value: str, today: date) -> Identity:
    """Check a foreigner's permanent residence card: 18 digits beginning with 9, or the older 15 characters."""
    number = compact(value)
    if re.fullmatch(r"[A-Z]{3}[0-9]{12}", number):
        return Identity(number)
    found = _eighteen_digits(number, today)
    if found.number[0] != "9":
        raise InvalidIdentifier("AREA", _("The number of a foreigner's card begins with 9."))
    return found


def hm_permit(value: str, today: date) -> Identity:
    """Check the form of a mainland travel permit for Hong Kong and Macao residents."""
    number = compact(value)
    if not re.fullmatch(r"[HM]([0-9]{8}|[0-9]{10})", number):
        raise InvalidIdentifier("FORMAT", _("Such a permit has H or M and then 8 or 10 digits."))
    return Identity(number)


def tw_permit(value: str, today: date) -> Identity:
    """Check the form of a mainland travel permit for Taiwan residents."""
    number = compact(value)
    if not re.fullmatch(r"[0-9]{8}([0-9]{2}[0-9A-Z]?)?", number):
        raise InvalidIdentifier("FORMAT", _("Such a permit has 8 digits; an older one has 10 or 11 characters."))
    return Identity(number)


def passport(value: str, today: date) -> Identity:
    """Check the form of a passport number, which each country makes as it likes."""
    number = compact(value)
    if not re.fullmatch(r"[0-9A-Z]{5,20}", number):
        raise InvalidIdentifier("FORMAT", _("A passport number has 5 to 20 letters and digits."))
    return Identity(number)


# By the codes of `IdType`.
ID_CHECKS = {
    "resident": resident_id,
    "hmt_residence": hmt_residence,
    "hm_permit": hm_permit,
    "tw_permit": tw_permit,
    "foreigner": foreigner_card,
    "passport": passport,
}


def identity(id_type: str, value: str, today: date) -> Identity:
    """Check a number as that of a paper and return what it says.

    Raises:
        InvalidIdentifier: with a code and words for the field.
    """
    return ID_CHECKS[id_type](value, today)


# --- firms ----------------------------------------------------------------------------------------------------------

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_LENGTH = 18


@dataclass(frozen=True)
class CreditCode:
    """A unified social credit code, taken apart (GB 32100-2015)."""

    number: str
    #: who registered it: 9 the market regulator, 8 the trade unions, 5 civil affairs, 1 the staffing office
    registry: str
    #: the kind of body within that registry; 81 is a grassroots union
    kind: str
    area: str
    organisation: str
    #: False for a few bodies registered before the code existed: told, never refused
    organisation_check_fits: bool


def _organisation_check(organisation: str) -> str:
    """Return the check character of an organisation code (GB 11714)."""
    values = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(values.index(character) * weight for character, weight in zip(organisation, weights, strict=False))
    return "0123456789X0"[11 - total % 11]


def credit_code(value: str) -> CreditCode:
    """Check a unified social credit code.

    Raises:
        InvalidIdentifier: LENGTH, CHARSET or CHECK_CHAR.
    """
    number = compact(value)
    if len(number) != USCC_LENGTH:
        raise InvalidIdentifier("LENGTH", _("A unified social credit code has 18 characters."))
    bad = sorted(set(number) - set(USCC_ALPHABET))
    if bad:
        raise InvalidIdentifier(
            "CHARSET", _("The letters I, O, S, V and Z do not occur in the code: look for 1, 0, 5, U and 2."), bad=bad
        )
    total = sum(USCC_ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(number[:17]))
    expected = USCC_ALPHABET[(31 - total % 31) % 31]
    if number[17] != expected:
        raise InvalidIdentifier(
            "CHECK_CHAR", _("The last character does not fit the others: a character is wrong."), expected=expected
        )
    organisation = number[8:17]
    return CreditCode(
        number, number[0], number[1], number[2:8], organisation, _organisation_check(organisation) == organisation[8]
    )


# --- phones and accounts --------------------------------------------------------------------------------------------


class Phone(NamedTuple):
    """A phone number in its one form; kind is mobile, landline, service or short."""

    kind: str
    number: str


_PHONES = (
    ("mobile", r"1[3-9][0-9]{9}"),
    ("landline", r"0(10|2[0-9]|[3-9][0-9]{2})[2-8][0-9]{6,7}"),
    ("service", r"[48]00[0-9]{7}"),
    # Public short numbers, also behind an area code: 12351, 0371-12351, 110.
    ("short", r"(0(10|2[0-9]|[3-9][0-9]{2}))?(1[0-9]{2}|12[0-9]{3}|9[56][0-9]{3})"),
)


def phone(value: str) -> Phone:
    """Return a Chinese phone number in its one form: no country code, no separators.

    Raises:
        InvalidIdentifier: FORMAT.
    """
    number = re.sub(r"^(\+|00)86", "", compact(value))
    # Somebody dialling a mobile from a landline writes the 0 down, too.
    if re.fullmatch(r"01[3-9][0-9]{9}", number):
        number = number[1:]
    for kind, pattern in _PHONES:
        if re.fullmatch(pattern, number):
            return Phone(kind, number)
    raise InvalidIdentifier(
        "FORMAT", _("Enter 11 digits of a mobile, or a landline with its area code (0371-12345678).")
    )


def may_be_landline(value: str) -> bool:
    """Return whether a number may be that of a landline: with its area code, or the bare seven or eight digits."""
    number = re.sub(r"^(\+|00)86", "", compact(value))
    return bool(re.fullmatch(rf"{dict(_PHONES)['landline']}|[2-8][0-9]{{6,7}}", number))


class CardCheck(NamedTuple):
    """What can be said of an account number. A failed check is a warning: passbooks do not have the digit."""

    number: str
    length_fits: bool
    digit_fits: bool

    @property
    def check_fits(self) -> bool:
        """Return whether it is built like a bank card; if not, it is typed twice and the holder's name compared."""
        return self.length_fits and self.digit_fits

    @property
    def last4(self) -> str:
        """Return what an event may say of it."""
        return self.number[-4:]


# ISO/IEC 7812: how many digits a card has.
CARD_LENGTHS = range(16, 20)


def bank_card(value: str) -> CardCheck:
    """Check the form of an account number and whether its check digit fits (ISO/IEC 7812).

    Raises:
        InvalidIdentifier: FORMAT.
    """
    number = compact(value)
    if not re.fullmatch(r"[0-9]{8,30}", number):
        raise InvalidIdentifier("FORMAT", _("An account number has 8 to 30 digits."))
    return CardCheck(number, len(number) in CARD_LENGTHS, luhn.is_valid(number))


# --- masks ----------------------------------------------------------------------------------------------------------

# What stays in sight of a long number: the place and the end of an ID, the bank and the end of an account.
HEAD, TAIL = 6, 4


def mask_id(number: str) -> str:
    """Show the first six and the last four of an ID number; less of a short one."""
    if len(number) >= HEAD + TAIL + 4:
        return _masked(number, HEAD, TAIL)
    return _masked(number, len(number) // 4, len(number) // 4)


def mask_phone(number: str) -> str:
    """Show a mobile as 138****8000 and the last three digits of anything else."""
    return (
        _masked(number, 3, 4)
        if len(number) == 11 and number[0] == "1"
        else _masked(number, 0, min(3, len(number) // 2))
    )


def mask_card(number: str) -> str:
    """Show the first six and the last four of an account number; of a short one the last four."""
    return _masked(number, HEAD if len(number) >= HEAD + TAIL + 4 else 0, min(TAIL, len(number) // 2))


def _masked(text: str, first: int, last: int) -> str:
    hidden = len(text) - first - last
    return f"{text[:first]}{'*' * hidden}{text[len(text) - last :]}" if text else ""


def mask_name(name: str) -> str:
    """Show the first character and a star for each further one: 王*, 欧***.

    It does not try to tell compound surnames: 欧阳 may be a surname or the given name of somebody called 欧.
    """
    name = name.strip()
    return name[:1] + "*" * (len(name) - 1)


def worker_label(name: str, phone_number: str = "") -> str:
    """Return what lists call a worker: the masked name and the last four digits of the phone."""
    label = mask_name(name)
    return f"{label} {phone_number[-4:]}" if phone_number else label


# --- names ----------------------------------------------------------------------------------------------------------


def fold_name(name: str) -> str:
    """Return a name as searches compare it: full-width folded, without spaces and dots, small letters."""
    return re.sub(r"[\s·•・.\-']", "", unicodedata.normalize("NFKC", name)).casefold()


def name_pieces(name: str) -> set[str]:
    """Return every character of a name and every two in a row."""
    folded = fold_name(name)
    return set(folded) | {folded[place : place + 2] for place in range(len(folded) - 1)}
