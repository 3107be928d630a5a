"""Addresses of the list behind the bell, below `notifications/`."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.notification_list, name="notification_list"),
    path("since/", views.notification_since, name="notification_since"),
    path("read/", views.notification_read, name="notification_read"),
]
