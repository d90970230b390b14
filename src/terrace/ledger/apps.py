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
        from terrace.http.ways import lead_from
        from terrace.kernel import events
        from terrace.ledger import subscriptions
        from terrace.ledger.queries.held import WORDS
        from terrace.ledger.queries.leads import know_references
        from terrace.ledger.queries.subjects import NAMERS
        from terrace.ledger.queries.ways import way_to_payout, ways_of_party

        events.subscribe_all(subscriptions.HEARERS)
        audit.know_subjects_by(NAMERS)
        know_words(WORDS)
        lead_from("registry.Party", ways_of_party)
        know_references("payout", way_to_payout)
