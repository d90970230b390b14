"""The composition root: brings the roles together when Django starts."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Tells accounts which roles this installation has."""

    name = "terrace.config"
    label = "config"

    def ready(self) -> None:
        from terrace.accounts import domain as accounts
        from terrace.config.roles import ROLES

        accounts.assemble(ROLES)
