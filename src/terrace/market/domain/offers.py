"""Offers: what is for sale, at which price, in which days. Pure rules."""

from datetime import date

from terrace.kernel.words import Choice, _

LONGEST_TITLE = 80
LONGEST_STORY = 2_000
LONGEST_REVIEW = 500
MOST_PHOTOS = 6
LARGEST_STOCK = 1_000_000
"""More pieces or packs than any seller of the region has: above it a number is a slip of the finger."""
LARGEST_CONTENT_UNITS = 1_000
"""One parcel holds no more kilograms, litres or pieces than this."""
MOST_PER_ORDER = 9_999
LARGEST_PRICE_MINOR = 10**10
"""So many of the smallest coin is above any price: times what one order takes it is still a number of the books."""
USUAL_MOST_PER_ORDER = 99
LONGEST_WINDOW_DAYS = 366
FARTHEST_OPENING_DAYS = 366
BEST_RATING = 5


class SaleUnit(Choice):
    """What one of an offer is: a pack of a known content, a piece, or a kilogram or litre of loose goods."""

    PACK = "pack", _("Pack")
    PIECE = "piece", _("Piece")
    WEIGHT = "weight", _("By weight")


class OfferStatus(Choice):
    """What was last done with an offer. Only one on sale, within its days, can be bought."""

    DRAFT = "draft", _("Draft")
    ON_SALE = "on_sale", _("On sale")
    PAUSED = "paused", _("Paused")
    ENDED = "ended", _("Ended")


class Standing(Choice):
    """Where an offer stands on a day: what was done with it, and what the day makes of it."""

    DRAFT = "draft", _("Draft")
    COMING = "coming", _("Coming soon")
    ON_SALE = "on_sale", _("On sale")
    SOLD_OUT = "sold_out", _("Sold out")
    PAUSED = "paused", _("Paused")
    ENDED = "ended", _("Ended")


def standing(status: OfferStatus, opens_on: date, closes_on: date, available: int, today: date) -> Standing:
    """Return where an offer kept as `status` stands on `today`: past its last day it has ended, job or not.

    A draft was never on sale, so no day ends it: its days can still be changed.
    """
    if status is OfferStatus.DRAFT:
        return Standing.DRAFT
    if status is OfferStatus.ENDED or closes_on < today:
        return Standing.ENDED
    if status is OfferStatus.PAUSED:
        return Standing.PAUSED
    if today < opens_on:
        return Standing.COMING
    return Standing.ON_SALE if available > 0 else Standing.SOLD_OUT
