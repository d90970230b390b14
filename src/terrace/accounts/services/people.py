"""People's own data, and accounts opened for them."""

from collections.abc import Iterable
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.db.models import Q

from terrace.accounts import queries
from terrace.accounts.domain import (
    Permission,
    PersonForgotten,
    Taken,
    erased_name,
    is_erased_name,
    normal_email,
    normal_phone,
    normal_username,
)
from terrace.accounts.models import Invitation, Person
from terrace.accounts.services import locks
from terrace.accounts.services.links import take_back_links
from terrace.accounts.services.sign_in import change_password, home_of
from terrace.accounts.services.tokens import forget_tokens
from terrace.audit import services as audit
from terrace.kernel import clock, events
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.errors import Invalid
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.words import _
from terrace.messaging import services as messaging


@transaction.atomic
def open_account(
    *,
    by: Actor,
    name: str,
    username: str,
    area_path: str,
    password: str = "",
    phone: str = "",
    email: str = "",
    language: str = "",
    now: datetime | None = None,
) -> Person:
    """Open an account for somebody of an area whom the actor manages: for set-up and imports; people use invitations.

    Without a password nobody signs in by it until `let_back_in` hands out a link.
    Raises `Forbidden`, `Taken`, and `Invalid` at the field at fault.
    """
    by.require(Permission.MANAGE, area_path)
    person = create_person(name, username, phone, email, language, area_path)
    audit.record(by=by, act="accounts.open_account", subject=person, area_path=area_path, now=now)
    if password:
        change_password(person=person, password=password, by=by)
    return person


@transaction.atomic
def change_profile(*, by: Actor, name: str, language: str, now: datetime | None = None) -> Person:
    """Change one's own name and language. Raises `AccountClosed` for who was erased meanwhile."""
    person = locks.own_person(by)
    person.name = _named(name)
    person.language = _known(language)
    person.save(update_fields=["name", "language"])
    audit.record(by=by, act="accounts.change_profile", subject=person, area_path=home_of(person), now=now)
    return person


@transaction.atomic
def change_contact(*, by: Actor, phone: str, email: str, now: datetime | None = None) -> Person:
    """Change one's own phone number and e-mail address, by which one also signs in.

    The old address is forgotten by the sign-in as well: nobody resets the
    password through it any more. Raises `BadPhone` and `Taken` at their field,
    and `AccountClosed` for who was erased meanwhile.
    """
    person = locks.own_person(by)
    person.phone, person.email = normal_phone(phone), normal_email(email)
    if not person.holds_phone:
        person.proven_phone = ""
    _save_once(person)
    EmailAddress.objects.filter(user_id=person.pk).exclude(email=person.email or "").delete()
    audit.record(by=by, act="accounts.change_contact", subject=person, area_path=home_of(person), now=now)
    return person


@transaction.atomic
def forget_person(*, by: Actor, person_id: int, now: datetime | None = None) -> bool:
    """Erase who somebody was who may no longer sign in: name, contacts, password, factors, devices, tokens, notices.

    Who holds a post now or later is kept, and False is returned: a post needs a
    name. The caller has authorised `by`, and knows that nobody else is spoken for.
    """
    person = locks.lock_row(person_id)
    if queries.posts_of([person_id]).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=clock.today())).exists():
        return False
    area_path = home_of(person)
    addresses = [person.phone or "", person.email or ""]
    person.name = person.username = erased_name(person.pk)
    person.phone, person.email, person.proven_phone = None, None, ""
    person.is_active, person.language = False, ""
    person.set_unusable_password()
    person.save()
    for model in (EmailAddress, Authenticator, UserSession):
        model.objects.filter(user_id=person.pk).delete()
    _empty_links(Q(person=person) | Q(accepted_by=person), person.name, addresses, by, now or clock.now())
    forget_tokens(Q(issued_by=person), by=by, now=now or clock.now())
    messaging.forget(person_id=person.pk)
    events.publish(PersonForgotten(person_id=person.pk))
    audit.record(by=by, act="accounts.forget_person", subject=person, area_path=area_path, now=now)
    return True


@transaction.atomic
def forget_party(*, by: Actor, party_id: int, addresses: Iterable[str] = (), now: datetime | None = None) -> None:
    """Take back and empty the invitations to speak for a party that is erased, and drop every message to it.

    Its tokens end with it, and their names. `addresses` are the party's own. The caller has
    authorised `by`, and records the act that this is a part of.
    """
    moment = now or clock.now()
    _empty_links(Q(party_id=party_id), erased_name(party_id), addresses, by, moment)
    forget_tokens(Q(party_id=party_id), by=by, now=moment)


def remember_language(*, person_id: int, language: str) -> None:
    """Keep the language that a person chose on the page, for the next sign-in and for notices."""
    if language in current().languages:
        Person.objects.filter(pk=person_id, is_active=True).exclude(language=language).update(language=language)


def create_person(name: str, username: str, phone: str, email: str, language: str, area_path: str) -> Person:
    """Write a person without a password; raise `Taken` or `Invalid` at the field at fault."""
    person = Person(
        name=_named(name),
        username=normal_username(username),
        phone=normal_phone(phone),
        email=normal_email(email),
        language=language if language in current().languages else "",
        area_path=area_path,
    )
    person.set_unusable_password()
    return _save_once(person)


def _save_once(person: Person) -> Person:
    """Save a person, or raise `Taken` at the field that somebody else has."""
    for field in ("username", "phone", "email"):
        value = getattr(person, field)
        if value and Person.objects.filter(**{field: value}).exclude(pk=person.pk).exists():
            raise Taken(field=field)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:  # somebody took it between the look and the write
        raise Taken from None
    return person


def _empty_links(which: Q, name: str, addresses: Iterable[str], by: Actor, now: datetime) -> None:
    """Take back the open links among `which`, leave nobody's contacts in any, and drop what goes to `addresses` too."""
    links = Invitation.objects.filter(which)
    told = {address for pair in links.values_list("phone", "email") for address in pair}
    take_back_links(links, by=by, now=now)
    links.update(name=name, phone="", email="")
    messaging.forget(addresses={*told, *addresses})


def _named(name: str) -> str:
    if not name.strip() or is_erased_name(name.strip()):
        raise Invalid(_("Enter a name."), field="name")
    refuse_identity_number(name, field="name")
    return name.strip()[:120]


def _known(language: str) -> str:
    if language not in current().languages:
        raise Invalid(_("This language is not offered here."), field="language")
    return language
