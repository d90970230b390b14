"""Reference prices: lists, the latest one, and the line of a year beside last year's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncWeek

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.deployment import current
from terrace.kernel.errors import NotFound
from terrace.kernel.money import Money
from terrace.registry import queries as registry
from terrace.sourcing.domain import REFERENCE_DAYS, Permission
from terrace.sourcing.models import ReferencePrice

A_YEAR_OF_WEEKS = timedelta(weeks=52)


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A product's price in a week (named by its Monday) and 52 weeks before; None where none was quoted."""

    week: date
    price: Money | None
    year_before: Money | None


def prices_visible_to(actor: Actor) -> QuerySet[ReferencePrice]:
    """Return all reference prices to everybody who signed in: a price is public the moment it is quoted."""
    return ReferencePrice.objects.all() if actor.is_known else ReferencePrice.objects.none()


def get_price(price_id: int) -> ReferencePrice:
    """Return the reference price with the id, which is public; raise `NotFound`."""
    found = ReferencePrice.objects.filter(pk=price_id).first()
    if found is None:
        raise NotFound
    return found


def prices_of_line(product_id: int, path: str, variety_id: int | None) -> QuerySet[ReferencePrice]:
    """Return the prices that `price_line` draws: of the area's markets, and of the variety or of none."""
    return ReferencePrice.objects.filter(within([path]), product=product_id, variety=variety_id)


def latest_price(
    product_id: int, path: str, variety_id: int | None = None, *, before: date | None = None
) -> ReferencePrice | None:
    """Return the youngest price quoted at the place at `path` or above it, else below it, else anywhere.

    The variety's own price goes before the product's, a nearer market before a
    farther. With `before`, only prices of days before that day count.
    """
    quoted = ReferencePrice.objects.filter(product=product_id, **({"on__lt": before} if before else {}))
    own = quoted.filter(variety=variety_id) if variety_id else quoted.none()
    return _nearest([own, quoted.filter(variety__isnull=True), quoted], path)


def _nearest(kinds: Sequence[QuerySet[ReferencePrice]], path: str) -> ReferencePrice | None:
    """Return the youngest of the first kind that has any: at the place or above it, else below it, else anywhere."""
    above = [path[:length] for length in range(1, len(path) + 1)]
    for rows in kinds:
        found = (
            rows.filter(area_path__in=above).order_by("-on", "-area_path", "-id").first()
            or rows.filter(within([path])).order_by("-on", "-id").first()
            or rows.order_by("-on", "-id").first()
        )
        if found:
            return found
    return None


def reference_price(product_id: int, path: str, variety_id: int | None, on: date) -> ReferencePrice | None:
    """Return the price that a purchase on the day `on` is held against, chosen as `latest_price` does.

    One older than `domain.REFERENCE_DAYS` or of another variety tells nothing, and hides none that does.
    """
    days = (on - timedelta(days=REFERENCE_DAYS), on)
    quoted = ReferencePrice.objects.filter(product=product_id, on__range=days)
    own = quoted.filter(variety=variety_id) if variety_id else quoted.none()
    return _nearest([own, quoted.filter(variety__isnull=True)], path)


def home_market(actor: Actor) -> str:
    """Return the path whose markets matter to the actor: the widest own area, else where the own party is at home."""
    paths = actor.paths(Permission.VIEW)
    homes = paths or {party.area_path for party in registry.parties_by_id(actor.parties).values()}
    return min(homes, key=lambda path: (len(path), path), default="")


def varieties_quoted(product_id: int) -> set[int | None]:
    """Return the varieties that prices of the product were quoted for, None among them for prices of no variety."""
    quoted = ReferencePrice.objects.filter(product=product_id).order_by("variety")
    return set(quoted.values_list("variety_id", flat=True).distinct())


def price_line(
    product_id: int, path: str, last: date, weeks: int = 52, *, variety_id: int | None = None
) -> list[PriceLine]:
    """Return the mean price of each of the `weeks` up to `last` at the area's markets, beside last year's.

    A variety's prices stand apart: without `variety_id` only those count that were quoted for no variety.
    """
    first = last - timedelta(days=last.weekday()) - timedelta(weeks=weeks - 1)
    quoted = prices_of_line(product_id, path, variety_id).filter(on__gte=first - A_YEAR_OF_WEEKS, on__lte=last)
    grouped = quoted.annotate(week=TruncWeek("on")).values("week").order_by("week")
    sums = grouped.annotate(total=Sum("price_minor"), quotes=Count("id")).values_list("week", "total", "quotes")
    by_week = {week: (2 * total + quotes) // (2 * quotes) for week, total, quotes in sums}  # the mean, half up
    mondays = (first + timedelta(weeks=n) for n in range(weeks))
    return [PriceLine(week, _money(by_week.get(week)), _money(by_week.get(week - A_YEAR_OF_WEEKS))) for week in mondays]


def _money(minor: int | None) -> Money | None:
    return None if minor is None else Money(minor, current().currency)
