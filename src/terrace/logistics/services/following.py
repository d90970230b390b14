"""What a parcel's or consignment's scan means for the tours: what was planned to ride rides, or was unloaded."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from terrace.logistics.domain import LoadState
from terrace.logistics.models import Consignment, Load, Parcel, Tour

OPEN = (LoadState.PLANNED, LoadState.LOADED)
TO_COME = (LoadState.AWAITED, LoadState.PLANNED)


def reached(tour: Tour, unit_id: int, at: datetime) -> None:
    """Note that the tour is at its stop there: who unloads or loads has arrived, whether he said so or not.

    Where it comes by twice, that is the stop that was not left yet.
    """
    stop = tour.stops.filter(unit_id=unit_id, left_at__isnull=True).order_by("place").first()
    if stop is not None and stop.arrived_at is None:
        stop.arrived_at = at
        stop.save(update_fields=["arrived_at"])


def begins_at(unit_id: int) -> Q:
    """What is loaded where the tour begins, at this unit."""
    return Q(take_at=None) & (Q(tour__begins_at=unit_id) | Q(tour__begins_at=None, tour__unit=unit_id))


def ends_at(unit_id: int) -> Q:
    """What is unloaded where the tour ends, at this unit."""
    return Q(drop_at=None) & (Q(tour__ends_at=unit_id) | Q(tour__ends_at=None, tour__unit=unit_id))


def open_load(row: Parcel | Consignment) -> Load | None:
    """Return what is planned or done to carry `row` on a tour now, None for nothing."""
    return row.loads.filter(state__in=OPEN).first()


def loaded(row: Parcel | Consignment, tour: Tour, grams: int) -> None:
    """Note that `row` lies on the vehicle of `tour`; what nobody had planned rides to its own stop, or home.

    Where another tour carried it so far, it was put down from that.
    """
    load = open_load(row)
    if load is not None and load.tour_id != tour.pk:
        load.state = LoadState.DROPPED if load.state == LoadState.LOADED else LoadState.LEFT
        load.save(update_fields=["state"])
        load = None
    if load is None:
        load = row.loads.filter(tour=tour, state=LoadState.AWAITED).first()
    if load is None:
        named = {"parcel": row} if isinstance(row, Parcel) else {"consignment": row}
        to_come = tour.stops.filter(left_at__isnull=True).order_by("place")
        stop = to_come.filter(unit_id=row.to_unit_id).first() or to_come.filter(unit_id=tour.ends_at_id).last()
        Load.objects.create(tour=tour, drop_at=stop, grams=grams, state=LoadState.LOADED, **named)
        return
    load.state = LoadState.LOADED
    load.save(update_fields=["state"])


def unloaded(row: Parcel | Consignment, unit_id: int) -> None:
    """Note that `row` lies at a unit: it left the vehicle, if it lay on one.

    Where that is the end of its ride it is no longer to be loaded either: who scans it there knows that it came,
    though nobody scanned it onto the vehicle.
    """
    row.loads.filter(state=LoadState.LOADED).update(state=LoadState.DROPPED)
    ends_here = Q(drop_at__unit=unit_id) | ends_at(unit_id)
    row.loads.filter(ends_here, state=LoadState.PLANNED).update(state=LoadState.DROPPED)
    row.loads.filter(ends_here, state=LoadState.AWAITED).update(state=LoadState.LEFT)
    _goes_on(row, unit_id)


def off_other_tours(row: Parcel | Consignment, tour_id: int | None) -> None:
    """Note that `row` lies on no other vehicle than that of a tour: its driver told of it, who saw where it is."""
    row.loads.filter(state=LoadState.LOADED).exclude(tour=tour_id).update(state=LoadState.DROPPED)


def ended(row: Parcel | Consignment) -> None:
    """Note that `row` rides nowhere any more."""
    row.loads.filter(state__in=TO_COME).update(state=LoadState.LEFT)
    row.loads.filter(state=LoadState.LOADED).update(state=LoadState.DROPPED)


def riders_of(loads: QuerySet[Load]) -> list[Parcel | Consignment]:
    """Return what is to ride by these loads, locked in the order in which all lock it."""
    rows: list[Parcel | Consignment] = []
    for model, name in ((Parcel, "parcel_id"), (Consignment, "consignment_id")):
        named = list(loads.exclude(**{name: None}).values_list(name, flat=True))
        rows += model.objects.select_for_update(of=("self",)).filter(pk__in=named).order_by("pk")
    return rows


def left_behind(tour: Tour) -> int:
    """Note that a tour carries nothing more of what it was still to load; return how much that was."""
    to_come = tour.loads.filter(state__in=TO_COME)
    rows, left = riders_of(to_come), to_come.update(state=LoadState.LEFT)
    let_go(rows)
    return left


def let_go(rows: Iterable[Parcel | Consignment]) -> None:
    """Let tours that wait for things where they lie take them, now that these ride on no other."""
    for row in rows:
        if row.unit_at_id is not None:
            _goes_on(row, row.unit_at_id)


def _goes_on(row: Parcel | Consignment, unit_id: int) -> None:
    """Let a tour that waited for `row` at a unit take it now, where it rides on no other."""
    taken_here = Q(take_at__unit=unit_id, take_at__left_at__isnull=True) | begins_at(unit_id)
    load = row.loads.filter(taken_here, state=LoadState.AWAITED).order_by("pk").first()
    if load is not None and open_load(row) is None:
        load.state = LoadState.PLANNED
        load.save(update_fields=["state"])
