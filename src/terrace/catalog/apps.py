"""Catalog as a Django app."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.catalog"
    label = "catalog"

    def ready(self) -> None:
        """Name products for the record of acts."""
        from terrace.audit import queries as audit
        from terrace.catalog import queries

        audit.know_subjects_by(queries.NAMERS)
