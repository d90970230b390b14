"""The ledger as a Django app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.ledger"
    label = "ledger"
