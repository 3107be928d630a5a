"""What the finder of the toy gets."""

from decimal import Decimal

from django import forms

from casework.funds.reckoning import Step, Unit, to_fen, written
from casework.offices.forms import DayField
from workflows.calculators import Calculator, CalculatorForm, Result, sum_field

LAW = "民法典 第三百一十七条"
SHARE_PARAMETER = "TY.reward.percent"


class Reward(CalculatorForm):
    """What it was worth."""

    local = {"percent": SHARE_PARAMETER}
    day = "found_on"

    worth = sum_field("Toy value")
    found_on = DayField(label="Toy day")
    percent = sum_field("Toy share")
    thing = forms.CharField(label="Toy name", required=False, max_length=40)


def reward(worth, found_on, percent, thing):
    """Work it out."""
    amount = to_fen(worth * percent / 100)
    return Result(
        written(amount),
        f"Toy reward {written(amount)}",
        LAW,
        (
            Step("Toy share", percent, law=LAW, unit=Unit.PERCENT),
            Step("Toy reward", amount, f"{to_fen(worth)} × {percent} %", LAW),
        ),
        amount=amount,
    )


CALCULATORS = (
    Calculator("reward", "Toy reward", LAW, Reward, reward, lambda case: {"thing": case.thing, "worth": Decimal(0)}),
)
