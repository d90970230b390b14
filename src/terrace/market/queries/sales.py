"""What was sold: the lines of orders that were paid and stand, as sums by day, place and product, and as rows.

All sums and the rows come from `lines_sold`, so a figure and the rows behind it cannot differ.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Left, TruncDate

from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.db import within
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
    lines = lines_sold(path, spans, product_id).annotate(day=TruncDate("order__paid_at"))
    return {row["day"]: _sold(row) for row in _summed(lines, "day")}


def sales_by_area(path: str, lengths: Collection[int], spans: Spans, product_id: int | None = None) -> dict[str, Sold]:
    """Return the same by the areas below whose paths have one of these `lengths`.

    An order with goods of two of them is an order of each.
    """
    lines = lines_sold(path, spans, product_id)
    found: dict[str, Sold] = {}
    for length in sorted(set(lengths)):
        rows = _summed(lines.annotate(place=Left("area_path", length)), "place")
        found |= {row["place"]: _sold(row) for row in rows if len(row["place"]) == length}
    return found


def top_products(path: str, spans: Spans, most: int) -> list[ProductSold]:
    """Return the `most` products of the area that sold for most, the first of them first."""
    rows = _summed(lines_sold(path, spans), "product_id").order_by("-goods", "product_id")[:most]
    return [ProductSold(row["product_id"], row["goods"], row["refunded"], row["orders"], row["boxes"]) for row in rows]


def _summed(lines: QuerySet[OrderLine], by: str) -> QuerySet[Any, dict[str, Any]]:
    sums = {
        "goods": Sum("amount_minor"),
        "refunded": Sum("refunded_minor"),
        "orders": Count("order", distinct=True),
        "boxes": Sum("quantity"),
    }
    rows: QuerySet[Any, dict[str, Any]] = lines.values(by).annotate(**sums).order_by(by)
    return rows


def _sold(row: dict[str, Any]) -> Sold:
    return Sold(row["goods"], row["refunded"], row["orders"], row["boxes"])
