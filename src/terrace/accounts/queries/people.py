"""Reading people: who is seen by whom, who signs in by what, who is told how."""

from collections.abc import Iterable
from datetime import date

from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet

from terrace.accounts.domain import BadPhone, Permission, normal_phone
from terrace.accounts.models import Person, Post
from terrace.accounts.queries.posts import held_on, lasting_on
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.errors import NotFound
from terrace.messaging.domain import Recipient

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""Recovery codes alone are no second factor: they only stand in for one."""


def visible_to(actor: Actor) -> QuerySet[Person]:
    """Return the people who are or were posted in the actor's area, or belong there, and the actor.

    Of who works elsewhere by now it sees the name and the post that was: see `fully_seen`.
    """
    paths = actor.paths(Permission.VIEW)
    posted = Post.objects.filter(within(paths)).values("person_id")
    own = Q(pk=actor.person_id) if actor.person_id else Q(pk__in=[])
    return Person.objects.filter(Q(pk__in=posted) | within(paths) | own)


def fully_seen(actor: Actor) -> Q:
    """Return the condition that the actor sees how to reach a person and how their sign-in stands.

    Where they work now or will, or where they belong when they work nowhere; and oneself.
    """
    paths = actor.paths(Permission.VIEW)
    lasting = Post.objects.filter(lasting_on(clock.today()))
    here, anywhere = lasting.filter(within(paths)).values("person_id"), lasting.values("person_id")
    own = Q(pk=actor.person_id) if actor.person_id else Q(pk__in=[])
    return own | Q(pk__in=here) | (within(paths) & ~Q(pk__in=anywhere))


def proven_phone(person_id: int) -> str:
    """Return the phone that a person has shown to hold and signs in by, "" without one."""
    person = Person.objects.filter(pk=person_id, is_active=True).first()
    return person.proven_phone if person is not None and person.holds_phone else ""


def ids_fully_seen(actor: Actor, ids: Iterable[int]) -> set[int]:
    """Return those of `ids` for whom `fully_seen` holds."""
    return set(Person.objects.filter(fully_seen(actor), pk__in=list(ids)).values_list("pk", flat=True))


def get_person(actor: Actor, person_id: int) -> Person:
    """Return a person whom the actor sees, or raise `NotFound`."""
    person = visible_to(actor).filter(pk=person_id).first()
    if person is None:
        raise NotFound
    return person


def people_by_id(ids: Iterable[int]) -> dict[int, Person]:
    """Return people by id; an id that nobody has is left out."""
    return Person.objects.in_bulk(set(ids))


def find_by_login(login: str) -> Person | None:
    """Return who signs in by `login`: a user name, an e-mail address or a phone number in any form, else None."""
    plain = login.strip().lower()
    known = Q(email=plain) if "@" in plain else Q(username=plain)
    if phone := _phone(plain):
        known |= Q(phone=phone)
    return Person.objects.filter(known).order_by("id").first() if plain else None


def ids_with_second_factor(ids: Iterable[int]) -> set[int]:
    """Return those of `ids` who have set up one-time codes or a passkey."""
    found = Authenticator.objects.filter(user_id__in=list(ids), type__in=FACTORS)
    return set(found.values_list("user_id", flat=True))


def owners_of_factors() -> QuerySet[Authenticator, int]:
    """Return the ids of everybody who has a second factor, as a part of another query."""
    owners: QuerySet[Authenticator, int] = Authenticator.objects.filter(type__in=FACTORS).values("user_id")
    return owners


def recipients(person_ids: Iterable[int]) -> list[Recipient]:
    """Return where to reach the people; who may no longer sign in is left out."""
    people = Person.objects.filter(pk__in=list(person_ids), is_active=True).order_by("id")
    return [Recipient(p.pk, p.language, p.phone or "", p.email or "") for p in people]


def recipients_at(unit_ids: Iterable[int], on: date) -> list[Recipient]:
    """Return where to reach everybody who holds a post at one of the units on the day `on`."""
    posted = Post.objects.filter(held_on(on), unit_id__in=list(unit_ids))
    return recipients(set(posted.values_list("person_id", flat=True)))


def _phone(text: str) -> str | None:
    try:
        return normal_phone(text)
    except BadPhone:
        return None
