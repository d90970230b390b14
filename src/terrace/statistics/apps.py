"""Statistics as a Django app."""

from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.statistics"
    label = "statistics"
