"""Orders: what a buyer bought of one seller, and how far it has come."""

from datetime import timedelta

from terrace.kernel.words import Choice, _

PRESUMED_AFTER = timedelta(days=14)
"""So long after shipping an order counts as delivered of which no carrier said anything: no parcel takes longer."""


class OrderStatus(Choice):
    """Where an order stands. Money is in escrow from `PAID` to `DELIVERED`; stock is held until it is given back.

    `REFUNDED` is an order that was given back in full when its goods had left: they went back into no offer.
    """

    PLACED = "placed", _("Waiting for payment")
    PAID = "paid", _("To be packed")
    PACKED = "packed", _("Packed")
    SHIPPED = "shipped", _("On its way")
    DELIVERED = "delivered", _("Delivered")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")
    REFUNDED = "refunded", _("Given back in full")
    EXPIRED = "expired", _("Not paid in time")

    @property
    def holds_stock(self) -> bool:
        """Whether its goods are taken from the offer: given back when it is cancelled before shipping or expires."""
        return self not in (OrderStatus.CANCELLED, OrderStatus.EXPIRED)

    @property
    def can_be_cancelled(self) -> bool:
        """Whether its goods are still here, so that its seller may cancel it."""
        return self in (OrderStatus.PLACED, OrderStatus.PAID, OrderStatus.PACKED)

    @property
    def holds_money(self) -> bool:
        """Whether its money lies in escrow."""
        return self in (OrderStatus.PAID, OrderStatus.PACKED, OrderStatus.SHIPPED, OrderStatus.DELIVERED)
