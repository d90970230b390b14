"""The figures: what is counted, in what, and how one is compared with another."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from terrace.kernel.words import Choice, Text, _


class FigureKind(Choice):
    """What is counted. Amounts are in minor units of the installation's currency."""

    SALES = "sales", _("Sales")
    REFUNDED = "refunded", _("Given back")
    NET_SALES = "net_sales", _("Net sales")
    ORDERS = "orders", _("Orders")
    BOXES = "boxes", _("Boxes sold")
    PURCHASES = "purchases", _("Bought from producers")
    PREMIUM = "premium", _("Above the reference price")
    INCOME = "income", _("Household income")
    PARCELS_UP = "parcels_up", _("Parcels up")
    PARCELS_DOWN = "parcels_down", _("Parcels down")

    @property
    def is_money(self) -> bool:
        """Whether it is an amount of money, not a count."""
        return self not in COUNTS

    @property
    def is_of_product(self) -> bool:
        """Whether it can be told of one product: what a parcel or an account holds is of many."""
        return self not in (FigureKind.INCOME, FigureKind.PARCELS_UP, FigureKind.PARCELS_DOWN)

    @property
    def meaning(self) -> Text:
        """What exactly is counted, in a sentence."""
        return MEANINGS[self]


COUNTS = (FigureKind.ORDERS, FigureKind.BOXES, FigureKind.PARCELS_UP, FigureKind.PARCELS_DOWN)
"""What is counted; all others are amounts."""
MEANINGS: Mapping[FigureKind, Text] = {
    FigureKind.SALES: _(
        "Goods of the area in paid orders, not cancelled, without freight, on the day of payment. "
        "Packed goods are of where their lots grew, others of where the seller offers them from."
    ),
    FigureKind.REFUNDED: _("What was given back of these sales until now, on the day of their payment."),
    FigureKind.NET_SALES: _("Sales less what was given back of them."),
    FigureKind.ORDERS: _("Paid orders that hold goods of the area; not those that were cancelled."),
    FigureKind.BOXES: _("Packs, pieces or kilograms of offers in these orders."),
    FigureKind.PURCHASES: _("Bought at the scales of the area's points and stations; voided purchases do not count."),
    FigureKind.PREMIUM: _("What these purchases paid above the reference price of the day; below it counts as minus."),
    FigureKind.INCOME: _("What the ledger booked to accounts of households of the area for their goods."),
    FigureKind.PARCELS_UP: _("Parcels that left the area, on the day they were handed to the carrier."),
    FigureKind.PARCELS_DOWN: _("Parcels for people of the area, on the day they were announced."),
}

Tally = Mapping[FigureKind, int]
"""Figures of a place or a day, in counts and minor units."""


def change_of(now: int, before: int) -> Decimal | None:
    """Return by how many percent `now` differs from `before`, to a tenth; None where there was nothing to compare."""
    if before == 0:
        return None
    percent = Decimal(now - before) * 100 / Decimal(abs(before))
    return percent.quantize(Decimal("0.1"), ROUND_HALF_UP)
