"""Traceability as a Django app."""

from django.apps import AppConfig


class TraceabilityConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.traceability"
    label = "traceability"

    def ready(self) -> None:
        """Listen to the registry below, and say what its handouts call our columns."""
        from terrace.http.handouts import know_words
        from terrace.kernel import events
        from terrace.network.domain import UnitClosing
        from terrace.registry.domain import DataRequested
        from terrace.traceability import subscriptions
        from terrace.traceability.queries.subjects import WORDS

        events.subscribe(DataRequested, subscriptions.add_lots)
        events.subscribe(UnitClosing, subscriptions.object_to_closing)
        know_words(WORDS)
