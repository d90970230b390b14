"""Reading reviews: of an offer for everybody, and the hidden ones for who decides about them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.errors import NotFound
from terrace.kernel.words import Text, _
from terrace.market.domain import OrderStatus, Permission
from terrace.market.domain.offers import BEST_RATING
from terrace.market.models import Offer, Order, Review


@dataclass(frozen=True, slots=True)
class Rating:
    """What buyers gave in the mean, in tenths of a star half up, and how many gave each number, the best first."""

    count: int
    tenths: int
    shares: tuple[tuple[int, int], ...] = ()

    @property
    def stars(self) -> Decimal:
        """The mean in stars: 4.6."""
        return Decimal(self.tenths).scaleb(-1)


def rating_of(offer: Offer) -> Rating:
    """Return the rating that the offer keeps of its reviews, without the shares; no query."""
    count = offer.rating_count
    return Rating(count, (20 * offer.rating_sum + count) // (2 * count) if count else 0)


def rating_with_shares(offer: Offer) -> Rating:
    """Return the rating with how many gave each number of stars, in one query."""
    rows = reviews_of(offer).order_by().values_list("rating").annotate(number=Count("pk"))
    given = dict(rows)
    kept = rating_of(offer)
    return Rating(kept.count, kept.tenths, tuple((stars, given.get(stars, 0)) for stars in range(BEST_RATING, 0, -1)))


def reviews_of(offer: Offer) -> QuerySet[Review]:
    """Return what everybody reads of an offer, newest first."""
    return Review.objects.filter(offer=offer, hidden_at__isnull=True).order_by("-id")


def all_reviews_of(offer: Offer) -> QuerySet[Review]:
    """Return the reviews of an offer, hidden ones too, newest first: for who sells it or decides about them."""
    return Review.objects.filter(offer=offer).order_by("-id")


def get_review(offer: Offer, review_id: int) -> Review:
    """Return a review of the offer, hidden or not; raise `NotFound`. The caller has authorised the look."""
    found = Review.objects.select_related("offer").filter(offer=offer, pk=review_id).first()
    if found is None:
        raise NotFound
    return found


def find_review(line_id: int) -> Review | None:
    """Return what was said of an order line, None while nothing was. The caller has authorised the look."""
    return Review.objects.filter(line_id=line_id).first()


def reviewed_lines(line_ids: Collection[int]) -> set[int]:
    """Return which of the order lines somebody has reviewed."""
    return set(Review.objects.filter(line__in=line_ids).order_by().values_list("line_id", flat=True))


def may_be_reviewed(order: Order) -> bool:
    """Say whether the buyer has had the goods: also one who got all the money back, whose word others need most."""
    had = order.status in (OrderStatus.DELIVERED, OrderStatus.COMPLETED)
    return had or (order.status == OrderStatus.REFUNDED and order.delivered_at is not None)


def may_hide(actor: Actor, offer: Offer) -> bool:
    """Say whether the actor may hide a review of the offer: who decides disputes does, never the seller."""
    return actor.may(Permission.DISPUTES, offer.seller_path) and offer.seller_id not in actor.own_parties


OFFER_WORDS: Mapping[str, Text] = {
    "offers": _("Offers"),
    "reviews": _("Reviews"),
    "title": _("Title"),
    "story": _("Story"),
    "stocked": _("Put into stock"),
    "available": _("Left"),
    "rating": _("Stars"),
    "text": _("Text"),
    "signed": _("Signed"),
    "offer": _("Offer"),
    "written at": _("Written at"),
}
"""What people call the sections and columns of what a party is handed about its offers and reviews."""


def held_about_seller(party_id: int) -> list[dict[str, Any]]:
    """Return everything that offers hold about their seller, in plain values, oldest first."""
    return [
        {
            "number": offer.number,
            "title": offer.title,
            "story": offer.story,
            "price": str(offer.price),
            "first day": offer.opens_on,
            "last day": offer.closes_on,
            "stocked": offer.stocked,
            "available": offer.available,
            "status": offer.standing,
        }
        for offer in Offer.objects.filter(seller_id=party_id).order_by("id")
    ]


def reviews_by(party_id: int) -> list[dict[str, Any]]:
    """Return every review that the party wrote as a buyer, in plain values, oldest first."""
    rows = Review.objects.filter(line__order__buyer_id=party_id).select_related("offer").order_by("id")
    return [
        {
            "offer": review.offer.number,
            "rating": review.rating,
            "text": review.text,
            "signed": review.signed,
            "written at": review.created_at,
        }
        for review in rows
    ]
