"""Clocks in the administration: to be looked at, never written."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from .models import Clock


@admin.register(Clock)
class ClockAdmin(admin.ModelAdmin):
    """Reading only: clocks follow events."""

    list_display = ("rule", "case", "contact", "started_on", "nominal_on", "due_on", "state", "provisional")
    list_filter = ("state", "rule", "provisional")
    list_select_related = ("case", "contact")
    raw_id_fields = ("case", "contact", "start_event", "end_event")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds a clock by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes a clock by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes a clock."""
        return False
