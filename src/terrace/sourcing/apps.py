"""Sourcing as a Django app."""

from django.apps import AppConfig


class SourcingConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.sourcing"
    label = "sourcing"

    def ready(self) -> None:
        """Listen to registry and lots below, lead on from a party's page, and name prices for the record of acts."""
        from terrace.audit import queries as audit
        from terrace.http.handouts import know_words
        from terrace.http.ways import lead_from, lead_to
        from terrace.kernel import events
        from terrace.registry.domain import DataRequested, ErasureAsked, PartyErased, PartyRested
        from terrace.sourcing import subscriptions
        from terrace.sourcing.queries.notices import WORDS
        from terrace.sourcing.queries.purchases import PURCHASE_WORDS
        from terrace.sourcing.queries.subjects import NAMERS
        from terrace.sourcing.queries.ways import purchase_urls, ways_of_party
        from terrace.traceability.domain import LotGraded, LotLost, TraceRequested, UngradedPacked

        lead_to("purchase", purchase_urls)
        events.subscribe(DataRequested, subscriptions.add_notices_and_purchases)
        events.subscribe(LotGraded, subscriptions.pay)
        events.subscribe(LotLost, subscriptions.pay)
        events.subscribe(UngradedPacked, subscriptions.pay)
        events.subscribe(LotLost, subscriptions.note_loss)
        events.subscribe(TraceRequested, subscriptions.add_to_trace)
        events.subscribe(ErasureAsked, subscriptions.object_to_erasure)
        events.subscribe(PartyRested, subscriptions.withdraw)
        events.subscribe(PartyErased, subscriptions.forget)
        audit.know_subjects_by(NAMERS)
        know_words(WORDS)
        know_words(PURCHASE_WORDS)
        lead_from("registry.Party", ways_of_party)
