from django.db import migrations


def join(apps, schema_editor):
    """Bring what was declared in a dispute to where every case looks: nobody said which party, so it is both."""
    old = apps.get_model("labour_dispute", "ConflictOfInterest")
    new = apps.get_model("casework", "ConflictOfInterest")
    for row in old.objects.select_related("case").order_by("declared_at", "id"):
        case = row.case
        parties = [{"worker_id": case.worker_id}] + ([{"employer_id": case.employer_id}] if case.employer_id else [])
        for party in parties:
            if not new.objects.filter(person_id=row.user_id, ended_at=None, **party).exists():
                new.objects.create(
                    person_id=row.user_id,
                    tie=row.kind,
                    note=str(row.note),
                    office_id=case.office_id,
                    office_path=case.office_path,
                    declared_by_id=row.user_id,
                    declared_at=row.declared_at,
                    **party,
                )


class Migration(migrations.Migration):
    dependencies = [("casework", "0010_conflicts"), ("labour_dispute", "0001_initial")]

    operations = [
        migrations.RunPython(join, migrations.RunPython.noop),
        migrations.DeleteModel(name="ConflictOfInterest"),
    ]
