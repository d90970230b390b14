"""Registry as a Django app."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.registry"
    label = "registry"
