"""Eight steps in a row, four roles."""

from casework.offices.roles import Role
from workflows.flows import CaseFlow, Closed, HumanTask, Opened, this

from . import forms, operations
from .models import Errand


def _step(number: int, role: Role) -> HumanTask:
    return HumanTask(operations.advance, title=f"Step {number}", role=role, form=forms.Advance)


class Flow(CaseFlow):
    """An errand."""

    process_class = Errand

    start = Opened().Next(this.step1)
    step1 = _step(1, Role.OPERATOR).Next(this.step2)
    step2 = _step(2, Role.MEDIATOR).Next(this.step3)
    step3 = _step(3, Role.VISITOR).Next(this.step4)
    step4 = _step(4, Role.SUPERVISOR).Next(this.step5)
    step5 = _step(5, Role.OPERATOR).Next(this.step6)
    step6 = _step(6, Role.MEDIATOR).Next(this.step7)
    step7 = _step(7, Role.VISITOR).Next(this.step8)
    step8 = _step(8, Role.SUPERVISOR).Next(this.end)
    end = Closed()
