"""Addresses of the pages of workers."""

from django.urls import path

from . import views

urlpatterns = [
    path("people/", views.people_list, name="people_list"),
    path("people/new/", views.worker_new, name="worker_new"),
    path("people/<uuid:uuid>/", views.worker_detail, name="worker_detail"),
    path("people/<uuid:uuid>/edit/", views.worker_edit, name="worker_edit"),
    path("people/<uuid:uuid>/reveal/<slug:field>/", views.worker_reveal, name="worker_reveal"),
    path("people/<uuid:uuid>/accounts/new/", views.account_new, name="account_new"),
    path("people/<uuid:uuid>/members/new/", views.member_new, name="member_new"),
    path("people/<uuid:uuid>/consents/new/", views.consent_new, name="consent_new"),
    path("people/<uuid:uuid>/accesses/", views.access_list, name="access_list"),
    path("people/members/<uuid:uuid>/reveal/", views.member_reveal, name="member_reveal"),
    path("people/accounts/<uuid:uuid>/reveal/", views.account_reveal, name="account_reveal"),
    path("people/accounts/<uuid:uuid>/retire/", views.account_retire, name="account_retire"),
    path("people/consents/<uuid:uuid>/withdraw/", views.consent_withdraw, name="consent_withdraw"),
]
