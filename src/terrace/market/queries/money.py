"""Where the money went of what was sold of a lot: parts of the chain, no names of persons."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import Sum

from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.ledger.domain import Part
from terrace.market.domain import OrderStatus, ReturnState
from terrace.market.domain.settling import by_weight
from terrace.market.models import OrderLine, PackedLot, SettlementLine
from terrace.sourcing import queries as sourcing
from terrace.sourcing.domain import PayRule
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
    """Return the section about money for a lot's public page, none before the first order of it is completed."""
    packed = PackedLot.objects.filter(lot=lot_id, parcel__undone_at=None).exclude(parcel__returned=ReturnState.SOUND)
    completed = packed.filter(line__order__status=OrderStatus.COMPLETED)
    recent = completed.order_by("-line__order_id").values_list("line__order_id", flat=True).distinct()
    orders = list(recent[:MOST_ORDERS])
    parts = _parts(orders)
    whole, boxes = sum(parts.values()), _pieces(orders)
    if not whole or not boxes:
        return []
    each = Money(whole, current().currency).per(1, boxes)
    shown = [part for part in SHOWN if parts.get(part)]
    amounts = each.split([parts[part] for part in shown])
    shares = tuple(Share(part.label, amount) for part, amount in zip(shown, amounts, strict=True))
    facts = (Fact(_("Paid for one, with freight"), each), Fact(_("Completed orders"), len(orders)))
    note = _("The average of the completed orders that were packed from this lot, from the ledger.")
    return [Section(_("Where the money went"), facts=facts, shares=shares, note=note)]


def _parts(orders: Sequence[int]) -> dict[Part, int]:
    """Return what each part got of the orders; what the seller had paid growers before counts as theirs."""
    lines = SettlementLine.objects.filter(settlement__order__in=orders).values("part").order_by("part")
    parts = {Part(row["part"]): row["got"] for row in lines.annotate(got=Sum("amount_minor"))}
    before = min(parts.get(Part.SELLER, 0), _paid_before(orders))
    parts[Part.SELLER] = parts.get(Part.SELLER, 0) - before
    parts[Part.GROWER] = parts.get(Part.GROWER, 0) + before
    return parts


def _paid_before(orders: Sequence[int]) -> int:
    """Return what growers got at the scales or at grading for the goods that lie in the orders' parcels."""
    sold = _roots(orders)
    bought = sourcing.purchases_of_lots(sold)
    at_once = {root: purchase for root, purchase in bought.items() if purchase.pay_rule != PayRule.AT_SALE}
    return sum(purchase.worth_of(sold[root]).minor for root, purchase in at_once.items())


def _roots(orders: Sequence[int]) -> Mapping[int, int]:
    """Return how much of which lots that were taken in lies in the orders' parcels."""
    packed = PackedLot.objects.filter(line__order__in=orders, lot__isnull=False, parcel__undone_at=None)
    rows = packed.exclude(parcel__returned=ReturnState.SOUND).values("lot_id").order_by("lot_id")
    steps = {row["lot_id"]: row["total"] for row in rows.annotate(total=Sum("steps"))}
    made_of = lots.composition(steps)
    found: dict[int, int] = defaultdict(int)
    for lot_id, amount in steps.items():
        for root, part in by_weight(amount, made_of.get(lot_id, [])).items():
            found[root] += part
    return found


def _pieces(orders: Sequence[int]) -> int:
    return OrderLine.objects.filter(order__in=orders).aggregate(pieces=Sum("quantity"))["pieces"] or 0
