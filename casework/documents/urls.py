"""Addresses of the pages of papers and letters."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from . import letter_views, text_views, views
from .operations import LETTER_SERIES


class LetterNumber(StringConverter):
    """The number of a letter: what stands in its place otherwise ("texts", "runs") is another page."""

    regex = rf"{LETTER_SERIES}-[^/]+"


register_converter(LetterNumber, "letter")

urlpatterns = [
    path("cases/<str:number>/papers/new/", views.document_upload, name="document_upload"),
    path("cases/<str:number>/papers/ask/", views.checklist_ask, name="checklist_ask"),
    path("cases/<str:number>/papers/notice/", letter_views.checklist_notice, name="checklist_notice"),
    path(
        "cases/<str:number>/papers/notice/preview/",
        letter_views.checklist_notice_preview,
        name="checklist_notice_preview",
    ),
    path("cases/<str:number>/papers/<slug:code>/received/", views.checklist_received, name="checklist_received"),
    path("cases/<str:number>/letters/<str:paper>/", letter_views.letter_issue, name="letter_issue"),
    path("cases/<str:number>/letters/<str:paper>/preview/", letter_views.letter_preview, name="letter_preview"),
    path("papers/<uuid:uuid>/", views.document_download, name="document_download"),
    path("letters/texts/", text_views.text_list, name="text_list"),
    path("letters/texts/<slug:office>/<str:paper>/<slug:language>/", text_views.text_edit, name="text_edit"),
    path(
        "letters/texts/<slug:office>/<str:paper>/<slug:language>/preview/", text_views.text_preview, name="text_preview"
    ),
    path("letters/<letter:number>/", letter_views.letter_detail, name="letter_detail"),
    path("letters/<letter:number>/word/", letter_views.letter_word, name="letter_word"),
    path("letters/<letter:number>/correct/", letter_views.letter_correct, name="letter_correct"),
    path(
        "letters/<letter:number>/correct/preview/", letter_views.letter_correct_preview, name="letter_correct_preview"
    ),
    path("letters/<letter:number>/signed/<slug:party>/", letter_views.letter_sign, name="letter_sign"),
    path("letters/<letter:number>/sent/", letter_views.letter_send, name="letter_send"),
    path("letters/<letter:number>/sent/<int:pk>/served/", letter_views.letter_served, name="letter_served"),
]
