"""Figures of an area by day, by the areas below it, and by product: each context below is asked once for each."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.ledger import queries as ledger
from terrace.logistics import queries as logistics
from terrace.logistics.queries import Moved
from terrace.market import queries as market
from terrace.market.queries import Sold
from terrace.registry import queries as registry
from terrace.sourcing import queries as sourcing
from terrace.sourcing.queries import Spent
from terrace.statistics.domain import Days, FigureKind, Tally

K = TypeVar("K")
Spans = Sequence[tuple[date, date]]
Lengths = Collection[int]


@dataclass(frozen=True, slots=True)
class ProductFigures:
    """What one product of an area sold for, and what was given back of it."""

    product_id: int
    sales: Money
    refunded: Money
    orders: int
    boxes: int


def measure(path: str, days: Sequence[Days], product_id: int | None = None) -> dict[date, Tally]:
    """Return the figures of the area at `path` on each of `days` on which anything happened.

    Of one product, only those that can be told of it.
    """
    spans = [(one.first, one.last) for one in days if one.count]
    return _gathered(_by_day(path, spans, product_id))


def measure_below(path: str, lengths: Collection[int], days: Days, product_id: int | None = None) -> dict[str, Tally]:
    """Return the figures of the areas below whose paths have one of these `lengths`, those where anything happened."""
    spans = [(days.first, days.last)] if days.count else []
    return _gathered(_by_area(path, lengths, spans, product_id))


def top_products(path: str, days: Days, most: int) -> list[ProductFigures]:
    """Return the products of the area that sold for most."""
    found = market.top_products(path, [(days.first, days.last)], most) if days.count else []
    currency = current().currency
    return [
        ProductFigures(
            one.product_id,
            Money(one.goods_minor, currency),
            Money(one.refunded_minor, currency),
            one.orders,
            one.boxes,
        )
        for one in found
    ]


def total(measured: Mapping[date, Tally], days: Days) -> Tally:
    """Return the sum of what was measured on `days`."""
    sums: Counter[FigureKind] = Counter()
    for on, tally in measured.items():
        if days.first <= on <= days.last:
            sums.update(tally)
    return sums


def _by_day(path: str, spans: Spans, product_id: int | None) -> Iterator[Mapping[date, Tally]]:
    """Ask each context below for its part, by day."""
    sold = market.sales_by_day(path, spans, product_id)
    yield {day: _of_sold(one) for day, one in sold.items()}
    spent = sourcing.spent_by_day(path, spans, product_id)
    yield {day: _of_spent(one) for day, one in spent.items()}
    if product_id is None:
        income = ledger.income_by_day(path, spans, registry.ids_of_firms())
        yield {day: {FigureKind.INCOME: minor} for day, minor in income.items()}
        moved = logistics.parcels_by_day(path, spans)
        yield {day: _of_moved(one) for day, one in moved.items()}


def _by_area(
    path: str, lengths: Collection[int], spans: Spans, product_id: int | None
) -> Iterator[Mapping[str, Tally]]:
    """Ask each context below for its part, by area."""
    sold = market.sales_by_area(path, lengths, spans, product_id)
    yield {place: _of_sold(one) for place, one in sold.items()}
    spent = sourcing.spent_by_area(path, lengths, spans, product_id)
    yield {place: _of_spent(one) for place, one in spent.items()}
    if product_id is None:
        income = ledger.income_by_area(path, lengths, spans, registry.ids_of_firms())
        yield {place: {FigureKind.INCOME: minor} for place, minor in income.items()}
        moved = logistics.parcels_by_area(path, lengths, spans)
        yield {place: _of_moved(one) for place, one in moved.items()}


def _gathered(parts: Iterable[Mapping[K, Tally]]) -> dict[K, Tally]:
    found: dict[K, dict[FigureKind, int]] = {}
    for part in parts:
        for key, tally in part.items():
            found.setdefault(key, {}).update(tally)
    return dict(found)


def _of_sold(sold: Sold) -> Tally:
    return {
        FigureKind.SALES: sold.goods_minor,
        FigureKind.REFUNDED: sold.refunded_minor,
        FigureKind.NET_SALES: sold.goods_minor - sold.refunded_minor,
        FigureKind.ORDERS: sold.orders,
        FigureKind.BOXES: sold.boxes,
    }


def _of_moved(moved: Moved) -> Tally:
    return {FigureKind.PARCELS_UP: moved.up, FigureKind.PARCELS_DOWN: moved.down}


def _of_spent(spent: Spent) -> Tally:
    return {FigureKind.PURCHASES: spent.amount_minor, FigureKind.PREMIUM: spent.premium_minor}
