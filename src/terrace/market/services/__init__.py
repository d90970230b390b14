"""Acts: the only writers."""

from terrace.market.services.checkout import Checkout, KeyUsed, Placed, PriceChanged, place_orders
from terrace.market.services.delivery import Delivery
from terrace.market.services.finding import refresh_search
from terrace.market.services.forgetting import empty_old_orders, forget_buyer
from terrace.market.services.links import order_path, order_url, payment_path, payment_url, require_signature
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
from terrace.market.services.paying import (
    NotWaiting,
    OtherAmount,
    book_notice,
    confirm_transfer,
    outside_account,
    payment_arrived,
    take_notice,
)
from terrace.market.services.photos import TooManyPhotos, add_photo, move_photo, remove_photo, sweep_photos
from terrace.market.services.repaying import PaidBackBefore, mark_paid_back, pay_back_waiting, repay
from terrace.market.services.restocking import restock, take_out
from terrace.market.services.retiring import end_passed_offers, follow_seller, forget_party, pause_of_resting
from terrace.market.services.reviews import (
    AlreadyReviewed,
    NotYetDelivered,
    ReviewGiven,
    answer_review,
    hide_review,
    review,
    show_review,
)
from terrace.market.services.sandbox import decide_charge, send_notices
from terrace.market.services.stock import give_back
from terrace.market.services.stopping import ask_providers, expire_payments, stop_payment

__all__ = [
    "AlreadyReviewed",
    "Checkout",
    "Delivery",
    "KeyUsed",
    "NotPossibleNow",
    "NotWaiting",
    "NotYetDelivered",
    "NothingInStock",
    "OfferEnded",
    "OfferTerms",
    "OtherAmount",
    "PaidBackBefore",
    "Placed",
    "PriceChanged",
    "ReviewGiven",
    "SellerRests",
    "TooManyPhotos",
    "UnlikelyPrice",
    "add_photo",
    "answer_review",
    "ask_providers",
    "book_notice",
    "change_offer",
    "confirm_transfer",
    "create_offer",
    "decide_charge",
    "empty_old_orders",
    "end_offer",
    "end_passed_offers",
    "expire_payments",
    "follow_seller",
    "forget_buyer",
    "forget_party",
    "give_back",
    "hide_review",
    "mark_paid_back",
    "move_photo",
    "order_path",
    "order_url",
    "outside_account",
    "pause_of_resting",
    "pause_offer",
    "pay_back_waiting",
    "payment_arrived",
    "payment_path",
    "payment_url",
    "place_orders",
    "put_on_sale",
    "refresh_search",
    "remove_photo",
    "repay",
    "require_signature",
    "restock",
    "review",
    "send_notices",
    "show_review",
    "stop_payment",
    "sweep_photos",
    "take_notice",
    "take_out",
]
