"""What accounts does when the network or allauth has news."""

from datetime import timedelta
from typing import Any

from allauth.account.signals import password_reset
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed

from terrace.accounts import services
from terrace.accounts.models import Person
from terrace.network.domain import UnitClosed


def end_posts(news: UnitClosed) -> None:
    """Let nobody keep a post at a unit that is gone: on the day of closing nobody holds one any more."""
    services.end_posts_at(unit_id=news.unit_id, last_day=news.closed_on - timedelta(days=1))


def listen_to_allauth() -> None:
    """Put second factors that come and go on the record, and end tokens with a forgotten password.

    allauth tells of either by signals only.
    """
    password_reset.connect(_came_back, dispatch_uid="accounts.came_back")
    authenticator_added.connect(_added, dispatch_uid="accounts.added")
    authenticator_removed.connect(_removed, dispatch_uid="accounts.removed")


def _came_back(user: Person, **rest: Any) -> None:
    """End the tokens of who came back by a link sent by e-mail, as by one from above."""
    services.take_back_own_tokens(person=user)


def _added(user: Person, authenticator: Authenticator, **rest: Any) -> None:
    services.note_second_factor(person=user, kind=authenticator.type, is_added=True)


def _removed(user: Person, authenticator: Authenticator, **rest: Any) -> None:
    services.note_second_factor(person=user, kind=authenticator.type, is_added=False)
