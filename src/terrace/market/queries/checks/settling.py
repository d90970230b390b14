"""What must hold of money, parcels and lots of orders in a live database."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Least

from terrace.kernel.checks import Check, batches
from terrace.ledger import queries as ledger
from terrace.ledger.domain import Reason
from terrace.logistics import queries as logistics
from terrace.logistics.domain import ParcelStatus
from terrace.market.domain import OrderStatus, Rule
from terrace.market.domain.packing import common_path
from terrace.market.models import Dispute, Order, OrderLine, OrderParcel, PackedLot, Refund, Settlement
from terrace.market.queries.checks.chunks import chunks
from terrace.market.queries.packing import smallest_area
from terrace.traceability import queries as lots


def _escrow_of_orders() -> Iterable[str]:
    """What lies in escrow is what was paid and not given back, from payment to completion, and nothing otherwise."""
    for orders in _batches():
        held = ledger.escrow_balances(order.reference for order in orders)
        for order in orders:
            expected = order.escrow.minor if OrderStatus(order.status).holds_money else 0
            if held.get(order.reference, 0) != expected:
                yield order.number


def _elsewhere_than_their_money() -> Iterable[str]:
    """An order is its seller's area's of that day: where its escrow lies, its settlement, refunds and disputes."""
    for orders in _batches():
        places = ledger.escrow_places(order.reference for order in orders)
        for order in orders:
            own = (order.area_path, order.county_code)
            if places.get(order.reference, own) != own:
                yield order.number
    for of_orders in (Settlement.objects, Refund.objects, Dispute.objects):
        off = of_orders.exclude(area_path=F("order__area_path"))
        yield from off.order_by("pk").values_list("order__number", flat=True)


def _shared_by_other_agreements() -> Iterable[str]:
    """What the platform and who packed are due is what the order's agreement says; without one, nothing."""
    settlements = Settlement.objects.select_related("order__agreement").prefetch_related("lines").order_by("pk")
    for found in chunks(settlements):
        for one in found:
            agreed = one.order.agreement
            rates = {
                Rule.PERMILLE: ("permille", agreed.platform_permille if agreed else None),
                Rule.PARCELS: ("per_parcel", agreed.packing_minor if agreed else None),
            }
            ruled = [(line.numbers, *rates[Rule(line.rule)]) for line in one.lines.all() if line.rule in rates]
            if any(numbers.get(name) != rate for numbers, name, rate in ruled):
                yield one.order.number


def _escrow_of_nobody() -> Iterable[str]:
    """Money lies in escrow for orders alone: what came in another amount than a payment's goes back in the same act."""
    for held in batches(ledger.held_in_escrow()):
        some = set(held)
        orders = Order.objects.filter(number__in=[reference.removeprefix("order/") for reference in some])
        yield from sorted(some - {order.reference for order in orders.order_by("pk")})


def _completed_without_settlement() -> Iterable[str]:
    completed = Order.objects.filter(status=OrderStatus.COMPLETED, settlement__isnull=True)
    others = Order.objects.exclude(status=OrderStatus.COMPLETED).filter(settlement__isnull=False)
    return (number for rows in (completed, others) for number in rows.order_by("pk").values_list("number", flat=True))


def _releases_unlike_their_lines() -> Iterable[str]:
    """Each settlement's lines add up to its money, and are account by account what its one transfer moved."""
    settlements = Settlement.objects.select_related("order").prefetch_related("lines").order_by("pk")
    for found in chunks(settlements):
        moved = _moved({one.order.reference for one in found}, Reason.RELEASE)
        for one in found:
            told: dict[str, int] = defaultdict(int)
            for line in one.lines.all():
                told[line.part] += line.amount_minor
            released = {part: amount for part, amount in moved.get(one.order.reference, {}).items() if amount > 0}
            if sum(told.values()) != one.escrow_minor or {p: a for p, a in told.items() if a} != released:
                yield one.order.number


def _refunds_unlike_their_transfers() -> Iterable[str]:
    """What an order counts as given back is the sum of its refunds, and that is what the ledger moved."""
    orders = Order.objects.filter(Q(refunded_minor__gt=0) | Q(refunds__isnull=False)).distinct().order_by("pk")
    for found in chunks(orders):
        sums = dict(
            Refund.objects.filter(order__in=[one.pk for one in found])
            .values_list("order_id")
            .annotate(total=Sum("amount_minor"))
            .order_by("order_id")
        )
        moved = _moved({one.reference for one in found}, Reason.REFUND)
        for one in found:
            back = sum(amount for amount in moved.get(one.reference, {}).values() if amount > 0)
            if not one.refunded_minor == sums.get(one.pk, 0) == back:
                yield one.number


def _refunds_unlike_their_lines() -> Iterable[str]:
    """What was given back of an order's lines is what was given back of its goods."""
    orders = Order.objects.annotate(of_lines=Sum("lines__refunded_minor"))
    wrong = orders.exclude(of_lines=Least("refunded_minor", "goods_minor"))
    return wrong.order_by("pk").values_list("number", flat=True).iterator()


def _packed_unlike_used() -> Iterable[str]:
    """What parcels of orders hold is what traceability took out of the lots for them, lot by lot."""
    rows = OrderParcel.objects.order_by("pk")
    for found in chunks(rows):
        parcels = logistics.parcels_by_id(row.parcel_id for row in found)
        used: dict[tuple[str, int], int] = defaultdict(int)
        for use in lots.uses_of(f"parcel/{parcel.number}" for parcel in parcels.values()):
            used[use.reference, use.lot_id] += use.steps
        kept = {row.pk: row for row in found if row.undone_at is None and not row.returned}
        told: dict[tuple[str, int], int] = defaultdict(int)
        for content in PackedLot.objects.filter(parcel__in=kept, lot__isnull=False).order_by("pk"):
            number = parcels[kept[content.parcel_id].parcel_id].number
            told[f"parcel/{number}", content.lot_id or 0] += content.steps
        for reference, lot_id in sorted({*used, *told}):
            if used.get((reference, lot_id), 0) != told.get((reference, lot_id), 0):
                yield f"{reference} lot {lot_id}"


def _packed_unlike_bought() -> Iterable[str]:
    """An order that is packed holds to the step what was bought."""
    statuses = [OrderStatus.PACKED, OrderStatus.SHIPPED, OrderStatus.DELIVERED, OrderStatus.COMPLETED]
    lines = OrderLine.objects.filter(order__status__in=statuses)
    packed = lines.annotate(steps=Sum("packed__steps", filter=Q(packed__parcel__undone_at=None)))
    wrong = packed.filter(~Q(steps=F("content_steps") * F("quantity")) | Q(steps=None))
    return (f"{number} line {pk}" for number, pk in wrong.order_by("pk").values_list("order__number", "pk"))


def _sold_of_elsewhere() -> Iterable[str]:
    """What was packed from lots alone counts for where they grew: for the smallest area that holds them all."""
    packed = PackedLot.objects.filter(parcel__undone_at=None)
    lines = OrderLine.objects.filter(Exists(packed.filter(line=OuterRef("pk")))).select_related("order")
    smallest = cache(smallest_area)
    for found in chunks(lines.order_by("pk")):
        chosen: dict[int, set[int | None]] = defaultdict(set)
        for line_id, lot_id in packed.filter(line__in=found).values_list("line_id", "lot_id").order_by("pk"):
            chosen[line_id].add(lot_id)
        known = lots.lots_by_id({pk for some in chosen.values() for pk in some if pk is not None})
        for line in found:
            paths = [known[pk].area_path if pk else line.area_path for pk in chosen[line.pk]]
            area = smallest(common_path(paths))
            if None not in chosen[line.pk] and area is not None and line.area_path != area.path:
                yield f"{line.order.number} line {line.pk}"


def _parcels_unlike_logistics() -> Iterable[str]:
    """An order's parcels bear its number in logistics, and say the same of arrival, weight and who packed them."""
    for found in chunks(OrderParcel.objects.select_related("order").order_by("pk")):
        parcels = logistics.parcels_by_id(row.parcel_id for row in found)
        for row in found:
            parcel = parcels[row.parcel_id]
            arrived = parcel.status == ParcelStatus.DELIVERED
            told = (row.order.reference, row.delivered_at is not None, row.weight_grams)
            packed_there = row.unit_id in (None, parcel.from_unit_id)
            if (parcel.reference, arrived, parcel.weight_grams) != told or not packed_there:
                yield parcel.number


def _open_after_the_end() -> Iterable[str]:
    """A dispute that is not over holds its order's money."""
    holding = [status for status in OrderStatus if status.holds_money]
    wrong = Dispute.objects.filter(ended_at=None).exclude(order__status__in=holding)
    return wrong.order_by("pk").values_list("number", flat=True)


def _batches() -> Iterator[list[Order]]:
    return chunks(Order.objects.order_by("pk"))


def _moved(references: Iterable[str], reason: Reason) -> dict[str, dict[str, int]]:
    """Return what the transfers for a reason about each reference moved, by part."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for reference, transfers in ledger.transfers_about_all(references).items():
        for transfer in transfers:
            for entry in transfer.entries.all() if transfer.reason == reason else ():
                sums[reference][entry.part] += entry.amount_minor
    return sums


SETTLING_CHECKS = (
    Check("escrow holds what is left of an order's money", _escrow_of_orders),
    Check("escrow holds money of orders alone", _escrow_of_nobody),
    Check("an order lies where its money does", _elsewhere_than_their_money),
    Check("an order was shared by its agreement", _shared_by_other_agreements),
    Check("every completed order was settled, and no other", _completed_without_settlement),
    Check("a settlement is what its transfer moved", _releases_unlike_their_lines),
    Check("what was given back is what the ledger moved", _refunds_unlike_their_transfers),
    Check("what was given back of goods is that of the lines", _refunds_unlike_their_lines),
    Check("what is packed was taken out of its lots", _packed_unlike_used),
    Check("what is packed is what was bought", _packed_unlike_bought),
    Check("what was packed counts for where it grew", _sold_of_elsewhere),
    Check("an order's parcels are those of logistics", _parcels_unlike_logistics),
    Check("an open dispute holds its order's money", _open_after_the_end),
)
