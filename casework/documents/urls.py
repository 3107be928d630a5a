"""Addresses of the pages of papers and letters."""

from django.urls import path

from . import views

urlpatterns = [
    path("cases/<str:number>/papers/new/", views.document_upload, name="document_upload"),
    path("cases/<str:number>/papers/ask/", views.checklist_ask, name="checklist_ask"),
    path("cases/<str:number>/papers/notice/", views.checklist_notice, name="checklist_notice"),
    path("cases/<str:number>/papers/<slug:code>/received/", views.checklist_received, name="checklist_received"),
    path("cases/<str:number>/letters/<str:paper>/", views.letter_issue, name="letter_issue"),
    path("cases/<str:number>/letters/<str:paper>/preview/", views.letter_preview, name="letter_preview"),
    path("papers/<uuid:uuid>/", views.document_download, name="document_download"),
]
