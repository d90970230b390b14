"""What was bought from producers: sums by day and place for live figures, and the rows behind them.

All sums and the rows come from `purchases_between`, so a figure and the rows behind it cannot differ.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Left

from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.db import by_length, day_of, grouped, together, within
from terrace.sourcing.models import Purchase
from terrace.sourcing.queries.premiums import EARNED_PREMIUM
from terrace.sourcing.queries.purchases import purchases_visible_to

Spans = Iterable[tuple[date, date]]
"""Days from and to, both inclusive; several spans are asked for at once, to be compared."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What was spent on purchases, and what of it was above the reference prices, in minor units."""

    amount_minor: int
    premium_minor: int


def purchases_between(path: str, spans: Spans, product_id: int | None = None) -> QuerySet[Purchase]:
    """Return the purchases in the area at `path` that were weighed in one of `spans` and stand."""
    weighed = Q(pk__in=[])
    for first, last in spans:
        end = clock.begin_of(last + timedelta(days=1))
        weighed |= Q(purchased_at__gte=clock.begin_of(first), purchased_at__lt=end)
    rows = Purchase.objects.filter(within([path]), weighed, voided_at__isnull=True)
    return rows if product_id is None else rows.filter(product=product_id)


def purchases_between_visible_to(
    actor: Actor, path: str, spans: Spans, product_id: int | None = None
) -> QuerySet[Purchase]:
    """Return of `purchases_between` those that the actor sees."""
    return purchases_between(path, spans, product_id) & purchases_visible_to(actor)


def purchases_from(party_id: int) -> QuerySet[Purchase]:
    """Return everything that was ever bought from a producer and stands, oldest first. The caller has authorised it."""
    return Purchase.objects.filter(producer=party_id, voided_at__isnull=True).order_by("purchased_at", "pk")


def spent_by_day(path: str, spans: Spans, product_id: int | None = None) -> dict[date, Spent]:
    """Return what was spent on each day; a day without purchases is left out."""
    return spent_at(path, by_day=spans, product_id=product_id)[0]


def spent_by_area(path: str, lengths: Collection[int], spans: Spans, product_id: int | None = None) -> dict[str, Spent]:
    """Return the same by the areas below whose paths have one of these `lengths`."""
    return spent_at(path, by_area=spans, lengths=lengths, product_id=product_id)[1]


def spent_at(
    path: str,
    *,
    by_day: Spans = (),
    by_area: Spans = (),
    lengths: Collection[int] = (),
    product_id: int | None = None,
) -> tuple[dict[date, Spent], dict[str, Spent]]:
    """Return both at once, each of its own spans, in one statement."""
    days = _summed(purchases_between(path, by_day, product_id), day_of("purchased_at"))
    below, known = purchases_between(path, by_area, product_id), sorted(set(lengths))
    places = [_summed(below, Left("area_path", length)) for length in known]
    on_days, *in_places = together([days, *places])
    return (
        {date.fromisoformat(day): Spent(*sums) for day, *sums in on_days},
        {place: Spent(*sums) for place, sums in by_length(known, in_places).items()},
    )


def _summed(purchases: QuerySet[Purchase], key: Any) -> QuerySet[Any, tuple[Any, ...]]:
    """Sum purchases by a key: amounts and premiums."""
    return grouped(purchases, key, bought=Sum("amount_minor"), above=Sum(EARNED_PREMIUM, default=0))
