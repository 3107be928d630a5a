"""What somebody types is shown, never run: scripts in every text of the house, on every page, and in every filter."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.db import connection, models
from django.urls import reverse

from casework.audit import keys, triggers
from casework.audit.sealed import SealedTextField
from casework.staff.models import User

from .conftest import Window
from .test_every_page import city as city
from .test_every_page import pages

RUN = "top.ran=1"
CALL = "top.ran=`1`"
PAYLOADS = [
    *(f"<script>{RUN}</script>", f"<SCRIPT >{RUN}</SCRIPT >", f"</title><script>{RUN}</script>"),
    *(f"</{tag}><script>{RUN}</script>" for tag in ("textarea", "style", "script", "option", "noscript", "template")),
    *(f"<img src=x {event}={RUN}>" for event in ("onerror", "OnError", "onloadstart")),
    *(f"<{tag} onload={RUN}>" for tag in ("svg", "body", "iframe src=/healthz", "object data=/healthz")),
    *(f"{quote}><svg/onload={RUN}>" for quote in ("'", '"', "`", "-->", "]]>", "%22", "&quot;")),
    *(f"{quote} autofocus onfocus={RUN} x={quote}" for quote in ("'", '"', "")),
    *(f"{quote} onmouseover={RUN} style=position:fixed;inset:0 x={quote}" for quote in ("'", '"')),
    *(f"<a href={scheme}:{RUN}>x</a>" for scheme in ("javascript", "JaVaScRiPt", "java&#9;script", "data:text/html,")),
    *(f"<details open ontoggle={RUN}>", f"<video><source onerror={RUN}></video>", f"<marquee onstart={RUN}>"),
    *(f"<input autofocus onfocus={RUN}>", f"<form><button formaction=javascript:{RUN}>x</button></form>"),
    *(f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>", "<base href=//elsewhere.example/>"),
    *(f"<div hx-on:load={RUN}>", "<div hx-get=/healthz hx-trigger=load>", f"<div hx-vals='js:{{a:{RUN}}}'>"),
    *(f"<style>@import '//elsewhere.example/{RUN}'</style>", "<link rel=stylesheet href=//elsewhere.example/x>"),
    *(f"{{{{constructor.constructor('{CALL}')()}}}}", f"${{{CALL}}}", "{% load i18n %}{{ request.user.password }}"),
    *(f"';{RUN};//", f'";{RUN};//', f"\\';{RUN};//", "\u2028top.ran=1//", f"＜script＞{RUN}＜/script＞"),
]
# Columns of texts that people type, and those that hold what the house itself writes.
TYPED = {
    *("name", "name_en", "source", "why", "reason", "title", "native_place", "tracking", "holder_name", "bank_name"),
    *("workplace", "display_name", "contact_person", "voucher_number", "body", "place", "name_text", "unit_text"),
    *("room", "resource", "hospital", "job", "user_unit", "approval_letter", "worker_label", "thing", "caller_name"),
    *("question", "answer", "summary", "outcome_reason", "note", "addressee", "findings", "failure_reason", "address"),
    *("exit_reason", "guardian_name", "why_union_applies", "pupil_name", "category_reason", "above_ceiling_reason"),
    *(
        "objector",
        "agent",
        "content",
        "requests",
        "record",
        "result",
        "manner",
        "other_duty",
        "accident_place",
        "injured_part",
    ),
    *("diagnosis", "ward", "hazard", "goods", "received_by", "words", "lift_reason"),
}
OURS = {
    *("stream", "kind", "request_id", "facts_text", "case_number", "purpose", "region", "code", "series", "rule"),
    *("office_path", "from_path", "to_path", "flow_class", "case_type", "state", "next_due_rule", "outcome"),
    *(
        "flow_task_type",
        "external_task_id",
        "owner_permission",
        "token",
        "owner_permission_obj_pk",
        "flow_task",
        "node",
        "programme",
        "cause_key",
        "key",
    ),
    *("content_type", "sha256", "paper", "language", "line", "guard", "id_key", "phone_key", "caller_phone_key"),
    *(
        "moments",
        "heads_text",
        "previous",
        "root",
        "signature",
        "secret",
        "digest",
        "number_key",
        "last4",
        "notice_version",
        "password",
        "link",
        "piece",
        "name_folded",
        "values",
        "after",
        "faults_text",
    ),
    # only what its own rules let pass: digits, an address of e-mail
    *("phone", "caller_phone", "id_number", "number", "email"),
}
# Kept as they are: letters and drafts hold a composed whole, the trail refuses changes, a person reads his own office.
WHOLE = {("Letter", "body"), ("Draft", "content"), ("LetterText", "source"), ("Event", "address")}
FOREIGN = {"auth", "contenttypes", "sessions", "admin", "django_q", "workflow", "toy"}


def texts() -> Iterator[tuple[type[models.Model], Any]]:
    """Yield every column of a text, with its model; choices and unique codes aside."""
    for model in apps.get_models():
        if model._meta.app_label in FOREIGN:
            continue
        for field in model._meta.local_fields:
            is_text = isinstance(field, models.CharField | models.TextField | SealedTextField)
            if is_text and not field.choices and not field.unique and (model.__name__, field.name) not in WHOLE:
                yield model, field


def test_every_column_of_a_text_is_sorted() -> None:
    assert len(set(PAYLOADS)) >= 50
    assert {field.name for _model, field in texts()} <= TYPED | OURS
    assert not TYPED & OURS


def slip_in() -> None:
    """Write a script into every text that people type, a different one each time."""
    turn = count()
    with triggers.lifted(connection):
        for model, field in texts():
            if field.name not in TYPED:
                continue
            for row in model._base_manager.all():
                fitting = [one for one in PAYLOADS if field.max_length is None or len(one) <= field.max_length]
                text = fitting[next(turn) % len(fitting)]
                sealed = isinstance(field, SealedTextField)
                value = keys.seal(field.place(row), text.encode()) if sealed else text
                model._base_manager.filter(pk=row.pk).update(**{field.name: value})


def test_no_page_runs_it(city: Any, window: Callable[..., Window]) -> None:
    slip_in()
    people = {user.username: user for user in User.objects.all()}
    windows: dict[str, Window] = {}
    ran, seen = [], 0

    def look(who: str, path: str) -> None:
        nonlocal seen
        if who not in windows:
            windows[who] = window(people[who] if who else None)
        answer = windows[who].go(path)
        answer.wait_for_load_state()
        windows[who].page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        if windows[who].page.evaluate("window.ran") or windows[who].page.evaluate("top.ran"):
            ran.append((who, path))
        seen += any(payload.split(" ")[0] in windows[who].page.inner_text("body") for payload in PAYLOADS)

    for name, known in pages().items():
        for who, path in known[:3] if name in ("calculator", "case_detail", "task_detail") else known[:1]:
            look(who, path)
    for name in ("people_list", "case_list", "contact_list", "employer_list"):
        for payload in PAYLOADS[::10]:
            asked = urlencode(dict.fromkeys(("q", "name", "text", "after", "state", "kind"), payload))
            look("operator", f"{reverse(name)}?{asked}")

    assert not ran
    assert seen >= 20, "the texts were shown"
