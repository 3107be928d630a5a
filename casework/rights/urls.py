"""Addresses of the pages of requests about data, of legal holds and of disposals."""

from django.urls import path

from . import disposal_views, views

urlpatterns = [
    path("people/<uuid:uuid>/requests/new/", views.request_new, name="request_new"),
    path("people/<uuid:uuid>/holds/new/", views.hold_new, name="hold_new"),
    path("requests/", views.request_list, name="request_list"),
    path("requests/<uuid:uuid>/", views.request_detail, name="request_detail"),
    path("requests/<uuid:uuid>/decide/", views.request_decide, name="request_decide"),
    path("requests/<uuid:uuid>/copy/", views.request_copy, name="request_copy"),
    path("holds/", views.hold_list, name="hold_list"),
    path("holds/<uuid:uuid>/lift/", views.hold_lift, name="hold_lift"),
    path("disposals/", disposal_views.disposal_list, name="disposal_list"),
    path("disposals/propose/", disposal_views.disposal_propose, name="disposal_propose"),
    path("disposals/<uuid:uuid>/", disposal_views.disposal_detail, name="disposal_detail"),
    path("disposals/<uuid:uuid>/<slug:step>/", disposal_views.disposal_step, name="disposal_step"),
]
