"""What lists sort by that no column holds: the names of products and varieties, and where a notice stands today."""

from collections.abc import Sequence

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
