"""Registry as a Django app."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.registry"
    label = "registry"

    def ready(self) -> None:
        """Listen to the contexts below."""
        from terrace.accounts.domain import InvitationAccepted
        from terrace.kernel import events
        from terrace.registry import subscriptions

        events.subscribe(InvitationAccepted, subscriptions.let_speak)
