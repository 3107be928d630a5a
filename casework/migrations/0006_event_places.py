from django.db import migrations, models

from casework.audit import triggers


def lift_triggers(apps, schema_editor):
    """Take the triggers away, those of `post_migrate` put them back: SQLite rebuilds a table other triggers name."""
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("casework", "0005_letters")]

    operations = [
        migrations.RunPython(lift_triggers, lift_triggers),
        migrations.AddField("event", "office_id", models.BigIntegerField(null=True)),
        migrations.AddField("event", "person_id", models.BigIntegerField(null=True)),
        migrations.AlterField("event", "format", models.PositiveSmallIntegerField(default=2)),
        migrations.AddIndex("event", models.Index(fields=["office_id", "-id"], name="event_office")),
        migrations.AddIndex(
            "event",
            models.Index(
                fields=["person_id", "-id"], name="event_person", condition=models.Q(("person_id__isnull", False))
            ),
        ),
    ]
