"""What happened to a lot, and to those that it came from and those that were made of it."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from terrace.traceability.domain import EventKind
from terrace.traceability.models import Inspection, Lot, LotEntry, LotEvent

FARTHEST = 100
"""Generations that a family is followed: far more than any goods go through."""
FOR_EVER = sys.maxsize
"""Later than any event: a lot's own history has no end."""


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a journey as it touched one lot, with what the lot gained or lost by it."""

    kind: EventKind
    at: datetime
    lot_id: int
    unit_id: int | None
    steps: int
    reason: str
    reference: str
    details: dict[str, Any]
    signature: str
    event_id: int


@dataclass(frozen=True, slots=True)
class Bond:
    """That so many steps went from one lot into another, and until which event they went the parent's way.

    That is the split or the merger itself; of goods that stayed where they were packed, the event that packed them.
    """

    parent_id: int
    child_id: int
    steps: int
    until: int = 0


Reach = Mapping[int, int]
"""Until which event what happened to a lot, or to one that it came from, happened to its goods; by the lots' ids."""


def journey(lot: Lot) -> list[Step]:
    """Return what happened to the goods of a lot, in those it came from too, the earliest first."""
    return steps_within(reach_of(lot))


def reach_of(lot: Lot) -> Reach:
    """Return the lot and those that it was split or merged from, with the event until which each held its goods.

    What happens to a lot after a part was taken out of it happens to the rest alone: the part was not there.
    """
    reach, here = {lot.pk: FOR_EVER}, [lot.pk]
    for _generation in range(FARTHEST):
        bonds = bonds_above(here)
        here = [pk for pk in dict.fromkeys(bond.parent_id for bond in bonds) if pk not in reach]
        for bond in bonds:
            reach[bond.parent_id] = max(reach.get(bond.parent_id, 0), bond.until)
        if not here:
            break
    return reach


def steps_within(reach: Reach) -> list[Step]:
    """Return what happened to the lots of a reach as far as it goes, the earliest first."""
    return [step for step in steps_of(reach) if step.event_id <= reach[step.lot_id]]


def inspections_within(reach: Reach) -> list[Inspection]:
    """Return the tests of the lots of a reach as far as it goes, the newest first."""
    return [test for test in inspections_of(reach) if test.event_id <= reach[test.lot_id]]


def steps_of(lot_ids: Iterable[int]) -> list[Step]:
    """Return what happened to these lots alone, the earliest first."""
    rows = LotEntry.objects.filter(lot__in=set(lot_ids)).select_related("event").order_by("event__at", "event_id", "id")
    return [_step(entry, entry.event) for entry in rows]


def lots_made_of(lot: Lot) -> list[int]:
    """Return the ids of the lots that were split or merged from a lot, and those from them, nearest first."""
    seen, here = {lot.pk: None}, [lot.pk]
    for _generation in range(FARTHEST):
        found = dict.fromkeys(bond.child_id for bond in bonds_below(here))
        here = [pk for pk in found if pk not in seen]
        if not here:
            break
        seen |= dict.fromkeys(here)
    return list(seen)[1:]


def bonds_above(lot_ids: Iterable[int]) -> list[Bond]:
    """Return from which lots each of these came directly."""
    return _bonds(lot_ids, gained=True)


def bonds_below(lot_ids: Iterable[int]) -> list[Bond]:
    """Return which lots each of these went into directly."""
    return _bonds(lot_ids, gained=False)


def inspections_of(lot_ids: Iterable[int]) -> list[Inspection]:
    """Return the tests of these lots with their results, the newest first."""
    rows = Inspection.objects.filter(lot__in=set(lot_ids)).prefetch_related("results")
    return list(rows.order_by("-tested_on", "-event_id"))


def _bonds(lot_ids: Iterable[int], *, gained: bool) -> list[Bond]:
    """Return the bonds of events in which these lots gained, as children, or lost, as parents."""
    wanted = set(lot_ids)
    sign = {"steps__gt": 0} if gained else {"steps__lt": 0}
    kinds = [EventKind.SPLIT, EventKind.MERGED]
    own = LotEntry.objects.filter(lot__in=wanted, event__kind__in=kinds, **sign).values("event_id")
    entries = list(LotEntry.objects.filter(event__in=own).select_related("event").order_by("event_id", "id"))
    by_event: dict[int, list[LotEntry]] = {}
    for entry in entries:
        by_event.setdefault(entry.event_id, []).append(entry)
    return [bond for group in by_event.values() for bond in _pairs(group, wanted, gained=gained)]


def _pairs(entries: Sequence[LotEntry], wanted: set[int], *, gained: bool) -> list[Bond]:
    """Return the bonds of one event. One side of it is a single lot, so what went over is the other side's entry."""
    lost = [entry for entry in entries if entry.steps < 0]
    got = [entry for entry in entries if entry.steps > 0]
    return [
        Bond(parent.lot_id, child.lot_id, min(-parent.steps, child.steps), child.event.left_by_id or child.event_id)
        for parent in lost
        for child in got
        if (child.lot_id if gained else parent.lot_id) in wanted
    ]


def _step(entry: LotEntry, event: LotEvent) -> Step:
    return Step(
        kind=EventKind(event.kind),
        at=event.at,
        lot_id=entry.lot_id,
        unit_id=event.unit_id,
        steps=entry.steps,
        reason=event.reason,
        reference=event.reference,
        details=event.details,
        signature=event.signature,
        event_id=event.pk,
    )
