"""Accounts that buyers open themselves: who holds a phone or an e-mail address opens one by a link that is sent there.

Such an account holds no post and speaks for nobody: it is an address book and a list of orders (docs/adr/0022).
"""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from terrace.accounts.domain import CONTACT_LINK_LASTS, LinkUnusable, Taken, normal_email, normal_phone
from terrace.accounts.models import ContactLink, Person, Post
from terrace.accounts.queries.parties import parties_spoken_for
from terrace.accounts.services import locks
from terrace.accounts.services.people import create_person
from terrace.accounts.services.sign_in import change_password, self_of
from terrace.accounts.services.tokens import take_back_own_tokens
from terrace.audit import services as audit
from terrace.kernel import clock, ids
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Invalid
from terrace.kernel.words import Text, _
from terrace.messaging import services as messaging
from terrace.messaging.domain import Channel
from terrace.messaging.queries import has_way_out


@transaction.atomic
def send_contact_link(*, contact: str, link_base: str, sign_in_url: str, now: datetime | None = None) -> None:
    """Send a link to a phone or an e-mail address; an earlier one to it dies. The caller limits the tries.

    Nothing tells the asker whether the address is known here: who holds a post or
    speaks for a party is told at the address to sign in. Raises `Invalid` for what
    is no address, or one that this installation cannot send to.
    """
    moment, address = now or clock.now(), normal_contact(contact)
    ContactLink.objects.filter(expires_at__lte=moment).delete()
    found = _person_at(address)
    if found is not None and not _is_only_buyer(found):
        _send(address, _("You have an account already. Sign in: %(url)s") % {"url": sign_in_url}, moment)
        return
    secret = ids.secret()
    values = {"fingerprint": ids.fingerprint(secret), "expires_at": moment + CONTACT_LINK_LASTS}
    ContactLink.objects.update_or_create(contact=address, defaults=values)
    said = _("Your link, good for one hour: %(url)s") % {"url": f"{link_base}{secret}/"}
    _send(address, said, moment)


@transaction.atomic
def join(*, secret: str, name: str, password: str, language: str = "", now: datetime | None = None) -> Person:
    """Open an account as who holds the address that the link went to, or come back into the one that is there.

    Raises `LinkUnusable`, `Taken` for an address of somebody with a post or a
    party, and `Invalid` at the field at fault.
    """
    link = _take(secret, now or clock.now())
    person = _person_at(link.contact)
    if person is not None and person.phone == link.contact and not person.holds_phone and _is_only_buyer(person):
        # Typed in by somebody who never showed to hold it: it belongs to who does.
        Person.objects.filter(pk=person.pk).update(phone=None)
        person = None
    if person is None:
        person = create_person(name, _username(), link.phone, link.email, language, area_path="")
    else:
        person = locks.lock_person(person.pk)
        if not _is_only_buyer(person):
            raise Taken(field="contact")
        take_back_own_tokens(person=person, now=now or clock.now())
    change_password(person=person, password=password)
    _prove(person, link)
    audit.record(by=self_of(person), act="accounts.join", subject=person, area_path="", now=now)
    return person


@transaction.atomic
def prove_phone(*, by: Actor, secret: str, now: datetime | None = None) -> Person:
    """Note that the signed-in person holds the phone that the link went to, and signs in by it from now on.

    Raises `LinkUnusable`, also for a link that went to an e-mail address, and
    `Taken` when somebody else who showed to hold it, or has a post, signs in by it.
    """
    person = locks.own_person(by)
    link = _take(secret, now or clock.now())
    if not link.phone:
        raise LinkUnusable
    other = Person.objects.filter(phone=link.phone).exclude(pk=person.pk).first()
    if other is not None and (other.holds_phone or not _is_only_buyer(other)):
        raise Taken(field="contact")
    if other is not None:
        Person.objects.filter(pk=other.pk).update(phone=None)
    person.phone = link.phone
    person.save(update_fields=["phone"])
    _prove(person, link)
    audit.record(by=by, act="accounts.prove_phone", subject=person, area_path=person.area_path, now=now)
    return person


def find_contact_link(secret: str, *, now: datetime) -> ContactLink:
    """Return the open link behind a secret, or raise `LinkUnusable`, whatever the reason."""
    rows = ContactLink.objects.filter(fingerprint=ids.fingerprint(secret), expires_at__gt=now)
    found = rows.first()
    if found is None:
        raise LinkUnusable
    return found


def normal_contact(text: str) -> str:
    """Return a phone in E.164 or an e-mail address in small letters; raise `Invalid` for anything else."""
    address = normal_email(text) if "@" in text else normal_phone(text)
    if not address or ("@" in text and not _is_email(address)):
        raise Invalid(_("Enter a phone number or an e-mail address."), field="contact")
    if not has_way_out(_channel(address)):
        raise Invalid(_("No message can be sent there from here. Try the other way."), field="contact")
    return address


def _is_email(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def _take(secret: str, now: datetime) -> ContactLink:
    """Return the link behind a secret and use it up: however often it is clicked, once it works."""
    link = find_contact_link(secret, now=now)
    used, _rows = ContactLink.objects.filter(pk=link.pk).delete()
    if not used:
        raise LinkUnusable
    return link


def _person_at(contact: str) -> Person | None:
    named = {"email": contact} if "@" in contact else {"phone": contact}
    return Person.objects.filter(**named).first()


def _is_only_buyer(person: Person) -> bool:
    """Say whether an account is a buyer's alone: of no area, no post ever, no party, no second factor; not closed."""
    return (
        person.is_active
        and not person.area_path
        and not Post.objects.filter(person=person).exists()
        and not parties_spoken_for(person.pk)
        and not Authenticator.objects.filter(user_id=person.pk).exists()
    )


def _prove(person: Person, link: ContactLink) -> None:
    if link.phone:
        person.proven_phone = link.phone
        person.save(update_fields=["proven_phone"])


def _username() -> str:
    """Return a user name that nobody has to know: buyers sign in by phone or e-mail."""
    return ids.reference("buyer", length=10).lower()


def _channel(address: str) -> Channel:
    return Channel.EMAIL if "@" in address else Channel.SMS


def _send(address: str, text: Text, now: datetime) -> None:
    messaging.send(channel=_channel(address), address=address, subject=_("Your account"), text=text, now=now)
