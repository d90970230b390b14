"""What the ledger of mass says of lots that something carried, by what the carrier called itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery, Sum

from terrace.traceability.domain import EventKind
from terrace.traceability.models import LotEntry


@dataclass(frozen=True, slots=True)
class Carried:
    """Steps of a lot when it was sent last, None when it never was, and how many of them were lost under that name."""

    sent: int | None = None
    lost: int = 0


def carried(references: Iterable[str]) -> Mapping[tuple[str, int], Carried]:
    """Return what was carried under each of `references` ("consignment/K-..."), by reference and lot id."""
    named = LotEntry.objects.filter(event__reference__in=set(references))
    before = LotEntry.objects.filter(lot=OuterRef("lot"), event__lte=OuterRef("event")).order_by().values("lot")
    sent = named.filter(event__kind=EventKind.SENT).annotate(mass=Subquery(before.values(mass=Sum("steps"))))
    found = {
        (reference, lot_id): Carried(mass)
        for reference, lot_id, mass in sent.order_by("event").values_list("event__reference", "lot_id", "mass")
    }
    gone = named.filter(event__kind=EventKind.LOST).values_list("event__reference", "lot_id").annotate(sum=Sum("steps"))
    for reference, lot_id, steps in gone.order_by("event__reference", "lot_id"):
        found[reference, lot_id] = Carried(found.get((reference, lot_id), Carried()).sent, -steps)
    return found
