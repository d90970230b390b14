"""Where the demo's vehicle was on the tours of the last days, as its driver's phone told it: winding roads, and a rest.

Drawn from nothing: the same tour drives the same way whatever else the demo does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import pi, sin

from terrace.kernel.actors import Actor
from terrace.logistics import services as logistics
from terrace.logistics.domain.tracking import Fix
from terrace.logistics.models import Tour
from terrace.network.domain.places import Point, distance_km

MINUTE = timedelta(minutes=1)
HALT, REST = 9 * MINUTE, 24 * MINUTE
BEFORE_HOME = 6 * MINUTE
BEND = 0.06
"""Roads bend aside by so much of the way between two halts."""


@dataclass(frozen=True, slots=True)
class Drive:
    """A drive: where the vehicle was each minute, and when it came to each stop and left."""

    fixes: Sequence[Fix]
    halts: Sequence[tuple[datetime, datetime]]


def drive_of(tour: Tour, ends: datetime) -> Drive | None:
    """Return how a tour is driven that has left and comes home at a moment; None where a halt is nowhere."""
    way = [tour.unit_id, *tour.stops.order_by("place").values_list("unit_id", flat=True), tour.unit_id]
    places = logistics.places_of(way)
    if tour.started_at is None or any(unit_id not in places for unit_id in way):
        return None
    return _drive([places[unit_id] for unit_id in way], tour.started_at, ends - BEFORE_HOME)


def tell_drive(by: Actor, tour: Tour, drive: Drive) -> None:
    """Let the driver's phone tell where it was."""
    told = [logistics.ToldPosition(tour.number, fix) for fix in drive.fixes]
    logistics.tell_positions(by=by, told=told)


def _drive(way: Sequence[Point], begins: datetime, ends: datetime) -> Drive:
    """Share the time among the ways by their length; the vehicle rests on the last."""
    lengths = [distance_km(one, other) for one, other in pairwise(way)]
    driving = ends - begins - REST - HALT * (len(way) - 2)
    fixes, halts, now = list[Fix](), list[tuple[datetime, datetime]](), begins
    for number, (one, other) in enumerate(pairwise(way)):
        takes, is_last = driving * (lengths[number] / sum(lengths)), number == len(way) - 2
        fixes += _on_the_road(one, other, now, takes, REST if is_last else timedelta())
        now += takes + (REST if is_last else timedelta())
        if not is_last:
            fixes += [Fix(now + step * MINUTE, other, 9, 0) for step in range(HALT // MINUTE)]
            halts.append((now + 2 * MINUTE, now + HALT))
            now += HALT
    return Drive([*fixes, Fix(now, way[-1], 9, 0)], halts)


def _on_the_road(one: Point, other: Point, begins: datetime, takes: timedelta, rest: timedelta) -> Iterator[Fix]:
    """Yield a position a minute on a road that bends aside and back; the vehicle rests half-way."""
    kmh = round(distance_km(one, other) / max(takes.total_seconds(), 60) * 3600)
    for step in range((takes + rest) // MINUTE):
        since = step * MINUTE
        driven = min(since, max(takes / 2, since - rest))
        part = driven / takes
        aside = BEND * sin(2 * pi * part) * sin(7 * pi * part)
        north, east = other.latitude - one.latitude, other.longitude - one.longitude
        latitude = one.latitude + part * north - aside * east
        longitude = one.longitude + part * east + aside * north
        is_resting = takes / 2 < since < takes / 2 + rest
        yield Fix(begins + since, Point(round(latitude, 6), round(longitude, 6)), 12, 0 if is_resting else kmh)
