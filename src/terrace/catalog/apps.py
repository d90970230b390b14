"""Catalog as a Django app."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.catalog"
    label = "catalog"
