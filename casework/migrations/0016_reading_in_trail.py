"""Enters who reads in the trail what was typed (choices of a column only: no database is changed)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0015_roles_apart"),
    ]

    operations = [
        migrations.AlterField(
            model_name="accessrecord",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("case", "Worked on the case"),
                    ("look", "Looked at the case without working on it"),
                    ("shown", "Gave a reason and had the case shown"),
                    ("break_glass", "Opened a case of another office in an emergency"),
                    ("person", "Opened the person's record"),
                    ("name", "Had the name shown"),
                    ("id_number", "Had the ID number shown"),
                    ("phone", "Had the phone number shown"),
                    ("address", "Had the address shown"),
                    ("account_number", "Had the account number shown"),
                    ("member_id", "Had the ID number of a household member shown"),
                    ("contact", "Read what a caller told"),
                    ("document", "Read a paper or a letter"),
                    ("print", "Printed letters"),
                    ("payout", "Looked at a payout"),
                    ("access_list", "Looked at who read the data"),
                    ("copy", "Handed the person a copy of the data"),
                    ("trail", "Read in the trail what was typed"),
                ],
                max_length=64,
                verbose_name="purpose",
            ),
        ),
    ]
