"""Sourcing as a Django app."""

from django.apps import AppConfig


class SourcingConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.sourcing"
    label = "sourcing"

    def ready(self) -> None:
        """Listen to the registry below, and name prices for the record of acts."""
        from terrace.audit import queries as audit
        from terrace.kernel import events
        from terrace.registry.domain import DataRequested, ErasureAsked, PartyErased, PartyRested
        from terrace.sourcing import subscriptions
        from terrace.sourcing.queries.subjects import NAMERS

        events.subscribe(DataRequested, subscriptions.add_notices)
        events.subscribe(ErasureAsked, subscriptions.object_to_erasure)
        events.subscribe(PartyRested, subscriptions.withdraw)
        events.subscribe(PartyErased, subscriptions.forget)
        audit.know_subjects_by(NAMERS)
