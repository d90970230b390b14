"""Logistics as a Django app."""

from django.apps import AppConfig


class LogisticsConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.logistics"
    label = "logistics"

    def ready(self) -> None:
        """Listen to the registry below, and lead from the ledger and from lots to parcels and consignments."""
        from terrace.accounts.domain import AccountDataRequested, PersonForgotten
        from terrace.http.handouts import know_words
        from terrace.http.idempotency import left_to_act
        from terrace.http.ways import lead_to
        from terrace.kernel import events
        from terrace.logistics import subscriptions
        from terrace.logistics.queries.parties import WORDS
        from terrace.logistics.queries.ways import consignment_urls, parcel_urls
        from terrace.network.domain import UnitClosing
        from terrace.registry.domain import DataRequested, ErasureAsked, PartyRested

        events.subscribe(AccountDataRequested, subscriptions.add_positions)
        events.subscribe(PersonForgotten, subscriptions.forget_driver)
        events.subscribe(DataRequested, subscriptions.add_parcels)
        events.subscribe(ErasureAsked, subscriptions.object_to_erasure)
        events.subscribe(UnitClosing, subscriptions.object_to_closing)
        events.subscribe(PartyRested, subscriptions.take_no_more)
        for counted in ("logistics/parcels/<str:number>/hand-over/", "api/v1/logistics/parcels/<number>/hand-over"):
            left_to_act(f"/{counted}")  # a key would undo the count of wrong codes
        lead_to("parcel", parcel_urls)
        lead_to("consignment", consignment_urls)
        know_words(WORDS)
