"""What accounts does when allauth has news: second factors come and go on the record."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed

from terrace.accounts import services
from terrace.accounts.models import Person


def subscribe() -> None:
    """Listen to allauth; called once, as Django starts."""
    authenticator_added.connect(_added, dispatch_uid="accounts.added")
    authenticator_removed.connect(_removed, dispatch_uid="accounts.removed")


def _added(user: Person, authenticator: Authenticator, **rest: Any) -> None:
    services.note_second_factor(person=user, kind=authenticator.type, is_added=True)


def _removed(user: Person, authenticator: Authenticator, **rest: Any) -> None:
    services.note_second_factor(person=user, kind=authenticator.type, is_added=False)
