"""What becomes of an order, how often, and what is arranged so that each desk has work on the demo's day."""

from enum import Enum, auto


class Fate(Enum):
    """What becomes of an order."""

    CONFIRMED = auto()
    FORGOTTEN = auto()
    """The buyer says nothing: it counts as confirmed after some days."""
    NEVER_PAID = auto()
    PAID_LATE = auto()
    TRANSFER = auto()
    CANCELLED = auto()
    REFUNDED = auto()
    SPOILT = auto()
    DECIDED = auto()
    """Seller and buyer do not agree about bad fruit: the centre decides."""
    RETURNED = auto()
    """The seller wants the goods back: they are handed in at a point and go up to where they were packed."""


SHARES = {
    Fate.CONFIRMED: 42,
    Fate.FORGOTTEN: 30,
    Fate.NEVER_PAID: 5,
    Fate.PAID_LATE: 2,
    Fate.TRANSFER: 8,
    Fate.CANCELLED: 3,
    Fate.REFUNDED: 4,
    Fate.SPOILT: 6,
    Fate.DECIDED: 2,
}
ARRANGED = (
    (1, Fate.CONFIRMED),
    (1, Fate.TRANSFER),
    (1, Fate.FORGOTTEN),
    (7, Fate.SPOILT),
    (9, Fate.DECIDED),
    (26, Fate.RETURNED),
)
"""What leaves work on the desks, and how many days before the demo's day it is ordered: parcels to pack, money to look
for at the bank, a dispute to answer, one to decide."""
