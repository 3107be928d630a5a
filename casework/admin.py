"""The configuration pages: what a system administrator sets up. Every change goes through its operation.

Records of people, money and history are shown here at most, never changed: their owners register them read-only.
"""

import json
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.db.models import Q
from django.db.models.constants import LOOKUP_SEP
from django.forms.fields import InvalidJSONInput
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from casework.audit.errors import CaseworkError, InvalidFacts
from casework.audit.models import Event
from casework.cases.models import Case
from casework.deadlines import recounts
from casework.deadlines.models import Clock, Recount
from casework.documents.models import Document, Letter
from casework.offices import doors, scope
from casework.offices import operations as offices
from casework.offices.models import CalendarDay, DutyShift, LocalParameter, Office
from casework.offices.queries import offices_of, offices_where
from casework.staff.models import RoleGrant, User
from casework.staff.queries import staff_visible_to
from casework.staff.requests import StaffRequest


class ScopedAdmin(admin.ModelAdmin):
    """Rows of the offices that the person configures.

    `within` names the columns that hold the path of an office a row belongs to, one of which must be in reach; ""
    stands for rows that belong to no office and are everybody's. Rows of a model that names none are for whoever
    configures the whole house.
    """

    within: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> Any:
        """Leave out what belongs to other offices: it does not exist for this person."""
        found = super().get_queryset(request)
        if "" in self.within or doors.reaches_whole_house(request.user, "config.manage"):  # type: ignore[arg-type]
            return found
        paths = scope.paths(request.user, scope.ACTS["config.manage"].roles)
        reached = Q(pk__in=[])
        for column in self.within:
            reached |= scope.within(paths, column)
        return found.filter(reached)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Take an address's question about a column that the list shows or filters by, and about no other.

        Django lets any column of the row be asked for: by its beginnings a password's hash is found out.
        """
        shown = {str(name) for name in (*self.list_display, *self.list_filter, self.date_hierarchy, "id")}
        return lookup.split(LOOKUP_SEP)[0] in shown and super().lookup_allowed(lookup, value, request)


class ReadOnlyAdmin(ScopedAdmin):
    """Rows to look at. Adding, changing and deleting them is the work of their room's pages."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False


class OperationForm(forms.ModelForm):
    """A form whose changes an operation makes: what the operation refuses is said at the field."""

    by: User

    def perform(self) -> Any:
        """Call the operation with the cleaned facts and return the row."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Make the change, once everything else is in order, so that its refusal still reaches the page."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        try:
            self.instance = self.perform()
        except InvalidFacts as error:
            for field, texts in error.errors.items():
                self.add_error(field if field in self.fields else None, [str(text) for text in texts])
        except CaseworkError as error:
            self.add_error(None, str(error))
        return cleaned

    def _post_clean(self) -> None:
        """Leave the row as the operation made it."""

    def save(self, commit: bool = True) -> Any:
        """Return the row: the operation has written it."""
        self.save_m2m = lambda: None  # type: ignore[method-assign]
        return self.instance


class OperationAdmin(ScopedAdmin):
    """Rows changed through an `OperationForm`; nothing is ever deleted."""

    form: type[OperationForm]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form, knowing in whose name it acts."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.by = request.user
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Do nothing: the operation has written the row."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """Do nothing: the trail has the event; Django's own log can be rewritten."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """Do nothing, for the same reason."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: what was valid once must stay readable."""
        return False


def offer_recount(request: StaffRequest, changed: Any, office: Office | None, why: str) -> None:
    """Say how many deadlines a change may move, and lead to where they are shown and moved.

    Args:
        changed: the clocks it may change.
        office: where all of them belong.
    """
    count = changed.count()
    if not count or office is None:
        return
    question = urlencode({"office": office.code, "why": why[: Recount._meta.get_field("why").max_length]})
    said = ngettext("%(count)s open deadline may move by this.", "%(count)s open deadlines may move by this.", count)
    link = format_html('<a href="{}?{}">{}</a>', reverse("recount_list"), question, _now("Show which, and move them"))
    messages.info(request, format_html("{} {}", said % {"count": count}, link))


class OfficeForm(OperationForm):
    """An office, and below which other it stands."""

    below = forms.ModelChoiceField(
        Office.objects.order_by("path"), label=_("Below"), required=False, help_text=_("Empty: at the top of the tree.")
    )

    class Meta:
        model = Office
        fields = ["code", "name", "name_en", "level", "region", "phone", "reports_to", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            above = self.instance.path_upwards[1:2]
            self.fields["below"].initial = Office.objects.filter(path__in=above).first()

    def perform(self) -> Office:
        """Found the office, or change and move it."""
        facts, at = dict(self.cleaned_data), timezone.now()
        below, is_active = facts.pop("below"), facts.pop("is_active")
        if not self.instance.pk:
            return offices.found_office(**facts, below=below, by=self.by, at=at)
        changes = {
            name: value for name, value in (facts | {"is_active": is_active}).items() if name in self.changed_data
        }
        office = offices.change_office(office=self.instance, by=self.by, at=at, **changes) if changes else self.instance
        if below is not None and below.path != "".join(office.path_upwards[1:2]):
            office = offices.move_office(office=office, below=below, by=self.by, at=at)
        return office


@admin.register(Office)
class OfficeAdmin(OperationAdmin):
    """The union tree."""

    within = ("path",)
    form = OfficeForm
    list_display = ["name", "code", "level", "region", "phone", "is_active"]
    list_filter = ["level", "is_active"]
    search_fields = ["name", "code"]
    ordering = ["path"]


class RuleValueField(forms.JSONField):
    """The value of a local rule: JSON that every database keeps, so no NaN, and none that only looks endless."""

    def to_python(self, value: Any) -> Any:
        """Read it."""
        try:
            found = super().to_python(value)
            json.dumps(found, allow_nan=False)
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        return found

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Show again what was typed, whether or not it can be read."""
        try:
            return super().bound_data(data, initial)
        except (ValueError, RecursionError):
            return InvalidJSONInput(data)


class LocalParameterForm(OperationForm):
    """A local rule."""

    class Meta:
        model = LocalParameter
        fields = ["code", "office", "value", "valid_from", "valid_until", "source"]
        field_classes = {"value": RuleValueField}

    def perform(self) -> LocalParameter:
        """Set it."""
        return offices.set_parameter(**self.cleaned_data, by=self.by, at=timezone.now())


@admin.register(LocalParameter)
class LocalParameterAdmin(OperationAdmin):
    """Local rules. A value from another day on is another row; the same code, place and day corrects one."""

    within = ("office__path",)
    form = LocalParameterForm
    list_display = ["code", "office", "value", "valid_from", "valid_until", "source"]
    list_filter = ["code"]
    list_select_related = ["office"]
    ordering = ["code", "office__path", "-valid_from"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Say whose deadlines the value moves; the operation has written it."""
        changed = recounts.changed_by_parameter(obj)
        offer_recount(request, changed, obj.office, f"{obj.code} {obj.valid_from}: {obj.source}")  # type: ignore[arg-type]


class CalendarDayForm(OperationForm):
    """A special day."""

    class Meta:
        model = CalendarDay
        fields = ["region", "day", "is_workday", "name", "source", "provisional"]

    def perform(self) -> CalendarDay:
        """Enter it."""
        return offices.set_calendar_day(**self.cleaned_data, by=self.by, at=timezone.now())


@admin.register(CalendarDay)
class CalendarDayAdmin(OperationAdmin):
    """Rest days and worked weekends; a whole year is loaded from its notice."""

    within = ("",)
    form = CalendarDayForm
    list_display = ["day", "region", "name", "is_workday", "provisional", "source"]
    list_filter = ["region", "provisional", "is_workday"]
    date_hierarchy = "day"
    ordering = ["-day"]
    actions = ["load_again"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Say whose deadlines the day moves; the operation has written it."""
        self._offer(request, obj.region, obj.day, obj.day, f"{obj.day} {obj.name}: {obj.source}")  # type: ignore[arg-type]

    def _offer(self, request: StaffRequest, region: str, first: date, last: date, why: str) -> None:
        mine = offices_where(request.user, scope.ACTS[recounts.ACT].roles)
        office = offices_of(region).filter(pk__in=mine.values("pk")).first()
        offer_recount(request, recounts.changed_by_days(region, first, last), office, why)

    @admin.action(description=_("Load the national calendar of the years chosen again"))
    def load_again(self, request: StaffRequest, queryset: Any) -> None:
        """Load each year once."""
        for year in sorted({row.day.year for row in queryset}):
            at = timezone.now()
            try:
                days = offices.load_calendar(year=year, by=request.user, at=at)
            except CaseworkError as error:
                self.message_user(request, str(error), messages.ERROR)
            else:
                said = _now("%(year)s: %(count)s days entered.") % {"year": year, "count": len(days)}
                self.message_user(request, said, messages.SUCCESS)
                self._lead_on(request, days, at)

    def _lead_on(self, request: StaffRequest, days: list[CalendarDay], at: datetime) -> None:
        """Lead to the recount that began by itself, or to where one can be begun."""
        begun = recounts.recounts_for(request.user).filter(made_at=at, made_by=request.user).first()
        if begun is None:
            self._offer(request, "", days[0].day, days[-1].day, days[0].source)
            return
        link = format_html('<a href="{}">{}</a>', reverse("recount_detail", args=[begun.pk]), _now("Show which move"))
        said = _now("The days are published now: the open deadlines are being reckoned again.")
        messages.info(request, format_html("{} {}", said, link))


class DutyShiftForm(OperationForm):
    """A time on duty."""

    class Meta:
        model = DutyShift
        fields = ["office", "user", "starts_at", "ends_at"]
        field_classes = {"starts_at": forms.SplitDateTimeField, "ends_at": forms.SplitDateTimeField}

    def perform(self) -> DutyShift:
        """Plan it."""
        return offices.plan_duty(**self.cleaned_data, by=self.by, at=timezone.now())


@admin.register(DutyShift)
class DutyShiftAdmin(OperationAdmin):
    """The duty roster."""

    within = ("office__path",)
    form = DutyShiftForm
    list_display = ["office", "user", "starts_at", "ends_at"]
    list_select_related = ["office", "user"]
    ordering = ["-starts_at"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let shifts be looked at and planned, not rewritten."""
        return obj is None and super().has_change_permission(request, obj)


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """Accounts; opened and closed on the staff pages."""

    fields = ["username", "display_name", "email", "language", "is_active", "deactivated_at"]
    list_display = ["username", "display_name", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["username"]
    ordering = ["username"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Leave out whose roles all lie in other offices."""
        seen = staff_visible_to(request.user).values("pk")  # type: ignore[arg-type]
        return admin.ModelAdmin.get_queryset(self, request).filter(pk__in=seen)


@admin.register(RoleGrant)
class RoleGrantAdmin(ReadOnlyAdmin):
    """Roles; granted and confirmed on the pages of the security administrators."""

    within = ("office__path",)
    list_display = ["user", "role", "office", "valid_from", "valid_until", "granted_by", "confirmed_by"]
    list_filter = ["role"]
    list_select_related = ["user", "office", "granted_by", "confirmed_by"]
    ordering = ["-id"]


@admin.register(Clock)
class ClockAdmin(ReadOnlyAdmin):
    """Every clock, with the dates it was reckoned to; clocks follow events."""

    within = ("case__office_path", "contact__office_path")
    list_display = ["rule", "case", "contact", "started_on", "nominal_on", "due_on", "state", "provisional"]
    list_filter = ["state", "rule", "provisional"]
    list_select_related = ["case", "contact"]
    ordering = ["-id"]


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    """That files are there, not what they are called or say."""

    within = ("case__office_path", "contact__office_path")
    fields = ["uuid", "case", "contact", "kind", "size", "content_type", "uploaded_by", "uploaded_at"]
    list_display = ["uuid", "case", "contact", "kind", "size", "content_type", "uploaded_by", "uploaded_at"]
    list_filter = ["kind", "content_type"]
    list_select_related = ["case", "contact", "uploaded_by"]
    ordering = ["-id"]


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    """That letters went out, not what they say."""

    within = ("case__office_path",)
    fields = ["number", "case", "paper", "language", "issued_by", "issued_at", "corrects"]
    list_display = ["number", "case", "paper", "language", "issued_by", "issued_at", "corrects"]
    list_filter = ["paper"]
    list_select_related = ["case", "issued_by", "corrects"]
    ordering = ["-id"]


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    """That cases exist and where they stand, not whose they are."""

    within = ("office_path",)
    fields = ["number", "case_type", "state", "stage", "office", "opened_by", "opened_at", "outcome", "closed_at"]
    list_display = ["number", "case_type", "state", "stage", "office", "opened_at", "closed_at"]
    list_filter = ["case_type", "stage"]
    list_select_related = ["office"]
    search_fields = ["number"]
    ordering = ["-id"]


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """The trail, row by row: kinds and hashes. Its words are read on the page of the trail."""

    fields = ["stream", "seq", "kind", "outcome", "actor", "principal", "happened_at", "recorded_at", "request_id"]
    list_display = ["stream", "seq", "kind", "outcome", "actor", "happened_at"]
    list_filter = ["outcome"]
    list_select_related = ["actor"]
    search_fields = ["stream"]
    show_full_result_count = False
    ordering = ["-id"]


# Rooms above register their own rows read-only; they need the class above, hence their place.
from casework.funds import admin as funds  # noqa: E402, F401
