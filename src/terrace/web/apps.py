"""Web as a Django app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.web"
    label = "web"
