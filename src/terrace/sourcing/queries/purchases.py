"""Which purchases an actor sees, and what contexts above ask about them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.checks import BATCH
from terrace.kernel.db import within
from terrace.kernel.deployment import current
from terrace.kernel.errors import NotFound
from terrace.kernel.money import Money
from terrace.kernel.words import Text, _, in_context
from terrace.sourcing.domain import PaidState, PayRule, Permission
from terrace.sourcing.models import Purchase, PurchasePayment
from terrace.sourcing.queries.premiums import EARNED_PREMIUM

UNPAID = Q(paid_minor__lt=F("amount_minor") - F("lost_minor"))
"""That something is still owed for a purchase, void ones among them."""


def purchases_visible_to(actor: Actor) -> QuerySet[Purchase]:
    """Return the purchases of units in the areas of the actor's posts, and those by or from its own parties."""
    own = actor.own_parties
    return Purchase.objects.filter(within(actor.paths(Permission.VIEW)) | Q(producer__in=own) | Q(buyer__in=own))


def get_purchase(actor: Actor, number: str) -> Purchase:
    """Return the purchase `number`, or raise `NotFound` when the actor does not see it."""
    found = purchases_visible_to(actor).filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound
    return found


def in_state(state: PaidState) -> Q:
    """Return the condition that a purchase stands so, as `Purchase.state` has it."""
    stands, unpaid = Q(voided_at__isnull=True), UNPAID
    waiting = stands & unpaid & Q(due_at__isnull=True)
    return {
        PaidState.VOID: Q(voided_at__isnull=False),
        PaidState.PAID: stands & ~unpaid & Q(paid_minor__gt=0),
        PaidState.LOST: stands & ~unpaid & Q(paid_minor=0),
        PaidState.AT_SALE: waiting & Q(pay_rule=PayRule.AT_SALE),
        PaidState.AT_GRADING: waiting & ~Q(pay_rule=PayRule.AT_SALE),
        PaidState.DUE: stands & unpaid & Q(due_at__isnull=False),
    }[state]


@dataclass(frozen=True, slots=True)
class Bought:
    """What many purchases come to; `above` is what producers got more than the market paid, void ones left out."""

    count: int
    amount: Money
    above: Money
    owed: Money


def sum_of_purchases(rows: QuerySet[Purchase]) -> Bought:
    """Return what the purchases come to, in one statement. Void ones do not count."""
    stand = rows.filter(voided_at__isnull=True).order_by()
    sums = stand.aggregate(
        count=Count("pk"),
        amount=Sum("amount_minor", default=0),
        above=Sum(EARNED_PREMIUM, default=0),
        owed=Sum(F("amount_minor") - F("paid_minor") - F("lost_minor"), default=0),
    )
    currency = current().currency
    amount, above, owed = (Money(sums[name], currency) for name in ("amount", "above", "owed"))
    return Bought(sums["count"], amount, above, owed)


def owes_or_is_owed(party_id: int) -> bool:
    """Say whether money for a purchase is still on its way from or to the party."""
    unpaid = Purchase.objects.filter(UNPAID, voided_at__isnull=True)
    return unpaid.filter(Q(producer=party_id) | Q(buyer=party_id)).exists()


def has_purchases(party_id: int) -> bool:
    """Say whether anything was ever bought from the party or for it."""
    return Purchase.objects.filter(Q(producer=party_id) | Q(buyer=party_id)).exists()


def last_buyer(unit_ids: Collection[int]) -> int | None:
    """Return the id of who bought last at one of the units: most often it buys again."""
    rows = Purchase.objects.filter(unit__in=list(unit_ids), voided_at__isnull=True).order_by("-pk")
    return rows.values_list("buyer_id", flat=True).first()


PURCHASE_WORDS: Mapping[str, Text] = {
    "purchases": _("Purchases"),
    "weight": _("Net weight"),
    "amount": _("Amount"),
    "paid": in_context("a purchase", "Paid"),
    "lost": _("Lost before it was sold"),
    "bought on": _("Weighed on"),
    "as": _("Producer or buyer"),
    "reference price": _("Reference price"),
}
"""What people call the sections and columns of what a party is handed about its purchases."""


def purchases_held_about(party_id: int) -> list[dict[str, Any]]:
    """Return everything that purchases hold about a party, in plain values, oldest first."""
    rows = Purchase.objects.filter(Q(producer=party_id) | Q(buyer=party_id)).order_by("id")
    return [
        {
            "number": purchase.number,
            "as": "producer" if purchase.producer_id == party_id else "buyer",
            "bought on": clock.today(purchase.purchased_at),
            "weight": str(purchase.net),
            "price": str(purchase.price),
            "reference price": str(purchase.reference_price or ""),
            "amount": str(purchase.amount),
            "paid": str(purchase.paid),
            "lost": str(purchase.lost),
            "status": purchase.state,
        }
        for purchase in rows
    ]


def purchases_of_lots(lot_ids: Collection[int]) -> dict[int, Purchase]:
    """Return the purchase of each lot that was bought at a point, by the lot's id; void ones are left out."""
    found = Purchase.objects.filter(lot__in=list(lot_ids), voided_at__isnull=True).order_by("pk")
    return {purchase.lot_id: purchase for purchase in found}


def purchases_by_id(ids: Collection[int]) -> dict[int, Purchase]:
    """Return purchases by id."""
    return Purchase.objects.in_bulk(list(ids))


def sale_payments_about(references: Collection[str]) -> dict[str, dict[int, int]]:
    """Return what was noted as paid out of each of these orders, by the purchase's id, in minor units."""
    rows = PurchasePayment.objects.filter(reference__in=list(references)).order_by("pk")
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for reference, purchase_id, minor in rows.values_list("reference", "purchase_id", "amount_minor"):
        found[reference][purchase_id] = found[reference].get(purchase_id, 0) + minor
    return found


def sale_references() -> Iterator[str]:
    """Yield by what the orders are named out of which purchases were paid, each once."""
    rows = PurchasePayment.objects.exclude(reference__startswith="purchase/").order_by("reference")
    return rows.values_list("reference", flat=True).distinct().iterator()


def waiting_for_sale() -> Iterator[Purchase]:
    """Yield the purchases that are paid when they are sold, of which something is owed and nothing is due."""
    return Purchase.objects.filter(in_state(PaidState.AT_SALE)).order_by("pk").iterator(chunk_size=BATCH)


def paid_directly(ids: Collection[int]) -> dict[int, Money]:
    """Return what was paid of each purchase from its buyer's account and not out of a sale, by the purchase's id."""
    rows = PurchasePayment.objects.filter(purchase__in=list(ids), reference__startswith="purchase/").order_by(
        "purchase"
    )
    sums = rows.order_by("purchase").values_list("purchase").annotate(Sum("amount_minor"))
    return {pk: Money(minor, current().currency) for pk, minor in sums}


def lots_of_purchases(ids: Collection[int]) -> dict[int, int]:
    """Return the id of the lot of each purchase, by the purchase's id."""
    return dict(Purchase.objects.filter(pk__in=list(ids)).values_list("pk", "lot_id"))
