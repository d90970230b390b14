"""Putting what became ready on a tour of today that is planned or under way already."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Invalid, Stale
from terrace.kernel.words import _
from terrace.logistics import queries
from terrace.logistics.domain import Permission
from terrace.logistics.models import Load, Tour
from terrace.logistics.services.loading import assign
from terrace.logistics.services.tours import add_stop, lock_tour, move_stop, tell_more
from terrace.network import queries as network


@transaction.atomic
def insert_pick_up(
    *, by: Actor, tour: Tour, version: int, unit_id: int, codes: Sequence[str], now: datetime | None = None
) -> list[Load]:
    """Let a tour fetch what waits at a unit, with a stop where that costs least where it has none there; tell who
    drives.

    Raises `Forbidden`, `Stale`, `TourEnded`, `Overloaded`, `NotFound`, `Invalid`.
    """
    by.require(Permission.DISPATCH, tour.area_path)
    found = lock_tour(tour.pk)
    if found.version != version:
        raise Stale
    stops = queries.stops_of(found)
    units = network.units_by_id([found.unit_id, unit_id, *(stop.unit_id for stop in stops)])
    if unit_id not in units:
        raise Invalid(_("A tour stops at open units of the centre's own area."), field="unit")
    place = queries.place_for(found, stops, unit_id, units)
    if place is None or place.stop is None:
        stop = add_stop(by=by, tour=found, version=version, unit_id=unit_id)
        places = place.at - stop.place if place else 0
        move_stop(by=by, tour=found, version=_version(found), stop_id=stop.pk, places=places)
    loads = assign(by=by, tour=found, version=_version(found), codes=codes)
    if any(load.take_at is None or load.take_at.unit_id != unit_id for load in loads):
        raise Invalid(_("Something of this does not lie there any more. Look again."), field="codes")
    tell_more(found, by=by, now=now or clock.now())
    return loads


def _version(tour: Tour) -> int:
    """Return the version as of now: each step of the act counts it up."""
    return Tour.objects.values_list("version", flat=True).get(pk=tour.pk)
