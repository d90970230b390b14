"""What a party earned by its own sales: what its orders came to, what was taken out of them, what was left."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.shares import largest_remainder
from terrace.ledger.domain import Part
from terrace.market.models import Order, OrderLine, Settlement, SettlementLine


@dataclass(frozen=True, slots=True)
class EarnedLine:
    """The goods of one line of an order, with its part of what the order came to and of what was taken out."""

    product_id: int
    title: str
    content: Quantity
    gross: Money
    taken: Money


@dataclass(frozen=True, slots=True)
class Earned:
    """An order whose money was shared `at` a moment, as its seller reads it.

    `gross` is what was in escrow then: goods and freight, less what went back to
    the buyer. `fees` is what the others got of it; what is left was booked to the seller.
    """

    order: Order
    at: datetime
    gross: Money
    fees: Mapping[Part, Money]
    lines: Sequence[EarnedLine]

    @property
    def taken(self) -> Money:
        """What the others got, all of it."""
        return sum(self.fees.values(), start=Money(0, self.gross.currency))

    @property
    def left(self) -> Money:
        """What the ledger booked to the seller."""
        return self.gross - self.taken


def earned_by(seller_id: int) -> list[Earned]:
    """Return every order of a seller whose money was shared, oldest first. The caller has authorised it."""
    settlements = list(Settlement.objects.filter(order__seller=seller_id).select_related("order").order_by("at", "pk"))
    fees = _fees([settlement.pk for settlement in settlements])
    lines: dict[int, list[OrderLine]] = defaultdict(list)
    ids = [settlement.order_id for settlement in settlements]
    for line in OrderLine.objects.filter(order__in=ids).order_by("pk"):
        lines[line.order_id].append(line)
    return [_earned(one, fees.get(one.pk, {}), lines[one.order_id]) for one in settlements]


def _fees(settlement_ids: Iterable[int]) -> dict[int, dict[Part, Money]]:
    """Return what was taken out of each settlement, by the part of the chain that got it."""
    rows = SettlementLine.objects.filter(settlement__in=settlement_ids, amount_minor__gt=0)
    found: dict[int, dict[Part, Money]] = defaultdict(dict)
    for row in rows.exclude(part=Part.SELLER).order_by("settlement_id", "place"):
        parts, part = found[row.settlement_id], Part(row.part)
        parts[part] = parts.get(part, Money(0, row.currency)) + row.amount
    return found


def _earned(settlement: Settlement, fees: Mapping[Part, Money], lines: Sequence[OrderLine]) -> Earned:
    gross = Money(settlement.escrow_minor, settlement.currency)
    taken = sum(fees.values(), start=Money(0, settlement.currency))
    parts = [_line(*one) for one in zip(lines, _by_line(gross, lines), _by_line(taken, lines), strict=True)]
    return Earned(settlement.order, settlement.at, gross, fees, parts)


def _line(line: OrderLine, gross: Money, taken: Money) -> EarnedLine:
    content = Quantity(line.content_steps * line.quantity, Unit(line.unit))
    return EarnedLine(line.product_id, line.title, content, gross, taken)


def _by_line(whole: Money, lines: Sequence[OrderLine]) -> list[Money]:
    """Share money of an order among its lines by what was paid for each and not given back, to the last cent.

    Of an order given back in full nothing weighs more than another, and there is nothing to share.
    """
    weights = [line.amount_minor + line.freight_minor - line.refunded_minor for line in lines]
    parts = largest_remainder(whole.minor, weights if any(weights) else [1] * len(lines))
    return [Money(part, whole.currency) for part in parts]
