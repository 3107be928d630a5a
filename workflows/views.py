"""The pages of work: home, queue, tasks, cases, contacts. Each view makes one call to an operation."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casework.audit.errors import CaseworkError, NotAllowed, NotFound
from casework.audit.models import Reading
from casework.cases import operations as cases
from casework.cases.models import Draft
from casework.cases.queries import claim_lines_of
from casework.deadlines import queries as clocks
from casework.documents import queries as documents
from casework.funds import forms as funds_forms
from casework.funds import queries as funds
from casework.funds.views import payout_page
from casework.offices import scope
from casework.offices.attempts import attempt, form_page
from casework.offices.doors import demand, insist
from casework.offices.paging import page
from casework.people import identifiers
from casework.people import operations as people
from casework.people.forms import GiveReason
from casework.staff import queries as staff
from casework.staff.door import asks_again
from casework.staff.requests import StaffRequest

from . import forms, operations, queries, tables
from .calculators import calculators_of
from .case_type import all_case_types, case_type
from .diagram import draw_case

GET_POST = require_http_methods(["GET", "POST"])
# Entries of a case's history that stand open; the others unfold.
LATEST = 12


def _form_page(request: StaffRequest, template: str, form: Any, **context: Any) -> HttpResponse:
    """Show a form; one that was refused is answered with 422, so that htmx and scripts know."""
    return render(request, template, {"form": form, **context}, status=422 if form.is_bound else 200)


def _done(task: Any, form: Any, work: Callable[[], Any]) -> bool:
    """Do a step unless its answers have to be mended; one that is no longer open says so whatever was typed."""
    if task.is_open and not form.is_valid():
        return False
    return attempt(form, work) is not None


# ---- home and tasks ----------------------------------------------------------------------------------------


@login_required
@require_GET
def home(request: StaffRequest) -> HttpResponse:
    """Show the person's own work, the clock that bites first on top."""
    user = request.user
    mine = page(queries.tasks_for(user), order=("due_at", "id"), cursor=request.GET.get("after"), size=25)
    waiting = list(queries.queue_for(user)[:8])
    return render(
        request,
        "workflows/home.html",
        {
            "page": mine,
            "pressing": queries.pressing_of(user, timezone.now()) if scope.may(user, "case.read") else None,
            "cards": tables.task_cards(mine.rows, user),
            "waiting": tables.task_cards(waiting, user, claimable=True),
            "offers": list(queries.handovers_for(user)[:5]),
            "case_types": all_case_types() if scope.may(user, "case.open") else [],
            "may_take": scope.may(user, "contact.take"),
            "payouts_due": funds.due_count(user) if scope.may(user, "payout.pay") else None,
        },
    )


@login_required
@require_GET
def task_queue(request: StaffRequest) -> HttpResponse:
    """Show what the person may claim."""
    waiting = queries.queue_for(request.user)
    if kind := request.GET.get("type"):
        waiting = waiting.filter(case_type=kind)
    found = page(waiting, order=("due_at", "id"), cursor=request.GET.get("after"))
    context = {
        "page": found,
        "cards": tables.task_cards(found.rows, request.user, claimable=True),
        "case_types": all_case_types(),
        "chosen": request.GET.get("type", ""),
    }
    return render(request, "workflows/queue.html", context)


@login_required
@GET_POST
def task_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the form of a step, or do it."""
    task = queries.task_for(request.user, pk)
    case, node = task.process, task.flow_task
    if request.method == "GET" and not (task.is_open and getattr(node, "form_class", None)):
        messages.info(request, operations.already(task))
        return redirect("case_detail", case.number)
    if not getattr(node, "form_class", None):
        raise NotAllowed(_("This step needs no person: the case waits."))
    data = request.POST if request.method == "POST" else None
    form = node.form_class(data, case=case, by=request.user)
    if data is not None:
        at = timezone.now()
        if _done(task, form, lambda: operations.complete_task(task=task, by=request.user, at=at, data=data)):
            cases.drop_draft(key=f"task-{pk}", by=request.user, at=timezone.now())
            messages.success(request, _("“%(step)s” is done.") % {"step": node.task_title})
            return redirect(_next_stop(request, case))
    answer = operations.may_work(task, request.user)
    clear = _enter_reader(request, case, works=bool(answer))
    return _form_page(
        request,
        node.page,
        form,
        task=task,
        case=case,
        node=node,
        answer=answer,
        people=queries.able_people(task, case.office),
        facts=tables.case_facts(case, clear),
        lines=claim_lines_of(case),
        draft=f"task-{pk}",
    )


def _enter_reader(request: StaffRequest, case: Any, *, works: bool = False) -> bool:
    """Enter who reads a case and for what; return whether name, phone and what was told stand in clear."""
    by, at = request.user, timezone.now()
    reading = Reading.CASE if works else queries.reading_of(case, by, at)
    people.note_reader(subject=case.worker, case_number=case.number, purpose=reading, by=by, at=at)
    return reading != Reading.LOOK


def _next_stop(request: StaffRequest, case: Any) -> str:
    """Lead on to the next step of the same case when it is the same person's, else to the case."""
    for task in queries.open_tasks(case):
        if task.owner_id == request.user.pk:
            return reverse("task_detail", args=[task.pk])
    return reverse("case_detail", args=[case.number])


@login_required
@require_POST
def task_claim(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a task out of the queue."""
    task = queries.task_for(request.user, pk)
    operations.claim_task(task=task, by=request.user, at=timezone.now())
    return redirect("task_detail", pk)


@login_required
@require_POST
def task_release(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a task back into the queue."""
    task = queries.task_for(request.user, pk)
    operations.release_task(task=task, by=request.user, at=timezone.now())
    messages.success(request, _("The task is back in the queue."))
    return redirect("case_detail", task.case_number)


@login_required
@require_POST
def task_reassign(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a task to somebody else."""
    task = queries.task_for(request.user, pk)
    people_able = {person.username: person for person in queries.able_people(task, task.process.office)}
    chosen = people_able.get(request.POST.get("person", ""))
    if chosen is None:
        messages.error(request, _("Choose one of the people listed."))
        return redirect("task_detail", pk)
    operations.reassign_task(task=task, to=chosen, by=request.user, at=timezone.now())
    messages.success(request, _("The task now belongs to %(person)s.") % {"person": chosen.display_name})
    return redirect("case_detail", task.case_number)


@login_required
@require_POST
def task_bulk_claim(request: StaffRequest) -> HttpResponse:
    """Claim several tasks; each one on its own, with the reason where it could not be."""
    claimed, refused = 0, []
    for pk in request.POST.getlist("picked")[:100]:
        try:
            task = queries.task_for(request.user, int(pk))
            operations.claim_task(task=task, by=request.user, at=timezone.now())
            claimed += 1
        except (CaseworkError, ValueError) as error:
            refused.append(f"{pk}: {error}")
    messages.success(request, _("%(count)s tasks are yours now.") % {"count": claimed})
    for reason in refused:
        messages.warning(request, reason)
    return redirect("task_queue")


@login_required
@GET_POST
def task_door(request: StaffRequest, pk: int, door: str) -> HttpResponse:
    """End a waiting step another way than by its own form."""
    task = queries.task_for(request.user, pk)
    chosen = getattr(task.flow_task, "door", lambda _name: None)(door)
    if chosen is None or chosen.rule or chosen.form_class is None:
        raise NotFound
    if request.method == "GET":
        insist(scope.may(request.user, "case.move", task.process, roles=chosen.roles or None))
    data = request.POST if request.method == "POST" else None
    form = chosen.form_class(data, case=task.process, by=request.user)
    if data is not None:
        at = timezone.now()
        if _done(task, form, lambda: operations.open_door(task=task, door=door, by=request.user, at=at, data=data)):
            messages.success(request, _("“%(step)s” is done.") % {"step": chosen.title})
            return redirect("case_detail", task.case_number)
    return _form_page(request, "workflows/action.html", form, case=task.process, title=chosen.title)


# ---- cases -------------------------------------------------------------------------------------------------


@login_required
@require_GET
def case_list(request: StaffRequest) -> HttpResponse:
    """Show the cases the person may read."""
    demand(request.user, "case.read")
    filters = forms.CaseFilter(request.GET or None)
    chosen = filters.chosen()
    chosen["by_due"] = any(chosen.get(name) for name in ("late", "near", "by_due"))
    order = ("bites_at", "id") if chosen["by_due"] else ("-id",)
    cases_found = queries.search_cases(request.user, at=timezone.now(), **chosen)
    found = page(cases_found, order=order, cursor=request.GET.get("after"))
    context = {
        "page": found,
        "rows": tables.case_rows(found.rows),
        "filters": filters,
        "case_types": all_case_types(),
        "may_write": bool(scope.may(request.user, "letter.issue")),
        "may_break": bool(scope.may(request.user, "case.break_glass")),
        "bulk": [{"label": _("Letter to the chosen cases…"), "value": "letter"}],
    }
    return render(request, "workflows/case_list.html", context)


@login_required
@require_GET
def case_detail(request: StaffRequest, number: str) -> HttpResponse:
    """Show a case: where it stands, what is next, what happened, its people, papers and money."""
    user, now = request.user, timezone.now()
    case = queries.case_for(user, number)
    clear = _enter_reader(request, case)
    tasks, checklist = queries.open_tasks(case), documents.checklist_of(case)
    history = tables.entries(queries.timeline(case), clear=clear)
    return render(
        request,
        "workflows/case_detail.html",
        {
            "case": case,
            "kind": case_type(case.case_type),
            "glass": case.glass_of(user),
            "stages": tables.stages(case),
            "facts": tables.case_facts(case, clear),
            "cards": tables.task_cards(tasks, user),
            "waits": [task for task in tasks if not task.role],
            "done": queries.done_tasks(case),
            "actions": tables.actions(queries.actions_on(case, user, now)),
            "entries": history[:LATEST],
            "earlier": history[LATEST:],
            "clocks": clocks.clocks_of(case),
            "documents": documents.documents_of(case),
            "letters": documents.letters_of(case),
            "checklist": checklist,
            "spoken": None if case.is_closed else tables.told_of_case(case, checklist, now),
            "just_opened": "opened" in request.GET,
            "visits": case.return_visits.select_related("visited_by").order_by("id"),
            "clear": clear,
            "lines": claim_lines_of(case),
            "payouts": funds.payouts_of(case),
            "diagram": draw_case(case),
            "offer": queries.pending_offer(case),
            "may_decide": queries.handovers_for(user).filter(case=case).exists(),
            "links": queries.links_of(case, user),
            "conflicts": tables.conflict_rows(queries.conflicts_about(case, user), user),
            "contacts": list(case.contacts.all()),
            "case_types": all_case_types() if scope.may(user, "case.open") else [],
            "calculators": calculators_of(case_type(case.case_type)) if scope.may(user, "calculator.use") else (),
            "sees_payouts": bool(scope.may(user, "payout.read", case)),
        },
    )


@login_required
@GET_POST
def case_reveal(request: StaffRequest, number: str) -> HttpResponse:
    """Ask for a reason, keep it, and show the case in clear, for that day."""
    case = queries.case_for(request.user, number)
    back, trail = reverse("case_detail", args=[number]), [(_("Cases"), reverse("case_list"))]
    return _reveal(request, partial(cases.reveal_case, case=case), _("Show the case in clear"), trail, back)


def _reveal(
    request: StaffRequest, reveal: Callable[..., object], heading: Any, trail: list[tuple[Any, str]], back: str
) -> HttpResponse:
    """Ask for a reason, and with it show what is masked, where one came from."""
    form = GiveReason(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        reason, at = form.cleaned_data["reason"], timezone.now()
        if attempt(form, lambda: reveal(reason=reason, by=request.user, at=at)):
            return redirect(back)
    return form_page(request, form, heading, trail=trail, back=back, submit=pgettext("a masked value", "Show"))


@login_required
@GET_POST
def case_new(request: StaffRequest, slug: str) -> HttpResponse:
    """Open a case: one form, also with a caller on the line."""
    kind = case_type(slug)
    demand(request.user, "case.open")
    now = timezone.now()
    contact = _contact_of(request)
    if contact is not None:
        if not queries.knows_caller(contact, request.user, now):
            return redirect("contact_reveal", contact.uuid)
        cases.note_contact_reader(contact=contact, by=request.user, at=now)
    origin = _case_of(request)
    if request.method == "GET":
        form = kind.intake_form(initial=_prefilled(request, contact, origin), by=request.user, at=now)
        return _new_page(request, kind, form, contact, origin)
    form = kind.intake_form(request.POST, by=request.user, at=now)
    case = attempt(form, lambda: _open(request, kind, form, contact, origin)) if form.is_valid() else None
    if case is None:
        return _new_page(request, kind, form, contact, origin)
    cases.drop_draft(key=f"new-{slug}", by=request.user, at=now)
    messages.success(request, _("Case %(number)s is open.") % {"number": case.number})
    return redirect(f"{reverse('case_detail', args=[case.number])}?opened=1")


def _open(request: StaffRequest, kind: Any, form: Any, contact: Any, origin: Any) -> Any:
    """Open the case the form describes, linked to the one it comes from if it comes from one."""
    facts = {name: value for name, value in _plain(request.POST).items() if name in form.fields}
    if origin is None:
        return operations.open_case(case_type=kind, by=request.user, at=timezone.now(), contact=contact, **facts)
    return operations.open_linked_case(
        case=origin, case_type=kind.slug, why="opened_from", by=request.user, at=timezone.now(), **facts
    )


def _plain(data: QueryDict) -> dict[str, Any]:
    """Return posted values: a list where several were sent."""
    return {name: values if len(values) > 1 else values[0] for name, values in data.lists()}


def _contact_of(request: StaffRequest) -> Any:
    named = _named(request, "contact")
    return queries.contact_for(request.user, named) if named else None


def _case_of(request: StaffRequest) -> Any:
    number = _named(request, "from")
    return queries.case_for(request.user, number) if number else None


def _named(request: StaffRequest, name: str) -> str:
    """Return what an address or a form's hidden input names; a NUL, which no column takes, is left out."""
    return (request.GET.get(name) or request.POST.get(name) or "").replace("\0", "")


def _prefilled(request: StaffRequest, contact: Any, origin: Any) -> dict[str, Any]:
    """Return what is already known: from the contact, from the case this one comes from, from the person's office."""
    known: dict[str, Any] = {"office": queries.home_office(request.user)}
    if contact is not None:
        known |= {
            "office": contact.office.code,
            "summary": contact.question,
            "worker_name": contact.caller_name,
            "worker_phone": contact.caller_phone,
            "channel": contact.channel,
        }
    if origin is not None:
        clear = _enter_reader(request, origin)
        known |= {
            "office": origin.office.code,
            "worker": origin.worker.uuid,
            "worker_name": origin.worker.name if clear else identifiers.mask_name(origin.worker.name),
            "employer": origin.employer.uuid if origin.employer else None,
            "employer_name": origin.employer.name if origin.employer else "",
        }
    return known


def _new_page(request: StaffRequest, kind: Any, form: Any, contact: Any, origin: Any) -> HttpResponse:
    return _form_page(
        request,
        "workflows/case_new.html",
        form,
        kind=kind,
        contact=contact,
        origin=origin,
        case_types=all_case_types(),
        draft=f"new-{kind.slug}",
    )


# ---- actions on a case ---------------------------------------------------------------------------------------


def _act(request: StaffRequest, number: str, name: str, form_class: Any, call: Any) -> HttpResponse:
    """Ask for what an action needs and do it; nobody is asked who may not do it, the operation refuses the others."""
    case = queries.case_for(request.user, number)
    asked = queries.action_on(case, name, request.user, timezone.now())
    title = asked.title
    if request.method == "GET":
        insist(asked.answer)
    data = request.POST if request.method == "POST" else None
    form = form_class(data, case=case, by=request.user)
    if data is not None and form.is_valid():
        attempt(form, lambda: call(case, form.cleaned_data))
        if not form.errors:
            messages.success(request, _("“%(step)s” is done.") % {"step": title})
            return redirect("case_detail", number)
    return _form_page(request, "workflows/action.html", form, case=case, title=title)


@login_required
@GET_POST
def case_withdraw(request: StaffRequest, number: str) -> HttpResponse:
    """Close a case the worker no longer wants pursued."""

    def call(case: Any, data: dict[str, Any]) -> None:
        operations.withdraw_case(case=case, reason=data["reason"], by=request.user, at=timezone.now())

    return _act(request, number, "withdraw", forms.ReasonForm, call)


@login_required
@GET_POST
def case_take_back(request: StaffRequest, number: str) -> HttpResponse:
    """Take the last step back."""

    def call(case: Any, data: dict[str, Any]) -> None:
        operations.take_back(case=case, reason=data["reason"], by=request.user, at=timezone.now())

    return _act(request, number, "take_back", forms.ReasonForm, call)


@login_required
@GET_POST
def case_correct(request: StaffRequest, number: str) -> HttpResponse:
    """Correct a wrong fact."""

    def call(case: Any, data: dict[str, Any]) -> None:
        operations.correct_fact(
            case=case,
            field=data["fact"],
            value=data["value"],
            reason=data["reason"],
            by=request.user,
            at=timezone.now(),
        )

    return _act(request, number, "correct", forms.CorrectionForm, call)


@login_required
@GET_POST
def case_hand_over(request: StaffRequest, number: str) -> HttpResponse:
    """Offer the case to another office."""

    def call(case: Any, data: dict[str, Any]) -> None:
        cases.offer_handover(case=case, to=data["to"], reason=data["reason"], by=request.user, at=timezone.now())

    return _act(request, number, "hand_over", forms.HandOverForm, call)


@login_required
@GET_POST
def case_link(request: StaffRequest, number: str) -> HttpResponse:
    """Tie the case to another one."""

    def call(case: Any, data: dict[str, Any]) -> None:
        cases.link_cases(case=case, other=data["other"], why=data["why"], by=request.user, at=timezone.now())

    return _act(request, number, "link", forms.LinkForm, call)


@login_required
@GET_POST
def handover_decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Accept or return a case another office offers."""
    offer = queries.handovers_for(request.user).filter(pk=pk).first()
    if offer is None:
        raise NotFound
    form = forms.HandOverDecision(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        accept = form.cleaned_data["decision"] == "accept"
        operations.decide_handover(
            offer=offer, accept=accept, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
        )
        messages.success(request, _("Accepted.") if accept else _("Returned."))
        return redirect("case_detail", offer.case.number)
    return _form_page(request, "workflows/handover.html", form, offer=offer)


@login_required
@GET_POST
@asks_again
def payout_pay(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Confirm a payout as paid."""
    payout = funds.payout_for(request.user, uuid)
    demand(request.user, "payout.pay", payout)
    if request.method == "GET":
        return redirect("payout_detail", uuid)
    form = funds_forms.Pay(request.POST)
    if form.is_valid():
        attempt(form, lambda: operations.pay(payout=payout, by=request.user, at=timezone.now(), **form.cleaned_data))
    if form.errors:
        return payout_page(request, payout, form)
    messages.success(request, _("The payout is confirmed as paid."))
    return redirect("payout_detail", uuid)


@login_required
@require_POST
def staff_deactivate(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Close an account; what it had in hand goes back to the queues."""
    account = staff.user_for(request.user, uuid)
    given_back = operations.deactivate_user(user=account, by=request.user, at=timezone.now())
    messages.success(
        request,
        ngettext(
            "The account is closed; %(count)s task is back in its queue.",
            "The account is closed; %(count)s tasks are back in their queues.",
            given_back,
        )
        % {"count": given_back},
    )
    return redirect("staff_list")


# ---- contacts ------------------------------------------------------------------------------------------------


@login_required
@require_GET
def contact_list(request: StaffRequest) -> HttpResponse:
    """Show the contacts the person may read."""
    demand(request.user, "contact.read")
    shown = request.GET.get("show", "")
    contacts = queries.search_contacts(request.user, at=timezone.now(), show=shown)
    found = page(contacts, order=("-taken_at", "-id"), cursor=request.GET.get("after"))
    context = {"page": found, "rows": tables.contact_rows(found.rows), "shown": shown}
    return render(request, "workflows/contact_list.html", context)


@login_required
@GET_POST
def contact_new(request: StaffRequest) -> HttpResponse:
    """Take a call, visit, letter or message: answer it now, or open the case that it is."""
    user, now = request.user, timezone.now()
    demand(user, "contact.take")
    form = forms.ContactForm(
        request.POST if request.method == "POST" else None,
        by=user,
        at=now,
        initial={"office": queries.home_office(user), "channel": "phone"},
    )
    if form.is_bound and form.is_valid():
        contact = cases.take_contact(by=user, at=now, **form.facts())
        cases.drop_draft(key="contact", by=user, at=now)
        if slug := form.cleaned_data["opens"]:
            return redirect(f"{reverse('case_new', args=[slug])}?contact={contact.uuid}")
        messages.success(request, _("The contact is recorded."))
        return redirect("contact_detail", contact.uuid)
    return _form_page(request, "workflows/contact_new.html", form, draft="contact", case_types=all_case_types())


@login_required
@GET_POST
def contact_detail(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Show a contact; answer it."""
    contact = queries.contact_for(request.user, uuid)
    form = forms.AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data["answer"]
        at = timezone.now()
        if attempt(form, lambda: cases.answer_contact(contact=contact, answer=said, by=request.user, at=at)):
            messages.success(request, _("The contact is answered and closed."))
            return redirect("contact_detail", uuid)
    clear = queries.knows_caller(contact, request.user, timezone.now())
    if clear:
        cases.note_contact_reader(contact=contact, by=request.user, at=timezone.now())
    owed = clocks.clocks_of(contact)
    return _form_page(
        request,
        "workflows/contact_detail.html",
        form,
        contact=contact,
        clear=clear,
        facts=tables.contact_facts(contact, clear),
        clocks=owed,
        spoken=tables.told_of_contact(contact, owed, timezone.now()),
        may_record=bool(clocks.proceedings_open_to(contact)),
        case_types=all_case_types(),
    )


@login_required
@GET_POST
def contact_reveal(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Ask for a reason, keep it, and show who called and what was told, for that day."""
    contact = queries.contact_for(request.user, uuid)
    back, trail = reverse("contact_detail", args=[uuid]), [(_("Contacts"), reverse("contact_list"))]
    heading = _("Show who called and what was told")
    return _reveal(request, partial(cases.reveal_contact, contact=contact), heading, trail, back)


# ---- drafts --------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST", "DELETE"])
def draft(request: StaffRequest, key: str) -> HttpResponse:
    """Keep, give back or forget what somebody is typing; it is sealed and only the writer's."""
    if len(key) > Draft.KEY_LENGTH:
        raise NotFound
    if request.method == "GET":
        kept = Draft.objects.filter(owner=request.user, key=key).first()
        if kept is None:
            return HttpResponse(status=204)
        return JsonResponse({"fields": json.loads(kept.content), "saved_at": kept.saved_at.isoformat()})
    if request.method == "DELETE":
        cases.drop_draft(key=key, by=request.user, at=timezone.now())
        return HttpResponse(status=204)
    try:
        content = json.dumps(dict(json.loads(request.body)["fields"]), allow_nan=False)
    except (ValueError, KeyError, TypeError, RecursionError):
        return JsonResponse({"error": _("This is not a draft.")}, status=400)
    kept = cases.save_draft(key=key, content=content, by=request.user, at=timezone.now())
    return JsonResponse({"saved_at": kept.saved_at.isoformat()})
