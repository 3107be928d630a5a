"""Addresses of money."""

from django.urls import path

from . import views

urlpatterns = [
    path("payouts/", views.payout_list, name="payout_list"),
    path("payouts/batches/", views.batch_list, name="batch_list"),
    path("payouts/batches/make/", views.batch_make, name="batch_make"),
    path("payouts/batches/<uuid:uuid>/", views.batch_detail, name="batch_detail"),
    path("payouts/batches/<uuid:uuid>/release/", views.batch_release, name="batch_release"),
    path("payouts/<uuid:uuid>/", views.payout_detail, name="payout_detail"),
    path("payouts/<uuid:uuid>/again/", views.payout_again, name="payout_again"),
    path("payouts/<uuid:uuid>/warnings/<slug:guard>/", views.payout_warning, name="payout_warning"),
    path("payouts/<uuid:uuid>/step/<slug:name>/", views.payout_step, name="payout_step"),
    path("funds/", views.fund_list, name="fund_list"),
    path("funds/open/", views.fund_open, name="fund_open"),
    path("funds/<uuid:uuid>/", views.fund_detail, name="fund_detail"),
    path("funds/<uuid:uuid>/budget/", views.fund_budget, name="fund_budget"),
]
