"""A request of somebody who is logged in."""

from django.http import HttpRequest

from .models import LoginSession, User


class StaffRequest(HttpRequest):
    """What a page behind `login_required` gets: its user is a person, never nobody."""

    user: User
    login: LoginSession
