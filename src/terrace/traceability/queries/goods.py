"""Lots with the names that belong to them, in one look-up for each other context."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from terrace.catalog import queries as catalog
from terrace.catalog.models import Product, Variety
from terrace.kernel.actors import Actor
from terrace.kernel.words import Names, in_language
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.registry import queries as registry
from terrace.registry.models import Party
from terrace.registry.queries import Grower
from terrace.traceability.models import Lot


@dataclass(frozen=True, slots=True)
class Named:
    """A lot, what it is, where it grew, at which unit it lies, and in which area that is.

    `producer` and `owner` are None for who may not see the party; `grower` and `owned_by` are what the public may
    read of them. Who bought goods is no secret to who sees them: `owner_number` is "" only where the owner is a
    producer whom the reader may not see.
    """

    lot: Lot
    product: Product
    variety: Variety | None
    place: Names
    unit: ServiceUnit | None
    lies_in: Names = field(default_factory=dict)
    grower: Grower | None = None
    producer: Party | None = None
    owned_by: Grower | None = None
    owner: Party | None = None
    owner_number: str = ""

    @property
    def title(self) -> str:
        """Product and variety in the reader's language."""
        names = [self.product.names, *([self.variety.names] if self.variety else [])]
        return " · ".join(in_language(name) for name in names)


def named(lots: Sequence[Lot], actor: Actor | None = None) -> list[Named]:
    """Return the lots with their names in the order given; with `actor` the parties that it sees."""
    products = catalog.products_by_id({lot.product_id for lot in lots})
    varieties = catalog.varieties_by_id({lot.variety_id for lot in lots if lot.variety_id})
    units = network.units_by_id({lot.unit_at_id for lot in lots if lot.unit_at_id})
    places = network.names_of({lot.area_id for lot in lots} | {unit.area_id for unit in units.values()})
    parties = {pk for lot in lots for pk in (lot.producer_id, lot.owner_id) if pk}
    growers = registry.growers_on_trace(parties)
    seen = {party.pk: party for party in registry.visible_to(actor).filter(pk__in=parties)} if actor else {}
    buyers = {lot.owner_id for lot in lots if lot.owner_id and lot.owner_id != lot.producer_id}
    owners = {**registry.parties_by_id(buyers), **seen} if actor else {}
    return [
        Named(
            lot,
            products[lot.product_id],
            varieties.get(lot.variety_id or 0),
            places.get(lot.area_id, {}),
            (unit := units.get(lot.unit_at_id or 0)),
            places.get(unit.area_id, {}) if unit else {},
            growers.get(lot.producer_id or 0),
            seen.get(lot.producer_id or 0),
            growers.get(lot.owner_id or 0),
            seen.get(lot.owner_id or 0),
            owners[lot.owner_id].number if lot.owner_id in owners else "",
        )
        for lot in lots
    ]
