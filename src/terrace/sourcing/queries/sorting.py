"""What lists sort by that another context's table holds: the names of products and varieties."""

from collections.abc import Sequence

from django.db.models import Expression, Value
from django.db.models.functions import Coalesce

from terrace.catalog import queries as catalog
from terrace.kernel.db import in_order_of


def by_product() -> Sequence[Expression]:
    """Return what sorts rows by their product's name in the reader's language."""
    return [in_order_of("product", catalog.product_ids_by_name())]


def by_variety() -> Sequence[Expression]:
    """Return what sorts rows by their variety's name in the reader's language."""
    return [in_order_of("variety", catalog.variety_ids_by_name())]


def by_goods() -> Sequence[Expression]:
    """Return what sorts rows by product and variety; a product without a variety goes before its varieties."""
    return [*by_product(), *(Coalesce(place, Value(0)) for place in by_variety())]
