"""The goods that notices, prices and purchases are about."""

from collections.abc import Sequence
from typing import NamedTuple

from terrace.catalog import queries as catalog
from terrace.catalog.models import Product, Variety
from terrace.kernel.words import in_language
from terrace.sourcing.models import NoticeRow, Purchase, ReferencePrice


class Goods(NamedTuple):
    """A product, and its variety where one was named."""

    product: Product
    variety: Variety | None

    @property
    def variety_code(self) -> str:
        """The variety's code, "" where none was named."""
        return self.variety.code if self.variety else ""

    @property
    def title(self) -> str:
        """Product and variety in one, as people read them."""
        variety = f" · {in_language(self.variety.names)}" if self.variety else ""
        return in_language(self.product.names) + variety


def goods_of(rows: Sequence[NoticeRow | ReferencePrice | Purchase]) -> list[Goods]:
    """Return what each of `rows` is about, in their order, with one look-up for products and one for varieties."""
    products = catalog.products_by_id({row.product_id for row in rows})
    varieties = catalog.varieties_by_id({row.variety_id for row in rows if row.variety_id})
    return [Goods(products[row.product_id], varieties.get(row.variety_id or 0)) for row in rows]
