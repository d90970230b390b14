"""Figures of an area by day, by the areas below it, and by product: each context below is asked once for each."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypedDict, TypeVar

from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.ledger import queries as ledger
from terrace.logistics import queries as logistics
from terrace.logistics.queries import Moved
from terrace.market import queries as market
from terrace.market.queries import ProductSold, Sold
from terrace.registry import queries as registry
from terrace.sourcing import queries as sourcing
from terrace.sourcing.queries import Spent
from terrace.statistics.domain import Days, FigureKind, Tally

K = TypeVar("K")
T = TypeVar("T")
Lengths = Collection[int]
A_DAY = timedelta(days=1)


class Asked(TypedDict):
    """What each context below is asked for: the days from and to, and how long the paths of the areas below are."""

    by_day: Sequence[tuple[date, date]]
    by_area: Sequence[tuple[date, date]]
    lengths: Lengths


@dataclass(frozen=True, slots=True)
class ProductFigures:
    """What one product of an area sold for, and what was given back of it."""

    product_id: int
    sales: Money
    refunded: Money
    orders: int
    boxes: int


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of an area by day, those of the areas below it by their paths, and what sold for most."""

    by_day: Mapping[date, Tally]
    below: Mapping[str, Tally]
    best: Sequence[ProductFigures]


def measure(path: str, days: Sequence[Days], product_id: int | None = None) -> Mapping[date, Tally]:
    """Return the figures of the area at `path` on each of `days` on which anything happened.

    Of one product, only those that can be told of it.
    """
    return measure_all(path, days, product_id=product_id).by_day


def sales_and_income(path: str, days: Days) -> tuple[int, int]:
    """Return what the area at `path` sold in these days and what its households were paid, in minor units."""
    spans = _spans([days])
    sold = market.sales_at(path, by_day=spans).by_day
    income, _nowhere = ledger.income_at(path, by_day=spans, without_parties=registry.ids_of_firms())
    return sum(one.goods_minor for one in sold.values()), sum(income.values())


def measure_below(path: str, lengths: Lengths, days: Days, product_id: int | None = None) -> Mapping[str, Tally]:
    """Return the figures of the areas below whose paths have one of these `lengths`, those where anything happened."""
    return measure_all(path, (), below=days, lengths=lengths, product_id=product_id).below


def measure_all(
    path: str,
    days: Sequence[Days],
    *,
    below: Days | None = None,
    lengths: Lengths = (),
    most: int = 0,
    product_id: int | None = None,
) -> Measured:
    """Return both at once, and the `most` products that sold best in the days of `below`.

    Each context is asked once.
    """
    spans, there = _spans(days), _spans([below] if below else [])
    sold = market.sales_at(
        path,
        by_day=spans,
        by_area=there,
        lengths=lengths,
        by_product=there if most else (),
        most=most,
        product_id=product_id,
    )
    asked: Asked = {"by_day": spans, "by_area": there, "lengths": lengths}
    parts = [_told(sold.by_day, sold.by_area, _of_sold)]
    parts.append(_told(*sourcing.spent_at(path, product_id=product_id, **asked), _of_spent))
    if product_id is None:
        firms = registry.ids_of_firms()
        parts.append(_told(*ledger.income_at(path, without_parties=firms, **asked), _of_income))
        parts.append(_told(*logistics.parcels_at(path, **asked), _of_moved))
    by_day, by_area = zip(*parts, strict=True)
    return Measured(_gathered(by_day), _gathered(by_area), [_of_product(one) for one in sold.by_product])


def _spans(days: Iterable[Days]) -> list[tuple[date, date]]:
    """Return the days from and to, none twice: those that touch are one span."""
    found: list[tuple[date, date]] = []
    for one in sorted((one for one in days if one.count), key=lambda one: (one.first, one.last)):
        if found and one.first <= found[-1][1] + A_DAY:
            found[-1] = (found[-1][0], max(found[-1][1], one.last))
        else:
            found.append((one.first, one.last))
    return found


def _told(
    days: Mapping[date, T], places: Mapping[str, T], tally: Callable[[T], Tally]
) -> tuple[dict[date, Tally], dict[str, Tally]]:
    return {day: tally(one) for day, one in days.items()}, {place: tally(one) for place, one in places.items()}


def _of_product(sold: ProductSold) -> ProductFigures:
    currency = current().currency
    amounts = Money(sold.goods_minor, currency), Money(sold.refunded_minor, currency)
    return ProductFigures(sold.product_id, *amounts, sold.orders, sold.boxes)


def total(measured: Mapping[date, Tally], days: Days) -> Tally:
    """Return the sum of what was measured on `days`."""
    sums: Counter[FigureKind] = Counter()
    for on, tally in measured.items():
        if days.first <= on <= days.last:
            sums.update(tally)
    return sums


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


def _of_income(minor: int) -> Tally:
    return {FigureKind.INCOME: minor}


def _of_moved(moved: Moved) -> Tally:
    return {FigureKind.PARCELS_UP: moved.up, FigureKind.PARCELS_DOWN: moved.down}


def _of_spent(spent: Spent) -> Tally:
    return {FigureKind.PURCHASES: spent.amount_minor, FigureKind.PREMIUM: spent.premium_minor}
