"""Addresses of reports."""

from django.urls import path

from . import views

urlpatterns = [
    path("reports/", views.report_list, name="report_list"),
    path("reports/<str:code>/", views.report_rows, name="report_rows"),
]
