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
from terrace.market.queries.standing import on_sale, standing_at

__all__ = [
    "CHECKS",
    "agreement_in_force",
    "agreements_visible_to",
    "get_agreement",
    "get_offer",
    "get_public_offer",
    "may_sell_for",
    "offers_by_id",
    "offers_visible_to",
    "on_sale",
    "photos_of",
    "public_offers",
    "standing_at",
]
