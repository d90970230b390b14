"""Who may sell an offer: its seller, and those who sell for producers and shops of the seller's area."""

from terrace.kernel.actors import Actor
from terrace.market.domain import Permission
from terrace.market.models import Offer


def require_seller(by: Actor, offer: Offer) -> None:
    """Raise `Forbidden` unless the actor sells for the offer's seller, or is it."""
    by.require(Permission.SELL, offer.seller_path, or_party=offer.seller_id)
