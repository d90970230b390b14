"""What an order is packed from: lots of the seller that lie at the unit, the oldest harvest first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from terrace.catalog import queries as catalog
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import NotFound
from terrace.logistics import queries as logistics
from terrace.logistics.models import Parcel
from terrace.market.domain import ReturnState
from terrace.market.domain.packing import Chosen, Drawn, first_in_first_out
from terrace.market.models import Order, OrderLine, OrderParcel, PackedLot
from terrace.network import queries as network
from terrace.network.models import Area, ServiceUnit
from terrace.registry import queries as registry
from terrace.registry.models import Party
from terrace.traceability import queries as lots
from terrace.traceability.models import Lot

OFFERED = 3
"""So many lots a packer is shown for a line, if no more are needed; others come by the number on their label."""


@dataclass(frozen=True, slots=True)
class Stock:
    """What one order line can be packed from, what is proposed of it, and for how many days such goods keep."""

    line: OrderLine
    lots: tuple[Lot, ...]
    proposed: Mapping[int, int]
    named: frozenset[int] = frozenset()
    keeps_days: int = 0

    @property
    def offered(self) -> tuple[Lot, ...]:
        """The lots that the packer is shown: those that somebody named, those proposed, and a few of the next."""
        first = [lot for lot in self.lots if lot.pk in self.named or lot.pk in self.proposed]
        others = [lot for lot in self.lots if lot not in first]
        return (*first, *others[: max(0, OFFERED - len(first))])

    @property
    def more(self) -> int:
        """How many fitting lots lie here that are not shown."""
        return len(self.lots) - len(self.offered)

    def best_before(self, lot: Lot) -> date:
        """Return the last day for which goods of the lot keep, reckoned from its harvest."""
        return _keeps_until(lot, self.keeps_days)

    @property
    def is_enough(self) -> bool:
        """Whether the lots here hold what was bought."""
        return sum(self.proposed.values()) == self.line.content.steps


def harvest_of(lot: Lot) -> date:
    """Return the day of a lot's harvest, or where nobody said it the day it was taken in."""
    return lot.harvested_on or clock.today(lot.created_at)


def _keeps_until(lot: Lot, days: int) -> date:
    return harvest_of(lot) + timedelta(days=days)


def parcel_reference(row: OrderParcel) -> str:
    """Return how lots name the parcel that they were packed into."""
    parcel: Parcel = row.parcel
    return f"parcel/{parcel.number}"


def unit_for(order: Order) -> ServiceUnit:
    """Return the service unit that a seller who packs himself hands parcels in at: the nearest one above his home."""
    found = network.units_serving([order.area_path]).get(order.area_path)
    if found is None:
        raise NotFound(field="unit")
    return found


def smallest_area(beginning: str) -> Area | None:
    """Return the smallest area whose path `beginning` begins with; None above the installation."""
    above = network.ancestors(beginning)
    return above[-1] if above else None


def packing_units(actor: Actor, order: Order) -> list[ServiceUnit]:
    """Return where the actor can pack the order: the units of its own posts, the first one first."""
    return sorted(network.units_by_id(actor.units).values(), key=lambda unit: (unit.area_path, unit.pk))


def carriers_for(order: Order, unit_id: int | None) -> list[Party]:
    """Return the courier companies that take parcels where the order is packed: at the unit, or the seller's own."""
    unit = network.units_by_id([unit_id])[unit_id] if unit_id else unit_for(order)
    ids = [carrier.party_id for carrier in logistics.carriers_serving(unit.area_path)]
    known = registry.parties_by_id(ids)
    return [known[pk] for pk in dict.fromkeys(ids)]


def carrier_named(order: Order, unit_id: int | None, number: str) -> Party:
    """Return the carrier with the number in the register that takes the order's parcels; raise `NotFound`."""
    found = next((party for party in carriers_for(order, unit_id) if party.number == number.strip().upper()), None)
    if found is None:
        raise NotFound(field="carrier")
    return found


def lots_of_seller(seller_id: int, found: Mapping[int, Lot]) -> frozenset[int]:
    """Return which of the lots are the seller's: bought by it, or grown by it and bought by nobody."""
    return frozenset(pk for pk, lot in found.items() if lot.owner_id == seller_id)


def stock_for(order: Order, unit_id: int | None, named: Sequence[int] = ()) -> list[Stock]:
    """Return for each line of an order the lots at the unit that it can be packed from, and a proposal.

    The lots `named`, by their ids, before all others, then the oldest harvest
    first, and last what is past its best; what one line is proposed, another one no longer is. Where a seller
    packs at his own place, there are his lots at the nearest unit.
    """
    place = unit_id or unit_for(order).pk
    lines = list(order.lines.order_by("pk"))
    products = catalog.products_by_id(line.product_id for line in lines)
    found = [lot for product_id in products for lot in lots.lots_at(unit_ids=[place], product_id=product_id)]
    rank, today = {pk: number for number, pk in enumerate(named)}, clock.today()
    is_past = {lot.pk: _keeps_until(lot, products[lot.product_id].keeps_days) < today for lot in found}
    found.sort(key=lambda lot: (rank.get(lot.pk, len(rank)), is_past[lot.pk], harvest_of(lot), lot.pk))
    here = {lot.pk: lot for lot in found}
    own = lots_of_seller(order.seller_id, here)
    left = {pk: lot.steps for pk, lot in here.items() if pk in own}
    return [_stock(line, here, left, frozenset(rank), products[line.product_id].keeps_days) for line in lines]


def _stock(
    line: OrderLine, here: Mapping[int, Lot], left: dict[int, int], named: frozenset[int], keeps_days: int
) -> Stock:
    fitting = [lot for pk, lot in here.items() if pk in left and fits(line, lot)]
    drawn = first_in_first_out(line.content.steps, ((lot.pk, left[lot.pk]) for lot in fitting))
    for one in drawn:
        if one.lot_id is not None:
            left[one.lot_id] -= one.steps
    proposed = {one.lot_id: one.steps for one in drawn if one.lot_id is not None}
    return Stock(line, tuple(fitting), proposed, named, keeps_days)


def fits(line: OrderLine, lot: Lot) -> bool:
    """Say whether a lot is of the goods that were bought."""
    return lot.product_id == line.product_id and (not line.variety_id or lot.variety_id == line.variety_id)


def proposal(order: Order, unit_id: int | None) -> list[Chosen]:
    """Return what a packer would do without thinking: each line from the oldest lots here."""
    return [
        Chosen(one.line.pk, one.line.quantity, one.line.content_steps, _drawn(one)) for one in stock_for(order, unit_id)
    ]


def _drawn(stock: Stock) -> tuple[Drawn, ...]:
    return tuple(Drawn(lot_id, steps) for lot_id, steps in stock.proposed.items())


def parcels_of(orders: Iterable[Order]) -> dict[int, list[tuple[OrderParcel, Parcel]]]:
    """Return the parcels of orders that were not unpacked again, by the order's id, the first first."""
    ids = [order.pk for order in orders]
    rows = list(OrderParcel.objects.filter(order__in=ids, undone_at=None).order_by("pk"))
    found = logistics.parcels_by_id(row.parcel_id for row in rows)
    by_order: dict[int, list[tuple[OrderParcel, Parcel]]] = {pk: [] for pk in ids}
    for row in rows:
        row.parcel = found[row.parcel_id]
        by_order[row.order_id].append((row, row.parcel))
    return by_order


def packed_of(order: Order) -> list[PackedLot]:
    """Return what was sold with an order: what lies in its parcels but for what came back sound, by parcel."""
    kept = PackedLot.objects.filter(parcel__order=order, parcel__undone_at=None)
    kept = kept.exclude(parcel__returned=ReturnState.SOUND)
    return list(kept.order_by("parcel_id", "pk"))
