"""A made county-day on real townships of Longnan: villages, parcels of five carriers, farm goods, a fleet of thirty.

Townships and their points are those that ship with `network`; villages lie around their township, as nobody has
published where they are. All else is drawn from a seed, in amounts that counties report: a handful of parcels for a
village and carrier, boxes and crates of farm goods from every second village, a part of them cold.
"""

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import time
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

from terrace.logistics.domain.fleet import STEEP, Energy, Equipment, Prices, Shift, VehicleKind, as_planned, narrow
from terrace.logistics.domain.routing import Depot, Job, Matrix, Problem, Rest, Vehicle, Window

DATA = Path(__file__).parents[1] / "src" / "terrace" / "network" / "data"
EARTH_M = 6_371_000
DETOUR = 1.5
KMH = 35
HOUR, MINUTE = 3600, 60
NARROW_CM = 180
FARTHEST_M = 6_000
"""How far from its township's point a village lies at most."""
CARRIERS = ((0, 80), (0, 70), (7 * HOUR, 55), (8 * HOUR, 40), (13 * HOUR, 15))
"""When each carrier's parcels are sorted at the hub, the night's as 0, and for how many villages of 100 it has some."""
KILOGRAM, LITRE = 1_000, 1_000
HUB_OPENS, HUB_CLOSES = 5 * HOUR, 21 * HOUR
LOAD_S = 20 * MINUTE
REST = Rest(12 * HOUR, 30 * MINUTE)
STOP_S, PARCEL_S, PER_100KG_S = 180, 15, 120
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Stop:
    """A village: parcels of each carrier (count, grams, millilitres), and what it sends."""

    place: int
    parcels: tuple[tuple[int, int, int], ...]
    takes: tuple[int, int, int]
    windows: tuple[Window, ...]
    needs: frozenset[str]
    worth: int | None = None


@dataclass(frozen=True, slots=True)
class CountyDay:
    """A day: its stops, the fleet, and the roads between all places, the hub first."""

    stops: Sequence[Stop]
    fleet: Sequence[Vehicle]
    roads: Matrix

    def joint(self) -> Problem:
        """Return the day on which every vehicle carries for everybody, both ways."""
        return self._problem([_job(stop, range(len(CARRIERS)), goes_up=True) for stop in self.stops])

    def apart(self) -> Iterator[tuple[str, Problem]]:
        """Yield what each carrier would drive alone, and the collection of farm goods alone."""
        for carrier in range(len(CARRIERS)):
            served = [stop for stop in self.stops if stop.parcels[carrier][0]]
            yield f"carrier {carrier + 1}", self._problem([_job(stop, [carrier], goes_up=False) for stop in served])
        sending = [stop for stop in self.stops if any(stop.takes)]
        yield "collection", self._problem([_job(stop, [], goes_up=True) for stop in sending])

    def _problem(self, jobs: Sequence[Job]) -> Problem:
        hub = Depot(0, Window(HUB_OPENS, HUB_CLOSES), LOAD_S)
        return Problem(jobs, self.fleet, [hub], [self.roads], REST)


def county_day(seed: int = 1, stops: int = 600, counties: Sequence[str] = ("621202",)) -> CountyDay:
    """Draw a day. The first county's seat is the hub. Raises `ValueError` where there are too few villages."""
    draw = random.Random(seed)
    hub, villages = _villages(counties, draw)
    if len(villages) < stops:
        raise ValueError(f"{len(villages)} villages only")
    chosen = draw.sample(villages, stops)
    return CountyDay([_stop(place, draw) for place in range(1, stops + 1)], _fleet(), Matrix(*_roads([hub, *chosen])))


def _villages(counties: Sequence[str], draw: random.Random) -> tuple[Point, list[Point]]:
    """Return where the hub is, and a drawn point for each village of townships whose point is known."""
    with (DATA / "longnan_coordinates.csv").open(encoding="utf-8", newline="") as file:
        points = {row["code"]: (float(row["lat"]), float(row["lon"])) for row in csv.DictReader(file) if row["lat"]}
    with (DATA / "longnan_divisions.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["level"] in ("village", "community")]
    above = [row["parent_code"] for row in rows if row["code"].startswith(tuple(counties))]
    return points[counties[0]], [_near(points[code], draw) for code in above if code in points]


def _near(centre: Point, draw: random.Random) -> Point:
    degree_m = EARTH_M * radians(1)
    north, east = draw.uniform(-FARTHEST_M, FARTHEST_M), draw.uniform(-FARTHEST_M, FARTHEST_M)
    return centre[0] + north / degree_m, centre[1] + east / (degree_m * cos(radians(centre[0])))


def _roads(points: Sequence[Point]) -> tuple[list[list[int]], list[list[int]]]:
    metres = [[round(_great_circle(one, other) * DETOUR) for other in points] for one in points]
    return metres, [[round(length * 3.6 / KMH) for length in row] for row in metres]


def _great_circle(one: Point, other: Point) -> float:
    """Return the metres between two points by the haversine formula."""
    (lat1, lon1), (lat2, lon2) = ((radians(value) for value in point) for point in (one, other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_M * asin(sqrt(half))


def _stop(place: int, draw: random.Random) -> Stop:
    """Draw a village's day: one in twelve has nothing but goods that may wait."""
    windows = (Window(7 * HOUR, 19 * HOUR),)
    if draw.random() < 0.25:
        opens = draw.choice((7, 8, 9, 14))
        windows = (Window(opens * HOUR, (opens + draw.choice((3, 4, 5))) * HOUR),)
    needs = frozenset({narrow(NARROW_CM)} if draw.random() < 0.08 else {STEEP} if draw.random() < 0.15 else ())
    if draw.random() < 1 / 12:
        grams = draw.randrange(30, 200) * KILOGRAM
        nothing = ((0, 0, 0),) * len(CARRIERS)
        return Stop(place, nothing, (grams, grams * 2, 0), windows, needs, worth=grams * 20)
    parcels = tuple(_parcels(draw, percent) for _released, percent in CARRIERS)
    if windows[0].latest < 16 * HOUR or not any(count for count, _grams, _ml in parcels):
        parcels = (*(parcels[:2] if parcels[0][0] else ((3, 6 * KILOGRAM, 30 * LITRE), parcels[1])), *_NO_LATE)
    return Stop(place, parcels, _goods(draw), windows, needs)


_NO_LATE = ((0, 0, 0),) * 3


def _parcels(draw: random.Random, percent: int) -> tuple[int, int, int]:
    if draw.randrange(100) >= percent:
        return 0, 0, 0
    count = draw.randrange(1, 9)
    grams = sum(draw.randrange(300, 4_000) for _parcel in range(count))
    return count, grams, grams * 6


def _goods(draw: random.Random) -> tuple[int, int, int]:
    if draw.random() < 0.5:
        return 0, 0, 0
    grams = draw.randrange(10, 120) * KILOGRAM
    return grams, grams * 2, grams if draw.random() < 0.12 else 0


def _job(stop: Stop, carriers: Sequence[int], *, goes_up: bool) -> Job:
    """Return a visit to a stop that drops the parcels of some carriers and takes, or leaves, what the village sends."""
    dropped = [(CARRIERS[one][0], *stop.parcels[one]) for one in carriers if stop.parcels[one][0]]
    count, grams, ml = (sum(one[at] for one in dropped) for at in (1, 2, 3))
    takes = stop.takes if goes_up else (0, 0, 0)
    return Job(
        key=str(stop.place),
        place=stop.place,
        drops=(grams, ml, 0),
        takes=takes,
        windows=stop.windows,
        service_s=STOP_S + count * PARCEL_S + (grams + takes[0]) * PER_100KG_S // (100 * KILOGRAM),
        released_at=max((one[0] for one in dropped), default=0),
        prize=stop.worth,
        needs=stop.needs,
    )


def _fleet() -> list[Vehicle]:
    """Return ten vans, twelve light trucks, five cold ones and three small electric ones for narrow roads."""
    shift = Shift(time(6), time(21), 480, 180)
    van = Equipment(VehicleKind.VAN, 178, True, 5_000 * LITRE, 0, Energy.PETROL, 9_000, 25, 9_000, 100, shift, 2)
    truck = replace(
        van,
        kind=VehicleKind.LIGHT_TRUCK,
        width_cm=200,
        capacity_ml=14_000 * LITRE,
        energy=Energy.DIESEL,
        use_per_100km=13_000,
        wear_per_km_minor=40,
        per_day_minor=15_000,
    )
    cold = replace(truck, capacity_ml=10_000 * LITRE, cold_grams=1_200 * KILOGRAM, per_day_minor=22_000)
    small = replace(
        van,
        kind=VehicleKind.TRICYCLE,
        width_cm=120,
        climbs=False,
        capacity_ml=2_000 * LITRE,
        energy=Energy.ELECTRICITY,
        use_per_100km=8_000,
        per_day_minor=4_000,
    )
    kinds = ((10, "van", 900, van), (12, "truck", 1_800, truck), (5, "cold", 1_500, cold), (3, "small", 400, small))
    widths = frozenset({NARROW_CM})
    return [
        as_planned(f"{name} {number}", kilograms * KILOGRAM, has, Prices(), widths=widths, pace=0)
        for count, name, kilograms, has in kinds
        for number in range(1, count + 1)
    ]
