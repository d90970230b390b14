"""What others may read here."""

from terrace.market.queries.agreements import agreement_in_force, agreements_visible_to, get_agreement
from terrace.market.queries.checks import CHECKS
from terrace.market.queries.offers import (
    get_offer,
    get_public_offer,
    may_sell_for,
    offers_by_id,
    offers_visible_to,
    photos_of,
    public_offers,
)
from terrace.market.queries.sales import (
    ProductSold,
    Sold,
    lines_sold,
    lines_sold_visible_to,
    sales_by_area,
    sales_by_day,
    top_products,
)
from terrace.market.queries.standing import on_sale, standing_at

__all__ = [
    "CHECKS",
    "ProductSold",
    "Sold",
    "agreement_in_force",
    "agreements_visible_to",
    "get_agreement",
    "get_offer",
    "get_public_offer",
    "lines_sold",
    "lines_sold_visible_to",
    "may_sell_for",
    "offers_by_id",
    "offers_visible_to",
    "on_sale",
    "photos_of",
    "public_offers",
    "sales_by_area",
    "sales_by_day",
    "standing_at",
    "top_products",
]
