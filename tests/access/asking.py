"""Asks one cell: a route, a method, a relation and a person; whatever it did is undone."""

from collections.abc import Iterator
from copy import copy
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from casework.cases import glass
from casework.cases.models import Case, CaseTask, ConflictOfInterest, Contact
from casework.offices import scope
from casework.offices.roles import APART
from casework.staff.models import User
from workflows import operations

from .requests_sent import address, kind_of, sent
from .world import World

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


def named_routes(patterns: Any = None) -> Iterator[str]:
    """Yield the name of every address of the product, the configuration admin's aside."""
    for pattern in patterns or get_resolver().url_patterns:
        if isinstance(pattern, URLResolver) and pattern.app_name != "admin":
            yield from named_routes(pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield pattern.name


def ask(world: World, name: str, method: str, relation: str, who: str) -> HttpResponse:
    """Send a request as somebody and return the answer; nothing of it stays."""
    with transaction.atomic():
        row = row_for(world, kind_of(name), relation, who)
        response = send(world, name, method, who, address(name, row))
        transaction.set_rollback(True)
    return response


def send(
    world: World, name: str, method: str, who: str, place: list[Any], over: dict[str, Any] | None = None, **more: Any
) -> HttpResponse:
    """Send a request to an address of a route; `over` is said in place of what is always said."""
    data: Any = sent(name, world, who) if method == "POST" else {}
    data = {**data, **(over or {})}
    if name == "draft" and method == "POST":
        more["content_type"], data = "application/json", {"fields": {"question": "问"}}
    client = world.clients[who]
    client.cookies = copy(world.cookies[who])
    return getattr(client, method.lower())(reverse(name, args=place), data, **more)


def row_for(world: World, kind: str, relation: str, who: str) -> Any:
    """Return the row a person is asked about: one's own is one of the office, made one's own first."""
    if not kind:
        return None
    rows = world.rows[kind]
    # The desk's people hold every role of their own office: a role of one's own is one of an office below it.
    stands_in = {
        "own": "subtree" if kind == "grant" else "office",
        "tied": "unassigned" if kind == "task" else "office",
        "glass": "other",
    }
    row = rows.get(relation) or rows[stands_in[relation]]
    if who not in world.desk:
        return row
    me, case = world.desk[who], _case_of(row, kind)
    if relation == "own":
        make_own(kind, row, case, me)
        row = me if kind == "staff" else row
    if relation == "tied":
        worker = row.payee if kind == "payout" else case.worker
        operations.declare_conflict(person=me, tie="relative", worker=worker, by=me, at=world.now)
    if relation == "glass" and scope.may(me, "case.break_glass"):
        glass.break_glass(number=case.number, reason="窗口来访，不能等", by=me, at=world.now)
    return row


def _case_of(row: Any, kind: str) -> Any:
    if kind in ("task", "door"):
        return row.process
    return row if kind == "case" else getattr(row, "case", None)


def make_own(kind: str, row: Any, case: Any, me: User) -> None:
    """Make a row that of somebody at the desk."""
    if kind in ("task", "door"):
        CaseTask.objects.filter(pk=row.pk).update(owner=me)
    if case is not None:
        Case.objects.filter(pk=case.pk).update(opened_by=me, handler=me)
    if kind == "contact":
        Contact.objects.filter(pk=row.pk).update(taken_by=me)
    if kind in ("asked", "granted"):
        type(row).objects.filter(pk=row.pk).update(taken_by=me)
    if kind == "conflict":
        ConflictOfInterest.objects.filter(pk=row.pk).update(person=me)
    if kind in ("glass", "grant", "login", "batch", "run", "recount"):
        column = {"glass": "reader", "batch": "made_by", "run": "made_by", "recount": "made_by"}.get(kind, "user")
        facts: dict[str, Any] = {column: me}
        held = {grant.role for grant in me.grants()}
        if kind == "grant" and held & APART:
            facts |= {"role": min(held)}  # an administrator holds no role but the own
        type(row).objects.filter(pk=row.pk).update(**facts)
