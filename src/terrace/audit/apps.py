"""Audit as a Django app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The record of acts."""

    name = "terrace.audit"
    label = "audit"
