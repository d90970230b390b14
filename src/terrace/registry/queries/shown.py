"""Parties as a reader may see them: with place and cooperatives, and no more of a contact than the task needs."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from terrace.kernel.actors import Actor
from terrace.kernel.words import Names
from terrace.network import queries as network
from terrace.registry.domain import Kind, State, masked_phone
from terrace.registry.models import Party
from terrace.registry.queries.memberships import cooperatives_of
from terrace.registry.queries.parties import sees_contact, sees_fully


@dataclass(frozen=True, slots=True)
class Shown:
    """A party to one reader. Where the reader sees name and number only, all else is empty."""

    number: str
    name: str
    is_full: bool = False
    kind: Kind | None = None
    state: State | None = None
    phone: str = ""
    email: str = ""
    address: str = ""
    area_code: str = ""
    place: Names = field(default_factory=dict)
    cooperatives: tuple[str, ...] = ()
    version: int | None = None
    has_contact: bool = False


def shown_to(actor: Actor, parties: Sequence[Party]) -> list[Shown]:
    """Return `parties`, all visible to the actor, as it may see them, with one look-up for each kind of name."""
    full = [party for party in parties if sees_fully(actor, party)]
    places = network.names_of({party.area_id for party in full})
    cooperatives = cooperatives_of(party.pk for party in full)
    return [_shown(actor, party, places, cooperatives) for party in parties]


def _shown(actor: Actor, party: Party, places: dict[str, Names], cooperatives: dict[int, list[str]]) -> Shown:
    if not sees_fully(actor, party):
        return Shown(party.number, party.name)
    has_contact = sees_contact(actor, party)
    return Shown(
        number=party.number,
        name=party.name,
        is_full=True,
        kind=Kind(party.kind),
        state=party.state,
        phone=party.phone if has_contact else masked_phone(party.phone),
        email=party.email if has_contact else "",
        address=party.address if has_contact else "",
        area_code=party.area_id,
        place=places.get(party.area_id, {}),
        cooperatives=tuple(cooperatives.get(party.pk, ())),
        version=party.version,
        has_contact=has_contact,
    )
