"""Give the clocks that stand the place of their case or contact, and have the sweep look at each once."""

from typing import Any

from django.db import migrations
from django.db.models import F, OuterRef, Subquery


def fill(apps: Any, schema_editor: Any) -> None:
    """Copy the paths; what is at risk or late already is told by the next sweep, which reckons each alarm anew."""
    clocks = apps.get_model("casework", "Clock").objects
    for name in ("Case", "Contact"):
        owner = apps.get_model("casework", name).objects.filter(pk=OuterRef(f"{name.lower()}_id"))
        clocks.filter(**{f"{name.lower()}__isnull": False}).update(office_path=Subquery(owner.values("office_path")[:1]))
    clocks.filter(state="running").update(alarm_at=F("started_at"))
    clocks.filter(state="expired", case__closed_at=None).update(alarm_at=F("due_at"))


class Migration(migrations.Migration):
    """Data of clocks made before boards and alarms."""

    dependencies = [("casework", "0003_deadlines")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
