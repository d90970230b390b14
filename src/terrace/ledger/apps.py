"""The ledger as a Django app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Listen to the registry below, lead on from a party's page, and name what acts were done to."""
        from terrace.audit import queries as audit
        from terrace.http.handouts import know_words
        from terrace.http.ways import lead_from, lead_to
        from terrace.kernel import events
        from terrace.ledger import subscriptions
        from terrace.ledger.queries.held import WORDS
        from terrace.ledger.queries.subjects import NAMERS
        from terrace.ledger.queries.ways import payout_urls, ways_of_party

        events.subscribe_all(subscriptions.HEARERS)
        audit.know_subjects_by(NAMERS)
        know_words(WORDS)
        lead_from("registry.Party", ways_of_party)
        lead_to("payout", payout_urls)
