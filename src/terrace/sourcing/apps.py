"""Sourcing as a Django app."""

from django.apps import AppConfig


class SourcingConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.sourcing"
    label = "sourcing"

    def ready(self) -> None:
        """Listen to the registry below."""
        from terrace.kernel import events
        from terrace.registry.domain import DataRequested, ErasureAsked, PartyErased
        from terrace.sourcing import subscriptions

        events.subscribe(DataRequested, subscriptions.add_notices)
        events.subscribe(ErasureAsked, subscriptions.object_to_erasure)
        events.subscribe(PartyErased, subscriptions.forget)
