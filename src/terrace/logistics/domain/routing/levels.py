"""A day on two levels: a trunk tour from the hub to stations, and rounds from each station to its villages.

First the way down: what each station's villages get rides there. Then the rounds, which load when the trunk has come.
Then the whole trunk: down no later than the rounds count on, and up what the rounds brought, once they are back.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from operator import add

from terrace.logistics.domain.routing.checking import Fault, check
from terrace.logistics.domain.routing.measuring import Measures, measure
from terrace.logistics.domain.routing.plan import Plan
from terrace.logistics.domain.routing.planner import Budget, RoutePlanner
from terrace.logistics.domain.routing.problem import Depot, Job, Load, Problem, Vehicle, Window
from terrace.logistics.domain.routing.timetable import timetable


@dataclass(frozen=True, slots=True)
class Station:
    """A station: where it lies, the jobs and vehicles (by their index) of its rounds, how long the trunk stays."""

    place: int
    jobs: tuple[int, ...]
    vehicles: tuple[int, ...]
    handling_s: int = 900


@dataclass(frozen=True, slots=True)
class Part:
    """What one visit of the trunk carries: of which station, down or up, the goods of which jobs."""

    station: int
    goes_up: bool
    jobs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rounds:
    """A station's rounds. `jobs` says which of the whole day's its own are; `back_at` when all are back."""

    problem: Problem = field(repr=False)
    plan: Plan
    jobs: tuple[int, ...]

    @property
    def brought(self) -> tuple[int, ...]:
        """The jobs of the whole day that are done, and take something."""
        done = set(self.plan.jobs())
        return tuple(job for own, job in enumerate(self.jobs) if own in done and any(self.problem.jobs[own].takes))

    @property
    def back_at(self) -> int:
        """When the last of those vehicles is back."""
        return max((timetable(self.problem, route).ends for route in self.plan.routes), default=0)


@dataclass(frozen=True, slots=True)
class TwoLevels:
    """A day on two levels. The trunk's jobs are the parts, in their order; there are rounds for each station."""

    trunk: Problem = field(repr=False)
    parts: tuple[Part, ...]
    trunk_plan: Plan
    rounds: tuple[Rounds, ...]

    @property
    def measures(self) -> Measures:
        """What both levels cost together."""
        both = [measure(self.trunk, self.trunk_plan), *(measure(one.problem, one.plan) for one in self.rounds)]
        return Measures(*(sum(getattr(one, each.name) for one in both) for each in fields(Measures)))

    def faults(self) -> list[Fault]:
        """Return every reason why it may not be driven: of the trunk, then of each station's rounds.

        The levels fit together where there is none: rounds load what has come, and the trunk takes what is back.
        """
        return [
            *check(self.trunk, self.trunk_plan),
            *(one for own in self.rounds for one in check(own.problem, own.plan)),
        ]


def two_levels(
    problem: Problem, stations: Sequence[Station], trunk: Sequence[int], planner: RoutePlanner, budget: Budget
) -> TwoLevels:
    """Plan a day on two levels. `trunk` are the vehicles between hub and stations, which begin at the first depot.

    Each level is planned for the whole budget. Raises `ValueError` where a job belongs to no station, or to two.
    """
    if sorted(job for one in stations for job in one.jobs) != list(range(len(problem.jobs))):
        raise ValueError("each job belongs to one station")
    fleet = [problem.vehicles[vehicle] for vehicle in trunk]
    down = _parts_down(problem, stations, fleet)
    first = replace(problem, jobs=[_visit(problem, stations, part) for part in down], vehicles=fleet)
    come = _come_at(first, planner.plan(first, budget).plan, down)
    rounds = tuple(_rounds(problem, one, come, planner, budget) for one in stations)
    up = _parts_up(problem, rounds, fleet)
    jobs = [_by(_visit(problem, stations, part), min(come[job] for job in part.jobs)) for part in down]
    jobs += [_from(_visit(problem, stations, part), rounds[part.station].back_at) for part in up]
    whole = replace(problem, jobs=jobs, vehicles=fleet)
    return TwoLevels(whole, (*down, *up), planner.plan(whole, budget).plan, rounds)


def _parts_down(problem: Problem, stations: Sequence[Station], fleet: Sequence[Vehicle]) -> tuple[Part, ...]:
    """Return what the trunk brings: of each station together what is there from one moment on, as far as it fits."""
    found: list[Part] = []
    for number, station in enumerate(stations):
        waves: dict[int, list[int]] = defaultdict(list)
        for job in station.jobs:
            if any(problem.jobs[job].drops):
                waves[problem.jobs[job].released_at].append(job)
        for _moment, jobs in sorted(waves.items()):
            found += [Part(number, False, part) for part in _that_fit(problem, jobs, fleet, goes_up=False)]
    return tuple(found)


def _parts_up(problem: Problem, rounds: Sequence[Rounds], fleet: Sequence[Vehicle]) -> tuple[Part, ...]:
    """Return what the trunk takes from each station, as far as it fits a vehicle."""
    return tuple(
        Part(number, True, part)
        for number, one in enumerate(rounds)
        for part in _that_fit(problem, one.brought, fleet, goes_up=True)
    )


def _that_fit(
    problem: Problem, jobs: Sequence[int], fleet: Sequence[Vehicle], *, goes_up: bool
) -> Iterator[tuple[int, ...]]:
    """Yield the jobs in parts whose goods fit one vehicle; what fits none is a part alone."""
    part: list[int] = []
    for job in jobs:
        load = _load(problem, [*part, job], goes_up=goes_up)
        fits = any(all(one <= most for one, most in zip(load, vehicle.capacity, strict=True)) for vehicle in fleet)
        if part and not fits:
            yield tuple(part)
            part = []
        part.append(job)
    if part:
        yield tuple(part)


def _load(problem: Problem, jobs: Sequence[int], *, goes_up: bool) -> Load:
    total: Load = (0,) * len(problem.jobs[jobs[0]].drops)
    for job in jobs:
        total = tuple(map(add, total, problem.jobs[job].takes if goes_up else problem.jobs[job].drops))
    return total


def _visit(problem: Problem, stations: Sequence[Station], part: Part) -> Job:
    """Return a visit of the trunk at a station."""
    station, load = stations[part.station], _load(problem, part.jobs, goes_up=part.goes_up)
    nothing = (0,) * len(load)
    released = 0 if part.goes_up else max(problem.jobs[job].released_at for job in part.jobs)
    return Job(
        key=str(station.place),
        place=station.place,
        drops=nothing if part.goes_up else load,
        takes=load if part.goes_up else nothing,
        service_s=station.handling_s,
        released_at=released,
    )


def _come_at(trunk: Problem, plan: Plan, parts: Sequence[Part]) -> dict[int, int]:
    """Return when the goods of each job are at its station; what the trunk leaves out comes as the hub closes."""
    come = {job: trunk.depots[0].open.latest for part in parts for job in part.jobs}
    for route in plan.routes:
        for visit in timetable(trunk, route).visits:
            if visit.job is not None:
                come |= dict.fromkeys(parts[visit.job].jobs, visit.ends)
    return come


def _rounds(problem: Problem, station: Station, come: dict[int, int], planner: RoutePlanner, budget: Budget) -> Rounds:
    """Plan a station's rounds, which are back while the trunk can still bring up what they took."""
    hub = problem.depots[0]
    home_s = max((matrix.durations[station.place][hub.place] for matrix in problem.matrices), default=0)
    closes = max(0, hub.open.latest - home_s - station.handling_s)
    depot = Depot(station.place, Window(min(hub.open.earliest, closes), closes), hub.load_s)
    fleet = [
        replace(problem.vehicles[vehicle], start=0, end=0, reload_at=(0,) if problem.vehicles[vehicle].reloads else ())
        for vehicle in station.vehicles
    ]
    jobs = [replace(problem.jobs[job], released_at=come.get(job, 0)) for job in station.jobs]
    own = replace(problem, jobs=jobs, vehicles=fleet, depots=[depot])
    return Rounds(own, planner.plan(own, budget).plan if jobs and fleet else Plan(()), station.jobs)


def _by(job: Job, moment: int) -> Job:
    """Return a visit that ends at a moment at the latest."""
    return replace(job, windows=(Window(0, max(0, moment - job.service_s)),))


def _from(job: Job, moment: int) -> Job:
    """Return a visit from a moment on."""
    return replace(job, windows=(Window(moment),))
