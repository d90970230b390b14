"""Acts: the only writers."""

from terrace.market.services.addresses import change_address, keep_address, remove_address
from terrace.market.services.agreeing import AgreementGiven, InForce, OneADay, make_agreement, withdraw_agreement
from terrace.market.services.arriving import presume_arrived
from terrace.market.services.cancelling import PaidTogether, cancel_order
from terrace.market.services.checkout import Checkout, KeyUsed, Placed, PriceChanged, place_orders
from terrace.market.services.claiming import claim_orders
from terrace.market.services.completing import complete_due_orders, complete_order, confirm_receipt
from terrace.market.services.deciding import (
    agree_to_more,
    ask_goods_back,
    decide_dispute,
    grant_agreed,
    hand_in_return,
    price_of_goods,
    take_back_goods,
)
from terrace.market.services.delivery import Delivery
from terrace.market.services.disputing import (
    AlreadyOpen,
    CentreDecided,
    DisputeGiven,
    NotYourTurn,
    accept_offer,
    answer_dispute,
    open_dispute,
    pass_on_dispute,
    pass_on_overdue,
    withdraw_dispute,
)
from terrace.market.services.evidence import settle_notice
from terrace.market.services.finding import refresh_search
from terrace.market.services.forgetting import empty_old_orders, forget_buyer, forget_person
from terrace.market.services.links import order_path, order_url, payment_path, payment_url, require_signature
from terrace.market.services.locking import InDispute, NotNow
from terrace.market.services.making_good import make_good
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
from terrace.market.services.packing import NotExact, NotYours, get_lot_for, pack_order, unpack_order
from terrace.market.services.paying import (
    NotWaiting,
    OtherAmount,
    book_notice,
    confirm_transfer,
    outside_account,
    payment_arrived,
    start_payment,
    take_notice,
)
from terrace.market.services.photos import TooManyPhotos, add_photo, move_photo, remove_photo
from terrace.market.services.putting_away import NothingCameBack, put_away
from terrace.market.services.recalls import warn_of_recall
from terrace.market.services.refunds import (
    MoreThanLeft,
    NotPackedYet,
    OfOthers,
    own_part,
    refund_order,
    require_refundable,
)
from terrace.market.services.repaying import PaidBackBefore, mark_paid_back, pay_back_waiting, repay
from terrace.market.services.restocking import restock, take_out
from terrace.market.services.retiring import end_passed_offers, follow_seller, forget_party, pause_of_resting
from terrace.market.services.returning import HandedIn, return_arrived, return_lost, take_in_return
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
from terrace.market.services.sending import send_order_link
from terrace.market.services.shipping import (
    HoldsRecalledGoods,
    parcel_delivered,
    parcel_did_not_arrive,
    parcel_sent,
    ship_order,
)
from terrace.market.services.slips import NoSlip, take_back_slip
from terrace.market.services.statements import STATEMENT, StatementBooked, book_statement
from terrace.market.services.stock import give_back
from terrace.market.services.stopping import ask_about_ended, ask_providers, expire_payments, stop_payment

__all__ = [
    "STATEMENT",
    "AgreementGiven",
    "AlreadyOpen",
    "AlreadyReviewed",
    "CentreDecided",
    "Checkout",
    "Delivery",
    "DisputeGiven",
    "HandedIn",
    "HoldsRecalledGoods",
    "InDispute",
    "InForce",
    "KeyUsed",
    "MoreThanLeft",
    "NoSlip",
    "NotExact",
    "NotNow",
    "NotPackedYet",
    "NotPossibleNow",
    "NotWaiting",
    "NotYetDelivered",
    "NotYourTurn",
    "NotYours",
    "NothingCameBack",
    "NothingInStock",
    "OfOthers",
    "OfferEnded",
    "OfferTerms",
    "OneADay",
    "OtherAmount",
    "PaidBackBefore",
    "PaidTogether",
    "Placed",
    "PriceChanged",
    "ReviewGiven",
    "SellerRests",
    "StatementBooked",
    "TooManyPhotos",
    "UnlikelyPrice",
    "accept_offer",
    "add_photo",
    "agree_to_more",
    "answer_dispute",
    "answer_review",
    "ask_about_ended",
    "ask_goods_back",
    "ask_providers",
    "book_notice",
    "book_statement",
    "cancel_order",
    "change_address",
    "change_offer",
    "claim_orders",
    "complete_due_orders",
    "complete_order",
    "confirm_receipt",
    "confirm_transfer",
    "create_offer",
    "decide_charge",
    "decide_dispute",
    "empty_old_orders",
    "end_offer",
    "end_passed_offers",
    "expire_payments",
    "follow_seller",
    "forget_buyer",
    "forget_party",
    "forget_person",
    "get_lot_for",
    "give_back",
    "grant_agreed",
    "hand_in_return",
    "hide_review",
    "keep_address",
    "make_agreement",
    "make_good",
    "mark_paid_back",
    "move_photo",
    "open_dispute",
    "order_path",
    "order_url",
    "outside_account",
    "own_part",
    "pack_order",
    "parcel_delivered",
    "parcel_did_not_arrive",
    "parcel_sent",
    "pass_on_dispute",
    "pass_on_overdue",
    "pause_of_resting",
    "pause_offer",
    "pay_back_waiting",
    "payment_arrived",
    "payment_path",
    "payment_url",
    "place_orders",
    "presume_arrived",
    "price_of_goods",
    "put_away",
    "put_on_sale",
    "refresh_search",
    "refund_order",
    "remove_address",
    "remove_photo",
    "repay",
    "require_refundable",
    "require_signature",
    "restock",
    "return_arrived",
    "return_lost",
    "review",
    "send_notices",
    "send_order_link",
    "settle_notice",
    "ship_order",
    "show_review",
    "start_payment",
    "stop_payment",
    "take_back_goods",
    "take_back_slip",
    "take_in_return",
    "take_notice",
    "take_out",
    "unpack_order",
    "warn_of_recall",
    "withdraw_agreement",
    "withdraw_dispute",
]
