"""People, their posts and what posts allow. Pure rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from terrace.kernel.events import Event
from terrace.kernel.tiers import Workspace
from terrace.kernel.words import Choice, Names, _

LOCK_AFTER = 8
"""Wrong passwords in a row before a sign-in is locked."""
LOCK_FOR = timedelta(minutes=15)
INVITATION_LASTS = timedelta(days=14)


class Permission(Choice):
    """What a post may allow about people."""

    VIEW = "accounts.view", _("See people and their posts")
    MANAGE = "accounts.manage", _("Invite people, give and end posts, unlock sign-ins")
    TOKENS = "accounts.tokens", _("Issue tokens for other systems")


@dataclass(frozen=True, slots=True)
class Role:
    """What a post is for: its name, the workspaces where it exists, and what it allows there and below."""

    code: str
    names: Names
    workspaces: tuple[Workspace, ...]
    permissions: frozenset[StrEnum]
    needs_second_factor: bool = False


@dataclass(frozen=True, slots=True)
class InvitationAccepted(Event):
    """Somebody took up an invitation. `party_id` is set when it was to speak for a party."""

    person_id: int
    party_id: int | None


_roles: dict[str, Role] = {}


def assemble(roles: Iterable[Role]) -> None:
    """Make `roles` the installation's roles: called once, by the composition root."""
    _roles.clear()
    _roles.update({role.code: role for role in roles})


def roles() -> Mapping[str, Role]:
    """Return the installation's roles by code."""
    return _roles


def is_locked(failures: int, locked_until: datetime | None, now: datetime) -> bool:
    """Say whether a sign-in with so many wrong passwords is locked at `now`."""
    return failures >= LOCK_AFTER and locked_until is not None and now < locked_until


def holds_on(starts_on: date, ends_on: date | None, on: date) -> bool:
    """Say whether a post from `starts_on` to `ends_on` (inclusive, None for open) is held on the day `on`."""
    return starts_on <= on and (ends_on is None or on <= ends_on)
