"""What others may read here."""

from terrace.market.queries.agreements import agreement_in_force, agreements_visible_to, get_agreement
from terrace.market.queries.checks import CHECKS
from terrace.market.queries.disputes import disputes_to_answer, disputes_visible_to, get_dispute
from terrace.market.queries.offers import (
    get_offer,
    get_public_offer,
    may_sell_for,
    offers_by_id,
    offers_visible_to,
    photos_of,
    public_offers,
)
from terrace.market.queries.packing import packed_of, packing_units, parcels_of, proposal, stock_for
from terrace.market.queries.sales import (
    ProductSold,
    Sold,
    lines_sold,
    lines_sold_visible_to,
    sales_by_area,
    sales_by_day,
    top_products,
)
from terrace.market.queries.selling import (
    LATE,
    counts_by_status,
    get_sale,
    is_late,
    late_before,
    lines_of,
    may_pack,
    may_sell,
    packable_by,
    sales_visible_to,
    sees_recipient,
)
from terrace.market.queries.standing import on_sale, standing_at

__all__ = [
    "CHECKS",
    "LATE",
    "ProductSold",
    "Sold",
    "agreement_in_force",
    "agreements_visible_to",
    "counts_by_status",
    "disputes_to_answer",
    "disputes_visible_to",
    "get_agreement",
    "get_dispute",
    "get_offer",
    "get_public_offer",
    "get_sale",
    "is_late",
    "late_before",
    "lines_of",
    "lines_sold",
    "lines_sold_visible_to",
    "may_pack",
    "may_sell",
    "may_sell_for",
    "offers_by_id",
    "offers_visible_to",
    "on_sale",
    "packable_by",
    "packed_of",
    "packing_units",
    "parcels_of",
    "photos_of",
    "proposal",
    "public_offers",
    "sales_by_area",
    "sales_by_day",
    "sales_visible_to",
    "sees_recipient",
    "standing_at",
    "stock_for",
    "top_products",
]
