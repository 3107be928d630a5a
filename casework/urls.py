"""Addresses of the records, room by room."""

from django.urls import include, path

urlpatterns = [
    path("", include("casework.staff.urls")),
    path("", include("casework.people.urls")),
    path("", include("casework.employers.urls")),
    path("", include("casework.documents.urls")),
    path("", include("casework.funds.urls")),
    path("", include("casework.deadlines.urls")),
    path("", include("casework.rights.urls")),
    path("", include("casework.reports.urls")),
]
