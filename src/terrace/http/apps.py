"""The http room as a Django app: it owns the answers kept for repeated requests."""

from django.apps import AppConfig


class HttpConfig(AppConfig):
    """What every page and endpoint shares."""

    name = "terrace.http"
    label = "http"
