"""The market as a Django app."""

from django.apps import AppConfig


class MarketConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.market"
    label = "market"

    def ready(self) -> None:
        """Listen to the contexts below, and say what is handed out: each part has its own lines."""
        from terrace.accounts.domain import AccountDataRequested, PersonForgotten
        from terrace.audit import queries as audit
        from terrace.http import idempotency
        from terrace.http.handouts import know_words
        from terrace.http.ways import lead_from
        from terrace.kernel import events
        from terrace.ledger.queries import know_references
        from terrace.logistics.domain import ParcelDelivered, ParcelLost, ParcelReturned
        from terrace.market import subscriptions
        from terrace.market.queries.belongings import ORDER_WORDS
        from terrace.market.queries.reviews import OFFER_WORDS
        from terrace.market.queries.subjects import NAMERS
        from terrace.market.queries.ways import order_url, ways_of_seller
        from terrace.registry.domain import DataRequested, ErasureAsked, PartyErased, PartyMoved, PartyRested
        from terrace.traceability.domain import LotsRecalled, TraceRequested

        events.subscribe(DataRequested, subscriptions.add_offers)
        events.subscribe(PartyMoved, subscriptions.follow)
        events.subscribe(PartyRested, subscriptions.pause)
        events.subscribe(PartyErased, subscriptions.forget)
        events.subscribe(DataRequested, subscriptions.add_orders)
        events.subscribe(PartyErased, subscriptions.forget_buyer)
        events.subscribe(AccountDataRequested, subscriptions.add_own)
        events.subscribe(PersonForgotten, subscriptions.forget_person)
        audit.know_subjects_by(NAMERS)
        know_words(OFFER_WORDS)
        know_words(ORDER_WORDS)
        idempotency.left_to_act("/api/v1/market/checkouts")  # the payment keeps the key, and is written once for each
        lead_from("registry.Party", ways_of_seller)
        know_references("order", order_url)
        events.subscribe(ParcelDelivered, subscriptions.note_arrival)
        events.subscribe(ParcelDelivered, subscriptions.note_goods_back)
        events.subscribe(ParcelLost, subscriptions.note_loss)
        events.subscribe(ParcelLost, subscriptions.note_goods_lost)
        events.subscribe(ParcelReturned, subscriptions.note_return)
        events.subscribe(ErasureAsked, subscriptions.object_to_erasure)
        events.subscribe(TraceRequested, subscriptions.tell_money)
        events.subscribe(LotsRecalled, subscriptions.warn)
