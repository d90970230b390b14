"""What the record of acts calls what people did about orders after they were paid."""

from collections.abc import Mapping

from terrace.kernel.words import Text, _

SETTLING_ACTS: Mapping[str, Text] = {
    "market.pack_order": _("packed an order"),
    "market.unpack_order": _("unpacked an order"),
    "market.ship_order": _("shipped an order"),
    "market.deliver_order": _("noted that an order was delivered"),
    "market.confirm_receipt": _("confirmed that an order arrived well"),
    "market.complete_order": _("shared the money of a completed order"),
    "market.cancel_order": _("cancelled an order"),
    "market.refund_order": _("gave money of an order back"),
    "market.open_dispute": _("said that something is wrong with an order"),
    "market.answer_dispute": _("answered a dispute"),
    "market.agree_to_more": _("agreed in a dispute to more than a seller may grant alone"),
    "market.accept_offer": _("accepted what the seller offered"),
    "market.decline_offer": _("did not accept what the seller offered"),
    "market.ask_goods_back": _("asked for the goods back"),
    "market.hand_in_return": _("sent goods back"),
    "market.lose_return": _("noted that goods were lost on their way back"),
    "market.take_in_return": _("took in goods that go back"),
    "market.take_back_goods": _("took goods back"),
    "market.put_away": _("put away goods that a carrier brought back"),
    "market.note_missing_parcel": _("noted in a dispute that a parcel did not arrive"),
    "market.pass_on_dispute": _("passed a dispute on to the centre"),
    "market.decide_dispute": _("decided a dispute"),
    "market.withdraw_dispute": _("withdrew a dispute"),
    "market.make_agreement": _("set how the money of orders is shared"),
    "market.withdraw_agreement": _("took back an agreement before it began"),
}
