"""The people and offices of the tests, the same everywhere, made through the real operations.

Wang is a worker; Lin answers the hotline, Chen mediates, Sun supervises, all in the same county. Zhao mediates in
another county and must see nothing of theirs. Numbers of people and firms are generated, never anybody's.
"""

import itertools
from datetime import UTC, datetime
from typing import Any, NamedTuple

from stdnum import luhn
from stdnum.cn import ric

from casework.employers import operations as employers
from casework.employers.models import Employer
from casework.offices import operations as offices
from casework.offices.models import Level, Office
from casework.offices.roles import TWO_PERSON_ROLES, Role
from casework.people import identifiers
from casework.people import operations as people
from casework.people.models import BankAccount, Worker
from casework.staff import operations as staff
from casework.staff.models import User

# A Friday, ten in the morning in Beijing.
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
# The first working hours of the house: everything above was set up before.
FOUNDED = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)

_counter = itertools.count(1)


class Tree(NamedTuple):
    """Five offices: a province, a city, two counties that know nothing of each other, and a town."""

    province: Office
    city: Office
    county: Office
    other_county: Office
    town: Office


def an_office_tree() -> Tree:
    """Return the tree of the tests, founding it the first time."""
    return Tree(
        province=_office("410000", "河东省总工会", "Hedong Federation", Level.PROVINCE, None),
        city=_office("410100", "安河市总工会", "Anhe Federation", Level.CITY, "410000"),
        county=_office("410105", "清源区总工会", "Qingyuan Federation", Level.COUNTY, "410100"),
        other_county=_office("410106", "临水区总工会", "Linshui Federation", Level.COUNTY, "410100"),
        town=_office("410105-01", "柳河街道总工会", "Liuhe Street Union", Level.TOWN, "410105"),
    )


def _office(code: str, name: str, name_en: str, level: Level, below: str | None) -> Office:
    found = Office.objects.filter(code=code).first()
    return found or offices.found_office(
        code=code,
        name=name,
        name_en=name_en,
        level=level,
        region=code[:6],
        phone="0371-12351",
        below=Office.objects.get(code=below) if below else None,
        by=None,
        at=FOUNDED,
    )


def the_security_administrators() -> tuple[User, User]:
    """Return the two who grant and confirm every role, appointing them the first time."""
    found = list(User.objects.filter(username__in=["qian", "he"]).order_by("-username"))
    if len(found) == 2:
        return found[0], found[1]
    qian = staff.add_user(username="qian", display_name="钱安", by=None, at=FOUNDED)
    he = staff.add_user(username="he", display_name="何全", by=None, at=FOUNDED)
    staff.appoint_first_administrators(office=an_office_tree().province, first=qian, second=he, by=None, at=FOUNDED)
    return qian, he


def a_user(
    username: str = "",
    *,
    role: Role | None = Role.OPERATOR,
    office: Office | None = None,
    display_name: str = "",
    language: str = "zh-hans",
    password: str | None = None,
) -> User:
    """Return the person of a username, opening the account and granting the role the first time."""
    username = username or f"user{next(_counter)}"
    found = User.objects.filter(username=username).first()
    if found:
        return found
    user = staff.add_user(
        username=username,
        display_name=display_name or username,
        language=language,
        password=password,
        by=None,
        at=FOUNDED,
    )
    if role is not None:
        appoint(user, role, office or an_office_tree().county)
    return user


def appoint(user: User, role: Role, office: Office) -> None:
    """Give a person a role that counts."""
    qian, he = the_security_administrators()
    grant = staff.grant_role(user=user, role=role, office=office, by=qian, at=FOUNDED)
    if role in TWO_PERSON_ROLES:
        staff.confirm_grant(grant=grant, by=he, at=FOUNDED)


def lin(**over: Any) -> User:
    """Answers the hotline of the county."""
    return a_user("lin", display_name="林静", role=Role.OPERATOR, **over)


def chen(**over: Any) -> User:
    """Mediates in the county."""
    return a_user("chen", display_name="陈和", role=Role.MEDIATOR, **over)


def zhao(**over: Any) -> User:
    """Mediates in the other county, and must see nothing of this one."""
    return a_user("zhao", display_name="赵远", role=Role.MEDIATOR, office=an_office_tree().other_county, **over)


def sun(**over: Any) -> User:
    """Supervises in the county."""
    return a_user("sun", display_name="孙明", role=Role.SUPERVISOR, **over)


def gao(**over: Any) -> User:
    """Supervises in the city."""
    return a_user("gao", display_name="高岩", role=Role.SUPERVISOR, office=an_office_tree().city, **over)


def zhou(**over: Any) -> User:
    """Visits the injured, in the county."""
    return a_user("zhou", display_name="周行", role=Role.VISITOR, **over)


def xu(**over: Any) -> User:
    """Visits with Zhou."""
    return a_user("xu", display_name="徐随", role=Role.VISITOR, **over)


def fang(**over: Any) -> User:
    """Pays, in the county."""
    return a_user("fang", display_name="方正", role=Role.FINANCE, **over)


def shen(**over: Any) -> User:
    """Reads the trail of the whole province."""
    return a_user("shen", display_name="沈查", role=Role.AUDITOR, office=an_office_tree().province, **over)


def meng(**over: Any) -> User:
    """Configures the whole province."""
    return a_user("meng", display_name="孟置", role=Role.SYSADMIN, office=an_office_tree().province, **over)


def an_id_number(birth: str = "19850312", *, male: bool = True) -> str:
    """Return a number that passes every check and belongs to nobody: no person is registered in a "00" district."""
    sequence = next(_counter) * 2 % 998 + (1 if male else 2)
    digits = f"410100{birth}{sequence:03d}"
    return digits + ric.calc_check_digit(digits + "0")


def a_phone_number() -> str:
    """Return a mobile number, a new one each time."""
    return f"199{next(_counter):08d}"


def a_credit_code() -> str:
    """Return a unified social credit code, a new one each time."""
    digits = f"91410100MA{next(_counter):07d}"
    total = sum(identifiers.USCC_ALPHABET.index(digit) * pow(3, place, 31) for place, digit in enumerate(digits))
    return digits + identifiers.USCC_ALPHABET[(31 - total % 31) % 31]


def an_account_number() -> str:
    """Return a bank account number whose check digit fits, a new one each time."""
    digits = f"620000{next(_counter):012d}"
    return digits + luhn.calc_check_digit(digits)


def a_worker(name: str = "王建国", **over: Any) -> Worker:
    """Return a new worker of the county, registered by the clock."""
    facts = {
        "name": name,
        "office": over.pop("office", None) or an_office_tree().county,
        "id_number": an_id_number(),
        "phone": a_phone_number(),
        "by": None,
        "at": AT,
    }
    return people.register_worker(**facts | over)


def an_employer(name: str = "安河精密制造有限公司", **over: Any) -> Employer:
    """Return a new employer, registered by the clock."""
    facts = {
        "name": name,
        "office": over.pop("office", None) or an_office_tree().county,
        "uscc": a_credit_code(),
        "by": None,
        "at": AT,
    }
    return employers.register_employer(**facts | over)


def a_bank_account(worker: Worker, **over: Any) -> BankAccount:
    """Return a new account of a worker, in his own name."""
    facts = {
        "worker": worker,
        "holder_name": worker.name,
        "bank_name": "中国工商银行安河支行",
        "number": an_account_number(),
        "by": None,
        "at": AT,
    }
    return people.add_bank_account(**facts | over)
