"""What a parcel's or consignment's scan means for the tours: what was planned to ride rides, or was unloaded."""

from datetime import datetime

from django.db.models import Q

from terrace.logistics.domain import LoadState
from terrace.logistics.models import Consignment, Load, Parcel, Tour

OPEN = (LoadState.PLANNED, LoadState.LOADED)


def reached(tour: Tour, unit_id: int, at: datetime) -> None:
    """Note that the tour is at its stop there: who unloads or loads has arrived, whether he said so or not."""
    tour.stops.filter(unit_id=unit_id, arrived_at__isnull=True, left_at__isnull=True).update(arrived_at=at)


def open_load(row: Parcel | Consignment) -> Load | None:
    """Return what is planned or done to carry `row` on a tour now, None for nothing."""
    return row.loads.filter(state__in=OPEN).first()


def loaded(row: Parcel | Consignment, tour: Tour, grams: int) -> None:
    """Note that `row` lies on the vehicle of `tour`; what nobody had planned rides to its own stop, or home."""
    load = open_load(row)
    if load is not None and load.tour_id != tour.pk:
        load.state = LoadState.LEFT
        load.save(update_fields=["state"])
        load = None
    if load is None:
        named = {"parcel": row} if isinstance(row, Parcel) else {"consignment": row}
        stop = tour.stops.filter(unit_id=row.to_unit_id, left_at__isnull=True).order_by("place").first()
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
    ends_here = Q(drop_at__unit=unit_id) | Q(drop_at=None, tour__unit=unit_id)
    row.loads.filter(ends_here, state=LoadState.PLANNED).update(state=LoadState.DROPPED)


def off_other_tours(row: Parcel | Consignment, tour_id: int | None) -> None:
    """Note that `row` lies on no other vehicle than that of a tour: its driver told of it, who saw where it is."""
    row.loads.filter(state=LoadState.LOADED).exclude(tour=tour_id).update(state=LoadState.DROPPED)


def ended(row: Parcel | Consignment) -> None:
    """Note that `row` rides nowhere any more."""
    row.loads.filter(state=LoadState.PLANNED).update(state=LoadState.LEFT)
    row.loads.filter(state=LoadState.LOADED).update(state=LoadState.DROPPED)
