"""What the list of lots is narrowed to and sorted by, on the pages and through the REST interface alike."""

from collections.abc import Callable, Mapping, Sequence

from django.db.models import Expression, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from terrace.catalog import queries as catalog
from terrace.kernel.db import in_order_of, within
from terrace.network import queries as network
from terrace.traceability.models import Lot


def narrowed(
    rows: QuerySet[Lot], *, text: str = "", product: str = "", area: str = "", standing: str = ""
) -> QuerySet[Lot]:
    """Narrow `rows` to part of a number, a product's code, an area's code, and "stock", "away", "empty" or "recalled".

    A lot is of an area where it grew or where it lies.
    """
    if text:
        rows = rows.filter(number__icontains=text.strip())
    if product:
        rows = rows.filter(product_id=catalog.get_product(product).pk)
    if area:
        path = network.get_area(area).path
        rows = rows.filter(within([path]) | within([path], "unit_path"))
    return rows.filter(STANDINGS[standing]) if standing else rows


STANDINGS: Mapping[str, Q] = {
    "stock": Q(steps__gt=0, recalled_at__isnull=True, unit_at__isnull=False),
    "away": Q(steps__gt=0, unit_at__isnull=True),
    "empty": Q(steps=0),
    "recalled": Q(recalled_at__isnull=False),
}
"""Where a lot stands, in the words of filters."""


def _by_goods() -> Sequence[Expression]:
    variety = in_order_of("variety", catalog.variety_ids_by_name())
    return [in_order_of("product", catalog.product_ids_by_name()), Coalesce(variety, Value(0))]


LOT_SORTS: Mapping[str, str | Callable[[], Sequence[Expression]]] = {
    "number": "number",
    "goods": _by_goods,
    "place": "area_path",
    "unit": "unit_path",
    "left": "unit,steps",
    "grade": "grade",
    "created_at": "created_at",
}
