"""Messaging as a Django app."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.messaging"
    label = "messaging"
