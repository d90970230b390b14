"""Network as a Django app."""

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.network"
    label = "network"
