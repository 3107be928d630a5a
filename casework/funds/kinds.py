"""What can happen to money, as the trail names it."""

from django.utils.translation import gettext_lazy as _

from casework.audit.events import declare

declare("fund.opened", _("Fund opened"), _("%(actor)s opened the fund “%(title)s” with a budget of ¥%(budget)s"))
declare(
    "fund.budget_changed",
    _("Budget changed"),
    _("%(actor)s changed the budget of the fund “%(title)s” from ¥%(old)s to ¥%(new)s"),
)
declare("money.reserved", _("Money reserved"), _("%(actor)s reserved ¥%(amount)s from the fund “%(fund_title)s”"))
declare("money.released", _("Reservation released"), _("%(actor)s released the ¥%(amount)s that were reserved"))
declare("payout.committed", _("Payout due"), _("%(actor)s committed a payout of ¥%(amount)s"))
declare("payout.guard_overridden", _("Warning answered"), _("%(actor)s answered a warning on a payout: %(guard)s"))
declare("payout.paid", _("Paid"), _("%(actor)s paid ¥%(amount)s (voucher %(voucher)s)"))
declare("payout.failed", _("Payment failed"), _("%(actor)s recorded that the payment of ¥%(amount)s failed"))
declare(
    "payout.unknown",
    _("Payment result unknown"),
    _("%(actor)s recorded that nobody knows yet whether ¥%(amount)s arrived"),
)
declare(
    "payout.resolved",
    _("Unknown payment settled"),
    _("%(actor)s found out that ¥%(amount)s had not been paid"),
)
declare("payout.cancelled", _("Payout cancelled"), _("%(actor)s cancelled the payout of ¥%(amount)s"))
declare("batch.made", _("Batch made"), _("%(actor)s made batch %(number)s: %(count)s payouts, ¥%(total)s"))
declare("batch.released", _("Batch released"), _("%(actor)s released batch %(number)s: %(count)s payouts, ¥%(total)s"))
declare("batch.closed", _("Batch closed"), _("Batch %(number)s is closed: every payment has its result"))
