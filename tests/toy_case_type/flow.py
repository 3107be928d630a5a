"""Who looks for it next."""

from casework.offices.roles import Role
from workflows import assignment
from workflows.flows import CaseFlow, Choice, Closed, HumanTask, Opened, Wait, this

from . import forms, operations
from .models import LostThing

State = LostThing.State


class Flow(CaseFlow):
    """Lost property."""

    process_class = LostThing

    # operator
    start = Opened().Next(this.search)

    # mediator
    search = HumanTask(operations.search, title="Search", role=Role.MEDIATOR, form=forms.Search).Next(this.searched)
    searched = Choice().When(this.objections, State.FOUND).Otherwise(this.decide)

    # supervisor
    decide = HumanTask(operations.decide, title="Decide", role=Role.SUPERVISOR, form=forms.Decide).Next(this.decided)
    decided = Choice().When(this.search, State.OPENED).Otherwise(this.end)

    # the clock, or somebody who says it is his
    objections = (
        Wait(title="Objections")
        .Until("TY.objection", operations.close, title="Nobody objected")
        .Or("dispute", operations.dispute, title="Dispute", form=forms.ReasonForm, roles=[Role.OPERATOR])
        .Next(this.objected)
    )
    objected = Choice().When(this.answer, State.DISPUTED).Otherwise(this.end)
    answer = HumanTask(
        operations.answer, title="Answer", role=Role.MEDIATOR, form=forms.ReasonForm, owner=assignment.handler
    ).Next(this.objections)

    end = Closed()
