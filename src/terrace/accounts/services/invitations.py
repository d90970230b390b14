"""Invitations and ways back in: links that are shown once, used once, and die by themselves."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from terrace.accounts import queries
from terrace.accounts.domain import (
    INVITATION_LASTS,
    WAY_BACK_LASTS,
    AccountClosed,
    InvitationAccepted,
    NotYourself,
    Permission,
    normal_email,
    normal_phone,
)
from terrace.accounts.models import Invitation, Person
from terrace.accounts.services import locks
from terrace.accounts.services.links import take_back_links
from terrace.accounts.services.people import create_person
from terrace.accounts.services.posts import open_unit, place
from terrace.accounts.services.sign_in import change_password, home_of, self_of
from terrace.accounts.services.tokens import take_back_own_tokens
from terrace.audit import services as audit
from terrace.kernel import clock, events, ids
from terrace.kernel.actors import ANONYMOUS, Actor
from terrace.kernel.errors import DomainError, Forbidden, NotFound
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.words import Text, _
from terrace.messaging import services as messaging
from terrace.messaging.domain import Channel
from terrace.messaging.queries import has_way_out
from terrace.network import queries as network


@dataclass(frozen=True, slots=True)
class Issued:
    """An invitation and its secret, which is known now and never again."""

    invitation: Invitation
    secret: str

    @property
    def sent_to(self) -> list[str]:
        """The addresses that the link left for."""
        ways = (self.invitation.phone, Channel.SMS), (self.invitation.email, Channel.EMAIL)
        return [address for address, channel in ways if address and has_way_out(channel)]


@transaction.atomic
def invite_to_post(
    *,
    by: Actor,
    unit_id: int,
    role: str,
    name: str,
    phone: str = "",
    email: str = "",
    link_base: str = "",
    now: datetime | None = None,
) -> Issued:
    """Invite somebody to a post by a link, under the same rules as giving it.

    `link_base` is the address to which the secret is added; with it the link
    also goes out by SMS or e-mail to whichever was given. Raises what
    `give_post` raises, and `BadPhone`.
    """
    queries.appointment(by, unit_id, role)
    unit = open_unit(unit_id)
    invitation = Invitation(unit=unit, role=role, name=name, area_path=unit.area_path)
    return _issue(by, invitation, "accounts.invite_to_post", phone, email, link_base, now or clock.now())


@transaction.atomic
def invite_for_party(
    *,
    by: Actor,
    party_id: int,
    area_path: str,
    name: str,
    phone: str = "",
    email: str = "",
    link_base: str = "",
    now: datetime | None = None,
) -> Issued:
    """Invite somebody to speak for a party, by a link as in `invite_to_post`.

    Who may speak for a party is the registry's to say: it authorises `by`, calls
    this, and hears `InvitationAccepted`.
    """
    invitation = Invitation(party_id=party_id, name=name, area_path=area_path)
    return _issue(by, invitation, "accounts.invite_for_party", phone, email, link_base, now or clock.now())


@transaction.atomic
def let_back_in(
    *, by: Actor, person_id: int, reset_factors: bool = False, link_base: str = "", now: datetime | None = None
) -> Issued:
    """Issue a link by which a locked-out person chooses a new password; earlier ones die.

    It takes the authority over everything the person holds, who is locked before
    it is looked at: nobody is given a post, erased or comes back in between. Second factors stay
    unless `reset_factors` asks otherwise, and the record says so. Raises
    `NotFound`, `Forbidden`, `RoleAboveYours`, `NotYourself`, `AccountClosed`.
    """
    moment = now or clock.now()
    queries.get_person(by, person_id)
    if by.person_id == person_id:
        raise NotYourself
    person = locks.lock_row(person_id)
    queries.require_over(by, person)
    if not person.is_active:
        raise AccountClosed
    take_back_links(Invitation.objects.filter(person=person), by=by, now=moment)
    invitation = Invitation(person=person, name=person.name, area_path=home_of(person), resets_factors=reset_factors)
    return _issue(by, invitation, "accounts.let_back_in", person.phone or "", person.email or "", link_base, moment)


@transaction.atomic
def revoke_invitation(*, by: Actor, invitation_id: int, now: datetime | None = None) -> Invitation:
    """Take an unused invitation back. Raises `NotFound`, and `LinkUnusable` when it was used already."""
    invitation = Invitation.objects.select_for_update().filter(pk=invitation_id).first()
    if invitation is None or not by.may(Permission.MANAGE, invitation.area_path):
        raise NotFound
    if invitation.accepted_at:
        raise DomainError(_("This invitation was accepted already."))
    invitation.revoked_at = invitation.revoked_at or now or clock.now()
    invitation.save(update_fields=["revoked_at"])
    audit.record(by=by, act="accounts.revoke_invitation", subject=invitation, area_path=invitation.area_path, now=now)
    return invitation


@transaction.atomic
def accept_invitation(
    *,
    by: Actor,
    secret: str,
    name: str = "",
    username: str = "",
    phone: str = "",
    email: str = "",
    password: str = "",
    language: str = "",
    now: datetime | None = None,
) -> Person:
    """Take up an invitation: as the signed-in person, or as a new one who chooses a user name and a password.

    Writes the post or, through `InvitationAccepted`, the representation of a
    party, which who invited must still be able to give. Raises `LinkUnusable`,
    `NotYourself`, `AlreadyPosted`, `Taken`, `Invalid`, and `AccountClosed` for
    who was erased meanwhile.
    """
    moment = now or clock.now()
    invitation = _find_and_lock(secret, moment, taker_id=by.person_id)
    if invitation.person_id is not None:
        raise NotFound
    if by.person_id is not None and by.person_id == invitation.invited_by_id:
        raise NotYourself
    if by.person_id is None:
        person = create_person(name, username, phone, email, language, invitation.area_path)
        change_password(person=person, password=password)
    else:
        person = Person.objects.get(pk=by.person_id)
    if invitation.unit_id is not None:
        place(person.pk, invitation.unit_id, invitation.role, clock.today(), None)
    _use(invitation, person, "accounts.accept_invitation", moment)
    events.publish(InvitationAccepted(person_id=person.pk, party_id=invitation.party_id))
    return person


@transaction.atomic
def come_back_in(*, secret: str, password: str, now: datetime | None = None) -> Person:
    """Choose a new password by a way back in: it ends the lock, all sessions, and second factors if the link says so.

    Tokens that the person issued end too: whoever was in without being asked in
    may have issued one. Who issued the link must still have authority over all that the person holds.
    Raises `LinkUnusable`, and `Invalid` when the password is too weak.
    """
    moment = now or clock.now()
    invitation = _find_and_lock(secret, moment)
    if invitation.person_id is None:
        raise NotFound
    person = Person.objects.get(pk=invitation.person_id)
    change_password(person=person, password=password)
    take_back_own_tokens(person=person, now=moment)
    _use(invitation, person, "accounts.come_back_in", moment)
    if invitation.resets_factors:
        Authenticator.objects.filter(user_id=person.pk).delete()
        audit.record(
            by=self_of(invitation.invited_by) if invitation.invited_by else ANONYMOUS,
            act="accounts.remove_second_factor",
            subject=person,
            area_path=home_of(person),
            details={"by_link": invitation.pk},
            now=moment,
        )
    return person


def _find_and_lock(secret: str, now: datetime, taker_id: int | None = None) -> Invitation:
    """Return the open invitation behind a link, locked; first is locked what it is to, as by who takes that away.

    `taker_id` is who takes it up as themselves. Raises `LinkUnusable`, and
    `AccountClosed` when that account was closed meanwhile.
    """
    found = queries.find_invitation(secret, now=now)
    if found.party_id is not None:
        queries.lock_party(found.party_id)
    if found.unit_id is not None:
        network.lock_unit(found.unit_id)
    if found.person_id is not None:
        locks.lock_row(found.person_id)
    elif taker_id is not None:
        locks.lock_person(taker_id)
    return queries.find_invitation(secret, now=now, lock=True)


def _issue(
    by: Actor, invitation: Invitation, act: str, phone: str, email: str, link_base: str, now: datetime
) -> Issued:
    if by.person_id is None and not by.is_system:
        raise Forbidden
    refuse_identity_number(invitation.name, field="name")
    secret = ids.secret()
    invitation.fingerprint = ids.fingerprint(secret)
    invitation.phone, invitation.email = normal_phone(phone) or "", normal_email(email) or ""
    invitation.invited_by_id = by.person_id
    invitation.expires_at = now + (WAY_BACK_LASTS if invitation.person_id else INVITATION_LASTS)
    invitation.save()
    details = {"role": invitation.role, "unit": invitation.unit_id, "party": invitation.party_id}
    if invitation.person_id:
        details = {"person": invitation.person_id, "resets_factors": invitation.resets_factors}
    audit.record(by=by, act=act, subject=invitation, area_path=invitation.area_path, details=details, now=now)
    if link_base:
        _send(invitation, f"{link_base}{secret}", now)
    return Issued(invitation, secret)


def _send(invitation: Invitation, link: str, now: datetime) -> None:
    subject: Text = _("Your way back into Terrace") if invitation.person_id else _("You are invited to Terrace")
    for channel, address in ((Channel.SMS, invitation.phone), (Channel.EMAIL, invitation.email)):
        if address:
            messaging.send(channel=channel, address=address, subject=subject, text=link, now=now)


def _use(invitation: Invitation, person: Person, act: str, now: datetime) -> None:
    invitation.accepted_at, invitation.accepted_by = now, person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    audit.record(by=self_of(person), act=act, subject=invitation, area_path=invitation.area_path, now=now)
