"""Addresses of the pages of accounts and roles, and the way in and out."""

from django.urls import path

from . import login_views, views

urlpatterns = [
    path("login/", login_views.LogIn.as_view(), name="login"),
    path("logout/", login_views.LogOut.as_view(), name="logout"),
    path("second-factor/", login_views.factor_ask, name="factor_ask"),
    path("second-factor/set-up/", login_views.factor_set_up, name="factor_set_up"),
    path("second-factor/codes/", login_views.factor_codes, name="factor_codes"),
    path("logins/end/", login_views.logins_end, name="logins_end"),
    path("logins/<int:pk>/end/", login_views.login_end, name="login_end"),
    path("profile/", views.profile, name="profile"),
    path("staff/", views.staff_list, name="staff_list"),
    path("staff/new/", views.staff_new, name="staff_new"),
    path("staff/grants/", views.grant_list, name="grant_list"),
    path("staff/grants/new/", views.grant_new, name="grant_new"),
    path("staff/grants/<int:pk>/confirm/", views.grant_confirm, name="grant_confirm"),
    path("staff/grants/<int:pk>/end/", views.grant_end, name="grant_end"),
    path("staff/<uuid:uuid>/", views.staff_detail, name="staff_detail"),
    path("staff/<uuid:uuid>/edit/", views.staff_edit, name="staff_edit"),
    path("staff/<uuid:uuid>/login/<slug:act>/", login_views.staff_login, name="staff_login"),
    path("staff/<uuid:uuid>/password/", views.staff_password, name="staff_password"),
]
