"""The pages of docs/reference that are made from the code: flows, states, events, clocks, figures.

`./run docs` writes them; a test makes them anew and says which file is stale. Nothing in them is typed by
hand, so nothing in them can be out of date without a red test.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _now

from casework.audit.events import KINDS
from casework.deadlines.rulebook import every_rule
from casework.deadlines.rules import DeadlineRule, Unit
from casework.documents import papers
from casework.documents.filling import fill
from casework.documents.markup import as_html, blocks_of
from casework.documents.models import LetterSignature
from casework.documents.sampling import samples
from casework.examples import periods
from casework.examples.rule import EVERY_AREA, ExampleRule, every_example, rule_examples
from casework.offices.scope import ACTS, role_names
from workflows.case_type import CaseType, all_case_types, case_type
from workflows.diagram import draw
from workflows.flows import HumanTask, Wait

ROOT = Path(__file__).resolve().parent.parent / "docs" / "reference"
LANGUAGES = ("zh-hans", "en")
MADE = "<!-- Made by `./run docs` from the code; do not edit. -->\n\n"
# A case type of the tests is no part of the product.
OF_THE_PRODUCT = "workflows.case_types."


def pages() -> dict[str, str]:
    """Return every generated page: its path under docs/reference and its text."""
    made: dict[str, str] = {}
    kinds = [kind for kind in all_case_types() if kind.name.startswith(OF_THE_PRODUCT)]
    for kind in kinds:
        for language in LANGUAGES:
            with translation.override(language):
                made[f"flows/{kind.slug}.{language}.svg"] = _standing_alone(draw(kind))
    for slug in ("", *(kind.slug for kind in kinds)):
        for language in LANGUAGES:
            with translation.override(language):
                made[f"letters/{slug or 'every-case'}.{language}.md"] = (
                    MADE + "\n".join(_letters(slug, language)) + "\n"
                )
    with translation.override("en"):
        made["case-types.md"] = MADE + "\n".join(_case_types(kinds)) + "\n"
        made["events.md"] = MADE + "\n".join(_events()) + "\n"
        made["deadlines.md"] = MADE + "\n".join(_deadlines()) + "\n"
        made["access.md"] = MADE + "\n".join(_access()) + "\n"
        made["examples.md"] = MADE + "\n".join(_examples()) + "\n"
    return made


def write() -> list[str]:
    """Write every page; return the paths that changed."""
    changed = []
    for name, text in pages().items():
        file = ROOT / name
        if not file.exists() or file.read_text() != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            changed.append(name)
    return changed


def stale() -> list[str]:
    """Return the pages that are not what the code says."""
    return [name for name, text in pages().items() if not (ROOT / name).exists() or (ROOT / name).read_text() != text]


def _standing_alone(picture: str) -> str:
    """Give the picture the little style it needs outside a page of ours."""
    style = (
        "<style>.g-node rect,.g-node circle,.g-node path{fill:#fff;stroke:#334;stroke-width:1.5}"
        ".g-edge{fill:none;stroke:#667;stroke-width:1.5}.g-arrow{fill:#667}"
        "text{font:12px sans-serif;text-anchor:middle;dominant-baseline:middle}.g-edge-label{font-size:10px}</style>"
    )
    head, rest = picture.split(">", 1)
    return f"{head}>{style}{rest}"


def _table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    heads = list(heads)
    yield "| " + " | ".join(heads) + " |"
    yield "| " + " | ".join("---" for _ in heads) + " |"
    for row in rows:
        yield "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) + " |"


def _case_types(kinds: Iterable[CaseType]) -> Iterator[str]:
    yield "# Case types: states, transitions, steps"
    for kind in kinds:
        yield f"\n## {kind.title} (`{kind.slug}`, {kind.prefix})\n\n{kind.law}\n"
        yield f"![{kind.title}](flows/{kind.slug}.en.svg) · [中文](flows/{kind.slug}.zh-hans.svg)\n"
        yield "### States\n"
        model = kind.model
        yield from _table(
            ("state", "name", "stage", "may go back to"),
            (
                (
                    f"`{state}`",
                    label,
                    model.STAGES[state],
                    f"`{model.TAKE_BACK[state]}`" if state in model.TAKE_BACK else "",
                )
                for state, label in model.State.choices
            ),
        )
        yield "\n### Transitions\n"
        field = model._meta.get_field("state")
        found = [
            (
                f"`{one.name}`",
                f"`{one.source}`",
                f"`{one.target}`" if isinstance(one.target, str) else "(where it came from)",
                f"`{one.custom['move'].kind}`",
                role_names(one.custom["move"].roles) or "whoever works on cases",
                "; ".join(str(needed.reason) for needed in one.custom["move"].conditions),
            )
            for one in field.get_all_transitions(model)
        ]
        yield from _table(("transition", "from", "to", "event", "who", "refused with"), sorted(found))
        yield "\n### Steps of the flow\n"
        steps = []
        for node in kind.flow.instance.nodes():
            if isinstance(node, HumanTask | Wait):
                doors = ", ".join(f"{door.title} ({door.rule or door.name})" for door in node.doors)
                level = f", {node.level}" if getattr(node, "level", "") else ""
                steps.append((f"`{node.name}`", node.task_title, f"{node.role or 'nobody: it waits'}{level}", doors))
        yield from _table(("step", "name", "who", "other ways out"), steps)
        yield "\n### Outcomes\n"
        yield from _table(("outcome", "name"), ((f"`{code}`", label) for code, label in model.Outcome.choices))


def _events() -> Iterator[str]:
    yield "# Events\n"
    kinds = sorted(
        (kind for kind in KINDS.values() if not kind.code.startswith(("toy.", "test."))), key=lambda k: k.code
    )
    yield from _table(("kind", "name", "sentence"), ((f"`{k.code}`", k.title, k.sentence) for k in kinds))


def _deadlines() -> Iterator[str]:
    yield "# Clocks\n"
    yield "Lengths without a local parameter are the same everywhere. “rights” lapse with their end.\n"
    rows = [
        (
            f"`{rule.code}`",
            rule.title,
            f"{rule.length} {rule.unit}" + " before" * rule.counts_back + " at the earliest" * rule.opens,
            rule.law,
            rule.certainty,
            f"{rule.owed_by}{' (right)' if rule.lapses else ''}",
            f"`{rule.parameter}`" if rule.parameter else "",
            _codes(rule.starts),
            _codes(rule.restarted_by),
            _codes((*rule.suspended_by, *rule.resumed_by)),
            _codes(rule.satisfied_by),
            _codes(rule.cancelled_by),
            f"{rule.extension.consent}{f' +{rule.extension.at_most}' if rule.extension.at_most else ''}"
            if rule.extension
            else "",
        )
        for rule in every_rule().values()
        if not rule.code.startswith("TY.")
    ]
    heads: tuple[str, ...] = ("rule", "name", "length", "law", "certainty", "owed by", "local parameter")
    heads += ("started by", "counted anew from", "stands still, goes on", "kept by", "ended by", "extended by")
    yield from _table(heads, sorted(rows))


def _letters(slug: str, language: str) -> Iterator[str]:
    """Yield every letter of a type as it reads, with samples where the file's values stand."""
    title = case_type(slug).title if slug else _now("Letters of every case")
    yield f"# {title}\n"
    general = papers.papers_of("")
    own = {code: paper for code, paper in papers.papers_of(slug).items() if not slug or code not in general}
    for code, paper in own.items():
        source = papers.built_in_text(slug, code, language)
        filled = fill(source, samples(source, papers.known_names(slug, paper), SAMPLED_AT), language)
        signers = ", ".join(str(LetterSignature.Party(party).label) for party in dict.fromkeys(paper.signed_by))
        yield f"## {paper.title} (`{code}`)\n"
        yield from _table(
            (_now("Basis"), _now("originals"), _now("Signed by")), [(paper.law, paper.originals, signers or "—")]
        )
        yield f"\n{as_html(blocks_of(filled.source))}\n"


# Whatever the day: the pages change when a text does.
SAMPLED_AT = datetime(2026, 11, 20, 2, tzinfo=UTC)


def _codes(kinds: Iterable[str]) -> str:
    return ", ".join(f"`{code}`" for code in kinds)


def _access() -> Iterator[str]:
    yield "# Who may do what\n\nA role holds in its office and everything below it.\n"
    yield from _table(
        ("act", "what", "roles"),
        ((f"`{code}`", act.title, role_names(act.roles)) for code, act in sorted(ACTS.items())),
    )


# ---- worked examples -----------------------------------------------------------------------------------


def _examples() -> Iterator[str]:
    yield "# Worked examples\n"
    yield (
        "`./run manage check_examples FILE` reckons the examples of a file by the rules of the house, prints every miss"
        " and `N passed, N failed`, and exits 1 when there is one. It needs nothing in the database. The file is a list"
        ' of examples, or an object with `"vectors"` and, if it likes, `"meta"`.\n'
    )
    yield _as_json(
        {"area": "labour_dispute", "input": {"workers": 10, "common_claim": True}, "expected": {"is_group_case": True}}
    )
    yield _as_json(
        {
            "rule": "LD.mediation.from_receipt",
            "events": {"received": "2025-04-20"},
            "expected": {"nominal": "2025-05-05", "rolled": "2025-05-06"},
        }
    )
    yield (
        "\nThe first form names an area and its inputs: the rule that names most of them answers. The second names a"
        " deadline rule and what happened, never its length. Only what stands in `expected` is compared: sums by their"
        " value, moments by their instant, sets in any order; what never ends is rounded half up to as many places as"
        ' the file has. `"id"`, `"title"` and `"note"` matter to nobody but the reader.\n'
    )
    yield (
        'Days are those of the published calendar, or of the file\'s own: `"meta": {"calendar": {"off": […],'
        ' "extra_work": […], "years_known": […]}}` for the years it covers. `"calendar_years_loaded": [2025]` in an'
        " example lets the notices of those years alone be out. Amounts are texts or numbers, never below nothing;"
        " days are `2026-09-25`, moments `2026-09-25T16:30+08:00`, without a zone Beijing's.\n"
    )
    rules = [rule for rule in every_example().values() if _is_ours(rule)]
    for area in sorted({rule.area for rule in rules}):
        yield f"## {f'Area `{area}`' if area != EVERY_AREA else 'In every area'}\n"
        for rule in sorted((rule for rule in rules if rule.area == area), key=lambda rule: rule.code):
            yield from _example_rule(rule)
    yield "## Deadline rules\n"
    yield "Results of each: " + ", ".join(f"`{name}`" for name in periods.RESULTS) + ".\n"
    yield (
        'An event is a day, a list of days or a moment; `"on"` beside the events asks how it stands on a day. Rules'
        " that count hours want moments.\n"
    )
    heads = ("rule", "name", "law", "length", "events", "worked examples")
    others = tuple(f"{kind.prefix}." for kind in all_case_types() if not kind.name.startswith(OF_THE_PRODUCT))
    ours = [rule for rule in every_rule().values() if not rule.code.startswith(others)]
    yield from _table(heads, (_deadline_row(rule) for rule in sorted(ours, key=lambda rule: rule.code)))


def _is_ours(rule: ExampleRule) -> bool:
    return rule.work_out.__module__.startswith(("casework.", OF_THE_PRODUCT))


def _example_rule(rule: ExampleRule) -> Iterator[str]:
    yield f"### {rule.title} (`{rule.code}`)\n"
    yield f"{rule.law} · {rule.certainty}\n"
    yield f"- inputs: {_names(rule.reads)}" + (f"; may have {_names(rule.may_read)}" if rule.may_read else "")
    if rule.rest is not None:
        yield "- and one more, called whatever it is: the first day or moment"
    of_a_period = set(periods.RESULTS) <= set(rule.returns)
    own = [name for name in rule.returns if not (of_a_period and name in periods.RESULTS)]
    words = [*(["those of every deadline rule"] if of_a_period else []), *([_names(own)] if own else [])]
    yield f"- results: {', '.join(words)}\n"
    for sample in rule.samples:
        yield _as_json({"input": dict(sample.given), "expected": dict(sample.expected)})
    yield ""


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"


def _deadline_row(rule: DeadlineRule) -> tuple[object, ...]:
    return (
        f"`{rule.code}`",
        rule.title,
        f"{rule.law} ({rule.certainty})",
        f"{rule.length} {Unit(rule.unit)}",
        _names(periods.names_of(rule)),
        "<br>".join(
            f"`{_inline(one.events)}`" + (f" on {one.on}" if one.on else "") + f" → `{_inline(one.expected)}`"
            for one in rule_examples().get(rule.code, ())
        ),
    )


def _as_json(value: Mapping[str, Any]) -> str:
    return f"    {_inline(value)}"


def _inline(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
