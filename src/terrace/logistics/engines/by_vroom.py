"""VROOM: a complete plan in seconds, of days without second trips (https://github.com/VROOM-Project/vroom).

VROOM loads each vehicle once, as it begins. Goods that come later ride only with vehicles that begin later still; days
on which none does are not for it (`can_plan`). What a vehicle already carries takes of its room for the whole trip.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import vroom

from terrace.logistics.domain.routing import NO_ROAD, Budget, Plan, Planned, Problem, Route, Trip, Vehicle
from terrace.logistics.engines.clock import window_without, without

NAME = "vroom"
DEEPEST = 5
"""VROOM's own measure of how far it looks."""
MOST = 1_000_000_000
"""The greatest sum told to VROOM, which adds up in 32 bits."""
DETOUR = 10
Integers = np.ndarray[Any, np.dtype[np.int64]]
MOST_WANTED = 100
"""VROOM's highest priority, for jobs that have to be done. What may wait gets less, by what it is worth."""


@dataclass(frozen=True, slots=True)
class VroomPlanner:
    """Plans once; the budget's seconds are a limit that it rarely needs."""

    depth: int = DEEPEST

    def plan(self, problem: Problem, budget: Budget, tell: Callable[[Planned], None] | None = None) -> Planned:
        """Return VROOM's plan; what it could not fit in is left out. Raises `ValueError` where it cannot plan."""
        if not can_plan(problem):
            raise ValueError("VROOM loads each vehicle once, before the day")
        fleet = [index for index, vehicle in enumerate(problem.vehicles) for _one in range(vehicle.count)]
        day = vroom.Input()
        coarse = _set_roads(day, problem)
        day.add_vehicle([_vehicle(problem, number, index, coarse) for number, index in enumerate(fleet)])
        day.add_job(list(_jobs(problem)))
        solution = day.solve(self.depth, nb_threads=1, timeout=timedelta(seconds=budget.seconds))
        planned = Planned(_plan(problem, fleet, solution.routes.to_dict("records")), NAME, 1)
        if tell:
            tell(planned)
        return planned


def can_plan(problem: Problem) -> bool:
    """Say whether VROOM knows all that a problem asks for."""
    latest = max((_begins(problem, vehicle) for vehicle in problem.vehicles), default=0)
    return all(job.released_at <= latest for job in problem.jobs)


def _begins(problem: Problem, vehicle: Vehicle) -> int:
    """Return when a vehicle begins to load at the earliest."""
    return max(vehicle.shift.earliest, problem.depots[vehicle.start].open.earliest)


def _set_roads(day: vroom.Input, problem: Problem) -> int:
    """Tell the roads, and as costs what each kind of vehicle spends on them; return by what costs are divided."""
    tables = []
    for vehicle in problem.vehicles:
        roads = problem.roads(vehicle)
        metres, seconds = _passable(roads.distances), _passable(roads.durations)
        tables.append((metres, seconds, metres * vehicle.cost_per_m + seconds * vehicle.cost_per_s))
    dearest = max((int(costs.max()) for _metres, _seconds, costs in tables), default=0)
    coarse = 1 + dearest * (len(problem.jobs) + 2) // MOST
    for profile, (metres, seconds, costs) in enumerate(tables):
        day.set_durations_matrix(str(profile), seconds)
        day.set_distances_matrix(str(profile), metres)
        day.set_costs_matrix(str(profile), costs // coarse)
    return coarse


def _passable(table: Sequence[Sequence[int]]) -> Integers:
    """Return a table where a road that is closed is far longer than any other: VROOM knows no closed ones."""
    wide = np.array(table, dtype=np.int64)
    np.fill_diagonal(wide, 0)
    longest = int(wide[wide < NO_ROAD].max(initial=1))
    wide[wide >= NO_ROAD] = longest * DETOUR
    return wide


def _vehicle(problem: Problem, number: int, index: int, coarse: int) -> vroom.Vehicle:
    """Return one vehicle of a kind; its day begins when it has loaded."""
    vehicle = problem.vehicles[index]
    start, nothing = problem.depots[vehicle.start], (0,) * len(vehicle.capacity)
    begins = without(problem.rest, _begins(problem, vehicle)) + start.load_s
    ends = without(problem.rest, min(vehicle.shift.latest, problem.depots[vehicle.end].open.latest, MOST))
    return vroom.Vehicle(
        number,
        start=start.place,
        end=problem.depots[vehicle.end].place,
        profile=str(index),
        capacity=[most - on for most, on in zip(vehicle.capacity, vehicle.on_board or nothing, strict=True)],
        skills=set(_skills(problem, vehicle)),
        time_window=vroom.TimeWindow(begins, max(begins, ends)),
        costs=vroom.VehicleCosts(fixed=vehicle.fixed_cost // coarse),
    )


def _skills(problem: Problem, vehicle: Vehicle) -> Iterator[int]:
    """Yield which of the demands that occur a vehicle meets, numbered from nought."""
    begins = _begins(problem, vehicle)
    demands = enumerate(_demands(problem))
    return (number for number, (needs, released) in demands if needs <= vehicle.offers and released <= begins)


def _demands(problem: Problem) -> list[tuple[frozenset[str], int]]:
    """Return what jobs need and when their goods come, of those of which a vehicle could lack something."""
    found = {(job.needs, job.released_at) for job in problem.jobs if job.needs or job.released_at}
    return sorted(found, key=lambda one: (sorted(one[0]), one[1]))


def _jobs(problem: Problem) -> Iterator[vroom.Job]:
    demands = {demand: number for number, demand in enumerate(_demands(problem))}
    highest = max((job.prize or 0 for job in problem.jobs), default=0)
    for number, job in enumerate(problem.jobs):
        windows = (window_without(problem.rest, window) for window in job.windows)
        yield vroom.Job(
            number,
            job.place,
            default_service=job.service_s,
            delivery=list(job.drops),
            pickup=list(job.takes),
            skills={demands[demand]} if (demand := (job.needs, job.released_at)) in demands else set(),
            priority=MOST_WANTED if job.prize is None else job.prize * (MOST_WANTED - 1) // max(1, highest),
            time_windows=[vroom.TimeWindow(early, min(late, MOST)) for early, late in windows],
        )


def _plan(problem: Problem, fleet: Sequence[int], steps: Sequence[dict[str, Any]]) -> Plan:
    """Return what VROOM's table of steps says."""
    jobs: dict[int, list[int]] = defaultdict(list)
    for step in steps:
        if step["type"] == "job":
            jobs[step["vehicle_id"]].append(int(step["id"]))
    starts = {number: problem.vehicles[kind].start for number, kind in enumerate(fleet)}
    return Plan(tuple(Route(fleet[one], (Trip(starts[one], tuple(done)),)) for one, done in sorted(jobs.items())))
