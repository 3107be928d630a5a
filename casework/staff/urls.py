"""Addresses of the pages of accounts and roles, and the way in and out."""

from django.urls import path

from . import views

urlpatterns = [
    path("login/", views.LogIn.as_view(), name="login"),
    path("logout/", views.LogOut.as_view(), name="logout"),
    path("profile/", views.profile, name="profile"),
    path("staff/", views.staff_list, name="staff_list"),
    path("staff/new/", views.staff_new, name="staff_new"),
    path("staff/grants/", views.grant_list, name="grant_list"),
    path("staff/grants/new/", views.grant_new, name="grant_new"),
    path("staff/grants/<int:pk>/confirm/", views.grant_confirm, name="grant_confirm"),
    path("staff/grants/<int:pk>/end/", views.grant_end, name="grant_end"),
    path("staff/<uuid:uuid>/", views.staff_detail, name="staff_detail"),
    path("staff/<uuid:uuid>/edit/", views.staff_edit, name="staff_edit"),
    path("staff/<uuid:uuid>/password/", views.staff_password, name="staff_password"),
]
