"""Every address of the product: the health pages, the configuration admin, and the pages of each app."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from . import health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("i18n/", include("django.conf.urls.i18n")),
    # One login for all pages: the admin's own would skip what ours does.
    path("admin/login/", RedirectView.as_view(pattern_name="login", query_string=True)),
    path("admin/", admin.site.urls),
    path("", include("casework.urls")),
    path("", include("workflows.urls")),
    path("notifications/", include("notifications.urls")),
]
