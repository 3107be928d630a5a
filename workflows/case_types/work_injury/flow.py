"""Who works next on a work injury."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.offices.roles import Role
from workflows import assignment
from workflows.flows import CaseFlow, Choice, Closed, HumanTask, Opened, Wait, this

from . import forms, operations, queries
from .models import WorkInjury

State = WorkInjury.State


def _knowing_recognition(node: Any) -> Any:
    """Let the application for recognition be recorded while the case stands at a step."""
    return node.Or(
        "recognition",
        operations.record_recognition,
        title=_("Record the application for recognition"),
        form=forms.Recognition,
        roles=[Role.OPERATOR, Role.VISITOR, Role.SUPERVISOR],
    )


class Flow(CaseFlow):
    """Work injury: verification, consolation, visits by two, payment, return visit."""

    process_class = WorkInjury

    # visitor: is it an injury, and a new one?
    start = Opened().Next(this.check_report)
    check_report = HumanTask(
        operations.check_report,
        title=_("Verify the report"),
        role=Role.VISITOR,
        form=forms.CheckReport,
        owner=queries.visitor_in_charge,
    ).Next(this.report_checked)
    report_checked = Choice().When(this.request_consolation, State.VERIFIED).Otherwise(this.end)

    # operator: what is brought along; who asks for money does not hand it over
    request_consolation = HumanTask(
        operations.request_consolation,
        title=_("Ask for the consolation"),
        role=Role.OPERATOR,
        form=forms.RequestConsolation,
    ).Next(this.requested)
    requested = Choice().When(this.decide_consolation, State.CONSOLATION_REQUESTED).Otherwise(this.visit)

    # supervisor
    decide_consolation = HumanTask(
        operations.decide_consolation,
        title=_("Decide on the consolation"),
        role=Role.SUPERVISOR,
        form=forms.DecideConsolation,
        only_if=queries.has_no_part,
    ).Next(this.decided)
    decided = Choice().When(this.request_consolation, State.RETURNED).Otherwise(this.visit)

    # visitor, with a second one; an approval by phone is confirmed meanwhile, or right after
    visit = (
        _knowing_recognition(
            HumanTask(
                operations.visit,
                title=_("Visit the injured"),
                role=Role.VISITOR,
                form=forms.Visit,
                owner=queries.visitor_without_part,
                only_if=queries.has_no_part,
            )
        )
        .Or(
            "confirm",
            operations.confirm_phone_approval,
            title=_("Confirm the approval by phone"),
            form=forms.ConfirmPhoneApproval,
            roles=[Role.SUPERVISOR],
        )
        .Or(
            "give_up",
            operations.give_up,
            title=_("Close without a visit"),
            form=forms.ReasonForm,
            roles=[Role.SUPERVISOR],
        )
        .Next(this.visit_left)
    )
    visit_left = (
        Choice()
        .When(this.plan_next, State.VISITED)
        .When(this.confirm_approval, State.PHONE_VISITED)
        .When(this.visit, State.APPROVED, State.PHONE_APPROVED, State.NO_CONSOLATION)
        .Otherwise(this.end)
    )

    # the supervisor who approved by phone
    confirm_approval = HumanTask(
        operations.confirm_phone_approval,
        title=_("Confirm the approval by phone"),
        role=Role.SUPERVISOR,
        form=forms.ConfirmPhoneApproval,
        owner=queries.phone_approver,
        only_if=queries.has_no_part,
    ).Next(this.plan_next)

    # visitor: after a visit comes another one, until nothing more is needed
    plan_next = _knowing_recognition(
        HumanTask(
            operations.plan_next,
            title=_("Plan the next visit, or finish"),
            role=Role.VISITOR,
            form=forms.PlanNext,
            owner=queries.visitor_in_charge,
            page="work_injury/plan_next.html",
        )
    ).Next(this.planned)
    planned = (
        Choice()
        .When(this.plan_next, State.VISITED)
        .When(this.follow_up, State.FOLLOW_UP)
        .When(this.payment, State.PAYING)
        .Otherwise(this.return_visit)
    )
    follow_up = (
        _knowing_recognition(
            HumanTask(
                operations.visit_again,
                title=_("Follow-up visit"),
                role=Role.VISITOR,
                form=forms.VisitAgain,
                owner=queries.visitor_in_charge,
            )
        )
        .Or(
            "finish",
            operations.finish_visits,
            title=_("Finish the visits"),
            form=forms.ReasonForm,
            roles=[Role.VISITOR],
        )
        .Next(this.planned)
    )

    # finance
    payment = (
        _knowing_recognition(
            Wait(title=_("Payment")).Or(
                "paid", operations.confirm_paid, title=_("The consolation is paid"), roles=[Role.FINANCE]
            )
        )
        .Or(
            "stop",
            operations.stop_payment,
            title=_("Stop the payment"),
            form=forms.ReasonForm,
            roles=[Role.SUPERVISOR],
        )
        .Next(this.payment_left)
    )
    payment_left = Choice().When(this.payment, State.PAYING).Otherwise(this.return_visit)

    # the operator who was first asked; nobody reached in time also closes
    return_visit = (
        _knowing_recognition(
            HumanTask(
                operations.return_visit,
                title=_("Return visit"),
                role=Role.OPERATOR,
                form=forms.ReturnTalk,
                owner=assignment.first_asked,
            )
        )
        .Until("WI.return_visit", operations.close_unreached, title=_("Nobody was reached in time"))
        .Next(this.returned)
    )
    returned = Choice().When(this.return_visit, State.PAID, State.RETURN_VISIT).Otherwise(this.end)

    end = Closed()
