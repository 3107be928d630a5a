"""The calculators: a list, and for each a page to be used with somebody on the phone.

An answer is worked out by POST and stored nowhere; only the number of the case a page belongs to stands in its address.
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from casework.audit.errors import NotAllowed
from casework.offices import scope
from casework.offices.attempts import attempt
from casework.offices.doors import demand
from casework.staff.queries import desk_of
from casework.staff.requests import StaffRequest

from . import operations, queries
from .calculators import Calculator, all_calculators, calculator, calculators_of, name_of
from .case_type import CaseType, case_type


@login_required
@require_GET
def calculator_list(request: StaffRequest) -> HttpResponse:
    """Show every calculator, by kind of case."""
    demand(request.user, "calculator.use")
    return render(request, "workflows/calculator_list.html", {"kinds": list(all_calculators())})


@login_required
@require_http_methods(["GET", "POST"])
def calculator_page(request: StaffRequest, slug: str, code: str) -> HttpResponse:
    """Ask what a calculator needs, answer in one sentence with every step, and keep it on a case if asked to."""
    user = request.user
    demand(user, "calculator.use")
    kind = case_type(slug)
    chosen = calculator(kind, code)
    number = request.GET.get("case", "").replace("\0", "")
    case = queries.case_for(user, number) if number else None
    office = case.office if case is not None else desk_of(user)
    if office is None:
        raise NotAllowed
    today = timezone.localdate()
    if request.method == "GET":
        form = chosen.form(office=office, today=today, initial=_known(kind, chosen, case, user))
        return _page(request, kind, chosen, form, case)
    form = chosen.form(request.POST, office=office, today=today)
    result = attempt(form, lambda: chosen.reckon(**form.facts())) if form.is_valid() else None
    if result is not None and case is not None and "keep" in request.POST:
        kept = attempt(
            form,
            lambda: operations.keep_calculation(
                case=case, calculator=name_of(kind, chosen), data=request.POST, by=user, at=timezone.now()
            ),
        )
        if kept is not None:
            messages.success(request, _("Kept on the case: %(sentence)s") % {"sentence": result.sentence})
            return redirect("case_detail", case.number)
    return _page(request, kind, chosen, form, case, result)


def _known(kind: CaseType, chosen: Calculator, case: Any, user: Any) -> dict[str, Any]:
    """Return what the case already knows, wages and incomes among it, for who works on it; anybody else types it.

    A case of another kind knows nothing of what this one asks.
    """
    if case is None or case.case_type != kind.slug:
        return {}
    works = queries.works_on(case, user) or any(operations.may_work(task, user) for task in queries.open_tasks(case))
    return chosen.known_of(case) if works else {}


def _page(
    request: StaffRequest, kind: CaseType, chosen: Calculator, form: Any, case: Any, result: Any = None
) -> HttpResponse:
    context = {
        "kind": kind,
        "calculator": chosen,
        "others": calculators_of(kind),
        "form": form,
        "case": case,
        "keep": scope.may(request.user, "calculation.keep", case) if case is not None else None,
        "result": result,
    }
    return render(request, "workflows/calculator.html", context, status=422 if form.errors else 200)
