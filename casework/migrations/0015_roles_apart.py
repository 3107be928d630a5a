"""Has the database keep the three powers apart: see casework/staff/triggers.py."""

from django.db import migrations

from casework.audit import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)


class Migration(migrations.Migration):
    # PostgreSQL does not make triggers on a table with pending constraint events of the same transaction.
    atomic = False

    dependencies = [("casework", "0014_rights")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
