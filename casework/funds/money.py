"""What a sum of money is here: yuan, a `Decimal` with two places, never a float."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from casework.audit.errors import CaseworkError

CENT = Decimal("0.01")
LARGEST = Decimal("999999999999.99")


class BadSum(CaseworkError):
    """Something that is not a sum of money of at most two decimal places."""

    message = _("A sum of money has at most two decimal places and is not negative.")


def money(value: Decimal | int) -> Decimal:
    """Return a sum in yuan and fen.

    Raises:
        TypeError: the value is a float (or a text): a float cannot hold money.
        BadSum: negative, too large, not a number, or finer than a fen.
    """
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise TypeError(f"money is a Decimal, not {type(value).__name__}")
    amount = Decimal(value)
    if not amount.is_finite() or not 0 <= amount <= LARGEST or amount != amount.quantize(CENT):
        raise BadSum
    return amount.quantize(CENT)
