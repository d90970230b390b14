"""What tours that came home cost, and what each thing that rode bears of it: reckoned by a job."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.kernel.deployment import current
from terrace.kernel.errors import Invalid
from terrace.logistics import queries
from terrace.logistics.domain import LoadState, TourStatus
from terrace.logistics.domain.costs import Share, costs_of, shared
from terrace.logistics.domain.driven import believed_metres
from terrace.logistics.domain.routing import NO_ROAD, Matrix
from terrace.logistics.models import Load, Stop, Tour, TourCost
from terrace.logistics.services.roads import roads_between
from terrace.network import queries as network

LATEST = timedelta(days=60)
"""A tour that could not be reckoned for so long, for nobody said where its stops lie, stays without a cost."""


def reckon_costs(*, now: datetime | None = None) -> int:
    """Reckon the tours that came home since, the oldest first; return how many.

    Each is reckoned in a transaction of its own, so this may stop at any time and be run again.
    """
    moment = now or clock.now()
    waiting = Tour.objects.filter(status=TourStatus.FINISHED, finished_at__gte=moment - LATEST, cost__isnull=True)
    return sum(_reckon(pk, moment) for pk in list(waiting.order_by("finished_at", "pk").values_list("pk", flat=True)))


@transaction.atomic
def _reckon(tour_id: int, now: datetime) -> bool:
    """Reckon one tour; say whether it could be: all its stops lie on the map, and roads lead there."""
    tour = Tour.objects.select_for_update(of=("self",)).select_related("vehicle").get(pk=tour_id)
    if TourCost.objects.filter(tour=tour).exists():
        return False
    stops = [stop for stop in queries.stops_of(tour) if stop.arrived_at]
    way = tour.way(stops)
    places = list(dict.fromkeys(way))
    centre = network.units_by_id([tour.unit_id])[tour.unit_id]
    try:
        roads = roads_between(unit=centre, unit_ids=places, on=tour.on, now=now).matrix()
    except Invalid:
        return False
    planned = _by_roads(roads, [places.index(unit_id) for unit_id in way])
    if planned >= NO_ROAD or tour.started_at is None or tour.finished_at is None:
        return False
    driven = believed_metres(queries.metres_driven(tour, queries.track_of(tour)), planned)
    _write(tour, planned, driven, stops, roads, places, now)
    return True


def _write(
    tour: Tour,
    planned: int,
    driven: int | None,
    stops: Sequence[Stop],
    roads: Matrix,
    places: Sequence[int],
    now: datetime,
) -> None:
    """Write what a tour cost: by the metres that it drove, where positions tell them, else by those of the roads."""
    metres, seconds = planned if driven is None else driven, _seconds(tour)
    before = sum(
        _seconds(other)
        for other in Tour.objects.filter(
            vehicle=tour.vehicle_id, on=tour.on, status=TourStatus.FINISHED, started_at__lt=tour.started_at
        )
    )
    prices = queries.day_rules_of(tour.unit_id).prices
    costs = costs_of(tour.vehicle.equipment, prices, metres, seconds, before)
    cost = TourCost.objects.create(
        tour=tour,
        metres=metres,
        is_driven=driven is not None,
        seconds=seconds,
        energy_minor=costs.energy_minor,
        wear_minor=costs.wear_minor,
        driver_minor=costs.driver_minor,
        standing_minor=costs.standing_minor,
        total_minor=costs.total_minor,
        currency=current().currency,
        on=tour.on,
        area_path=tour.area_path,
        county_code=tour.county_code,
    )
    loads = list(tour.loads.filter(state=LoadState.DROPPED).order_by("pk"))
    at = {stop.pk: places.index(stop.unit_id) for stop in stops}
    shares = [Share(load.grams, _direct(load, at, roads)) for load in loads]
    for load, minor in zip(loads, shared(cost.total_minor, shares) if loads else [], strict=True):
        load.cost_minor = minor
    Load.objects.bulk_update(loads, ["cost_minor"], batch_size=1_000)
    details = {"metres": metres, "seconds": seconds, "total": str(cost.total)}
    audit.record(
        by=SYSTEM, act="logistics.reckon_tour", subject=tour, area_path=tour.area_path, details=details, now=now
    )


def _seconds(tour: Tour) -> int:
    if tour.started_at is None or tour.finished_at is None:
        return 0
    return int((tour.finished_at - tour.started_at).total_seconds())


def _by_roads(roads: Matrix, way: Sequence[int]) -> int:
    return sum(roads.distances[one][other] for one, other in pairwise(way) if one != other)


def _direct(load: Load, at: dict[int, int], roads: Matrix) -> int:
    """Return the metres between the yard and where a load was taken or put down, the farther of both."""
    ends = [at[stop_id] for stop_id in (load.take_at_id, load.drop_at_id) if stop_id in at]
    return max((roads.distances[0][end] for end in ends), default=0)
