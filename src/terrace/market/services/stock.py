"""Giving stock back.

Stock is taken by the statement that writes the orders, in `placing`. Whoever locks several
offers locks them in the order of their ids, so two acts wait for each other, and never both.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Sum

from terrace.market.models import Offer, Order, OrderLine


@transaction.atomic
def give_back(*, orders: Iterable[Order]) -> int:
    """Put the goods of `orders` back into their offers; return how many pieces. The caller has ended the orders.

    Called once for an order, in the transaction that moves it to a state that
    holds no stock, with the order locked.
    """
    held = OrderLine.objects.filter(order__in=[order.pk for order in orders])
    by_offer = list(held.values("offer_id").annotate(pieces=Sum("quantity")).order_by("offer_id"))
    for row in by_offer:
        Offer.objects.filter(pk=row["offer_id"]).update(available=F("available") + row["pieces"])
    return sum(row["pieces"] for row in by_offer)
