"""What became ready after the tours of today were planned, and which of them could fetch it for the least way."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from terrace.logistics.domain.day import Haul
from terrace.logistics.domain.inserting import cheapest
from terrace.logistics.domain.tours import heaviest, weights
from terrace.logistics.models import Load, Stop, Tour
from terrace.logistics.queries.hauls import hauls_of
from terrace.logistics.queries.live import LiveTour
from terrace.logistics.queries.plans import day_rules_of
from terrace.logistics.queries.tours import EXPECTED, carried
from terrace.network import queries as network
from terrace.network.models import ServiceUnit

MOST_OFFERS = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a tour a unit is visited: at a stop that it has anyway, or as the stop number `at`; the way more."""

    stop: Stop | None
    at: int
    extra_m: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A tour that could fetch something, and where on its way."""

    tour: Tour
    place: Place


@dataclass(frozen=True, slots=True)
class PickUp:
    """What waits at a unit and rides on no tour, by number, with the tours that could fetch it, the best first."""

    unit_id: int
    codes: tuple[str, ...]
    grams: int
    offers: tuple[Offer, ...]


def pick_ups(live: Sequence[LiveTour]) -> list[PickUp]:
    """Return what waits below the centres of these tours to go up today, the heaviest first."""
    open_ones = [one for one in live if one.standing.is_open]
    loads = _loads(open_ones)
    found: list[PickUp] = []
    for centre in network.units_by_id({one.tour.unit_id for one in open_ones}).values():
        own = [one for one in open_ones if one.tour.unit_id == centre.pk]
        found += _at_units(centre, own, loads)
    return sorted(found, key=lambda one: (-one.grams, one.unit_id))


def place_for(tour: Tour, stops: Sequence[Stop], unit_id: int, units: Mapping[int, ServiceUnit]) -> Place | None:
    """Return where a tour best comes by a unit, None where that or the way is not on the map."""
    still = [stop for stop in stops if stop.left_at is None]
    there = next((stop for stop in still if stop.unit_id == unit_id), None)
    if there:
        return Place(there, there.place, 0)
    coming = [stop for stop in still if stop.arrived_at is None]
    reached = [stop for stop in stops if stop.arrived_at]
    ends = units[tour.comes_home_to].point
    begins = units[reached[-1].unit_id if reached else tour.leaves_from].point
    points = [units[stop.unit_id].point for stop in coming]
    new = units[unit_id].point
    known = [point for point in points if point]
    if not (ends and begins and new) or len(known) < len(points):
        return None
    best = cheapest(begins, known, ends, new)
    at = coming[best.before].place if best.before < len(coming) else len(stops) + 1
    return Place(None, at, best.extra_m)


def _at_units(centre: ServiceUnit, live: Sequence[LiveTour], loads: Mapping[int, list[Load]]) -> Iterator[PickUp]:
    by_unit: dict[int, list[Haul]] = defaultdict(list)
    on = max(one.tour.on for one in live)
    for haul in hauls_of(centre, on, day_rules_of(centre.pk)):
        if haul.goes_up and haul.other_id is None:
            by_unit[haul.unit_id].append(haul)
    wanted = {unit_id for one in live for unit_id in one.tour.way(one.stops)}
    units = network.units_by_id({centre.pk, *by_unit, *wanted})
    for unit_id, hauls in by_unit.items():
        offers = [
            Offer(one.tour, place)
            for one in live
            if one.tour.ends_at_id is None
            and (place := place_for(one.tour, one.stops, unit_id, units))
            and _fits(one, loads, place, hauls)
        ]
        best = sorted(offers, key=lambda offer: (offer.place.extra_m, offer.tour.pk))[:MOST_OFFERS]
        codes = tuple(haul.number for haul in hauls)
        yield PickUp(unit_id, codes, sum(haul.grams for haul in hauls), tuple(best))


def _fits(one: LiveTour, loads: Mapping[int, list[Load]], place: Place, hauls: Sequence[Haul]) -> bool:
    """Say whether it rides from there home without being too much on any leg, and cold where it must be."""
    if any(haul.is_cold for haul in hauls) and not one.tour.vehicle.is_cold:
        return False
    legs = weights(len(one.stops), carried(one.stops, loads.get(one.tour.pk, [])))
    more = sum(haul.grams for haul in hauls)
    return heaviest(legs[min(place.at, len(legs)) - 1 :]) + more <= one.tour.vehicle.capacity_grams


def _loads(live: Sequence[LiveTour]) -> Mapping[int, list[Load]]:
    by_tour: dict[int, list[Load]] = defaultdict(list)
    for load in Load.objects.filter(tour_id__in=[one.tour.pk for one in live], state__in=EXPECTED):
        by_tour[load.tour_id].append(load)
    return by_tour
