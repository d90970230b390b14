"""Tours planned against driven: each halt's hours and metres, where the vehicle stood, and how far it drove."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from terrace.kernel.deployment import current
from terrace.logistics.domain.driven import Halt, Leg, believed_metres, legs_driven
from terrace.logistics.domain.roads import Placed, by_air
from terrace.logistics.domain.routing import NO_ROAD, Matrix
from terrace.logistics.domain.tracking import (
    Fix,
    Piece,
    Standstill,
    between,
    covers,
    driven_metres,
    is_detour,
    minutes_late,
    nearest,
    standstills,
)
from terrace.logistics.models import RoadMatrix, Stop, Tour
from terrace.logistics.queries.positions import positions_during, track_of
from terrace.logistics.queries.roads import detours_at, placed
from terrace.logistics.queries.tours import stops_of


@dataclass(frozen=True, slots=True)
class DrivenHalt:
    """A halt by plan and as it was; the yard at the end has no stop. `planned_m` is the way from the halt before."""

    unit_id: int
    stop: Stop | None
    planned_at: datetime | None
    told_at: datetime | None
    leg: Leg
    planned_m: int | None
    is_detour: bool

    @property
    def late(self) -> int | None:
        """By how many minutes the vehicle came later than planned."""
        return minutes_late(self.planned_at, self.leg.came)


@dataclass(frozen=True, slots=True)
class Stood:
    """A standstill away from all halts, with the unit that was nearest and how many metres it was away."""

    still: Standstill
    near: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class DrivenTour:
    """A tour planned against driven; `metres` is None where positions do not tell of the whole tour."""

    halts: Sequence[DrivenHalt]
    stood: Sequence[Stood]
    track: Sequence[Fix]
    not_believed: int
    planned_m: int | None
    metres: int | None


@dataclass(frozen=True, slots=True)
class _Ways:
    """The ways between the halts of a tour: by the roads, and as positions tell."""

    units: Sequence[int]
    places: Sequence[Placed | None]
    roads: Matrix | None
    track: Sequence[Fix]

    @property
    def whole(self) -> int | None:
        """The metres by plan from halt to halt, None where one is not known."""
        known = [self.metres(place - 1, place) for place in range(1, len(self.units))]
        return None if None in known else sum(metres or 0 for metres in known)

    def metres(self, one: int, other: int) -> int | None:
        """Return the metres of the roads between two halts, None where they are not known."""
        metres = None if self.roads is None else self.roads.distances[one][other]
        return None if metres is None or metres >= NO_ROAD else metres

    def is_detour(self, leg: Leg, place: int) -> bool:
        """Say whether the way to a halt was a detour, as far as positions tell."""
        if leg.begins_at is None or leg.came is None or leg.left_before is None:
            return False
        one, other, planned = self.places[leg.begins_at], self.places[place], self.metres(leg.begins_at, place)
        if one is None or other is None or planned is None:
            return False
        return is_detour(Piece(one.point, other.point, planned, between(self.track, leg.left_before, leg.came)))


def driven_tour(tour: Tour) -> DrivenTour:
    """Return a tour planned against driven. The caller has seen to it that the reader may know where it was."""
    stops, track = stops_of(tour), track_of(tour)
    way = tour.way(stops)
    places = placed(way, detours_at(tour.area_path))
    ways = _Ways(way, [places.get(unit_id) for unit_id in way], _roads(tour, way, places), track)
    legs = legs_driven(_halts(tour, stops, places), track)
    halts = [
        DrivenHalt(
            way[place],
            stop,
            _moment(tour, stop.planned_at if stop else None),
            stop.arrived_at if stop else tour.finished_at,
            leg,
            ways.metres(place - 1, place),
            ways.is_detour(leg, place),
        )
        for place, (stop, leg) in enumerate(zip([*stops, None], legs, strict=True), start=1)
    ]
    points = {pk: place.point for pk, place in places.items()}
    stood = standstills(track, list(points.values()))
    planned = ways.whole
    return DrivenTour(
        halts,
        [Stood(still, nearest(still.point, points)) for still in stood],
        track,
        positions_during(tour).count() - len(track) if track else 0,
        planned,
        believed_metres(metres_driven(tour, track), planned or 0),
    )


def legs_of(tour: Tour) -> list[tuple[int, int, int, int]]:
    """Return the ways of a tour between units of which positions tell: from, to, metres and seconds."""
    stops, track = stops_of(tour), track_of(tour)
    if not track:
        return []
    way = tour.way(stops)
    legs = legs_driven(_halts(tour, stops, placed(way)), track)
    return [
        (way[leg.begins_at], way[number], leg.metres, leg.seconds)
        for number, leg in enumerate(legs, start=1)
        if leg.begins_at is not None and leg.metres and leg.seconds
    ]


def metres_driven(tour: Tour, track: Sequence[Fix]) -> int | None:
    """Return how far a tour that came home drove, None where positions do not tell of nearly all of it."""
    if tour.started_at is None or tour.finished_at is None or not covers(track, tour.started_at, tour.finished_at):
        return None
    return driven_metres(track)


def _halts(tour: Tour, stops: Sequence[Stop], places: dict[int, Placed]) -> list[Halt]:
    begins, ends = (places[pk].point if pk in places else None for pk in (tour.leaves_from, tour.comes_home_to))
    halts = [
        Halt(places[stop.unit_id].point if stop.unit_id in places else None, stop.arrived_at, stop.left_at)
        for stop in stops
    ]
    return [Halt(begins, left=tour.started_at), *halts, Halt(ends, came=tour.finished_at)]


def _roads(tour: Tour, way: Sequence[int], places: dict[int, Placed]) -> Matrix | None:
    """Return the usual roads between the halts of a tour, as they were found out last; None where one is nowhere."""
    if any(unit_id not in places for unit_id in way):
        return None
    kept = RoadMatrix.objects.filter(unit_id=tour.unit_id, places__contains=sorted(set(way)))
    row = kept.order_by("-made_at", "-id").first()
    if row is None:
        return by_air([places[unit_id] for unit_id in way]).matrix()
    at = {unit_id: place for place, unit_id in enumerate(row.places)}
    return row.kept.of([at[unit_id] for unit_id in way]).matrix()


def _moment(tour: Tour, planned: time | None) -> datetime | None:
    return datetime.combine(tour.on, planned, ZoneInfo(current().time_zone)) if planned else None
