"""Addresses of the pages of employers."""

from django.urls import path

from . import views

urlpatterns = [
    path("employers/", views.employer_list, name="employer_list"),
    path("employers/new/", views.employer_new, name="employer_new"),
    path("employers/<uuid:uuid>/", views.employer_detail, name="employer_detail"),
    path("employers/<uuid:uuid>/edit/", views.employer_edit, name="employer_edit"),
    path("employers/<uuid:uuid>/supervise/", views.supervision_start, name="supervision_start"),
    path("employers/<uuid:uuid>/supervise/end/", views.supervision_end, name="supervision_end"),
    path("employers/<uuid:uuid>/visits/new/", views.visit_new, name="visit_new"),
    path("people/<uuid:uuid>/employer/", views.worker_employer, name="worker_employer"),
]
