"""How a page tells why a clock ends when it ends."""

from django import template

from casework.deadlines import queries
from casework.deadlines.models import Clock

register = template.Library()


@register.simple_tag
def explain(clock: Clock, office_path: str) -> queries.Explanation:
    """Return a clock's law, formula and counted days: `{% explain clock case.office_path as told %}`."""
    return queries.explain(clock, office_path)
