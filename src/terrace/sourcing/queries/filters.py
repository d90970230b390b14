"""What narrows a list of notices, on the page and through the REST interface alike."""

from datetime import date
from typing import TypeVar

from django.db.models import QuerySet

from terrace.catalog import queries as catalog
from terrace.kernel import clock
from terrace.kernel.db import within
from terrace.network import queries as network
from terrace.sourcing.domain import Status
from terrace.sourcing.models import NoticeRow, ReferencePrice
from terrace.sourcing.queries.notices import standing_at

N = TypeVar("N", bound=NoticeRow)


def narrowed(
    rows: QuerySet[N],
    *,
    product: str = "",
    status: str = "",
    area: str = "",
    first: date | None = None,
    last: date | None = None,
    today: date | None = None,
) -> QuerySet[N]:
    """Return the notices of a product, in a state, of an area, whose window touches the days `first` to `last`.

    The state is that of `today`, or of now. Raises `NotFound` for an unknown product or area.
    """
    if product:
        rows = rows.filter(product=catalog.get_product(product))
    if status:
        rows = rows.filter(standing_at(Status(status), today or clock.today()))
    if area:
        rows = rows.filter(within([network.get_area(area).path]))
    if first:
        rows = rows.filter(closes_on__gte=first)
    return rows.filter(opens_on__lte=last) if last else rows


def prices_narrowed(
    rows: QuerySet[ReferencePrice], *, product: str = "", first: date | None = None, last: date | None = None
) -> QuerySet[ReferencePrice]:
    """Return the prices of a product, of the days `first` to `last`. Raises `NotFound` for an unknown product."""
    if product:
        rows = rows.filter(product=catalog.get_product(product))
    if first:
        rows = rows.filter(on__gte=first)
    return rows.filter(on__lte=last) if last else rows
