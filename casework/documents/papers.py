"""Papers as values: the letters a case may send, the papers it needs. Types bring theirs; these hold for all."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casework.audit.errors import NotFound


class BroughtBy(models.TextChoices):
    """Who brings a paper."""

    WORKER = "worker", _("The worker")
    EMPLOYER = "employer", _("The employer")
    UNION = "union", _("The union")
    AGENCY = "agency", _("An authority or hospital")


@dataclass(frozen=True)
class Paper:
    """A letter of the office.

    Args:
        code: unique among the type's and the general letters ("notice.missing").
        title: its heading.
        template: the Django template it is written with; extends "letters/base.html".
        law: the article that asks for it.
        asks: what a person fills in when issuing it by hand: names of template values and their labels.
        by_hand: the case page offers it; other letters are issued by the steps of the flow.
    """

    code: str
    title: str | Promise
    template: str
    law: str
    asks: tuple[tuple[str, str | Promise], ...] = ()
    by_hand: bool = False


@dataclass(frozen=True)
class RequiredPaper:
    """A paper that a case of the type needs."""

    code: str
    title: str | Promise
    brought_by: str
    law: str = ""
    required: bool = True


PAPERS = (
    Paper(
        "notice.missing",
        _("Notice of missing papers"),
        "letters/missing.html",
        "一次性告知制度；劳动人事争议仲裁办案规则 第二十九条",
    ),
    Paper(
        "notice.declined",
        _("Notice that the matter is declined"),
        "letters/declined.html",
        "首问首办制；企业劳动争议协商调解规定 第二十二条",
        asks=(("reason", _("Reason")), ("advice", _("What the worker can do instead"))),
        by_hand=True,
    ),
    Paper(
        "notice.referred",
        _("Letter of referral"),
        "letters/referred.html",
        "首问首办制",
        asks=(("addressee", _("Body the matter is referred to")), ("reason", _("Reason"))),
        by_hand=True,
    ),
    Paper(
        "notice.closed",
        _("Notice that the case is closed"),
        "letters/closed.html",
        "限时办结制、回访制度",
        asks=(("result", _("Result")),),
        by_hand=True,
    ),
)


class UnknownPaper(NotFound):
    """Neither the type nor the house has such a letter."""

    message = _("There is no such letter for this kind of case.")


@cache
def _module_of(case_type: str) -> Any:
    """Return the papers module of an installed case type, none when it brings none."""
    for app in apps.get_app_configs():
        if getattr(app, "slug", None) == case_type and hasattr(app, "papers"):
            name = f"{app.name}.{app.papers}"
            return import_module(name) if find_spec(name) else None
    return None


def papers_of(case_type: str) -> dict[str, Paper]:
    """Return every letter that a case of this type may send, by code."""
    own: Iterable[Paper] = getattr(_module_of(case_type), "PAPERS", ())
    return {paper.code: paper for paper in (*PAPERS, *own)}


def paper(case_type: str, code: str) -> Paper:
    """Return one letter of a type.

    Raises:
        UnknownPaper: there is none of this code.
    """
    found = papers_of(case_type).get(code)
    if found is None:
        raise UnknownPaper
    return found


def checklist_of_type(case_type: str) -> tuple[RequiredPaper, ...]:
    """Return the papers that a case of this type needs."""
    return tuple(getattr(_module_of(case_type), "CHECKLIST", ()))
