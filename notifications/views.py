"""The list behind the bell, marking it read, and the answer a client polls when its socket is down."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from casework.offices.paging import page
from casework.staff.models import User
from casework.staff.requests import StaffRequest

from .operations import mark_read
from .queries import inbox_of, messages_since, notifications_of
from .wording import body, title

# The largest number a column of the inbox holds; a larger one in an address is no number of ours.
LARGEST = 2**63 - 1


def _number(text: str | None) -> int:
    """Return a number somebody sent; what is none counts as "from the beginning"."""
    return min(int(text), LARGEST) if text and text.isascii() and text.isdigit() and len(text) < 20 else 0


@login_required
@require_GET
@never_cache
def notification_list(request: StaffRequest) -> HttpResponse:
    """Show a person's notifications, newest first."""
    inbox = inbox_of(request.user)
    found = page(notifications_of(request.user), order=("-seq",), cursor=request.GET.get("after"))
    lines = [
        {"row": row, "title": title(row), "body": body(row), "is_unread": (row.seq or 0) > inbox.read_seq}
        for row in found.rows
    ]
    return render(request, "notifications/list.html", {"page": found, "lines": lines, "inbox": inbox})


@require_GET
@never_cache
def notification_since(request: HttpRequest) -> JsonResponse:
    """Answer what came after a number, as the socket would have said it.

    Without a login the answer is a plain 401: a client that polls must not be sent to a form.
    """
    if not isinstance(request.user, User):
        return JsonResponse({}, status=401)
    inbox = inbox_of(request.user)
    messages = messages_since(request.user, _number(request.GET.get("seq")))
    last = messages[-1]["seq"] if messages else inbox.last_seq
    return JsonResponse(
        {"messages": messages, "seq": inbox.last_seq, "unread": inbox.unread, "more": last < inbox.last_seq}
    )


@login_required
@require_POST
def notification_read(request: StaffRequest) -> HttpResponse:
    """Mark everything up to a number as read: what came while the page stood open stays unread."""
    mark_read(user=request.user, upto=_number(request.POST.get("upto")))
    return HttpResponse(status=204) if request.headers.get("HX-Request") else redirect("notification_list")
