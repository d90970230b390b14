"""Cash on delivery: what a parcel costs who fetches it, and how old is what a unit has not handed in. Pure rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from terrace.kernel.errors import DomainError
from terrace.kernel.money import Money
from terrace.kernel.words import Choice, _, in_context

MOST_MINOR = 5_000_000
"""Of one parcel: fifty thousand of most currencies. More is carried by nobody who brings parcels."""


class CashWay(Choice):
    """How the recipient paid who handed the parcel over. Either way that unit owes it."""

    NOTES = "notes", _("In cash")
    QR = "qr", in_context("paid by", "By the point's QR code")


class Unpaid(DomainError):
    """The parcel is paid for when it is handed over, and nobody has said that it was."""

    code = "unpaid"
    message = _("Take the money first, and say how it was paid.")


@dataclass(frozen=True, slots=True)
class Debt:
    """What a unit owes in cash: how much, for how many parcels, and since when the oldest of it."""

    unit_id: int
    amount: Money
    parcels: int
    since: datetime


def open_part(taken: Iterable[tuple[datetime, int]], owed: int) -> tuple[int, datetime | None]:
    """Return how many of the takings, the youngest first, make up what is still `owed`, and when the oldest was taken.

    What is handed in pays the oldest first, so what is owed is what was taken last.
    """
    count, since = 0, None
    for at, minor in taken:
        if owed <= 0:
            break
        count, since, owed = count + 1, at, owed - minor
    return count, since
