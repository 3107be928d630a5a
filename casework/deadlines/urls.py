"""Addresses of the board of deadlines."""

from django.urls import path

from . import views

urlpatterns = [
    path("deadlines/", views.deadline_board, name="deadline_board"),
    path("deadlines/list/", views.deadline_list, name="deadline_list"),
    path("deadlines/list/export/", views.deadline_export, name="deadline_export"),
]
