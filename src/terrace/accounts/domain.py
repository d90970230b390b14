"""People, their posts and what posts allow. Pure rules."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from terrace.kernel.deployment import current
from terrace.kernel.errors import DomainError, Forbidden, Invalid
from terrace.kernel.events import Event
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.phones import read_phone
from terrace.kernel.tiers import Workspace
from terrace.kernel.words import Choice, Names, Text, _

LOCK_AFTER = 8
"""Wrong passwords or codes in a row before a sign-in is locked."""
LOCK_FOR = timedelta(minutes=15)
INVITATION_LASTS = timedelta(days=14)
CONTACT_LINK_LASTS = timedelta(hours=1)
"""Who asks for a link to their own phone or e-mail address waits for it."""
WAY_BACK_LASTS = timedelta(days=2)
"""A way back in opens somebody's account, so its link dies sooner than an invitation's."""
TOKEN_SEEN_EVERY = timedelta(minutes=1)
"""How exact the last use of a token is: one write a minute, however busy the token."""
USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,39}")
"""Begins with a letter and has no @, so that it is never taken for a phone number or an e-mail address."""


ERASED = "erased-"
"""Before the number of who was erased: it stands where the name stood."""


class Permission(Choice):
    """What a post may allow about people."""

    VIEW = "accounts.view", _("See people and their posts")
    MANAGE = "accounts.manage", _("Invite people, give and end posts, unlock sign-ins")
    TOKENS = "accounts.tokens", _("Issue tokens for other systems")


class State(Choice):
    """How things stand with somebody's sign-in and posts."""

    POSTED = "posted", _("In post")
    NO_POST = "no_post", _("Without a post")
    LOCKED = "locked", _("Sign-in locked")
    CLOSED = "closed", _("Closed")


NOT_FOR_PROGRAMS = frozenset({Permission.MANAGE.value, Permission.TOKENS.value})
"""A program appoints nobody and issues no tokens."""

ACTS: Mapping[str, Text] = {
    "accounts.invite_to_post": _("invited to a post"),
    "accounts.invite_for_party": _("invited to speak for a producer or buyer"),
    "accounts.revoke_invitation": _("took back an invitation"),
    "accounts.accept_invitation": _("accepted an invitation"),
    "accounts.forget_person": _("erased a person's data"),
    "accounts.export_account": _("handed out all that is held about the account"),
    "accounts.close_account": _("closed the own account"),
    "accounts.join": _("opened an account as a buyer"),
    "accounts.prove_phone": _("showed to hold the own phone"),
    "accounts.sign_in": _("signed in"),
    "accounts.open_account": _("opened an account"),
    "accounts.give_post": _("gave a post"),
    "accounts.end_post": _("ended a post"),
    "accounts.act_for": _("arranged who acts for somebody on leave"),
    "accounts.let_back_in": _("issued a way back in"),
    "accounts.remove_second_factor": _("removed a second factor"),
    "accounts.reseal_factors": _("sealed second factors by a new key"),
    "accounts.come_back_in": _("came back in and chose a new password"),
    "accounts.add_second_factor": _("set up a second factor"),
    "accounts.lock_sign_in": _("sign-in was locked after wrong passwords"),
    "accounts.change_password": _("changed the password"),
    "accounts.change_profile": _("changed the own name or language"),
    "accounts.change_contact": _("changed the own phone or e-mail"),
    "accounts.issue_token": _("issued a token"),
    "accounts.revoke_token": _("revoked a token"),
}
"""What the record of acts calls what people did here."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a post is for: its name, the workspaces where it exists, and what it allows there and below.

    `hands_on` are permissions that its holder may give to others without having
    them: an administrator appoints who keeps bank accounts, and sees none.
    """

    code: str
    names: Names
    workspaces: tuple[Workspace, ...]
    permissions: frozenset[StrEnum]
    hands_on: frozenset[StrEnum] = frozenset()
    needs_second_factor: bool = False

    @property
    def appoints(self) -> frozenset[StrEnum]:
        """What its holder may give to others."""
        return self.permissions | self.hands_on


@dataclass(frozen=True, slots=True)
class InvitationAccepted(Event):
    """Somebody took up an invitation. `party_id` is set when it was to speak for a party."""

    person_id: int
    party_id: int | None


@dataclass(frozen=True, slots=True)
class AccountDataRequested(Event):
    """Somebody asked for everything held about their account: each context adds a section by `add(name, rows)`."""

    person_id: int
    add: Callable[[str, list[Mapping[str, Any]]], None]


@dataclass(frozen=True, slots=True)
class PersonForgotten(Event):
    """A person's data are gone; the number stays where it is named in books and records."""

    person_id: int


class LinkUnusable(DomainError):
    """A link was used, taken back, has expired or never existed: all the same to a stranger."""

    code = "link_unusable"
    status = 410
    message = _("This link cannot be used any more. Ask whoever sent it for a new one.")


class RoleAboveYours(Forbidden):
    """The role allows more than the actor could give."""

    code = "role_above_yours"
    message = _("This role allows more than you may give to others.")


class NotYourself(DomainError):
    """Nobody gives themselves a post: two people stand behind every appointment."""

    code = "not_yourself"
    message = _("Somebody else has to do this for you.")


class LastAdministrator(DomainError):
    """Without this post, nobody could appoint anybody here any more."""

    code = "last_administrator"
    message = _("This is the last post that can appoint others here. Give it to somebody else first.")


class AlreadyPosted(DomainError):
    """The person already holds this role at this unit in these days."""

    code = "already_posted"
    message = _("This person holds that role there already.")


class UnknownRole(Invalid):
    """No such role, or not at this kind of unit."""

    code = "unknown_role"
    message = _("This role does not exist at that unit.")


class BadPhone(Invalid):
    """A text is no phone number of this country, nor one with a country code."""

    code = "bad_phone"
    message = _("Enter a phone number of this country, or one that begins with + and the country code.")


class AccountClosed(DomainError):
    """Somebody closed the account, or it was erased: nobody comes back into it."""

    code = "account_closed"
    message = _("This account is closed.")


class Taken(Invalid):
    """Somebody else signs in by that already."""

    code = "taken"
    message = _("Somebody else uses this already.")


_roles: dict[str, Role] = {}
_groups: list[tuple[Text, type[Choice]]] = []


def assemble(roles: Iterable[Role], groups: Iterable[tuple[Text, type[Choice]]] = ()) -> None:
    """Make these the installation's roles, and permissions under headings: called once, by the composition root."""
    _roles.clear()
    _roles.update({role.code: role for role in roles})
    _groups[:] = groups


def roles() -> Mapping[str, Role]:
    """Return the installation's roles by code."""
    return _roles


def permission_groups() -> list[tuple[Text, type[Choice]]]:
    """Return every context's permissions under their headings, in the order of the page that shows them."""
    return list(_groups)


def label_of(permission: str) -> Text:
    """Return what people call a permission; its name where no context has it any more."""
    found = {member.value: member.label for _title, kind in _groups for member in kind}
    return found.get(permission, permission)


def role_at(code: str, workspace: Workspace) -> Role:
    """Return the role `code` as it exists at units of `workspace`; raise `UnknownRole` when it does not."""
    role = _roles.get(code)
    if role is None or workspace not in role.workspaces:
        raise UnknownRole(field="role")
    return role


def name_of_role(code: str) -> Names:
    """Return what a role is called; its code where the installation has dropped it since."""
    role = _roles.get(code)
    return role.names if role else {"en": code}


def erased_name(number: int) -> str:
    """Return what stands for a name that was erased."""
    return f"{ERASED}{number}"


def is_erased_name(name: str) -> bool:
    """Say whether a name stands for one that was erased."""
    return name.removeprefix(ERASED).isdecimal() and name.startswith(ERASED)


def is_locked(locked_until: datetime | None, now: datetime) -> bool:
    """Say whether a sign-in is locked at `now`."""
    return locked_until is not None and now < locked_until


def state_of(is_active: bool, locked_until: datetime | None, has_post: bool, now: datetime) -> State:
    """Return how things stand with a person at `now`."""
    if not is_active:
        return State.CLOSED
    if is_locked(locked_until, now):
        return State.LOCKED
    return State.POSTED if has_post else State.NO_POST


def holds_on(starts_on: date, ends_on: date | None, on: date) -> bool:
    """Say whether a post from `starts_on` to `ends_on` (inclusive, None for open) is held on the day `on`."""
    return starts_on <= on and (ends_on is None or on <= ends_on)


def normal_username(text: str, *, field: str = "username") -> str:
    """Return a user name in small letters, or raise `Invalid`, and `Taken` for what stands for somebody erased."""
    refuse_identity_number(text, field=field)
    name = text.strip().lower()
    if not USERNAME.fullmatch(name):
        raise Invalid(_("Use 3 to 40 letters, digits, dots or hyphens, beginning with a letter."), field=field)
    if is_erased_name(name):
        raise Taken(field=field)
    return name


def normal_email(text: str) -> str | None:
    """Return an e-mail address in small letters, None for nothing."""
    refuse_identity_number(text, field="email")
    return text.strip().lower() or None


def normal_phone(text: str, *, field: str = "phone") -> str | None:
    """Return a number in E.164, None for nothing; raise `BadPhone` when it is none by the rules of the country."""
    try:
        return read_phone(text, current().region, field=field) or None
    except Invalid:
        raise BadPhone(field=field) from None
