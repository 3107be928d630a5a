"""How long what is kept: one table of periods, each with where it comes from. Pure.

Personal data are kept no longer than their purpose needs, unless a law fixes a period (个人信息保护法 art. 19, 47). For
the files of unions no law was found that fixes one: such a period is our convention, says so, and gives way to the
value a place has entered. A period of law can be lengthened by a place and never shortened.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .days import add_months
from .values import CHECKS, whole

YEARS, DAYS = "years", "days"
MOST = 100
CONVENTION = _("Our convention: no law was found that fixes a period.")


@dataclass(frozen=True)
class Retention:
    """How long one kind of record is kept.

    Args:
        code: what a place calls it, after "retention.".
        length: in years, or in days.
        since: what the period counts from, in words.
        source: the law, or that it is our convention.
        is_law: whether a law fixes it, so that nobody can have the record destroyed before.
    """

    code: str
    what: str | Promise
    length: int
    since: str | Promise
    source: str | Promise = CONVENTION
    unit: str = YEARS
    is_law: bool = False

    @property
    def parameter(self) -> str:
        """Return the code of the local value that takes its place."""
        return PREFIX + self.code

    def until(self, day: date, length: int) -> date:
        """Return the last day on which a record is kept whose period began on a day."""
        return day + timedelta(days=length) if self.unit == DAYS else add_months(day, 12 * length)


PREFIX = "retention."

# Vouchers of payments, and what belongs to them: receipts, lists of who received what.
MONEY = Retention(
    "money",
    _("Cases out of which money was paid"),
    30,
    _("the closing of the case"),
    _("Measures for Accounting Archives (order no. 79 of 2015), annex: vouchers and what belongs to them, 30 years"),
    is_law=True,
)
CONTACT = Retention("contact", _("Contacts that became no case"), 3, _("the answer"))
HARDSHIP_FILE = Retention("hardship_file", _("Hardship files"), 10, _("the exit from the file"))
PERSON = Retention("person", _("Records of people with nothing else on file"), 3, _("the registration"))
# Of the whole house: a draft is its writer's and no office's.
DRAFT = Retention("draft", _("Drafts"), 30, _("the last change"), unit=DAYS)

GENERAL = (MONEY, CONTACT, HARDSHIP_FILE, PERSON, DRAFT)
_OF_LAW = {rule.parameter: rule.length for rule in GENERAL if rule.is_law}


def _check(code: str, value: object) -> None:
    """Ask of a local period that it is a number of years or days, and no shorter than a law lets it be."""
    if code.startswith(PREFIX):
        whole(value, MOST, _OF_LAW.get(code, 1))


CHECKS.append(_check)
