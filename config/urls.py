"""Every address of the product: the health pages, the configuration admin, and the pages of each app."""

from django.contrib import admin
from django.urls import include, path

from . import breaches, health
from .admin import to_the_login

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("policy-breach/", breaches.policy_breach, name="policy_breach"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/login/", to_the_login),
    path("admin/", admin.site.urls),
    path("", include("casework.urls")),
    path("", include("workflows.urls")),
    path("notifications/", include("notifications.urls")),
]
