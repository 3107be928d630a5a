"""Money in the configuration pages: to look at, never to change."""

from django.contrib import admin

from casework.admin import ReadOnlyAdmin

from .models import Fund, Payout, PayoutBatch, Reservation


@admin.register(Fund)
class FundAdmin(ReadOnlyAdmin):
    """Funds and their counters."""

    within = ("office_path",)
    list_display = ["title", "year", "line", "source", "office", "budget", "reserved", "paid"]
    list_filter = ["year", "source"]
    list_select_related = ["office"]
    ordering = ["-year", "-id"]


@admin.register(Reservation)
class ReservationAdmin(ReadOnlyAdmin):
    """What is kept, spent and released."""

    within = ("fund__office_path",)
    list_display = ["id", "fund", "amount", "state", "made_by", "made_at"]
    list_filter = ["state"]
    list_select_related = ["fund", "made_by"]
    ordering = ["-id"]


@admin.register(PayoutBatch)
class PayoutBatchAdmin(ReadOnlyAdmin):
    """Batches of bank payments."""

    within = ("office_path",)
    list_display = ["number", "office", "state", "count", "total", "made_by", "released_by"]
    list_filter = ["state"]
    list_select_related = ["office", "made_by", "released_by"]
    ordering = ["-id"]


@admin.register(Payout)
class PayoutAdmin(ReadOnlyAdmin):
    """Payouts; nothing of the payee is shown."""

    within = ("office_path",)
    fields = [
        "uuid",
        "fund",
        "office",
        "method",
        "amount",
        "state",
        "batch",
        "approved_at",
        "paid_at",
        "voucher_number",
    ]
    list_display = ["uuid", "amount", "method", "state", "office", "approved_at", "paid_at"]
    list_filter = ["state", "method"]
    list_select_related = ["office"]
    ordering = ["-id"]
