"""Accounts as a Django app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.accounts"
    label = "accounts"
