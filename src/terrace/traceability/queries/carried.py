"""What the ledger of mass says of lots that something carried, by what the carrier called itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import OuterRef, Subquery, Sum

from terrace.traceability.domain import EventKind
from terrace.traceability.models import LotEntry

WAYS = {EventKind.SENT: "sent", EventKind.ARRIVED: "arrived"}


@dataclass(frozen=True, slots=True)
class Carried:
    """Steps of a lot when it was sent last and when it arrived last, None for never, and how many were lost of them."""

    sent: int | None = None
    arrived: int | None = None
    lost: int = 0


def carried(references: Iterable[str]) -> Mapping[tuple[str, int], Carried]:
    """Return what was carried under each of `references` ("consignment/K-..."), by reference and lot id."""
    named = LotEntry.objects.filter(event__reference__in=set(references))
    before = LotEntry.objects.filter(lot=OuterRef("lot"), event__lte=OuterRef("event")).order_by().values("lot")
    moved = named.filter(event__kind__in=WAYS).annotate(mass=Subquery(before.values(mass=Sum("steps"))))
    found: dict[tuple[str, int], Carried] = {}
    for reference, lot_id, kind, mass in moved.order_by("event").values_list(
        "event__reference", "lot_id", "event__kind", "mass"
    ):
        at = (reference, lot_id)
        found[at] = replace(found.get(at, Carried()), **{WAYS[EventKind(kind)]: mass})
    gone = named.filter(event__kind=EventKind.LOST).values_list("event__reference", "lot_id").annotate(sum=Sum("steps"))
    for reference, lot_id, steps in gone.order_by("event__reference", "lot_id"):
        found[reference, lot_id] = replace(found.get((reference, lot_id), Carried()), lost=-steps)
    return found
