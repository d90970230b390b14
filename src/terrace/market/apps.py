"""The market as a Django app."""

from django.apps import AppConfig


class MarketConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.market"
    label = "market"

    def ready(self) -> None:
        """Listen to the contexts below, and say what is handed out: each part has its own lines."""
        from terrace.audit import queries as audit
        from terrace.http import idempotency
        from terrace.http.handouts import know_words
        from terrace.http.ways import lead_from, lead_to
        from terrace.kernel import events
        from terrace.market import subscriptions
        from terrace.market.queries.belongings import ORDER_WORDS
        from terrace.market.queries.reviews import OFFER_WORDS
        from terrace.market.queries.subjects import NAMERS
        from terrace.market.queries.ways import order_urls, ways_of_seller

        events.subscribe_all(subscriptions.HEARERS)
        audit.know_subjects_by(NAMERS)
        know_words(OFFER_WORDS)
        know_words(ORDER_WORDS)
        idempotency.left_to_act("/api/v1/market/checkouts")  # the payment keeps the key, and is written once for each
        lead_from("registry.Party", ways_of_seller)
        lead_to("order", order_urls)
