"""What a post may allow about the market, and what the record of acts calls what people did here."""

from collections.abc import Mapping

from terrace.kernel.words import Choice, Text, _


class Permission(Choice):
    """What a post may allow about the market."""

    VIEW = "market.view", _("See offers, orders and sales of the area")
    SELL = "market.sell", _("Offer and sell for producers and shops of the area")
    PACK = "market.pack", _("Pack orders")
    PAYMENTS = "market.payments", _("Confirm bank transfers and look into payments")
    DISPUTES = "market.disputes", _("Decide disputes")
    AGREEMENTS = "market.agreements", _("Set how the money of an order is shared")


ACTS: Mapping[str, Text] = {}
"""What the record of acts calls this context's acts."""
