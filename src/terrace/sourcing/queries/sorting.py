"""What lists sort by that no column holds: the names of products and varieties, and where a notice stands today."""

from collections.abc import Callable, Mapping, Sequence

from django.db.models import Case, Expression, F, Func, IntegerField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest

from terrace.catalog import queries as catalog
from terrace.kernel import clock
from terrace.kernel.db import in_order_of
from terrace.sourcing.domain import Status
from terrace.sourcing.queries.notices import open_on


def by_product() -> Sequence[Expression]:
    """Return what sorts rows by their product's name in the reader's language."""
    return [in_order_of("product", catalog.product_ids_by_name())]


def by_variety() -> Sequence[Expression]:
    """Return what sorts rows by their variety's name in the reader's language."""
    return [in_order_of("variety", catalog.variety_ids_by_name())]


def by_goods() -> Sequence[Expression]:
    """Return what sorts rows by product and variety; a product without a variety goes before its varieties."""
    return [*by_product(), *(Coalesce(place, Value(0)) for place in by_variety())]


def by_standing() -> Sequence[Expression]:
    """Return what sorts notices by where they stand today (`domain.standing`), in the order of the states' codes."""
    passed = When(status=Status.OPEN, closes_on__lt=clock.today(), then=Value(Status.EXPIRED.value))
    return [Case(passed, default=F("status"))]


def nearest_first() -> Sequence[Expression]:
    """Return what puts open notices before ended ones, and among each the window that lies nearest to today first.

    A window that is running is no day away; all such are equal here.
    """
    today = clock.today()
    ended = Case(When(open_on(today), then=Value(0)), default=Value(1))
    return [ended, Greatest(_days(F("opens_on"), Value(today)), _days(Value(today), F("closes_on")), Value(0))]


def _days(later: Combinable, earlier: Combinable) -> Func:
    """Return the days between two dates as a number; Django's own difference is an interval, which sorts slower."""
    return Func(later, earlier, template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField())


def waiting_first() -> Sequence[Expression]:
    """Return what puts the units that still have to take note of advice before those that have."""
    return [Case(When(acknowledged_at__isnull=True, then=Value(0)), default=Value(1))]


Sorts = Mapping[str, str | Callable[[], Sequence[Expression]]]
NOTICE_SORTS: Sorts = {
    "goods": by_goods,
    "quantity": "unit,quantity_steps",
    "opens_on": "opens_on",
    "closes_on": "closes_on",
    "price": "price_minor",
    "place": "area_path",
    "status": by_standing,
}
"""What lists sort by, on the pages and through the REST interface alike, in the words of `http.listing.Column`."""
PRICE_SORTS: Sorts = {
    "product": by_goods,
    "variety": by_variety,
    "on": "on",
    "price": "price_minor",
    "market": "area_path",
    "source": "source",
}
PURCHASE_SORTS: Sorts = {
    "purchased_at": "purchased_at",
    "goods": by_goods,
    "net": "measure,net_steps",
    "price": "price_minor",
    "amount": "amount_minor",
    "premium": "premium_minor",
    "place": "area_path",
}
ADVICE_SORTS: Sorts = {
    "title": "title",
    "product": by_product,
    "created_at": "created_at",
    "reached": "reached",
    "acknowledged": "acknowledged",
}
RECEIPT_SORTS: Sorts = {"place": "area_path", "state": waiting_first, "acknowledged_at": "acknowledged_at"}
CALL_SORTS: Mapping[str, str] = {
    "place": "supply__area_path",
    "quantity": "quantity__steps",
    "asked": "supply__price_minor",
    "price": "demand__price_minor",
    "days": "days",
    "closes_on": "demand__closes_on",
    "fitness": "fitness",
}
"""Calls are worked out, so these are attributes of `Match`."""
