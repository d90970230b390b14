"""How the money of an order was shared, as far as an actor may know: all of it, or the own part and the sums."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet, Sum

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.errors import NotFound
from terrace.kernel.money import Money
from terrace.ledger.domain import Part
from terrace.market.domain import OrderStatus, Permission
from terrace.market.models import Order, Settlement, SettlementLine
from terrace.market.queries.selling import sales_visible_to

OVER = (OrderStatus.COMPLETED, OrderStatus.CANCELLED, OrderStatus.REFUNDED, OrderStatus.EXPIRED)


@dataclass(frozen=True, slots=True)
class Shared:
    """A settlement as one reader sees it: `lines` in full, `parts` as sums, `sees_all` when nothing is hidden."""

    order: Order
    settlement: Settlement
    lines: Sequence[SettlementLine]
    parts: Sequence[tuple[Part, Money]]
    sees_all: bool


def shares_visible_to(actor: Actor) -> QuerySet[SettlementLine]:
    """Return the lines that are the actor's own, its units', of its own sales, or of the areas that it looks after."""
    looked_after = Settlement.objects.filter(within(actor.paths(Permission.VIEW))).values("pk")
    sold = Settlement.objects.filter(order__seller__in=actor.own_parties).values("pk")
    own = Q(party__in=actor.own_parties) | Q(unit__in=actor.units)
    return SettlementLine.objects.filter(own | Q(settlement__in=looked_after) | Q(settlement__in=sold))


def get_shared(actor: Actor, number: str) -> Shared:
    """Return how the money of the order `number` was shared; raise `NotFound` for who got none and looks after none."""
    settlement = Settlement.objects.filter(order__number=number.strip().upper()).select_related("order").first()
    if settlement is None:
        raise NotFound
    lines = list(shares_visible_to(actor).filter(settlement=settlement).order_by("place"))
    if not lines:
        raise NotFound
    sees_all = len(lines) == settlement.lines.count()
    return Shared(settlement.order, settlement, lines, parts_of(settlement), sees_all)


def settled_among(actor: Actor, numbers: Collection[str]) -> set[str]:
    """Return of the orders with these numbers those whose settlement has a page for the actor."""
    lines = shares_visible_to(actor).filter(settlement__order__number__in=numbers)
    return set(lines.values_list("settlement__order__number", flat=True))


def find_unsettled(actor: Actor, number: str) -> Order | None:
    """Return the order `number` that the actor sees as a sale and whose money was not shared, None if there is none."""
    rows = sales_visible_to(actor).filter(number=number.strip().upper(), settlement__isnull=True)
    return rows.first()


def parts_of(settlement: Settlement) -> list[tuple[Part, Money]]:
    """Return what each part of the chain got of an order, in the order of the settlement."""
    found: dict[Part, int] = {}
    for part, amount in settlement.lines.order_by("place").values_list("part", "amount_minor"):
        found[Part(part)] = found.get(Part(part), 0) + amount
    return [(part, Money(amount, settlement.currency)) for part, amount in found.items()]


def came_in(party_ids: Collection[int], since: datetime, parts: Collection[Part]) -> dict[int, tuple[Money, int]]:
    """Return what came to each of the parties since then for `parts` of orders, and from how many orders."""
    lines = SettlementLine.objects.filter(party__in=party_ids, part__in=parts, settlement__at__gte=since)
    summed = lines.filter(amount_minor__gt=0).values("party_id", "currency").order_by("party_id")
    found = summed.annotate(minor=Sum("amount_minor"), orders=Count("settlement", distinct=True))
    return {row["party_id"]: (Money(row["minor"], row["currency"]), row["orders"]) for row in found}


def has_open_orders(party_id: int) -> bool:
    """Say whether a party sold or bought something that is not over."""
    involved = Order.objects.filter(Q(seller=party_id) | Q(buyer=party_id))
    return involved.exclude(status__in=OVER).exists()
