"""Who speaks for which party, and as which actor a person acts."""

from collections.abc import Iterable
from typing import NamedTuple

from terrace.accounts import queries as accounts
from terrace.accounts.models import Person, Post
from terrace.kernel.actors import Actor
from terrace.kernel.db import among
from terrace.messaging.domain import Recipient
from terrace.registry.models import Party, Representative


def parties_of(person_id: int) -> frozenset[int]:
    """Return the ids of the parties that the person speaks for."""
    return frozenset(
        Representative.objects.filter(person_id=person_id, party__is_active=True).values_list("party_id", flat=True)
    )


def all_parties_of(person_id: int) -> frozenset[int]:
    """Return the ids of the parties that the person speaks for, those out of use as well: they may come back."""
    return frozenset(Representative.objects.filter(person_id=person_id).values_list("party_id", flat=True))


def representatives_of(party: Party) -> list[tuple[Representative, Person]]:
    """Return who speaks for the party, the longest-standing first."""
    rows = list(Representative.objects.filter(party=party).order_by("pk"))
    people = accounts.people_by_id(row.person_id for row in rows)
    return [(row, people[row.person_id]) for row in rows]


def recipients_for(party_ids: Iterable[int]) -> list[Recipient]:
    """Return where to reach everybody who speaks for one of the parties, each once."""
    rows = Representative.objects.filter(party__in=list(party_ids))
    return accounts.recipients(set(rows.values_list("person_id", flat=True)))


def people_for(party_ids: Iterable[int]) -> dict[int, list[int]]:
    """Return the ids of the people who speak for parties, by the party's id; a party without any is left out."""
    people: dict[int, list[int]] = {}
    rows = Representative.objects.filter(party_id__in=among(party_ids)).order_by("pk")
    for party_id, person_id in rows.values_list("party_id", "person_id"):
        people.setdefault(party_id, []).append(person_id)
    return people


def actor_of(person: Person, posts: Iterable[Post], *, via: str = "page") -> Actor:
    """Return the actor that a person is who holds `posts`: the one place where posts and parties become an actor.

    It signs by the number of the longest-standing party, of one that takes part before one that rests.
    """
    held, own = list(posts), _own(person.pk)
    return Actor(
        person_id=person.pk,
        name=person.name,
        grants=accounts.grants_on(held),
        parties=frozenset(party.id for party in own if party.is_active),
        resting=frozenset(party.id for party in own if not party.is_active),
        kinds=frozenset(party.kind for party in own),
        units=frozenset(post.unit_id for post in held),
        via=via,
        signature=person.name if held else next((party.number for party in own), ""),
    )


class _Own(NamedTuple):
    """A party of somebody's own, as an actor is made of it."""

    id: int
    number: str
    is_active: bool
    kind: str


def _own(person_id: int) -> list[_Own]:
    """Return the parties that the person speaks for, those that take part first, the longest-standing first."""
    found = Representative.objects.filter(person_id=person_id).order_by("-party__is_active", "pk")
    return [_Own(*row) for row in found.values_list("party_id", "party__number", "party__is_active", "party__kind")]
