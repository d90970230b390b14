"""Accounts as a Django app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, and what they may do."""

    name = "terrace.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen to the network below and to allauth, and name people and posts for the record of acts."""
        from terrace.accounts import queries, subscriptions
        from terrace.audit import queries as audit
        from terrace.http.handouts import know_words
        from terrace.kernel import events
        from terrace.network.domain import UnitClosed

        events.subscribe(UnitClosed, subscriptions.end_posts)
        subscriptions.listen_to_allauth()
        audit.know_subjects_by(queries.NAMERS)
        know_words(queries.WORDS)
