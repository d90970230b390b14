"""Small days to plan, for the tests of the planner: a hub, places on a line 1 km and 60 s apart."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from terrace.logistics.domain.routing import ALWAYS, Depot, Job, Matrix, Problem, Rest, Route, Trip, Vehicle, Window

KM = 1_000
MINUTE = 60


def line(places: int) -> Matrix:
    """Return the roads between places on a line: place 0 is the hub."""
    return Matrix(
        [[abs(one - two) * KM for two in range(places)] for one in range(places)],
        [[abs(one - two) * MINUTE for two in range(places)] for one in range(places)],
    )


def job(place: int, drops: int = 1, takes: int = 0, **more: Any) -> Job:
    """Return a job at a place, with one kind of load."""
    return replace(Job(str(place), place, (drops,), (takes,)), **more)


def van(**more: Any) -> Vehicle:
    """Return a vehicle for ten, which costs one a metre."""
    return replace(Vehicle("van", (10,), cost_per_m=1), **more)


def day(*jobs: Job, fleet: Sequence[Vehicle] = (), depots: Sequence[Depot] = (), rest: Rest | None = None) -> Problem:
    """Return a day on the line with these jobs."""
    depots = depots or (Depot(0),)
    places = 1 + max([one.place for one in jobs] + [depot.place for depot in depots])
    return Problem(jobs, fleet or (van(),), depots, [line(places)], rest)


def route(*trips: Sequence[int], vehicle: int = 0, depots: Sequence[int] = ()) -> Route:
    """Return a route of trips, each of jobs by their index, that load at the first depot unless told otherwise."""
    at = depots or [0] * len(trips)
    return Route(vehicle, tuple(Trip(depot, tuple(jobs)) for depot, jobs in zip(at, trips, strict=True)))


def drawn(seed: int, jobs: int = 12) -> Problem:
    """Return a day drawn by a seed: places in a plane, loads of two kinds, windows, two trips, overtime, a break."""
    draw = random.Random(seed)
    points = [(draw.randrange(20_000), draw.randrange(20_000)) for _place in range(jobs + 1)]
    distances = [[int(abs(a - c) + abs(b - d)) for c, d in points] for a, b in points]
    durations = [[length // 10 + (length > 0) * draw.randrange(60) for length in row] for row in distances]
    wide = [
        Job(
            str(at),
            at,
            (draw.randrange(5), draw.randrange(3)),
            (draw.randrange(5), draw.randrange(3)),
            tuple(_windows(draw)),
            draw.randrange(600),
            draw.choice((0, 0, 8 * 3600)),
            draw.choice((None, None, 5_000)),
            draw.choice((frozenset(), frozenset({"narrow"}))),
        )
        for at in range(1, jobs + 1)
    ]
    shift = Window(6 * 3600, 20 * 3600)
    base = Vehicle("any", (0, 0), reloads=1, reload_at=(0,), cost_per_m=1, cost_per_s=2, shift=shift)
    small = replace(base, key="small", capacity=(8, 3), count=3, fixed_cost=900, offers=frozenset({"narrow"}))
    large = replace(base, key="large", capacity=(20, 9), count=2, fixed_cost=2_000)
    fleet = (small, replace(large, shift_s=5 * 3600, overtime_s=3600, cost_per_overtime_s=1))
    return Problem(wide, fleet, (Depot(0, load_s=300),), [Matrix(distances, durations)], Rest(12 * 3600, 3600))


def _windows(draw: random.Random) -> list[Window]:
    starts = [7 * 3600 + draw.randrange(3 * 3600), 13 * 3600 + draw.randrange(2 * 3600)]
    return draw.choice(([ALWAYS], [Window(starts[0], starts[0] + 3600)], [Window(one, one + 2400) for one in starts]))
