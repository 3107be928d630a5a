"""Has the database refuse what the rules of the house refuse: see casework/audit/triggers.py."""

from django.db import migrations

from casework.audit import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)


def remove(apps, schema_editor):
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    # PostgreSQL does not make triggers on a table with pending constraint events of the same transaction.
    atomic = False

    dependencies = [("casework", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
