"""What the market does when lots are recalled: who sold of them hears of it, and the centre that tells the buyers."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from terrace.kernel import clock
from terrace.kernel.words import _
from terrace.market.models import Order
from terrace.market.queries.dues import fleet_of
from terrace.market.queries.packing import unit_for
from terrace.market.queries.recalls import HAVE_LEFT, has_recalled_goods, orders_with, owners_of
from terrace.market.services import news
from terrace.messaging.domain import Topic
from terrace.network.models import ServiceUnit
from terrace.traceability import queries as lots

_ONE = _("Lot %(lot)s was recalled: nobody packs it. See whether your offers still have enough.")
_SEVERAL = _(
    "%(number)s lots were recalled, the first is %(lot)s: nobody packs them. See whether your offers still have enough."
)
_BUYER = _("Goods of your order %(number)s were recalled. Do not eat them, and keep them. What to do:")
_ORDERS = _("Orders with goods of recalled lots: %(number)s")


@transaction.atomic
def warn_of_recall(*, lot_ids: Collection[int], now: datetime | None = None) -> None:
    """Tell owners that the lots may not be packed, sellers and centres how many orders hold goods of them, and buyers.

    A buyer whose goods have left is told by SMS in the language of the order, with
    or without an account, and once however many recalls the goods fall under.
    """
    moment = now or clock.now()
    _tell_owners(lot_ids, moment)
    orders = list(orders_with(lot_ids).order_by("pk"))
    _tell_sellers(orders, moment)
    _tell_centres(orders, moment)
    _tell_buyers(lot_ids, orders, moment)


def _tell_owners(lot_ids: Collection[int], now: datetime) -> None:
    numbers = lots.numbers_of_lots(lot_ids)
    told = _ONE if len(numbers) == 1 else _SEVERAL
    values = {"lot": numbers[min(numbers)], "number": len(numbers)}
    news.to_parties(owners_of(lot_ids), told, url=reverse("market:offers"), topic=Topic.ORDER, now=now, **values)


def _tell_sellers(orders: Collection[Order], now: datetime) -> None:
    counts: dict[int, int] = defaultdict(int)
    for order in orders:
        counts[order.seller_id] += 1
    for seller, count in sorted(counts.items()):
        news.to_parties([seller], _ORDERS, url=reverse("market:recalled"), topic=Topic.ORDER, now=now, number=count)


def _tell_centres(orders: Collection[Order], now: datetime) -> None:
    counts: dict[ServiceUnit, int] = defaultdict(int)
    centres = {path: fleet_of(unit_for(order)) for path, order in {order.area_path: order for order in orders}.items()}
    for order in orders:
        centre = centres[order.area_path]
        if centre is not None:
            counts[centre] += 1
    for unit, count in counts.items():
        news.to_sellers_at(unit, _ORDERS, url=reverse("market:recalled"), now=now, number=count)


def _tell_buyers(lot_ids: Collection[int], orders: Collection[Order], now: datetime) -> None:
    """Tell who has the goods, or gets them: what has not left is stopped, and packed anew of other lots."""
    told = []
    for order in orders:
        knows = order.warned_at is not None and has_recalled_goods(order, besides=lot_ids)
        if order.status in HAVE_LEFT and order.phone and not knows:
            news.to_buyer(order, _BUYER, now=now)
            told.append(order.pk)
    Order.objects.filter(pk__in=told).update(warned_at=now)
