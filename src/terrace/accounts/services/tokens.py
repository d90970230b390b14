"""Tokens of other systems and of parties."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from terrace.accounts import queries
from terrace.accounts.domain import NOT_FOR_PROGRAMS, TOKEN_SEEN_EVERY, Permission
from terrace.accounts.models import ApiToken, Person
from terrace.accounts.services import locks
from terrace.accounts.services.sign_in import self_of
from terrace.audit import services as audit
from terrace.kernel import clock, ids
from terrace.kernel.actors import Actor
from terrace.kernel.days import refuse_far_day
from terrace.kernel.errors import Forbidden, Invalid
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.words import _

HINT = 6


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token and its secret, which is known now and never again."""

    token: ApiToken
    secret: str


@transaction.atomic
def issue_token(
    *,
    by: Actor,
    name: str,
    permissions: Iterable[str] = (),
    area_path: str = "",
    party_id: int | None = None,
    expires_at: datetime | None = None,
    now: datetime | None = None,
) -> IssuedToken:
    """Issue a token for some of the actor's own permissions in an area, or to speak for one of the actor's parties.

    Raises `Forbidden` for what the actor does not hold there, or when the actor
    is no person, `Invalid` for a token that could do nothing, and
    `AccountClosed` for who closed the account or was erased meanwhile.
    """
    wanted = sorted(set(permissions))
    issuer = locks.own_person(by)
    if party_id is not None:
        _check_party(by, party_id, wanted)
    else:
        _check_area(by, area_path, wanted)
    _check_terms(name, expires_at, now or clock.now())
    secret = ids.secret()
    token = ApiToken.objects.create(
        name=name.strip()[:120],
        fingerprint=ids.fingerprint(secret),
        hint=secret[:HINT],
        permissions=wanted,
        area_path="" if party_id is not None else area_path,
        party_id=party_id,
        issued_by=issuer,
        expires_at=expires_at,
    )
    details = {"permissions": wanted, "party": party_id}
    audit.record(by=by, act="accounts.issue_token", subject=token, area_path=_place_of(token), details=details, now=now)
    return IssuedToken(token, secret)


@transaction.atomic
def revoke_token(*, by: Actor, token_id: int, now: datetime | None = None) -> ApiToken:
    """Take a token back; it stops working at once. Raises `NotFound` for one that the actor does not see."""
    token = queries.get_token(by, token_id)
    if token.revoked_at is None:
        _revoke(by, token, now or clock.now())
    return token


def take_back_tokens(which: Q, *, by: Actor, now: datetime) -> None:
    """Take back those among the tokens `which` that still work, by another act that has authorised it; record each."""
    for token in ApiToken.objects.select_for_update().filter(which, revoked_at=None).order_by("id"):
        _revoke(by, token, now)


def forget_tokens(which: Q, *, by: Actor, now: datetime) -> None:
    """Take back the tokens `which` of who is erased, and forget what people called them: often by somebody's name."""
    take_back_tokens(which, by=by, now=now)
    ApiToken.objects.filter(which).exclude(name="").update(name="")


@transaction.atomic
def take_back_own_tokens(*, person: Person, now: datetime | None = None) -> None:
    """Take back what a person issued who comes back in: whoever was in without being asked in may have issued one."""
    take_back_tokens(Q(issued_by=person), by=self_of(person), now=now or clock.now())


def note_use(*, token: ApiToken, now: datetime) -> None:
    """Note that a token was used, at most once a minute, however many requests come at once."""
    before = now - TOKEN_SEEN_EVERY
    if token.last_used_at is not None and token.last_used_at > before:
        return
    is_due = Q(last_used_at__isnull=True) | Q(last_used_at__lte=before)
    ApiToken.objects.filter(is_due, pk=token.pk).update(last_used_at=now)


def _revoke(by: Actor, token: ApiToken, now: datetime) -> None:
    token.revoked_at = now
    token.save(update_fields=["revoked_at"])
    audit.record(by=by, act="accounts.revoke_token", subject=token, area_path=_place_of(token), now=now)


def _place_of(token: ApiToken) -> str:
    """Return where acts on a token are recorded, so that those above see them: its area, or its party's."""
    return token.area_path if token.party_id is None else queries.place_of_party(token.party_id)


def _check_terms(name: str, expires_at: datetime | None, now: datetime) -> None:
    if not name.strip():
        raise Invalid(_("Enter a name that tells what the token is for."), field="name")
    if expires_at:
        refuse_far_day(expires_at.date(), field="expires_on")
        if expires_at <= now:
            raise Invalid(_("Choose a day in the future."), field="expires_on")
    refuse_identity_number(name, field="name")


def _check_party(by: Actor, party_id: int, permissions: list[str]) -> None:
    if permissions or not by.speaks_for(party_id):
        raise Forbidden


def _check_area(by: Actor, area_path: str, permissions: list[str]) -> None:
    by.require(Permission.TOKENS, area_path)
    if not permissions:
        raise Invalid(_("Choose what the token may do."), field="permissions")
    for permission in permissions:
        held = by.grants.get(permission, ())
        if permission in NOT_FOR_PROGRAMS or not any(area_path.startswith(path) for path in held):
            raise Forbidden(permission=permission)
