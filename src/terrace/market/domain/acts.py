"""What a post may allow about the market, and what the record of acts calls what people did here."""

from collections.abc import Mapping

from terrace.kernel.words import Choice, Text, _
from terrace.market.domain.settling_acts import SETTLING_ACTS


class Permission(Choice):
    """What a post may allow about the market."""

    VIEW = "market.view", _("See offers, orders and sales of the area")
    SELL = "market.sell", _("Offer and sell for producers and shops of the area")
    PACK = "market.pack", _("Pack orders")
    PAYMENTS = "market.payments", _("Confirm bank transfers and look into payments")
    DISPUTES = "market.disputes", _("Decide disputes")
    AGREEMENTS = "market.agreements", _("Set how the money of an order is shared")


ACTS: Mapping[str, Text] = {
    "market.place_order": _("placed an order"),
    "market.claim_order": _("put an order that was bought without an account among the own"),
    "market.change_address": _("changed an address"),
    "market.keep_address": _("kept an address"),
    "market.remove_address": _("removed an address"),
    "market.take_payment": _("booked the payment of an order"),
    "market.give_back_payment": _("gave back a payment that came too late"),
    "market.take_back_slip": _("undid the slip of a transfer that was to be sent back"),
    "market.give_back_other": _("gave back money that came in another amount"),
    "market.settle_notice": _("looked into what a payment provider said"),
    "market.expire_order": _("let an order end that was not paid in time"),
    "market.stop_order": _("cancelled an order before it was paid"),
    "market.pay_back": _("paid money back to a buyer"),
    "market.empty_order": _("emptied the recipient of an order"),
    "market.create_offer": _("wrote an offer"),
    "market.change_offer": _("changed an offer"),
    "market.put_on_sale": _("put an offer on sale"),
    "market.pause_offer": _("paused an offer"),
    "market.rest_offer": _("paused the offer of a seller that rests"),
    "market.end_offer": _("ended an offer"),
    "market.expire_offer": _("let an offer end with its last day"),
    "market.forget_seller": _("ended the offer of a seller that was erased, and removed what was personal"),
    "market.restock": _("put more into stock"),
    "market.take_out": _("took something out of stock"),
    "market.add_photo": _("added a photo to an offer"),
    "market.move_photo": _("put the photos of an offer in another order"),
    "market.remove_photo": _("removed a photo from an offer"),
    "market.review": _("wrote a review"),
    "market.answer_review": _("answered a review"),
    "market.hide_review": _("hid a review"),
    **SETTLING_ACTS,
    "market.show_review": _("showed a hidden review again"),
}
"""What the record of acts calls this context's acts."""
