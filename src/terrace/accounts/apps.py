"""Accounts as a Django app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, and what they may do."""

    name = "terrace.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen to the network below, and to allauth."""
        from terrace.accounts import subscriptions
        from terrace.kernel import events
        from terrace.network.domain import UnitClosed

        events.subscribe(UnitClosed, subscriptions.end_posts)
        subscriptions.listen_to_allauth()
