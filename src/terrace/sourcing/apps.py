"""Sourcing as a Django app."""

from django.apps import AppConfig


class SourcingConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.sourcing"
    label = "sourcing"
