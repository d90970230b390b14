"""What an order is packed from: lots of the seller that lie at the unit, the oldest first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from terrace.kernel.actors import Actor
from terrace.kernel.errors import NotFound
from terrace.logistics import queries as logistics
from terrace.logistics.models import Parcel
from terrace.market.domain import ReturnState
from terrace.market.domain.packing import Chosen, Drawn, first_in_first_out
from terrace.market.models import Order, OrderLine, OrderParcel, PackedLot
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.registry import queries as registry
from terrace.registry.models import Party
from terrace.sourcing import queries as sourcing
from terrace.traceability import queries as lots
from terrace.traceability.models import Lot


@dataclass(frozen=True, slots=True)
class Stock:
    """What one order line can be packed from, and what is proposed of it."""

    line: OrderLine
    lots: tuple[Lot, ...]
    proposed: Mapping[int, int]

    @property
    def is_enough(self) -> bool:
        """Whether the lots here hold what was bought."""
        return sum(self.proposed.values()) == self.line.content.steps


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


def packing_units(actor: Actor, order: Order) -> list[ServiceUnit]:
    """Return where the actor can pack the order: the units of its own posts, the first one first."""
    return sorted(network.units_by_id(actor.units).values(), key=lambda unit: (unit.area_path, unit.pk))


def carriers_for(order: Order) -> list[Party]:
    """Return the courier companies that take parcels where the seller is at home."""
    above = [order.area_path[:length] for length in range(1, len(order.area_path) + 1)]
    ids = [carrier.party_id for carrier in logistics.carriers_at(above)]
    known = registry.parties_by_id(ids)
    return [known[pk] for pk in dict.fromkeys(ids)]


def carrier_named(order: Order, number: str) -> Party:
    """Return the carrier with the number in the register that takes the order's parcels; raise `NotFound`."""
    found = next((party for party in carriers_for(order) if party.number == number.strip().upper()), None)
    if found is None:
        raise NotFound(field="carrier")
    return found


def lots_of_seller(seller_id: int, found: Mapping[int, Lot]) -> frozenset[int]:
    """Return which of the lots are the seller's: bought by it, or grown by it and bought by nobody.

    A mixture is only if all that went into it is.
    """
    made_of = {lot_id: [root for root, _weight in roots] for lot_id, roots in lots.composition(found).items()}
    roots = lots.lots_by_id(root for each in made_of.values() for root in each)
    bought = sourcing.purchases_of_lots(roots)
    owner = {pk: bought[pk].buyer_id if pk in bought else root.producer_id for pk, root in roots.items()}
    return frozenset(
        lot_id for lot_id, each in made_of.items() if each and all(owner.get(root) == seller_id for root in each)
    )


def stock_for(order: Order, unit_id: int | None) -> list[Stock]:
    """Return for each line of an order the lots at the unit that it can be packed from, and a proposal.

    First in, first out; what one line is proposed, another one no longer is.
    Where a seller packs at his own place, there are his lots at the nearest unit.
    """
    place = unit_id or unit_for(order).pk
    lines = list(order.lines.order_by("pk"))
    here = {lot.pk: lot for product in {line.product_id for line in lines} for lot in _in_stock(place, product)}
    own = lots_of_seller(order.seller_id, here)
    left = {pk: lot.steps for pk, lot in here.items() if pk in own}
    return [_stock(line, here, left) for line in lines]


def _in_stock(unit_id: int, product_id: int) -> list[Lot]:
    return list(lots.lots_at(unit_ids=[unit_id], product_id=product_id))


def _stock(line: OrderLine, here: Mapping[int, Lot], left: dict[int, int]) -> Stock:
    fitting = [lot for pk, lot in here.items() if pk in left and _fits(line, lot)]
    drawn = first_in_first_out(line.content.steps, ((lot.pk, left[lot.pk]) for lot in fitting))
    for one in drawn:
        if one.lot_id is not None:
            left[one.lot_id] -= one.steps
    return Stock(line, tuple(fitting), {one.lot_id: one.steps for one in drawn if one.lot_id is not None})


def _fits(line: OrderLine, lot: Lot) -> bool:
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
