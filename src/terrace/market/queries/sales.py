"""What was sold: the lines of orders that were paid and stand, as sums by day, place and product, and as rows.

All sums and the rows come from `lines_sold`, so a figure and the rows behind it cannot differ.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum, TextField
from django.db.models.functions import Cast, Left

from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.db import by_length, day_of, grouped, together, within
from terrace.market.domain import OrderStatus, Permission
from terrace.market.models import Order, OrderLine

Spans = Iterable[tuple[date, date]]
"""Days from and to, both inclusive; several spans are asked for at once, to be compared."""
GONE = (OrderStatus.CANCELLED, OrderStatus.EXPIRED)
"""Orders whose goods never left. What was given back later was sold first: it is in the sales, and taken off them."""


@dataclass(frozen=True, slots=True)
class Sold:
    """Sums of goods and of what was given back of them, of orders, and of boxes, pieces or kilograms of offers.

    Amounts are in minor units; what was given back is in the goods too.
    """

    goods_minor: int
    refunded_minor: int
    orders: int
    boxes: int


@dataclass(frozen=True, slots=True)
class ProductSold:
    """What one product sold for and what was given back of it, in minor units, and in how many orders."""

    product_id: int
    goods_minor: int
    refunded_minor: int
    orders: int
    boxes: int


@dataclass(frozen=True, slots=True)
class Sales:
    """What goods sold for by day, by area and by product, these in the order of their sales."""

    by_day: dict[date, Sold]
    by_area: dict[str, Sold]
    by_product: list[ProductSold]


def lines_sold(path: str, spans: Spans, product_id: int | None = None) -> QuerySet[OrderLine]:
    """Return the lines of goods from the area at `path` whose orders were paid in one of `spans` and stand."""
    paid = Q(pk__in=[])
    for first, last in spans:
        paid |= Q(
            order__paid_at__gte=clock.begin_of(first), order__paid_at__lt=clock.begin_of(last + timedelta(days=1))
        )
    lines = OrderLine.objects.filter(within([path]), paid).exclude(order__status__in=GONE)
    return lines if product_id is None else lines.filter(product=product_id)


def lines_sold_visible_to(actor: Actor, path: str, spans: Spans, product_id: int | None = None) -> QuerySet[OrderLine]:
    """Return of `lines_sold` those that the actor sees: who sees the market of the area that the goods are from."""
    seen = within(actor.paths(Permission.VIEW)) | Q(order__seller__in=actor.parties)
    return lines_sold(path, spans, product_id).filter(seen).select_related("order")


def orders_sold_visible_to(actor: Actor, path: str, spans: Spans, product_id: int | None = None) -> QuerySet[Order]:
    """Return the orders of these lines, each with what it holds of them: `goods_here` in minor units, `boxes_here`."""
    lines = lines_sold_visible_to(actor, path, spans, product_id)
    own = lines.filter(order=OuterRef("pk")).order_by().values("order")
    goods, boxes = (own.annotate(sum=Sum(name)).values("sum") for name in ("amount_minor", "quantity"))
    found = Order.objects.filter(pk__in=lines.values("order"))
    return found.annotate(goods_here=Subquery(goods), boxes_here=Subquery(boxes))


def sales_by_day(path: str, spans: Spans, product_id: int | None = None) -> dict[date, Sold]:
    """Return what goods of the area sold for on each day of payment; a day without sales is left out."""
    return sales_at(path, by_day=spans, product_id=product_id).by_day


def sales_by_area(path: str, lengths: Collection[int], spans: Spans, product_id: int | None = None) -> dict[str, Sold]:
    """Return the same by the areas below whose paths have one of these `lengths`.

    An order with goods of two of them is an order of each.
    """
    return sales_at(path, by_area=spans, lengths=lengths, product_id=product_id).by_area


def top_products(path: str, spans: Spans, most: int) -> list[ProductSold]:
    """Return the `most` products of the area that sold for most, the first of them first."""
    return sales_at(path, by_product=spans, most=most).by_product


def sales_at(
    path: str,
    *,
    by_day: Spans = (),
    by_area: Spans = (),
    lengths: Collection[int] = (),
    by_product: Spans = (),
    most: int = 0,
    product_id: int | None = None,
) -> Sales:
    """Return all of these at once, each of its own spans, in one statement."""
    days = _summed(lines_sold(path, by_day, product_id), day_of("order__paid_at"))
    below, known = lines_sold(path, by_area, product_id), sorted(set(lengths))
    places = [_summed(below, Left("area_path", length)) for length in known]
    products = _summed(lines_sold(path, by_product, product_id), Cast("product", TextField()))
    best = products.order_by("-goods", "key")[:most]
    on_days, of_products, *in_places = together([days, best, *places])
    sold = sorted(((int(key), *sums) for key, *sums in of_products), key=lambda row: (-row[1], row[0]))
    return Sales(
        {date.fromisoformat(key): Sold(*sums) for key, *sums in on_days},
        {place: Sold(*sums) for place, sums in by_length(known, in_places).items()},
        [ProductSold(*row) for row in sold],
    )


def _summed(lines: QuerySet[OrderLine], key: Any) -> QuerySet[Any, tuple[Any, ...]]:
    """Sum lines by a key: amounts, what was given back, orders, boxes."""
    return grouped(
        lines,
        key,
        goods=Sum("amount_minor"),
        given_back=Sum("refunded_minor"),
        orders=Count("order", distinct=True),
        boxes=Sum("quantity"),
    )
