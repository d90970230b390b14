"""Acts: the only writers."""

from terrace.market.services.finding import refresh_search
from terrace.market.services.offer_terms import OfferTerms, UnlikelyPrice
from terrace.market.services.offers import (
    NothingInStock,
    NotPossibleNow,
    OfferEnded,
    SellerRests,
    change_offer,
    create_offer,
    end_offer,
    pause_offer,
    put_on_sale,
)
from terrace.market.services.photos import TooManyPhotos, add_photo, move_photo, remove_photo, sweep_photos
from terrace.market.services.restocking import restock, take_out
from terrace.market.services.retiring import end_passed_offers, forget_party, pause_of_resting
from terrace.market.services.reviews import (
    AlreadyReviewed,
    NotYetDelivered,
    ReviewGiven,
    answer_review,
    hide_review,
    review,
    show_review,
)

__all__ = [
    "AlreadyReviewed",
    "NotPossibleNow",
    "NotYetDelivered",
    "NothingInStock",
    "OfferEnded",
    "OfferTerms",
    "ReviewGiven",
    "SellerRests",
    "TooManyPhotos",
    "UnlikelyPrice",
    "add_photo",
    "answer_review",
    "change_offer",
    "create_offer",
    "end_offer",
    "end_passed_offers",
    "forget_party",
    "hide_review",
    "move_photo",
    "pause_of_resting",
    "pause_offer",
    "put_on_sale",
    "refresh_search",
    "remove_photo",
    "restock",
    "review",
    "show_review",
    "sweep_photos",
    "take_out",
]
