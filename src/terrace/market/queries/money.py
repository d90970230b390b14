"""Where the money went of what was sold of a lot: parts of the chain, no names of persons."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Text, _
from terrace.ledger.domain import Part
from terrace.logistics import queries as logistics
from terrace.market.domain import OrderStatus, ReturnState
from terrace.market.domain.settling import by_weight
from terrace.market.domain.tracing import NO_LOT, SoldOrder, mixed, sold_by_root
from terrace.market.models import OrderLine, PackedLot, SettlementLine
from terrace.sourcing import queries as sourcing
from terrace.traceability import queries as lots
from terrace.traceability.domain import Fact, Section, Share

MOST_ORDERS = 200
"""The latest so many completed orders tell enough, and a page stays quick whatever was sold."""
SHOWN = (
    Part.GROWER,
    Part.SELLER,
    Part.OUTLET,
    Part.FLEET,
    Part.PACKING,
    Part.CARRIER,
    Part.PLATFORM,
)
"""The parts as people read them, from the tree to the buyer."""


def money_of_lot(lot_id: int) -> list[Section]:
    """Return the section about money for a lot's public page, none before the first order is completed.

    It tells of the orders with goods of the lot itself or of lots that were made
    of it; where none is completed yet, of those from the same deliveries. Goods
    that were mixed count by the weight of what came from these deliveries.
    """
    kin, note = lots.lots_akin(lot_id), _KIN
    orders = _completed(kin)
    own = [lot_id, *lots.lots_made_of(lots.lots_by_id([lot_id])[lot_id])] if orders else []
    if of_own := _completed(own):
        kin, note, orders = own, _OWN, of_own
    origins = lots.composition([lot_id]).get(lot_id, []) if orders else []
    basis = _basis(orders, kin)
    parts = mixed(sold_by_root(_sold(orders)), origins, basis.steps) if basis else {}
    if not basis or not any(parts.values()):
        return []
    return [_section(parts, basis, len(orders), note)]


_OWN = _("The average of the completed orders with goods of this lot, by weight where it was mixed; from the ledger.")
_KIN = _(
    "No order from this lot itself is completed yet. This is the average of the completed orders with goods of the "
    "same deliveries, by weight; from the ledger."
)


def _section(parts: Mapping[Part, int], basis: Quantity, orders: int, note: Text) -> Section:
    currency = current().currency
    shares = tuple(Share(part.label, Money(parts[part], currency)) for part in SHOWN if parts.get(part))
    paid = Fact(_("Paid for this much, with freight"), Money(sum(parts.values()), currency))
    facts = (Fact(_("Quantity"), basis), paid, Fact(_("Completed orders"), orders))
    return Section(_("Where the money went"), facts=facts, shares=shares, note=note)


def _completed(lot_ids: Collection[int]) -> list[int]:
    """Return the latest completed orders that were packed from the lots."""
    packed = PackedLot.objects.filter(lot__in=lot_ids, parcel__undone_at=None).exclude(
        parcel__returned=ReturnState.SOUND
    )
    completed = packed.filter(line__order__status=OrderStatus.COMPLETED)
    recent = completed.order_by("-line__order_id").values_list("line__order_id", flat=True).distinct()
    return list(recent[:MOST_ORDERS])


def _basis(orders: Sequence[int], kin: Collection[int]) -> Quantity | None:
    """Return for how much the money is told: a box, where all that was sold was in boxes of one size; else one unit."""
    lines = OrderLine.objects.filter(order__in=orders, packed__lot__in=kin).order_by()
    sizes = set(lines.values_list("content_steps", "unit").distinct())
    if not sizes:
        return None
    (steps, unit), *others = sizes
    return Quantity(Unit(unit).steps if others else steps, Unit(unit))


def _sold(orders: Sequence[int]) -> Iterable[SoldOrder]:
    """Yield the orders as the shares of their money are reckoned from."""
    parts, growers = _settled(orders)
    lines: dict[int, dict[int, int]] = defaultdict(dict)
    for line in OrderLine.objects.filter(order__in=orders).order_by("pk"):
        lines[line.order_id][line.pk] = line.amount_minor - line.refunded_minor
    goods = _goods(orders)
    roots = {root for packed in goods.values() for line in packed.values() for root in line}
    bought = sourcing.purchases_of_lots(roots)
    direct = sourcing.paid_directly({one.pk for one in bought.values()})
    before = {root: (direct[one.pk], one.net_steps) for root, one in bought.items() if one.pk in direct}
    for order in orders:
        sold: dict[int, int] = defaultdict(int)
        for packed in goods[order].values():
            for root, steps in packed.items():
                sold[root] += steps
        paid = {root: _part(*before[root], steps) for root, steps in sold.items() if root in before}
        yield SoldOrder(parts[order], lines[order], goods[order], growers[order], paid)


def _part(paid: Money, whole: int, steps: int) -> int:
    """Return how much of what was paid for a purchase is for so many of its steps."""
    return paid.per(steps, whole).minor


def _settled(orders: Sequence[int]) -> tuple[dict[int, dict[Part, int]], dict[int, dict[int, int]]]:
    """Return by order what each part got, and what the growers of each lot taken in did."""
    parts: dict[int, dict[Part, int]] = defaultdict(lambda: defaultdict(int))
    growers: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    rows = SettlementLine.objects.filter(settlement__order__in=orders).order_by("pk")
    found = list(rows.values_list("settlement__order_id", "part", "purchase_id", "amount_minor"))
    lot_of = sourcing.lots_of_purchases({purchase for _order, _part, purchase, _minor in found if purchase})
    for order, part, purchase, minor in found:
        parts[order][Part(part)] += minor
        if purchase:
            growers[order][lot_of[purchase]] += minor
    return parts, growers


def _goods(orders: Sequence[int]) -> dict[int, dict[int, dict[int, int]]]:
    """Return by order and line how much of which lots that were taken in lies in the parcels."""
    packed = PackedLot.objects.filter(line__order__in=orders, parcel__undone_at=None)
    packed = packed.exclude(parcel__returned=ReturnState.SOUND).order_by("pk")
    rows = list(packed.values_list("line__order_id", "line_id", "lot_id", "steps", "parcel__parcel_id"))
    parcels = logistics.parcels_by_id(parcel for *_row, parcel in rows)
    references = {pk: f"parcel/{parcel.number}" for pk, parcel in parcels.items()}
    made_of = lots.origins_of_uses(references.values())
    found: dict[int, dict[int, dict[int, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for order, line, lot, steps, parcel in rows:
        origins = made_of.get((references[parcel], lot)) or {NO_LOT: 1}
        for root, part in by_weight(steps, origins.items()).items():
            found[order][line][root] += part
    return found
