"""Which tours an actor sees, what rides on them, and what could."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q, QuerySet

from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.errors import NotFound
from terrace.logistics.domain import ConsignmentStatus, Direction, LoadState, ParcelStatus, Permission, TourStatus
from terrace.logistics.domain.tours import Carried, heaviest, weights
from terrace.logistics.models import Carrier, Consignment, Load, Parcel, Stop, Tour, Vehicle
from terrace.logistics.queries.consignments import waiting_at
from terrace.network import queries as network

CARRIED = (LoadState.PLANNED, LoadState.LOADED)
EXPECTED = (LoadState.AWAITED, *CARRIED)
"""What a vehicle has to have room for: of one thing, several tours may expect it one after the other."""
BEFORE_THE_POINT = (ParcelStatus.REGISTERED, ParcelStatus.AT_HUB, ParcelStatus.AT_STATION)
BELOW_THE_HUB = (ParcelStatus.AT_POINT, ParcelStatus.AT_STATION)
NO_RIDER = (ParcelStatus.MISSING, ParcelStatus.DAMAGED, ParcelStatus.WITH_CARRIER, ParcelStatus.IN_TRANSIT)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What could ride on a tour as it stops now."""

    parcels: Sequence[Parcel]
    consignments: Sequence[Consignment]


def tours_visible_to(actor: Actor) -> QuerySet[Tour]:
    """Return the tours of the areas below the actor's posts, those that stop there, and those that it drives."""
    paths = actor.paths(Permission.VIEW)
    own = Q(driver_id=actor.person_id) if actor.person_id else Q(pk__in=[])
    halts = Stop.objects.filter(unit_id__in=actor.units if paths else ()).values("tour_id")
    return Tour.objects.filter(within(paths) | own | Q(pk__in=halts))


def get_tour(actor: Actor, number: str) -> Tour:
    """Return the tour `number`, or raise `NotFound` when the actor does not see it."""
    found = tours_visible_to(actor).filter(number=number).select_related("vehicle").first()
    if found is None:
        raise NotFound
    return found


def tours_driven_by(person_id: int, on: date) -> QuerySet[Tour]:
    """Return what somebody drives on a day, and what is left from before, under way or not begun, the first first."""
    mine = Tour.objects.filter(Q(on=on) | _left_over(on), driver_id=person_id)
    return mine.exclude(status=TourStatus.CANCELLED).select_related("vehicle").order_by("on", "starts_at", "id")


def tours_stopping_at(unit_id: int, on: date) -> QuerySet[Stop]:
    """Return the halts of open tours at a unit on a day, and of those left from before, in the order of their times."""
    coming = Tour.objects.filter(Q(on=on) | _left_over(on), status__in=[TourStatus.PLANNED, TourStatus.UNDER_WAY])
    stops = Stop.objects.filter(tour__in=coming.values("pk"), unit_id=unit_id)
    return stops.select_related("tour").order_by("tour__on", "planned_at", "id")


def tours_not_begun(actor: Actor, on: date) -> QuerySet[Tour]:
    """Return the tours of the days before `on` that nobody began, for who plans tours there: goods ride on them."""
    return Tour.objects.filter(within(actor.paths(Permission.DISPATCH)), on__lt=on, status=TourStatus.PLANNED).order_by(
        "on", "id"
    )


def tours_not_finished(actor: Actor, on: date) -> QuerySet[Tour]:
    """Return the tours of the days before `on` that began and never came home, for who plans tours there."""
    under_way = Tour.objects.filter(within(actor.paths(Permission.DISPATCH)), on__lt=on, status=TourStatus.UNDER_WAY)
    return under_way.order_by("on", "id")


def _left_over(on: date) -> Q:
    """What was to be driven before a day and is not over: under way, or not even begun."""
    return Q(status=TourStatus.UNDER_WAY) | Q(status=TourStatus.PLANNED, on__lt=on)


def stops_of(tour: Tour) -> list[Stop]:
    """Return the stops of a tour in the order of driving."""
    return list(tour.stops.order_by("place", "id"))


def loads_of(tour: Tour) -> list[Load]:
    """Return what rides, or rode, on a tour, with its parcels and consignments, parcels first."""
    return list(tour.loads.select_related("parcel", "consignment").order_by("consignment_id", "parcel_id", "id"))


def lies_on(tour: Tour) -> bool:
    """Say whether anything is on the vehicle of a tour."""
    return tour.loads.filter(state=LoadState.LOADED).exists()


def next_stop(stops: Iterable[Stop]) -> Stop | None:
    """Return the first stop that has not been left, None when all were."""
    return next((stop for stop in stops if stop.left_at is None), None)


def carried(stops: Sequence[Stop], loads: Iterable[Load]) -> list[Carried]:
    """Return the loads as the rules see them, by the places of the stops."""
    places, home = {stop.pk: stop.place for stop in stops}, len(stops) + 1
    return [
        Carried(places.get(load.take_at_id or 0, 0), places.get(load.drop_at_id or 0, home), load.grams)
        for load in loads
        if load.state in EXPECTED
    ]


def heaviest_load(stops: Sequence[Stop], loads: Iterable[Load]) -> int:
    """Return the most grams that lie on the vehicle at once."""
    return heaviest(weights(len(stops), carried(stops, loads)))


def waiting_for(tour: Tour, most: int = 200) -> Waiting:
    """Return what lies where the tour begins or stops and has to go where it comes by, the longest waiting first."""
    units = [stop.unit_id for stop in stops_of(tour) if stop.left_at is None]
    ridden = Load.objects.filter(state__in=CARRIED)
    here = Parcel.objects.filter(ended_at__isnull=True).exclude(status__in=NO_RIDER)
    here = here.exclude(pk__in=ridden.filter(parcel__isnull=False).values("parcel_id"))
    goes_up = Q(unit_at_id__in=set(units) - {tour.comes_home_to} if tour.brings_home else ())
    homeward = goes_up & (_up() | Q(is_astray=True))
    parcels = here.filter(_down(tour, units) | homeward).order_by("seen_at", "id")
    lies = [row.pk for unit_id in {tour.leaves_from, *units} for row in waiting_at(unit_id)]
    goods = Consignment.objects.filter(pk__in=lies)
    goods = goods.filter(Q(to_unit_id__in=units) | Q(to_unit_id=tour.unit_id) & goes_up)
    goods = goods.exclude(pk__in=ridden.filter(consignment__isnull=False).values("consignment_id"))
    goods = goods.exclude(ready_at__gte=clock.begin_of(tour.on + timedelta(days=1)))
    return Waiting(list(parcels[:most]), list(goods.order_by("created_at", "id")[:most]))


def refused_below(actor: Actor) -> QuerySet[Parcel]:
    """Return the refused parcels that lie where they were refused and ride on no tour, for who plans tours there.

    They go back with the next tour that stops there: each tour's page offers them. The longest waiting first.
    """
    lies = Parcel.objects.filter(within(actor.paths(Permission.DISPATCH), "to_path"), unit_at_id=F("to_unit_id"))
    rides = Load.objects.filter(state__in=CARRIED, parcel__isnull=False).values("parcel_id")
    return lies.filter(status=ParcelStatus.REFUSED).exclude(pk__in=rides).order_by("seen_at", "id")


def waiting_below(actor: Actor) -> int:
    """Return how many parcels and consignments wait in the areas where the actor plans tours, and ride on none yet.

    Down from where they are announced or lie to their last unit, up from points and stations.
    """
    paths = actor.paths(Permission.DISPATCH)
    here = within(paths, "from_path") | within(paths, "to_path")
    ridden = Load.objects.filter(state__in=CARRIED)
    goes_down = Q(direction=Direction.DOWN, status__in=BEFORE_THE_POINT) & ~Q(unit_at_id=F("to_unit_id"))
    goes_up = Q(direction=Direction.UP, status__in=BELOW_THE_HUB)
    goes_on = Q(is_astray=True) | Q(direction=Direction.UP, status=ParcelStatus.AT_HUB, to_unit__isnull=False)
    parcels = Parcel.objects.filter(here, goes_down | goes_up | goes_on, ended_at__isnull=True, is_refused=False)
    parcels = parcels.exclude(pk__in=ridden.filter(parcel__isnull=False).values("parcel_id"))
    goods = Consignment.objects.filter(here, status__in=[ConsignmentStatus.WAITING, ConsignmentStatus.ON_THE_WAY])
    goods = goods.filter(unit_at__isnull=False)
    goods = goods.exclude(pk__in=ridden.filter(consignment__isnull=False).values("consignment_id"))
    return parcels.count() + goods.count()


def trouble_below(actor: Actor) -> dict[ParcelStatus, int]:
    """Return how many parcels are missing and damaged in the areas where the actor plans tours."""
    paths = actor.paths(Permission.DISPATCH)
    odd = Parcel.objects.filter(within(paths, "from_path") | within(paths, "to_path"), ended_at__isnull=True)
    found = odd.filter(status__in=[ParcelStatus.MISSING, ParcelStatus.DAMAGED]).values("status").order_by("status")
    return {ParcelStatus(row["status"]): row["count"] for row in found.annotate(count=Count("pk"))}


def goods_waiting_too_long(actor: Actor, now: datetime) -> QuerySet[Consignment]:
    """Return the goods that may wait no longer and that nobody fetched, for who plans tours there, the oldest first."""
    goods = Consignment.objects.filter(within(actor.paths(Permission.DISPATCH), "from_path"))
    return goods.filter(status=ConsignmentStatus.WAITING, waits_until__lte=now).order_by("waits_until", "id")


def refused_at(units: Collection[int]) -> QuerySet[Parcel]:
    """Return the refused parcels that lie at units, for whom nobody comes any more. The caller works there."""
    return Parcel.objects.filter(unit_at_id__in=units, status=ParcelStatus.REFUSED).order_by("seen_at", "id")


def stations_of(centre_id: int) -> set[int]:
    """Return the units, by their ids, where vehicles of a centre stand that drive rounds from there."""
    stand = Vehicle.objects.filter(unit_id=centre_id, is_active=True, begins_at__isnull=False)
    return set(stand.values_list("begins_at_id", flat=True))


def station_for(tour: Tour, unit_ids: Collection[int], path: str) -> int | None:
    """Return the unit of these from which rounds go to a place, None for none; the nearest above it, where more do."""
    stations = network.units_by_id(stations_of(tour.unit_id) & set(unit_ids))
    above = [unit for unit in stations.values() if path.startswith(unit.area_path)]
    return max(above, key=lambda unit: len(unit.area_path)).pk if above else None


def _down(tour: Tour, units: Collection[int]) -> Q:
    """What goes from where the tour begins, or from a stop, to a stop, or to a village of its rounds.

    Announced parcels too: they come to the yard before the tour leaves.
    """
    stations = network.units_by_id(stations_of(tour.unit_id) & set(units))
    paths = [unit.area_path for unit in stations.values()]
    going = Q(is_refused=False) & (Q(to_unit_id__in=units) | within(paths, "to_path"))
    in_yard = Q(unit_at_id=tour.unit_id) | Q(
        direction=Direction.DOWN, status=ParcelStatus.REGISTERED, from_unit_id=tour.unit_id
    )
    between = Q(unit_at_id__in=units, to_unit_id__in=units) & ~Q(unit_at_id=F("to_unit_id"))
    return going & (between if tour.begins_at_id else in_yard | between)


def _up() -> Q:
    """What goes home: parcels that go up, and what was refused."""
    return Q(direction=Direction.UP) | Q(is_refused=True)


def vehicles_visible_to(actor: Actor) -> QuerySet[Vehicle]:
    """Return the vehicles of the areas below the actor's posts."""
    return Vehicle.objects.filter(within(actor.paths(Permission.VIEW)))


def get_vehicle(actor: Actor, number: str) -> Vehicle:
    """Return the vehicle `number`, or raise `NotFound` when the actor does not see it."""
    found = vehicles_visible_to(actor).filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def carriers_visible_to(actor: Actor) -> QuerySet[Carrier]:
    """Return the carriers that share networks below the actor's posts, and those that the actor speaks for."""
    return Carrier.objects.filter(within(actor.paths(Permission.VIEW)) | Q(party_id__in=actor.own_parties))


def carriers_of(actor: Actor) -> QuerySet[Carrier]:
    """Return where the actor's own parties share a network today."""
    return Carrier.objects.filter(is_active=True, party_id__in=actor.own_parties).order_by("id")


def carriers_at(paths: Iterable[str]) -> QuerySet[Carrier]:
    """Return the carriers that share the networks of the centres at the paths today."""
    return Carrier.objects.filter(is_active=True, area_path__in=set(paths)).order_by("id")


def carriers_serving(area_path: str) -> QuerySet[Carrier]:
    """Return the carriers that serve a place: they share the network of a centre at or above it."""
    return carriers_at(area_path[:length] for length in range(1, len(area_path) + 1))


def get_carrier(actor: Actor, number: str) -> Carrier:
    """Return the carrier `number`, or raise `NotFound` when the actor does not see it."""
    found = carriers_visible_to(actor).filter(number=number).first()
    if found is None:
        raise NotFound
    return found
