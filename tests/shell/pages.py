"""Every component with something in it, on pages that a test can render without a database."""

from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from casework.audit.errors import AlreadyDone, NotAllowed, WrongState
from casework.funds.reckoning import Step
from casework.offices import context
from casework.offices.paging import Page
from casework.offices.roles import Role

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
LANGUAGES = ("zh-hans", "en")


class Somebody:
    """A user with roles, as the shell sees one."""

    pk = 7
    is_authenticated = True
    is_active = True
    username = "sun"
    display_name = "孙丽"

    def __init__(self, *roles: Role) -> None:
        self.roles = roles

    def grants(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(role=role, office_id=1, office_path="0001") for role in self.roles]


NOBODY = SimpleNamespace(is_authenticated=False)


class Intake(forms.Form):
    name = forms.CharField(label="姓名", help_text="与身份证一致。")
    kind = forms.ChoiceField(label="类型", choices=[("", "请选择"), ("wages", "拖欠工资")])
    channel = forms.ChoiceField(label="渠道", choices=[("call", "来电"), ("visit", "来访")], widget=forms.RadioSelect)
    story = forms.CharField(label="经过", widget=forms.Textarea)
    paper = forms.FileField(label="附件", required=False)
    agrees = forms.BooleanField(label="本人同意")


class Line(forms.Form):
    amount = forms.DecimalField(label="金额")


class Filter(forms.Form):
    state = forms.ChoiceField(label="状态", choices=[("", "全部"), ("open", "办理中")], required=False)
    late = forms.BooleanField(label="只看逾期", required=False)


CARD = {
    "title": "审批调解协议",
    "url": "/tasks/1/",
    "number": "LD-410105-2026-000123",
    "case_type": "劳动争议",
    "worker": "王*",
    "office": "金水区总工会",
    "stage": "审批",
    "due_on": NOW.date() - timedelta(days=3),
    "owner": "孙丽",
    "is_urgent": True,
    "actions": [
        {"key": "claim", "label": "领取", "url": "/tasks/1/claim/", "tone": "main", "icon": "hand-stop"},
        {"key": "approve", "label": "批准", "allowed": False, "reason": "您是本案的调解员。", "icon": "check"},
        {"key": "return", "label": "退回", "url": "/tasks/1/return/", "tone": "bad", "confirm": "退回给调解员？"},
        {"key": "open", "label": "查看", "url": "/cases/1/", "method": "get"},
        {"key": "stop", "label": "终止", "dialog": "stop", "tone": "bad"},
    ],
}

ROW = {
    "url": "/cases/1/",
    "number": "LD-410105-2026-000123",
    "case_type": "劳动争议",
    "worker": "欧***",
    "employer": "河滨建筑有限公司",
    "state": "待审批",
    "tone": "warn",
    "due_on": NOW.date(),
    "handler": "陈建国",
    "office": "金水区总工会",
    "is_urgent": True,
}

CASE_PAGE = """{% extends "base.html" %}
{% block breadcrumbs %}<li><a href="/cases/">案件</a></li><li>{{ heading }}</li>{% endblock %}
{% block lead %}{% include "components/page_header.html" %}{% endblock %}
{% block content %}
{% include "components/stepper.html" %}
{% include "components/tabs.html" %}
<section id="facts"><h2>情况</h2>{% include "components/facts.html" %}</section>
<section id="tasks"><h2>任务</h2>{% include "components/task_card.html" %}</section>
<section id="money"><h2>款项</h2>
{% include "components/money.html" with amount=amount label="协议金额" note="分两期" tone="good" only %}
{% include "components/steps.html" %}</section>
<section id="timeline"><h2>经过</h2>
{% include "components/timeline.html" %}
{% include "components/timeline.html" with entries=None %}</section>
{% endblock %}
{% block dialogs %}
{% include "components/confirm.html" with id="stop" title="终止" text="原因" action="/stop" form=reason tone="bad" %}
{% endblock %}"""

LIST_PAGE = """{% extends "base.html" %}
{% block actions %}<a class="btn btn-primary" href="/cases/new/">新建</a>{% endblock %}
{% block content %}
{% include "components/filter_bar.html" %}
{% include "components/bulk_bar.html" %}
{% include "components/case_table.html" %}
{% include "components/pager.html" %}
{% include "components/empty.html" with title="没有案件" text="放宽条件" icon="search" url="/" label="首页" only %}
{% endblock %}"""

FORM_PAGE = '{% extends "base.html" %}{% block content %}{% include "components/form.html" %}{% endblock %}'


def case_page() -> dict[str, Any]:
    return {
        "heading": "LD-410105-2026-000123",
        "subtitle": "王* · 河滨建筑有限公司",
        "badges": [
            {"label": tone, "tone": tone, "icon": "check"} for tone in ("neutral", "info", "good", "warn", "bad")
        ],
        "due_on": NOW.date() + timedelta(days=2),
        "steps": [
            Step("经济补偿", Decimal("26000"), "6500.00 × 4", "劳动合同法 第四十七条"),
            Step("终局裁决", verdict="是"),
        ],
        "stages": [
            {"title": "受理", "state": "done", "note": "11月2日"},
            {"title": "调解", "state": "current"},
            {"title": "支付", "state": "skipped"},
            {"title": "结案", "state": "todo"},
        ],
        "tabs": [{"id": "facts", "title": "情况"}, {"id": "tasks", "title": "任务", "count": 1, "icon": "list-check"}],
        "facts": [
            {"label": "姓名", "value": "王*", "url": "/people/1/"},
            {"label": "身份证号", "value": "410105********0012", "masked": True, "reveal_url": "/people/1/reveal/"},
            {"label": "会员", "value": ""},
            {"label": "诉求", "value": "第一行\n第二行", "wide": True},
        ],
        "card": CARD,
        "amount": Decimal("18400"),
        "entries": [
            {
                "at": NOW,
                "sentence": "达成协议",
                "actor": "陈建国",
                "text": "双方到场。",
                "icon": "check",
                "tone": "good",
            },
            {"at": NOW - timedelta(days=2), "sentence": "受理", "url": "/events/1/"},
        ],
        "reason": forms.Form(),
    }


def list_page() -> dict[str, Any]:
    return {
        "heading": "案件",
        "form": Filter(),
        "clear_url": "/cases/",
        "found": "共 1 件",
        "export_url": "/cases/export/",
        "form_id": "bulk",
        "action": "/cases/bulk/",
        "choices": [{"label": "终止", "value": "stop", "tone": "bad", "confirm": "终止所选案件？"}],
        "selectable": True,
        "rows": [ROW, {**ROW, "number": "LD-410105-2026-000124", "is_closed": True, "due_on": None, "handler": ""}],
        "page": Page([], "next", "previous"),
    }


def form_page(data: dict[str, str] | None = None) -> dict[str, Any]:
    lines = forms.formset_factory(Line, extra=1)
    return {
        "heading": "受理",
        "form": Intake(data),
        "formsets": [lines()],
        "draft": "case-new",
        "cancel_url": "/cases/",
    }


# name → (template or its text, context, who looks)
PAGES: dict[str, tuple[str, Any, Any]] = {
    "case": (CASE_PAGE, case_page, Somebody(*Role)),
    "list": (LIST_PAGE, list_page, Somebody(Role.SUPERVISOR)),
    "form": (FORM_PAGE, form_page, Somebody(Role.OPERATOR)),
    "form with errors": (FORM_PAGE, lambda: form_page({"name": "王"}), Somebody(Role.OPERATOR)),
    "login": ("registration/login.html", lambda: {"form": AuthenticationForm(), "is_demo": True}, NOBODY),
    "403": ("403.html", lambda: {"error": NotAllowed("需要角色：主管。")}, Somebody(Role.VISITOR)),
    "404": ("404.html", dict, Somebody()),
    "404 of a stranger": ("404.html", dict, NOBODY),
    "409": (
        "409.html",
        lambda: {
            "error": AlreadyDone(who="孙丽", what="审批", when=NOW),
            "typed": [{"label": "意见", "value": "同意"}],
            "back_url": "/cases/1/",
        },
        Somebody(Role.SUPERVISOR),
    ),
    "409 of a rule": ("409.html", lambda: {"error": WrongState("案件已结案。")}, Somebody(Role.SUPERVISOR)),
    "500": ("500.html", dict, NOBODY),
}


def rendered(name: str, language: str, path: str = "/cases/") -> str:
    """Return a page as the browser gets it."""
    template, facts, user = PAGES[name]
    request = RequestFactory().get(path)
    request.user = user
    with translation.override(language):
        page: dict[str, Any] = {
            "user": user,
            "posts": [{"role": role.label, "office": "金水区总工会"} for role in getattr(user, "roles", ())],
            "nav": context.nav(user, path) if user.is_authenticated else [],
            "notifications_unread": 3,
            "notifications_last_seq": 12,
            **facts(),
        }
        if name == "500":
            return render_to_string(template)
        if template.startswith("{%"):
            return str(engines["django"].from_string(template).render(page, request))
        return render_to_string(template, page, request)
