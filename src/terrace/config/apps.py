"""The composition root: when Django starts, tells lower contexts what only the whole knows."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Tells accounts which roles there are, and accounts and audit the names of what lies above them."""

    name = "terrace.config"
    label = "config"

    def ready(self) -> None:
        """Hand out roles, permissions, words for acts, and names of areas and parties; let allauth confirm who asks."""
        from allauth.account.middleware import AccountMiddleware

        from terrace.accounts import domain as accounts
        from terrace.accounts import queries as accounts_queries
        from terrace.audit import domain as audit
        from terrace.audit import queries as audit_queries
        from terrace.config import actors, acts, roles
        from terrace.http import refusals
        from terrace.network import queries as network

        accounts.assemble(roles.ROLES, roles.GROUPS)
        accounts_queries.know_parties_by(actors.PARTIES)
        audit.assemble(acts.labels())
        audit_queries.know_places_by(actors.names_of_places, network.paths_of)
        # An act with a key is done outside of Django's chain, where allauth would not hear that a password is due.
        refusals.also_answered_by(AccountMiddleware(lambda request: None).process_exception)
