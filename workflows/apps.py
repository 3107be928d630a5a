"""The engine's app: no tables, only flows, pages and the operations that move cases through them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowsConfig(AppConfig):
    """The engine. It knows no case type; the app registry does."""

    name = "workflows"
    verbose_name = _("Workflows")

    def ready(self) -> None:
        """Import every type's flow, so that references to its nodes resolve, check the types, and know the jobs."""
        from . import checks as checks
        from . import recounts as recounts
        from . import verification as verification
        from .case_type import all_case_types

        for case_type in all_case_types():
            case_type.flow  # noqa: B018  reading it imports the module
