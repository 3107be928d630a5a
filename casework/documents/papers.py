"""Papers as values: the letters a case may send, the papers it needs. Types bring theirs; these hold for all."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
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

    Its text stands in `texts/<code>.<language>.md` beside the module that declares it, until an office writes its own.

    Args:
        code: unique among the type's and the general letters ("notice.missing").
        title: its heading.
        law: the article that asks for it.
        asks: what a person fills in when issuing it by hand: names of values and their labels.
        given: values that the steps of the flow pass, with their labels; beside those every letter of the type has.
        by_hand: the case page offers it; other letters are issued by the steps of the flow.
        originals: how many are signed, one for each party and the file.
        signed_by: the parties that sign it (`LetterSignature.Party`); none: it is only issued.
        serves: the kind of event that its service on the addressee is, for periods that begin with it.
        of_party: the paper of a party, which the office only writes: it goes to a court or a commission in the
            party's own name, so without the office's head, number and seal.
        to_many: it may be written to many cases at once though the steps of the flow issue it: the file says all of it.
    """

    code: str
    title: str | Promise
    law: str
    asks: tuple[tuple[str, str | Promise], ...] = ()
    given: tuple[tuple[str, str | Promise], ...] = ()
    by_hand: bool = False
    originals: int = 1
    signed_by: tuple[str, ...] = ()
    serves: str = ""
    of_party: bool = False
    to_many: bool = False


# What every letter can say, whatever its case.
FACTS: dict[str, str | Promise] = {
    "office": _("Office"),
    "office_phone": _("Phone of the office"),
    "case_number": _("Case number"),
    "opened_on": _("Day the matter was brought"),
    "issued_on": _("Day of the letter"),
    "worker": _("Worker"),
    "employer": _("Employer"),
    "handled_by": _("Handled by"),
    "summary": _("What happened"),
    # Lists: each row is read by its parts.
    "documents": _("Papers on file"),
    "still_missing": _("Papers still missing"),
    "letters": _("Letters that went out"),
    "clocks": _("Deadlines that run"),
}

# Facts that stand in the record of the worker or of the employer: what a letter lacks of them is filled in there.
OF_WORKER = frozenset(
    "worker id_kind id_number sex born_on birth_on phone address native_place member".split()
    + "worker_id_kind worker_id_number worker_sex worker_birth_on worker_phone worker_address".split()
)
OF_EMPLOYER = frozenset("employer employer_code employer_address employer_phone employer_contact".split())


@dataclass(frozen=True)
class RequiredPaper:
    """A paper that a case of the type needs.

    Args:
        months: for how long after its date it proves what it says; none: always.
    """

    code: str
    title: str | Promise
    brought_by: str
    law: str = ""
    required: bool = True
    months: int | None = None


# The day limits of the union's letters of supervision are each place's own: who signs the letter names the day.
SUPERVISION = "工会法 第二十三条; 工会劳动法律监督办法 (总工办发〔2021〕9号)"
FINDINGS = (
    ("findings", _("Facts that were found")),
    ("articles", _("Articles that were broken, with their text")),
    ("request", _("What is asked")),
    ("answer_by", _("To be answered by")),
)

PAPERS = (
    Paper(
        "notice.missing",
        _("Notice of missing papers"),
        "一次性告知制度；劳动人事争议仲裁办案规则 第二十九条",
        given=(("missing", _("Papers that are missing")), ("due_on", _("To be brought by"))),
    ),
    Paper(
        "notice.acceptance",
        _("Notice of acceptance"),
        "首问首办制、服务承诺制",
        asks=(("promised_on", _("Promised by")), ("next_step", _("What happens next"))),
        by_hand=True,
    ),
    Paper(
        "notice.declined",
        _("Notice that the matter is declined"),
        "首问首办制；企业劳动争议协商调解规定 第二十二条",
        asks=(("reason", _("Reason")), ("advice", _("What the worker can do instead"))),
        by_hand=True,
    ),
    Paper(
        "notice.referred",
        _("Letter of referral"),
        "首问首办制",
        asks=(("addressee", _("Body the matter is referred to")), ("reason", _("Reason"))),
        by_hand=True,
    ),
    Paper(
        "notice.closed",
        _("Notice that the case is closed"),
        "限时办结制、回访制度",
        asks=(("result", _("Result")),),
        by_hand=True,
    ),
    Paper(
        "receipt.papers",
        _("Receipt for papers"),
        "劳动人事争议仲裁办案规则 第二十九条; 一次性告知制度",
        by_hand=True,
        originals=2,
        signed_by=("worker", "office"),
    ),
    Paper(
        "handover.sheet",
        _("Hand-over sheet"),
        "首问首办制、限时办结制",
        asks=(("to_office", _("Receiving office")), ("reason", _("Reason"))),
        by_hand=True,
        originals=2,
        signed_by=("office", "seal"),
    ),
    Paper(
        "supervision.reminder",
        _("Reminder of the union on the observance of labour law (提示函)"),
        SUPERVISION,
        asks=FINDINGS,
        by_hand=True,
        signed_by=("office", "seal"),
    ),
    Paper(
        "supervision.opinion",
        _("Opinion of the union on the observance of labour law (意见书)"),
        SUPERVISION,
        asks=FINDINGS,
        by_hand=True,
        originals=2,
        signed_by=("office", "seal"),
        serves="supervision.opinion_sent",
    ),
    Paper(
        "supervision.proposal",
        _("Proposal of the union on the observance of labour law (建议书)"),
        f"{SUPERVISION}; 劳动保障监察条例 第七条",
        asks=(
            ("addressee", _("Authority that is to act")),
            ("reaction", _("What the employer answered and corrected")),
            *FINDINGS,
        ),
        by_hand=True,
        signed_by=("office", "seal"),
        serves="supervision.proposal_sent",
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


def find(code: str) -> tuple[str, Paper]:
    """Return a letter by its code alone, with the type of case it belongs to; "" for one of every type.

    Raises:
        UnknownPaper: there is none of this code.
    """
    for case_type in ("", *types_with_letters()):
        known = papers_of(case_type)
        if code in known:
            return case_type, known[code]
    raise UnknownPaper


def types_with_letters() -> list[str]:
    """Return the types of cases that bring letters of their own."""
    slugs = sorted(app.slug for app in apps.get_app_configs() if hasattr(app, "slug"))
    return [slug for slug in slugs if getattr(_module_of(slug), "PAPERS", ())]


def facts_of_type(case_type: str) -> dict[str, str | Promise]:
    """Return the names of what the letters of this type can say beyond those of every letter, with their labels."""
    return dict(getattr(_module_of(case_type), "FACTS", {}))


def facts_about(case: Any) -> dict[str, Any]:
    """Return what the file of a case says, for its letters: plain values by the names of `facts_of_type`."""
    tell = getattr(_module_of(case.case_type), "facts", None)
    return tell(case) if tell else {}


def known_names(case_type: str, paper: Paper) -> dict[str, str | Promise]:
    """Return every name the text of a letter may use, with its label."""
    return {**FACTS, **facts_of_type(case_type), **dict(paper.given), **dict(paper.asks)}


@cache
def built_in_text(case_type: str, code: str, language: str) -> str:
    """Return the text that comes with the house.

    Raises:
        UnknownPaper: nobody wrote one in this language.
    """
    own = _module_of(case_type)
    folders = [Path(__file__).parent, *([Path(own.__file__).parent] if own is not None and own.__file__ else [])]
    for folder in folders:
        file = folder / "texts" / f"{code}.{language}.md"
        if file.is_file():
            return file.read_text("utf-8")
    raise UnknownPaper


def checklist_of_type(case_type: str) -> tuple[RequiredPaper, ...]:
    """Return the papers that a case of this type needs."""
    return tuple(getattr(_module_of(case_type), "CHECKLIST", ()))
