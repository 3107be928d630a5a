"""A case type that only the tests install: it proves that adding one edits nothing else."""

from workflows.case_type import CaseType


class ToyCaseType(CaseType):
    """Something was lost and is looked for."""

    name = "tests.toy_case_type"
    label = "toy"
    prefix = "TY"
    title = "Lost property"
    law = "民法典 art. 314"
    model_path = "models.LostThing"
    default_auto_field = "django.db.models.BigAutoField"
