"""What a page offers to do, as `components/action.html` shows it: allowed, or with the reason why not."""

from typing import Any

from casework.audit.errors import Text

from .scope import Answer


def action(
    key: str,
    label: Text,
    url: str,
    answer: Answer,
    *,
    icon: str = "",
    method: str = "get",
    tone: str = "",
    confirm: Text = "",
) -> dict[str, Any]:
    """Return an action.

    Args:
        key: unique on the page; the reason of a refusal is tied to the button by it.
        method: "get" leads to a page of its own, "post" acts at once.
        tone: "main" for what the page is for, "bad" for what cannot be undone.
        confirm: the question asked before it is sent.
    """
    return {
        "key": key,
        "label": label,
        "url": url,
        "allowed": answer.allowed,
        "reason": answer.reason,
        "icon": icon,
        "method": method,
        "tone": tone,
        "confirm": confirm,
    }
