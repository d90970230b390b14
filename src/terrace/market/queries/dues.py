"""What everybody is due of an order's money, and from which numbers: read before the money is shared."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from django.db.models import Sum

from terrace.kernel import clock
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.kernel.quantity import Unit
from terrace.kernel.tiers import Workspace
from terrace.ledger.domain import Part
from terrace.logistics import queries as logistics
from terrace.logistics.domain import ParcelStatus, TariffKind
from terrace.logistics.models import Parcel, Tariff
from terrace.market.domain import ReceiverKind, Rule
from terrace.market.domain.settling import PLATFORM, Due, Receiver, by_weight, next_part, part_of_goods
from terrace.market.models import Agreement, Order, OrderParcel, PackedLot, SettlementLine
from terrace.market.queries.packing import packed_of, parcel_reference, parcels_of
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.sourcing import queries as sourcing
from terrace.sourcing.domain import PayRule
from terrace.sourcing.models import Purchase
from terrace.traceability import queries as lots

Sent: TypeAlias = "Sequence[tuple[OrderParcel, Parcel]]"


@dataclass(frozen=True, slots=True)
class Bought:
    """So much of one purchase that an order was packed from: steps of its unit, and what that weighs."""

    purchase: Purchase
    steps: int
    grams: int
    packed_at: int | None


def dues_of(order: Order, *, here: Collection[int] = ()) -> list[Due]:
    """Return what everybody but the seller is due of an order that was packed, in no order.

    Tariffs are those of the day of payment, the agreement the one that the
    order was placed under, so what a seller could reckon with holds. Goods of the parcels `here`, by the ids of
    their rows, are back: nobody is due anything for them.
    """
    on = clock.today(order.paid_at or order.created_at)
    sent = parcels_of([order])[order.pk]
    bought = _bought(order, sent, here)
    units = network.units_by_id(
        {unit for one in bought for unit in (one.purchase.unit_id, one.packed_at) if unit}
        | {row.unit_id for row, _parcel in sent if row.unit_id}
    )
    return [
        *_growers(bought),
        *_carriers(sent, on),
        *_fleet(bought, units, on),
        *_outlets(bought, units, on),
        *_packing(order, sent),
        *_platform(order),
    ]


def growers_left_out(order: Order) -> list[Due]:
    """Return what growers would have got of an order whose money went back, for goods that did not come back sound."""
    return list(_growers(_bought(order, parcels_of([order])[order.pk]), but_for=order.reference))


def purchases_in(order: Order) -> set[int]:
    """Return the ids of the purchases that the order was packed from: to be locked before their dues are read."""
    made_of = lots.composition({row.lot_id for row in packed_of(order) if row.lot_id})
    found = sourcing.purchases_of_lots({root for roots in made_of.values() for root, _weight in roots})
    return {purchase.pk for purchase in found.values()}


def sold_in(order: Order) -> set[int]:
    """Return the ids of the purchases that a completed order was settled with."""
    lines = SettlementLine.objects.filter(settlement__order=order, purchase__isnull=False)
    return set(lines.order_by("pk").values_list("purchase_id", flat=True)) - {None}


def steps_by_purchase(parcel: OrderParcel) -> dict[int, int]:
    """Return of which purchases, by their ids, how much was packed into a parcel."""
    made_of = list(lots.origins_of_uses([parcel_reference(parcel)]).values())
    purchases = sourcing.purchases_of_lots({root for origins in made_of for root in origins})
    found: Counter[int] = Counter()
    for root, steps in (part for origins in made_of for part in origins.items()):
        if root in purchases:
            found[purchases[root].pk] += steps
    return dict(found)


def _bought(order: Order, sent: Sent, here: Collection[int] = ()) -> list[Bought]:
    """Return of which purchases how much is in the order's parcels but those, as it was taken out of the lots."""
    parcels = {row.pk: row for row, _parcel in sent if row.pk not in here}
    made_of = lots.origins_of_uses(parcel_reference(row) for row in parcels.values())
    purchases = sourcing.purchases_of_lots({root for origins in made_of.values() for root in origins})
    steps: dict[tuple[int, int | None], int] = defaultdict(int)
    weights: dict[tuple[int, int | None], int] = defaultdict(int)
    for (parcel_id, lot_id), grams in _grams_by_lot(order, sent).items():
        if parcel_id not in parcels:
            continue
        row = parcels[parcel_id]
        origins = made_of.get((parcel_reference(row), lot_id), {})
        for root, part in origins.items():
            steps[root, row.unit_id] += part
        for root, part in by_weight(grams, origins.items()).items():
            weights[root, row.unit_id] += part
    return [
        Bought(purchases[root], amount, weights[root, at], at)
        for (root, at), amount in sorted(steps.items(), key=lambda item: (item[0][0], item[0][1] or 0))
        if root in purchases
    ]


def _grams_by_lot(order: Order, sent: Sent) -> dict[tuple[int, int], int]:
    """Return by parcel and lot what was packed from lots weighs."""
    packed = [row for row in packed_of(order) if row.lot_id]
    grams = _grams(order, packed, sent)
    found: dict[tuple[int, int], int] = defaultdict(int)
    for row in packed:
        found[row.parcel_id, row.lot_id or 0] += grams[row.pk]
    return found


def _grams(order: Order, packed: Iterable[PackedLot], sent: Sent) -> dict[int, int]:
    """Return what each content weighs: kilograms and litres by themselves, pieces by their part of the parcel."""
    lines = {line.pk: line for line in order.lines.order_by("pk")}
    whole = {row.pk: row.weight_grams for row, _parcel in sent}
    pieces: dict[int, list[tuple[int, int]]] = defaultdict(list)
    found: dict[int, int] = {}
    for row in packed:
        if Unit(lines[row.line_id].unit) is Unit.PIECE:
            pieces[row.parcel_id].append((row.pk, row.steps))
        else:
            found[row.pk] = row.steps
            whole[row.parcel_id] -= row.steps
    for parcel_id, contents in pieces.items():
        found |= by_weight(max(0, whole[parcel_id]), contents)
    return found


def _growers(bought: Sequence[Bought], but_for: str = "") -> Iterator[Due]:
    """Yield what the growers are due who are paid as their goods are sold: price times what was sold of theirs.

    What a buyer owes already for the order `but_for` is not counted as sold before.
    """
    waiting = {one.purchase.pk: one.purchase for one in bought if one.purchase.pay_rule == PayRule.AT_SALE}
    told = _told_before(waiting, but_for)
    for pk, purchase in sorted(waiting.items()):
        steps = sum(one.steps for one in bought if one.purchase.pk == pk)
        before, given = told[pk]
        amount = next_part(purchase.amount, Money(given, purchase.currency), before + steps, purchase.net_steps)
        due = min(amount, sourcing.unpromised(purchase, but_for=but_for))
        numbers: dict[str, int | str] = {
            "purchase": purchase.number,
            "price": purchase.price_minor,
            "steps": steps,
            "unit": purchase.measure,
        }
        receiver = Receiver(ReceiverKind.PARTY, purchase.producer_id)
        yield Due(Part.GROWER, receiver, due, Rule.PRICE, numbers, purchase_id=pk, steps=steps)


def _told_before(purchases: Mapping[int, Purchase], but_for: str) -> dict[int, tuple[int, int]]:
    """Return of each purchase how many steps were sold before and what its producer was due for them, in minor units.

    In completed orders, and in those whose goods its buyer pays who sold them for nothing.
    """
    lines = SettlementLine.objects.filter(purchase__in=list(purchases)).values("purchase_id").order_by("purchase_id")
    sums = lines.annotate(sold=Sum("steps"), minor=Sum("due_minor"))
    sold = {row["purchase_id"]: (row["sold"], row["minor"]) for row in sums}
    told = {}
    for pk, (steps, minor) in sourcing.made_good(list(purchases), but_for=but_for).items():
        before, due = sold.get(pk, (0, 0))
        told[pk] = (before + steps, due + minor)
    return told


def _carriers(sent: Sent, on: date) -> Iterator[Due]:
    """Yield what each carrier is due for the parcels that it took and did not lose."""
    groups: dict[tuple[int, str], list[Parcel]] = defaultdict(list)
    for _row, parcel in sent:
        came_back_at_once = parcel.status == ParcelStatus.RETURNED and parcel.sent_at is None
        if parcel.carrier_id and parcel.status != ParcelStatus.LOST and not came_back_at_once:
            groups[parcel.carrier_id, parcel.from_path].append(parcel)
    for (carrier, path), parcels in sorted(groups.items()):
        tariff = logistics.tariff_in_force(TariffKind.CARRIER, path, on, party_id=carrier)
        grams = sum(parcel.weight_grams for parcel in parcels)
        if tariff:
            yield _by_tariff(Part.CARRIER, Receiver(ReceiverKind.PARTY, carrier), tariff, len(parcels), grams)


def _fleet(bought: Sequence[Bought], units: Mapping[int, ServiceUnit], on: date) -> Iterator[Due]:
    """Yield what the vehicles are due that brought goods from a point to where they were packed."""
    grams: dict[int, int] = defaultdict(int)
    for one in bought:
        if one.packed_at and one.packed_at != one.purchase.unit_id:
            grams[one.packed_at] += one.grams
    for unit_id, weight in sorted(grams.items()):
        tariff = logistics.tariff_in_force(TariffKind.FLEET, units[unit_id].area_path, on)
        owner = fleet_of(units[unit_id])
        if tariff and owner:
            yield _by_tariff(Part.FLEET, Receiver(ReceiverKind.UNIT, owner.pk), tariff, 0, weight)


def _outlets(bought: Sequence[Bought], units: Mapping[int, ServiceUnit], on: date) -> Iterator[Due]:
    """Yield what each point is due for the goods that it weighed and took in."""
    grams: dict[int, int] = defaultdict(int)
    for one in bought:
        grams[one.purchase.unit_id] += one.grams
    for unit_id, weight in sorted(grams.items()):
        tariff = logistics.tariff_in_force(TariffKind.OUTLET, units[unit_id].area_path, on)
        if tariff:
            yield _by_tariff(Part.OUTLET, Receiver(ReceiverKind.UNIT, unit_id), tariff, 0, weight)


def _packing(order: Order, sent: Sent) -> Iterator[Due]:
    """Yield what each unit is due for the parcels that it packed."""
    agreement: Agreement | None = order.agreement
    counts: dict[int, int] = defaultdict(int)
    for row, _parcel in sent:
        if row.unit_id:
            counts[row.unit_id] += 1
    if agreement and agreement.packing:
        for unit_id, parcels in sorted(counts.items()):
            numbers: dict[str, int | str] = {"parcels": parcels, "per_parcel": agreement.packing_minor}
            receiver = Receiver(ReceiverKind.UNIT, unit_id)
            yield Due(Part.PACKING, receiver, agreement.packing * parcels, Rule.PARCELS, numbers)


def _platform(order: Order) -> Iterator[Due]:
    agreement: Agreement | None = order.agreement
    if agreement and agreement.platform_permille:
        amount = part_of_goods(order.goods, order.refunded, agreement.platform_permille)
        kept = max(0, order.goods_minor - order.refunded_minor)
        numbers: dict[str, int | str] = {"goods": kept, "permille": agreement.platform_permille}
        yield Due(Part.PLATFORM, PLATFORM, amount, Rule.PERMILLE, numbers)


def _by_tariff(part: Part, receiver: Receiver, tariff: Tariff, parcels: int, grams: int) -> Due:
    numbers: dict[str, int | str] = {
        "parcels": parcels,
        "grams": grams,
        "per_parcel": tariff.per_parcel_minor,
        "per_kg": tariff.per_kg_minor,
        "first_grams": tariff.first_grams,
    }
    return Due(part, receiver, tariff.fee(parcels, grams), Rule.TARIFF, numbers)


def fleet_of(unit: ServiceUnit) -> ServiceUnit | None:
    """Return the centre whose vehicles go to a unit: itself, or that of its county; None where there is none."""
    centres = {tier.code for tier in current().plan.tiers if tier.workspace is Workspace.CENTRE}
    if unit.tier in centres:
        return unit
    counties = [area.path for area in network.ancestors(unit.area_path) if area.tier in centres]
    return network.units_serving(counties).get(counties[-1]) if counties else None
