"""Network as a Django app."""

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.network"
    label = "network"

    def ready(self) -> None:
        """Name areas and units for the record of acts."""
        from terrace.audit import queries as audit
        from terrace.network import queries

        audit.know_subjects_by(queries.NAMERS)
