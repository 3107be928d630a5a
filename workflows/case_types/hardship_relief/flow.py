"""Who works next on an application for hardship relief."""

from django.utils.translation import gettext_lazy as _

from casework.offices.models import Level
from casework.offices.roles import Role
from workflows import assignment
from workflows.flows import CaseFlow, Choice, Closed, HumanTask, Opened, Wait, this

from . import forms, operations
from .models import HardshipRelief

State = HardshipRelief.State
DECIDE = "hardship_relief/decide.html"


class Flow(CaseFlow):
    """Hardship relief: papers, means, survey, public notice, two or three decisions, payment, return visit."""

    process_class = HardshipRelief

    # operator: the papers; what is missing is told once
    start = Opened().Next(this.check_papers)
    check_papers = HumanTask(
        operations.check_papers, title=_("Check the papers"), role=Role.OPERATOR, form=forms.CheckPapers
    ).Next(this.papers_checked)
    papers_checked = Choice().When(this.supplement, State.PAPERS_MISSING).Otherwise(this.request_check)
    supplement = (
        HumanTask(
            operations.supplement,
            title=_("Receive the missing papers"),
            role=Role.OPERATOR,
            form=forms.Supplement,
            owner=assignment.handler,
        )
        .Until("HR.supplement", operations.lapse, title=_("Papers did not come"))
        .Next(this.supplemented)
    )
    supplemented = (
        Choice()
        .When(this.supplement, State.PAPERS_MISSING)
        .When(this.request_check, State.PAPERS_COMPLETE)
        .Otherwise(this.end)
    )

    # operator: income and property, with the household's authorisation
    request_check = HumanTask(
        operations.request_check,
        title=_("Request the means check"),
        role=Role.OPERATOR,
        form=forms.RequestCheck,
        owner=assignment.handler,
    ).Next(this.record_check)
    record_check = HumanTask(
        operations.record_check,
        title=_("Record the answer of the means check"),
        role=Role.OPERATOR,
        form=forms.RecordCheck,
        owner=assignment.handler,
    ).Next(this.survey)

    # visitor, with a second one
    survey = HumanTask(operations.survey, title=_("Survey the household"), role=Role.VISITOR, form=forms.Survey).Next(
        this.propose
    )

    # operator: the rules propose, a person decides what to ask for
    propose = HumanTask(
        operations.propose,
        title=_("Propose category and amount"),
        role=Role.OPERATOR,
        form=forms.Propose,
        page="hardship_relief/propose.html",
    ).Next(this.proposed)
    proposed = Choice().When(this.confirm_decline, State.DECLINE_PROPOSED).Otherwise(this.post_notice)

    # supervisor: nobody declines alone
    confirm_decline = HumanTask(
        operations.confirm_decline,
        title=_("Decide whether to decline"),
        role=Role.SUPERVISOR,
        form=forms.ConfirmDecline,
        page=DECIDE,
    ).Next(this.decline_decided)
    decline_decided = Choice().When(this.survey, State.RETURNED).Otherwise(this.end)

    # operator posts, the public may object, a supervisor answers; an answered notice runs again
    post_notice = HumanTask(
        operations.post_notice, title=_("Post the public notice"), role=Role.OPERATOR, form=forms.PostNotice
    ).Next(this.notice)
    notice = (
        Wait(title=_("Public notice"))
        .Until("HR.public_notice", operations.end_notice, title=_("Nobody objected"))
        .Or(
            "object",
            operations.raise_objection,
            title=_("Record an objection"),
            form=forms.Object,
            roles=[Role.OPERATOR, Role.VISITOR, Role.SUPERVISOR],
        )
        .Next(this.notice_left)
    )
    notice_left = Choice().When(this.answer_objection, State.OBJECTED).Otherwise(this.review)
    answer_objection = HumanTask(
        operations.answer_objection,
        title=_("Answer the objection"),
        role=Role.SUPERVISOR,
        form=forms.AnswerObjection,
        page=DECIDE,
    ).Next(this.objection_answered)
    objection_answered = Choice().When(this.notice, State.NOTICED).Otherwise(this.end)

    # supervisor of the county
    review = HumanTask(
        operations.review, title=_("County review"), role=Role.SUPERVISOR, form=forms.Review, page=DECIDE
    ).Next(this.reviewed)
    reviewed = Choice().When(this.approve, State.REVIEWED).When(this.survey, State.RETURNED).Otherwise(this.end)

    # supervisor of the city, and of the province when the amount asks for it
    approve = HumanTask(
        operations.approve,
        title=_("City approval"),
        role=Role.SUPERVISOR,
        form=forms.Approve,
        page=DECIDE,
        level=Level.CITY,
    ).Next(this.approved)
    approve_above = HumanTask(
        operations.approve_above,
        title=_("Approval above the city"),
        role=Role.SUPERVISOR,
        form=forms.ApproveAbove,
        page=DECIDE,
        level=Level.PROVINCE,
    ).Next(this.approved)
    approved = (
        Choice()
        .When(this.payment, State.PAYING)
        .When(this.order_payment, State.APPROVED)
        .When(this.approve_above, State.PASSED_UP)
        .When(this.survey, State.RETURNED)
        .Otherwise(this.end)
    )

    # operator: where the approval found no account to pay to
    order_payment = (
        HumanTask(
            operations.order_payment,
            title=_("Order the payment"),
            role=Role.OPERATOR,
            form=forms.OrderPayment,
            owner=assignment.handler,
        )
        .Or("stop", operations.stop, title=_("Stop the payment"), form=forms.ReasonForm, roles=[Role.SUPERVISOR])
        .Next(this.ordered)
    )
    ordered = Choice().When(this.payment, State.PAYING).Otherwise(this.end)

    # finance
    payment = (
        Wait(title=_("Payment"))
        .Or("paid", operations.confirm_paid, title=_("Everything is paid"), roles=[Role.FINANCE])
        .Or(
            "order_again",
            operations.order_payment_again,
            title=_("Order a failed payment again"),
            form=forms.OrderPayment,
            roles=[Role.OPERATOR, Role.SUPERVISOR],
        )
        .Or("stop", operations.stop, title=_("Stop the payment"), form=forms.ReasonForm, roles=[Role.SUPERVISOR])
        .Next(this.payment_left)
    )
    payment_left = Choice().When(this.visit, State.PAID).When(this.payment, State.PAYING).Otherwise(this.end)

    # operator: the return visit; nobody reached in time also closes
    visit = (
        HumanTask(
            operations.visit,
            title=_("Return visit"),
            role=Role.OPERATOR,
            form=forms.Visit,
            owner=assignment.handler,
        )
        .Until("HR.return_visit", operations.close_unreached, title=_("Nobody was reached in time"))
        .Next(this.visited)
    )
    visited = Choice().When(this.visit, State.PAID).When(this.close, State.RETURN_VISIT).Otherwise(this.end)
    close = HumanTask(
        operations.close,
        title=_("Close the case"),
        role=Role.OPERATOR,
        form=forms.ReasonForm,
        owner=assignment.handler,
    ).Next(this.end)

    end = Closed()
