"""The case type that is measured."""

from workflows.case_type import CaseType


class ErrandCaseType(CaseType):
    """Eight steps in a row."""

    name = "benchmarks.ours"
    label = "errand"
    prefix = "ER"
    title = "Errand"
    law = "none"
    model_path = "models.Errand"
    default_auto_field = "django.db.models.BigAutoField"
