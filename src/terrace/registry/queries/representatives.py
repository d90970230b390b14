"""Who speaks for which party, and as which actor a person acts."""

from collections.abc import Iterable

from terrace.accounts import queries as accounts
from terrace.accounts.models import Person, Post
from terrace.kernel.actors import Actor
from terrace.registry.models import Party, Representative


def parties_of(person_id: int) -> frozenset[int]:
    """Return the ids of the parties that the person speaks for."""
    return frozenset(_spoken_for(person_id))


def all_parties_of(person_id: int) -> frozenset[int]:
    """Return the ids of the parties that the person speaks for, those out of use as well: they may come back."""
    return frozenset(Representative.objects.filter(person_id=person_id).values_list("party_id", flat=True))


def representatives_of(party: Party) -> list[tuple[Representative, Person]]:
    """Return who speaks for the party, the longest-standing first."""
    rows = list(Representative.objects.filter(party=party).order_by("pk"))
    people = accounts.people_by_id(row.person_id for row in rows)
    return [(row, people[row.person_id]) for row in rows]


def actor_of(person: Person, posts: Iterable[Post], *, via: str = "page") -> Actor:
    """Return the actor that a person is who holds `posts`: the one place where posts and parties become an actor."""
    held, spoken_for = list(posts), _spoken_for(person.pk)
    return Actor(
        person_id=person.pk,
        name=person.name,
        grants=accounts.grants_on(held),
        parties=frozenset(spoken_for),
        units=frozenset(post.unit_id for post in held),
        via=via,
        signature=person.name if held else next(iter(spoken_for.values()), ""),
    )


def _spoken_for(person_id: int) -> dict[int, str]:
    """Return the numbers of the parties that the person speaks for by id, the longest-standing first."""
    found = Representative.objects.filter(person_id=person_id, party__is_active=True).order_by("pk")
    return dict(found.values_list("party_id", "party__number"))
