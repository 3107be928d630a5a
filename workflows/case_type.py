"""A case type is one Django app; the app registry is the registry of case types.

A type's `apps.py` subclasses `CaseType` and names its parts as dotted paths inside its own package: they
are imported on first use, because app configurations load before models do.
"""

from collections.abc import Callable
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from django.apps import AppConfig, apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casework.audit.errors import NotFound

if TYPE_CHECKING:
    from .walking import Story


class UnknownCaseType(NotFound):
    """No installed app is a case type of that name."""

    message = _("There is no such kind of case.")


class CaseType(AppConfig):
    """What the engine wants to know of a kind of case."""

    default = False

    prefix: ClassVar[str]
    title: ClassVar[str | Promise]
    law: ClassVar[str]
    description: ClassVar[str | Promise] = ""
    icon: ClassVar[str] = "briefcase"

    model_path: ClassVar[str]
    flow_path: ClassVar[str] = "flow.Flow"
    intake_path: ClassVar[str] = "forms.Intake"
    begin_path: ClassVar[str] = "operations.begin"
    corrected_path: ClassVar[str] = ""
    walk_path: ClassVar[str] = "walk.walk"
    demo_path: ClassVar[str] = "demo.STORIES"
    deadlines: ClassVar[str] = "deadlines"
    papers: ClassVar[str] = "papers"
    figures: ClassVar[str] = "figures"
    calculators: ClassVar[str] = "calculators"
    examples: ClassVar[str] = "examples"
    triage: ClassVar[tuple[str | Promise, ...]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # Django falls back to a plain AppConfig when a module holds two candidates (this one and its base).
        cls.default = True

    @property
    def slug(self) -> str:
        """Return the type's name in addresses and rows: its app label."""
        return self.label

    def part(self, path: str) -> Any:
        """Return a part of the type by its dotted path inside the package."""
        module, name = path.rsplit(".", 1)
        return getattr(import_module(f"{self.name}.{module}"), name)

    @cached_property
    def model(self) -> Any:
        """Return the case model of this type."""
        return self.part(self.model_path)

    @cached_property
    def flow(self) -> Any:
        """Return the flow that new cases of this type follow."""
        return self.part(self.flow_path)

    @cached_property
    def intake_form(self) -> Any:
        """Return the form that opens a case of this type."""
        return self.part(self.intake_path)

    @cached_property
    def begin(self) -> Callable[..., None]:
        """Return the operation that gives a new case its first state."""
        return self.part(self.begin_path)

    @cached_property
    def corrected(self) -> Callable[..., None] | None:
        """Return the operation that draws what follows from a corrected fact, none where nothing more follows."""
        return self.part(self.corrected_path) if self.corrected_path else None

    @cached_property
    def walk(self) -> Callable[..., None]:
        """Return the function that walks one new case to its close."""
        return self.part(self.walk_path)

    @cached_property
    def stories(self) -> "tuple[Story, ...]":
        """Return the stories of the demonstration: together they come to every state and every outcome."""
        return self.part(self.demo_path)


def all_case_types() -> list[CaseType]:
    """Return the installed case types, in the order of their names."""
    return sorted((app for app in apps.get_app_configs() if isinstance(app, CaseType)), key=lambda app: app.label)


def case_type(slug: str) -> CaseType:
    """Return a case type by its slug.

    Raises:
        UnknownCaseType: none of that name is installed.
    """
    for installed in all_case_types():
        if installed.slug == slug:
            return installed
    raise UnknownCaseType
