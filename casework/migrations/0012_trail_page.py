from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0011_break_glass")]

    operations = [
        migrations.RemoveIndex("event", "event_kind"),
        migrations.RemoveIndex("event", "event_actor"),
        migrations.RemoveIndex("event", "event_office"),
        migrations.RemoveIndex("event", "event_person"),
        migrations.AddIndex("event", models.Index(fields=["-happened_at", "-id"], name="event_when")),
        migrations.AddIndex("event", models.Index(fields=["kind", "-happened_at", "-id"], name="event_kind")),
        migrations.AddIndex("event", models.Index(fields=["actor", "-happened_at", "-id"], name="event_actor")),
        migrations.AddIndex("event", models.Index(fields=["office_id", "-happened_at", "-id"], name="event_office")),
        migrations.AddIndex(
            "event",
            models.Index(
                fields=["person_id", "-happened_at", "-id"],
                name="event_person",
                condition=models.Q(("person_id__isnull", False)),
            ),
        ),
        migrations.AddIndex(
            "event",
            models.Index(
                fields=["-happened_at", "-id"], name="event_refused", condition=models.Q(("outcome", "refused"))
            ),
        ),
    ]
