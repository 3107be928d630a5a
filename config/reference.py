"""The pages of docs/reference that are made from the code: flows, states, events, clocks, figures.

`./run docs` writes them; a test makes them anew and says which file is stale. Nothing in them is typed by
hand, so nothing in them can be out of date without a red test.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.utils import translation

from casework.audit.events import KINDS
from casework.deadlines.rulebook import rules_of
from casework.offices.scope import ACTS, role_names
from workflows.case_type import CaseType, all_case_types
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
    with translation.override("en"):
        made["case-types.md"] = MADE + "\n".join(_case_types(kinds)) + "\n"
        made["events.md"] = MADE + "\n".join(_events()) + "\n"
        made["deadlines.md"] = MADE + "\n".join(_deadlines(kinds)) + "\n"
        made["access.md"] = MADE + "\n".join(_access()) + "\n"
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


def _deadlines(kinds: Iterable[CaseType]) -> Iterator[str]:
    yield "# Clocks\n"
    seen: set[str] = set()
    rows = []
    for kind in kinds:
        for rule in rules_of(kind.slug):
            if rule.code not in seen:
                seen.add(rule.code)
                rows.append(
                    (
                        f"`{rule.code}`",
                        rule.title,
                        f"{rule.length} {rule.unit}",
                        rule.law,
                        rule.certainty,
                        f"`{rule.parameter}`" if rule.parameter else "",
                        ", ".join(f"`{code}`" for code in rule.starts),
                        ", ".join(f"`{code}`" for code in rule.satisfied_by),
                    )
                )
    heads = ("rule", "name", "length", "law", "certainty", "local parameter", "started by", "satisfied by")
    yield from _table(heads, sorted(rows))


def _access() -> Iterator[str]:
    yield "# Who may do what\n\nA role holds in its office and everything below it.\n"
    yield from _table(
        ("act", "what", "roles"),
        ((f"`{code}`", act.title, role_names(act.roles)) for code, act in sorted(ACTS.items())),
    )
