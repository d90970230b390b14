"""Registry as a Django app."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.registry"
    label = "registry"

    def ready(self) -> None:
        """Listen to the contexts below, name parties for the record of acts, and what is handed out."""
        from terrace.accounts.domain import InvitationAccepted
        from terrace.audit import queries as audit
        from terrace.http.handouts import know_words
        from terrace.kernel import events
        from terrace.registry import queries, services, subscriptions

        events.subscribe(InvitationAccepted, subscriptions.let_speak)
        audit.know_subjects_by(queries.NAMERS)
        know_words(services.WORDS)
