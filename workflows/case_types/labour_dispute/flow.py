"""Who works next on a labour dispute."""

from django.utils.translation import gettext_lazy as _

from casework.offices.roles import Role
from workflows import assignment
from workflows.flows import CaseFlow, Choice, Closed, HumanTask, Opened, this

from . import forms, operations, queries
from .models import LabourDispute

State = LabourDispute.State


class Flow(CaseFlow):
    """A labour dispute."""

    process_class = LabourDispute

    # operator
    start = Opened().Next(this.check)

    # mediator
    check = (
        HumanTask(
            operations.check_matter,
            title=_("Check the matter and ask the employer"),
            role=Role.MEDIATOR,
            form=forms.CheckMatter,
            owner=assignment.handler,
        )
        .Or("members", operations.change_members, title=_("Add workers"), form=forms.Members, roles=[Role.MEDIATOR])
        .Next(this.checked)
    )
    checked = (
        Choice(title=_("Is it for us?"))
        .When(this.answer, State.ASKED)
        .When(this.check, State.RECEIVED)
        .Otherwise(this.end)
    )

    # mediator, or the clock when the employer keeps silent
    answer = (
        HumanTask(
            operations.record_answer,
            title=_("Record the employer's answer"),
            role=Role.MEDIATOR,
            form=forms.RecordAnswer,
            owner=assignment.handler,
        )
        .Until("LD.employer_silence", operations.employer_silent, title=_("The employer kept silent"))
        .Next(this.decide)
    )

    # mediator
    decide = (
        HumanTask(
            operations.decide,
            title=_("Accept or decline"),
            role=Role.MEDIATOR,
            form=forms.DecideAcceptance,
            owner=assignment.handler,
        )
        .Or("members", operations.change_members, title=_("Add workers"), form=forms.Members, roles=[Role.MEDIATOR])
        .Next(this.decided)
    )
    decided = (
        Choice(title=_("Accepted?"))
        .When(this.schedule, State.ACCEPTED)
        .When(this.decide, State.ANSWERED)
        .Otherwise(this.end)
    )

    # mediator, or the clock when the period of mediation is over
    schedule = (
        HumanTask(
            operations.schedule_session,
            title=_("Schedule a session"),
            role=Role.MEDIATOR,
            form=forms.ScheduleSession,
            owner=assignment.handler,
        )
        .Until("LD.mediation.from_acceptance", operations.time_out, title=_("Mediation timed out"))
        .Or(
            "extend",
            operations.extend_mediation,
            title=_("Extend the mediation"),
            form=forms.ExtendMediation,
            roles=[Role.SUPERVISOR],
        )
        .Next(this.scheduled)
    )
    scheduled = (
        Choice(title=_("Session scheduled?"))
        .When(this.hold, State.MEDIATING)
        .When(this.record_failure, State.FAILED)
        .Otherwise(this.schedule)
    )

    # the mediator of the session, or the clock
    hold = (
        HumanTask(
            operations.hold_session,
            title=_("Hold the session"),
            role=Role.MEDIATOR,
            form=forms.HoldSession,
            owner=queries.sitting_mediator,
        )
        .Until("LD.mediation.from_acceptance", operations.time_out, title=_("Mediation timed out"))
        .Or(
            "extend",
            operations.extend_mediation,
            title=_("Extend the mediation"),
            form=forms.ExtendMediation,
            roles=[Role.SUPERVISOR],
        )
        .Next(this.held)
    )
    held = (
        Choice(title=_("What came of the session?"))
        .When(this.draft, State.AGREED)
        .When(this.schedule, State.ADJOURNED)
        .When(this.hold, State.MEDIATING)
        .Otherwise(this.record_failure)
    )

    # mediator
    draft = HumanTask(
        operations.draft_agreement,
        title=_("Draft the agreement"),
        role=Role.MEDIATOR,
        form=forms.DraftAgreement,
        owner=assignment.handler,
        page="labour_dispute/draft.html",
    ).Next(this.approve)

    # supervisor
    approve = HumanTask(
        operations.approve_agreement,
        title=_("Approve the agreement"),
        role=Role.SUPERVISOR,
        form=forms.ApproveAgreement,
        page="labour_dispute/agreement.html",
    ).Next(this.approved)
    approved = Choice(title=_("Approved by the supervisor?")).When(this.draft, State.RETURNED).Otherwise(this.sign)

    # mediator, with both parties
    sign = HumanTask(
        operations.sign_agreement,
        title=_("Have the agreement signed"),
        role=Role.MEDIATOR,
        form=forms.SignAgreement,
        owner=assignment.handler,
        page="labour_dispute/agreement.html",
    ).Next(this.signed)
    signed = Choice(title=_("Signed by both?")).When(this.perform, State.PERFORMING).Otherwise(this.record_failure)

    # mediator, until the employer has done everything or will not
    perform = (
        HumanTask(
            operations.record_performance,
            title=_("Follow the performance"),
            role=Role.MEDIATOR,
            form=forms.RecordPerformance,
            owner=assignment.handler,
        )
        .Or(
            "route",
            operations.record_route,
            title=_("Record a joint application"),
            form=forms.RecordRoute,
            roles=[Role.MEDIATOR],
        )
        .Next(this.performed)
    )
    performed = (
        Choice(title=_("Performed in full?"))
        .When(this.return_visit, State.PERFORMED)
        .When(this.perform, State.PERFORMING)
        .Otherwise(this.record_failure)
    )

    # mediator
    record_failure = HumanTask(
        operations.record_failure,
        title=_("Record the failure"),
        role=Role.MEDIATOR,
        form=forms.RecordFailure,
        owner=assignment.handler,
    ).Next(this.refer)
    refer = HumanTask(
        operations.refer,
        title=_("Refer and close"),
        role=Role.MEDIATOR,
        form=forms.Refer,
        owner=assignment.handler,
    ).Next(this.end)

    # the operator who was first asked, or the clock when nobody is reached
    return_visit = (
        HumanTask(
            operations.visit_worker,
            title=_("Return visit"),
            role=Role.OPERATOR,
            form=forms.VisitWorker,
            owner=assignment.first_asked,
        )
        .Until("LD.return_visit", operations.close_unreached, title=_("Nobody was reached in time"))
        .Next(this.visited)
    )
    visited = Choice(title=_("Worker reached?")).When(this.return_visit, State.RETURN_VISIT).Otherwise(this.end)

    end = Closed()
