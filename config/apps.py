"""The app that ties the rooms together: its commands need all of them, and nothing imports it."""

from django.apps import AppConfig


class GongdaoConfig(AppConfig):
    """Settings, addresses, health and the commands of the whole product; no tables."""

    name = "config"
    verbose_name = "Gongdao"
