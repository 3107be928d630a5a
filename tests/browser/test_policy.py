"""Django's own pages stand under the same strict content policy as ours; `window` fails on any breach."""

from collections.abc import Callable

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from config.demo.city import found_city

from .conftest import Window


def test_the_configuration_pages_keep_it(transactional_db: None, window: Callable[..., Window]) -> None:
    cast = found_city(at=timezone.now())
    desk = window(cast["sysadmin"])
    shown = [reverse("admin:index")]
    for model, page in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        shown.append(reverse(f"{name}_changelist"))
        if page.has_add_permission(type("Asked", (), {"user": cast["sysadmin"]})()):  # type: ignore[arg-type]
            shown.append(reverse(f"{name}_add"))
        if row := model._base_manager.first():
            shown.append(reverse(f"{name}_change", args=[row.pk]))

    answers = {path: desk.page.goto(f"{desk.address}{path}").status for path in shown}  # type: ignore[union-attr]

    assert set(answers.values()) == {200}, answers
    assert len(answers) > 20
