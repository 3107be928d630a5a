"""The offices, staff, funds and parameters of the invented city; founding it twice changes nothing.

The administrators who would appoint everybody are appointed first; money and roles then go the way they
always go, with two people where two people are asked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from casework.audit.errors import CaseworkError
from casework.funds import operations as funds
from casework.funds.models import Fund
from casework.offices import operations as offices
from casework.offices.models import CalendarDay, Office
from casework.offices.roles import NEEDS_FACTOR, TWO_PERSON_ROLES, Role
from casework.staff import logins
from casework.staff import operations as staff
from casework.staff.models import RoleGrant, User

PASSWORD = "gongdao-demo"  # noqa: S105  published on purpose: the demo holds invented people only

# code, name, English name, level, region, code of the office above
OFFICES = (
    ("41", "中州省总工会", "Zhongzhou Provincial Federation", "province", "410000", ""),
    ("4101", "郑安市总工会", "Zheng'an City Federation", "city", "410100", "41"),
    ("410105", "金水湾区总工会", "Jinshuiwan District Federation", "county", "410105", "4101"),
    ("410103", "二七岭区总工会", "Erqiling District Federation", "county", "410103", "4101"),
    ("410105001", "花园路街道总工会", "Huayuan Road Street Union", "town", "410105", "410105"),
    ("410105002", "柳林镇总工会", "Liulin Town Union", "town", "410105", "410105"),
    ("410103001", "建设路街道总工会", "Jianshe Road Street Union", "town", "410103", "410103"),
    ("41010500101", "中原第二纺织厂工会", "Second Textile Mill Union", "enterprise", "410105", "410105001"),
)

# login, name, [(role, office code)]: the published logins first, then colleagues
STAFF: tuple[tuple[str, str, tuple[tuple[Role, str], ...]], ...] = (
    ("secadmin", "安澜", ((Role.SECADMIN, "41"),)),
    ("secadmin2", "安宁", ((Role.SECADMIN, "41"),)),
    ("sysadmin", "席建", ((Role.SYSADMIN, "41"),)),
    ("operator", "林晓", ((Role.OPERATOR, "410105"),)),
    ("mediator", "陈和", ((Role.MEDIATOR, "410105"),)),
    ("visitor", "方正文", ((Role.VISITOR, "410105"),)),
    ("visitor2", "房雨", ((Role.VISITOR, "410105"),)),
    ("supervisor", "孙慎", ((Role.SUPERVISOR, "410105"),)),
    ("supervisor2", "苏衡", ((Role.SUPERVISOR, "4101"),)),
    ("finance", "金账", ((Role.FINANCE, "4101"),)),
    ("auditor", "沈明", ((Role.AUDITOR, "41"),)),
    ("mediator2", "赵远", ((Role.MEDIATOR, "410103"),)),
    ("operator2", "凌云", ((Role.OPERATOR, "410105"),)),
    ("operator3", "柳青", ((Role.OPERATOR, "410103"),)),
    ("mediator3", "成平", ((Role.MEDIATOR, "410105001"),)),
    ("mediator4", "程静", ((Role.MEDIATOR, "4101"),)),
    ("visitor3", "范可", ((Role.VISITOR, "410103"),)),
    ("visitor4", "樊星", ((Role.VISITOR, "410103"),)),
    ("visitor5", "费安", ((Role.VISITOR, "4101"),)),
    ("supervisor3", "宋直", ((Role.SUPERVISOR, "410103"),)),
    ("supervisor4", "隋清", ((Role.SUPERVISOR, "41"),)),
    ("finance2", "靳算", ((Role.FINANCE, "4101"),)),
    ("finance3", "景实", ((Role.FINANCE, "410103"),)),
    ("operator4", "廖语", ((Role.OPERATOR, "410105001"),)),
    ("auditor2", "申察", ((Role.AUDITOR, "4101"),)),
)

# office, source, line, title, budget, programmes
FUNDS = (
    ("4101", "central", "207-01", "中央财政专项帮扶资金", "3000000.00", ("living", "medical", "education")),
    ("4101", "union", "207-02", "市总工会帮扶资金", "1500000.00", ()),
    ("410105", "union", "207-03", "区总工会慰问资金", "600000.00", ()),
    ("410103", "union", "207-03", "区总工会慰问资金", "400000.00", ()),
)


class NotADemo(CaseworkError):
    """The database holds an office that the demonstration did not make; it is left alone."""

    message = _("This database holds offices that the demonstration did not make; it stays as it is.")


@dataclass(frozen=True)
class Cast(Mapping[str, User]):
    """The people of the city by login name, and its offices by code."""

    people: dict[str, User]
    offices: dict[str, Office]

    def __getitem__(self, login: str) -> User:
        return self.people[login]

    def __iter__(self) -> Iterator[str]:
        return iter(self.people)

    def __len__(self) -> int:
        return len(self.people)

    @property
    def office(self) -> Office:
        """Return the county office where cases are opened."""
        return self.offices["410105"]


def found_city(*, at: datetime) -> Cast:
    """Found the city, or find it; return its cast.

    Raises:
        NotADemo: there are offices that are not the demonstration's.
    """
    refuse_strangers()
    places = _found_offices(at)
    people = _appoint_staff(places, at)
    _load_calendars(at)
    _open_funds(places, people, at)
    return Cast(people, places)


def refuse_strangers() -> None:
    """Leave a database alone that somebody works with.

    Raises:
        NotADemo: there are offices that are not the demonstration's.
    """
    if Office.objects.exclude(code__in=[row[0] for row in OFFICES]).exists():
        raise NotADemo


def _found_offices(at: datetime) -> dict[str, Office]:
    known = {office.code: office for office in Office.objects.all()}
    for code, name, english, level, region, above in OFFICES:
        if code not in known:
            known[code] = offices.found_office(
                code=code,
                name=name,
                name_en=english,
                level=level,
                region=region,
                phone="0371-12351",
                below=Office.objects.get(code=above) if above else None,
                by=None,
                at=at,
            )
    return {office.code: office for office in Office.objects.all()}


def _appoint_staff(places: dict[str, Office], at: datetime) -> dict[str, User]:
    people = {user.username: user for user in User.objects.all()}
    staff.open_public_door(by=None, at=at)
    for login, name, posts in STAFF:
        if login not in people:
            people[login] = staff.add_user(username=login, display_name=name, by=None, at=at)
            staff.set_password(user=people[login], password=PASSWORD, by=None, at=at)
        if any(role in NEEDS_FACTOR for role, _code in posts):
            logins.give_factor(user=people[login], secret=settings.DEMO_FACTOR_SECRET, by=None, at=at)
    first, second = people["secadmin"], people["secadmin2"]
    if not RoleGrant.objects.exists():
        staff.appoint_first_administrators(office=places["41"], first=first, second=second, by=None, at=at)
    for login, _name, posts in STAFF:
        for role, code in posts:
            if RoleGrant.objects.filter(user=people[login], role=role, office=places[code]).exists():
                continue
            grant = staff.grant_role(
                user=people[login], role=role, office=places[code], valid_from=localdate(at), by=first, at=at
            )
            if role in TWO_PERSON_ROLES:
                staff.confirm_grant(grant=grant, by=second, at=at)
    return {user.username: user for user in User.objects.all()}


def _load_calendars(at: datetime) -> None:
    this_year = localdate(at).year
    for year in range(this_year - 1, this_year + 3):
        if not CalendarDay.objects.filter(region="", day__gte=date(year, 1, 1), day__lte=date(year, 12, 31)).exists():
            offices.load_calendar(year=year, by=None, at=at)


def _open_funds(places: dict[str, Office], people: dict[str, User], at: datetime) -> None:
    for year in (localdate(at).year, localdate(at).year + 1):
        for code, source, line, title, budget, programmes in FUNDS:
            if not Fund.objects.filter(office=places[code], source=source, year=year, line=line).exists():
                funds.open_fund(
                    office=places[code],
                    source=source,
                    year=year,
                    line=line,
                    title=title,
                    budget=Decimal(budget),
                    programmes=programmes,
                    by=None,
                    at=at,
                )
