"""Whose goods a lot still holds and a parcel was given: by the lots that were taken in, in exact steps."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Max, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from terrace.traceability.domain import EventKind, LossReason, Origins
from terrace.traceability.models import LotEntry, LotEvent, LotOrigin, LotShare, LotUse


@dataclass(frozen=True, slots=True)
class Loss:
    """That so much of lots that were taken in, by their ids, was lost by one event, and why."""

    event_id: int
    at: datetime
    reason: LossReason
    origins: Origins


def origins_left(lot_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """Return by lot how many steps of what is left of it come from which lot that was taken in, by their ids."""
    found: dict[int, dict[int, int]] = {lot_id: {} for lot_id in lot_ids}
    rows = LotOrigin.objects.filter(lot__in=found, left_steps__gt=0).order_by("lot_id", "root_id")
    for lot_id, root_id, steps in rows.values_list("lot_id", "root_id", "left_steps"):
        found[lot_id][root_id] = steps
    return found


def origins_of_uses(references: Iterable[str]) -> Mapping[tuple[str, int], Origins]:
    """Return of which lots taken in, in steps, that is which was packed out of a lot: by reference and the lot's id.

    What was put back later counts too.
    """
    uses = {use.packed_by_id: use.reference for use in LotUse.objects.filter(reference__in=set(references))}
    shares = LotShare.objects.filter(event__in=uses).order_by("id")
    found: dict[tuple[str, int], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for event_id, lot_id, root_id, steps in shares.values_list("event_id", "lot_id", "root_id", "steps"):
        found[uses[event_id], lot_id][root_id] -= steps
    return found


def origins_of_use(use: LotUse) -> Origins:
    """Return of which lots taken in, in steps, what was packed is."""
    shares = LotShare.objects.filter(event=use.packed_by_id, lot=use.lot_id).order_by("root_id")
    return {root_id: -steps for root_id, steps in shares.values_list("root_id", "steps")}


def packed_from(root_ids: Iterable[int]) -> dict[int, set[str]]:
    """Return into what goods of each lot taken in were packed, by the lot's id; what was put back later counts too."""
    shares = LotShare.objects.filter(root__in=set(root_ids), event__kind=EventKind.PACKED).order_by("id")
    found: dict[int, set[str]] = defaultdict(set)
    for root_id, reference in shares.values_list("root_id", "event__reference"):
        found[root_id].add(reference)
    return dict(found)


@dataclass(frozen=True, slots=True)
class PutBack:
    """That `steps` of a lot were put back out of what `reference` names, when, and what was written off of them."""

    reference: str
    lot_id: int
    steps: int
    lost_steps: int
    at: datetime


def put_back_out_of(references: Iterable[str]) -> list[PutBack]:
    """Return what was put back out of what the references name: into each lot how much, and what of it was spoilt."""
    of_parcel = LotEntry.objects.filter(lot=OuterRef("lot"), event__reference=OuterRef("reference"))
    lost = of_parcel.filter(event__kind=EventKind.LOST).order_by().values("lot").annotate(sum=-Sum("steps"))
    undone = LotUse.objects.filter(reference__in=set(references), undone_at__isnull=False)
    sums = undone.values("reference", "lot_id").annotate(whole=Sum("steps"), last=Max("undone_at"))
    rows = sums.annotate(lost=Coalesce(Subquery(lost.values("sum")), 0)).order_by("reference", "lot_id")
    return [PutBack(row["reference"], row["lot_id"], row["whole"], row["lost"], row["last"]) for row in rows]


def loss_of(event_id: int) -> Loss:
    """Return what an event lost. The caller has authorised the look."""
    event = LotEvent.objects.get(pk=event_id)
    shares = LotShare.objects.filter(event=event).order_by("root_id").values_list("root_id", "steps")
    return Loss(event.pk, event.at, LossReason(event.reason), {root: -steps for root, steps in shares})


def losses_of(root_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """Return what was lost of lots that were taken in, in steps: by the lot's id and the event's.

    What came back out of a parcel spoilt had been sold, and is left out.
    """
    packed = LotUse.objects.filter(lot=OuterRef("lot"), reference=OuterRef("event__reference"))
    lost = LotShare.objects.filter(event__kind=EventKind.LOST, root__in=set(root_ids)).exclude(Exists(packed))
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for root_id, event_id, steps in lost.order_by("event_id", "id").values_list("root_id", "event_id", "steps"):
        found[root_id][event_id] = found[root_id].get(event_id, 0) - steps
    return dict(found)
