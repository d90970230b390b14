"""Traceability as a Django app."""

from django.apps import AppConfig


class TraceabilityConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.traceability"
    label = "traceability"
