"""The market as a Django app."""

from django.apps import AppConfig


class MarketConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.market"
    label = "market"

    def ready(self) -> None:
        """Listen to the contexts below: each part has its own lines."""
