"""How the money of an order was shared, as far as an actor may know: all of it, or the own part and the sums."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.errors import NotFound
from terrace.kernel.money import Money
from terrace.ledger.domain import Part
from terrace.market.domain import OrderStatus, Permission
from terrace.market.models import Order, Settlement, SettlementLine

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


def parts_of(settlement: Settlement) -> list[tuple[Part, Money]]:
    """Return what each part of the chain got of an order, in the order of the settlement."""
    found: dict[Part, int] = {}
    for part, amount in settlement.lines.order_by("place").values_list("part", "amount_minor"):
        found[Part(part)] = found.get(Part(part), 0) + amount
    return [(part, Money(amount, settlement.currency)) for part, amount in found.items()]


def has_open_orders(party_id: int) -> bool:
    """Say whether a party sold or bought something that is not over."""
    involved = Order.objects.filter(Q(seller=party_id) | Q(buyer=party_id))
    return involved.exclude(status__in=OVER).exists()
