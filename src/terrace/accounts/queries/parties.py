"""What accounts asks about parties, which lie above people: their names, their places, who speaks for them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from terrace.kernel.actors import Actor
from terrace.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Parties:
    """Who knows about parties.

    `names` and `places` tell names and area paths by id, `spoken_for` the ids of
    all that a person speaks for; `lock` keeps a party as it is until the
    transaction ends; `gives` is what it takes at a party's place to let somebody
    speak for it.
    """

    names: Callable[[Iterable[int]], Mapping[int, str]]
    places: Callable[[Iterable[int]], Mapping[int, str]]
    spoken_for: Callable[[int], Iterable[int]]
    lock: Callable[[int], object]
    gives: StrEnum


_parties: list[Parties] = []


def know_parties_by(parties: Parties) -> None:
    """Say who knows about parties: called once, by the composition root."""
    _parties[:] = [parties]


def party_names(ids: Iterable[int]) -> Mapping[int, str]:
    """Return what parties are called, by id."""
    wanted = set(ids)
    return _parties[0].names(wanted) if wanted and _parties else {}


def place_of_party(party_id: int) -> str:
    """Return the path of the area where a party lies, or raise `NotFound`."""
    found = _parties[0].places([party_id]) if _parties else {}
    if party_id not in found:
        raise NotFound
    return found[party_id]


def lock_party(party_id: int) -> None:
    """Lock a party until the transaction ends, as who erases it does."""
    if _parties:
        _parties[0].lock(party_id)


def require_gives_party(actor: Actor, party_id: int) -> None:
    """Raise `Forbidden` unless `actor` may let somebody speak for the party, `NotFound` when there is none."""
    path = place_of_party(party_id)
    actor.require(_parties[0].gives, path)


def parties_spoken_for(person_id: int) -> set[int]:
    """Return the ids of all parties that a person speaks for, those out of use as well."""
    return set(_parties[0].spoken_for(person_id)) if _parties else set()
