"""Logistics as a Django app."""

from django.apps import AppConfig


class LogisticsConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.logistics"
    label = "logistics"
