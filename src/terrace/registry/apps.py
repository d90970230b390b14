"""Registry as a Django app."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.registry"
    label = "registry"

    def ready(self) -> None:
        """Listen to the contexts below, and name parties for the record of acts."""
        from terrace.accounts.domain import InvitationAccepted
        from terrace.audit import queries as audit
        from terrace.kernel import events
        from terrace.registry import queries, subscriptions

        events.subscribe(InvitationAccepted, subscriptions.let_speak)
        audit.know_subjects_by(queries.NAMERS)
