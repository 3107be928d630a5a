"""The stock peer's app."""

from django.apps import AppConfig


class StockConfig(AppConfig):
    """Stock viewflow and simple history."""

    name = "benchmarks.stock"
    label = "stock"
    default_auto_field = "django.db.models.BigAutoField"
