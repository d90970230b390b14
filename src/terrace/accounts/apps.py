"""Accounts as a Django app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, and what they may do."""

    name = "terrace.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen to allauth."""
        from terrace.accounts import subscriptions

        subscriptions.subscribe()
