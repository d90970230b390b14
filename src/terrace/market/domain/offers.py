"""Offers: what is for sale, at which price, in which days."""

from terrace.kernel.words import Choice, _


class SaleUnit(Choice):
    """What one of an offer is: a pack of a known content, a piece, or a kilogram or litre of loose goods."""

    PACK = "pack", _("Pack")
    PIECE = "piece", _("Piece")
    WEIGHT = "weight", _("By weight")


class OfferStatus(Choice):
    """Where an offer stands. Only one on sale, within its days, can be bought."""

    DRAFT = "draft", _("Draft")
    ON_SALE = "on_sale", _("On sale")
    PAUSED = "paused", _("Paused")
    ENDED = "ended", _("Ended")
