"""What all vehicles together lack: room, or time, on the whole day or in a part of it.

Each bound is one that every plan without fault keeps. In an interval it is energetic reasoning, as for cumulative
resources in scheduling: what cannot be done outside the interval has to find room in it (Baptiste, Le Pape, Nuijten
2001).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from terrace.logistics.domain.routing.alone import ShortestWays, Span, places_of
from terrace.logistics.domain.routing.problem import Problem, Vehicle, Window
from terrace.logistics.domain.routing.reasons import Reason, ReasonKind

MOST_ENDS = 16
"""How many beginnings and ends of intervals are looked at."""


@dataclass(frozen=True, slots=True)
class Sort:
    """Jobs that only some vehicles can do: those that need something, or bring a load of some kind, or just all.

    `loads` are those whose room is reckoned: of all jobs the loads that every vehicle carries.
    """

    needs: frozenset[str]
    load: int | None
    loads: tuple[int, ...]
    jobs: tuple[int, ...]
    vehicles: tuple[Vehicle, ...]


def lacking(problem: Problem, possible: Mapping[int, Span], ways: ShortestWays) -> list[Reason]:
    """Return what is lacking for the required jobs, of which `possible` says when each could begin."""
    entered = _entries(problem)
    found: list[Reason] = []
    for sort in _sorts(problem, possible):
        whole = [*_of_room(problem, sort), *_of_time(problem, sort, entered)]
        found += _told(whole, _worst(_in_intervals(problem, sort, possible, entered, ways)))
    return _without_repeats(found)


def _sorts(problem: Problem, possible: Mapping[int, Span]) -> Iterator[Sort]:
    """Yield all jobs, then those that need something, then those with a load that not every vehicle carries."""
    needs = sorted({problem.jobs[job].needs for job in possible}, key=lambda one: (len(one), sorted(one)))
    every = range(len(problem.vehicles[0].capacity)) if problem.vehicles else range(0)
    rare = [load for load in every if not all(vehicle.capacity[load] for vehicle in problem.vehicles)]
    for need in dict.fromkeys((frozenset[str](), *needs)):
        for load in (None, *rare):
            jobs = tuple(job for job in possible if _is_of(problem, job, need, load))
            vehicles = tuple(
                one for one in problem.vehicles if need <= one.offers and (load is None or one.capacity[load])
            )
            if jobs and vehicles:
                loads = tuple(one for one in every if one not in rare) if load is None else (load,)
                yield Sort(need, load, loads, jobs, vehicles)


def _is_of(problem: Problem, job: int, needs: frozenset[str], load: int | None) -> bool:
    what = problem.jobs[job]
    return needs <= what.needs and (load is None or what.drops[load] + what.takes[load] > 0)


def _entries(problem: Problem) -> dict[int, int]:
    """Return for each place how many seconds before it any vehicle drives at least, wherever it comes from."""
    places = places_of(problem)
    tables = [matrix.durations for matrix in problem.matrices]
    return {
        place: min((table[other][place] for other in places if other != place for table in tables), default=0)
        for place in places
    }


def _of_room(problem: Problem, sort: Sort) -> Iterator[Reason]:
    """Yield by how much more there is to drop, or to take, than all trips together carry."""
    trips = {vehicle: 1 + (vehicle.reloads if vehicle.reload_at else 0) for vehicle in sort.vehicles}
    yield from _short_of_room(problem, sort, sort.jobs, trips, None)


def _short_of_room(
    problem: Problem, sort: Sort, jobs: Sequence[int], trips: Mapping[Vehicle, int], between: Window | None
) -> Iterator[Reason]:
    kind = ReasonKind.TOO_LITTLE_ROOM if between is None else ReasonKind.TOO_FEW_VEHICLES
    for load in sort.loads:
        drops = sum(problem.jobs[job].drops[load] for job in jobs)
        takes = sum(problem.jobs[job].takes[load] for job in jobs)
        room = sum(vehicle.capacity[load] * vehicle.count * trips[vehicle] for vehicle in sort.vehicles)
        lacks = max(drops, takes) - room
        each = max(vehicle.capacity[load] * trips[vehicle] for vehicle in sort.vehicles)
        if lacks > 0:
            yield Reason(kind, tuple(jobs), -(-lacks // max(1, each)), lacks, load, between, sort.needs)


def _of_time(problem: Problem, sort: Sort, entered: Mapping[int, int]) -> Iterator[Reason]:
    """Yield by how many seconds work and the ways to it are longer than all shifts with overtime."""
    wanted = _seconds(problem, sort.jobs, entered)
    each = {vehicle: _longest(vehicle) for vehicle in sort.vehicles}
    lacks = wanted - sum(each[vehicle] * vehicle.count for vehicle in sort.vehicles)
    if lacks > 0:
        short = -(-lacks // max(1, *each.values()))
        yield Reason(ReasonKind.TOO_LITTLE_TIME, sort.jobs, short, lacks, sort.load, None, sort.needs)


def _longest(vehicle: Vehicle) -> int:
    return min(vehicle.shift_s + vehicle.overtime_s, vehicle.shift.latest - vehicle.shift.earliest)


def _seconds(problem: Problem, jobs: Sequence[int], entered: Mapping[int, int]) -> int:
    """Return how long some jobs take at least, with one way to each of their places."""
    places = {problem.jobs[job].place for job in jobs}
    return sum(problem.jobs[job].service_s for job in jobs) + sum(entered[place] for place in places)


def _in_intervals(
    problem: Problem, sort: Sort, possible: Mapping[int, Span], entered: Mapping[int, int], ways: ShortestWays
) -> Iterator[Reason]:
    """Yield what is lacking in each interval for the jobs that can be done in no other time."""
    begins = _some({possible[job].earliest for job in sort.jobs})
    ends = _some({possible[job].latest + problem.jobs[job].service_s for job in sort.jobs})
    for first in begins:
        for last in (one for one in ends if one >= first):
            jobs = [job for job in sort.jobs if _is_inside(problem, possible, job, first, last)]
            if len(jobs) > 1:
                yield from _in_one(problem, sort, jobs, Window(first, last), entered, ways)


def _is_inside(problem: Problem, possible: Mapping[int, Span], job: int, first: int, last: int) -> bool:
    return first <= possible[job].earliest and possible[job].latest + problem.jobs[job].service_s <= last


def _in_one(
    problem: Problem, sort: Sort, jobs: Sequence[int], time: Window, entered: Mapping[int, int], ways: ShortestWays
) -> Iterator[Reason]:
    """Yield what is lacking in an interval. The way to a vehicle's first job may lie before it."""
    free = max(entered[problem.jobs[job].place] for job in jobs)
    overlaps = {
        vehicle: min(time.latest, vehicle.shift.latest) - max(time.earliest, vehicle.shift.earliest)
        for vehicle in sort.vehicles
    }
    there = sum((overlap + free) * vehicle.count for vehicle, overlap in overlaps.items() if overlap >= 0)
    lacks = _seconds(problem, jobs, entered) - there
    if lacks > 0:
        each = time.latest - time.earliest + free
        short = -(-lacks // max(1, each))
        yield Reason(ReasonKind.TOO_FEW_VEHICLES, tuple(jobs), short, lacks, sort.load, time, sort.needs)
    trips = {vehicle: _trips(problem, vehicle, jobs, overlaps[vehicle], ways) for vehicle in sort.vehicles}
    yield from _short_of_room(problem, sort, jobs, trips, time)


def _trips(problem: Problem, vehicle: Vehicle, jobs: Sequence[int], overlap: int, ways: ShortestWays) -> int:
    """Return on how many trips a vehicle can do such jobs in an interval: between two it loads and drives to one."""
    if overlap < 0:
        return 0
    if not vehicle.reloads or not vehicle.reload_at:
        return 1
    places = {problem.jobs[job].place for job in jobs}
    shortest = min(
        problem.depots[depot].load_s
        + min(ways.start(depot, vehicle.matrix).get(place, overlap + 1) for place in places)
        for depot in vehicle.reload_at
    )
    return 1 + (min(vehicle.reloads, overlap // shortest) if shortest else vehicle.reloads)


def _some(moments: set[int]) -> list[int]:
    """Return some of the moments, the first and the last among them."""
    ordered = sorted(moments)
    step = max(1, -(-len(ordered) // MOST_ENDS))
    return sorted({*ordered[::step], ordered[-1]})


def _worst(reasons: Iterator[Reason]) -> list[Reason]:
    """Return the interval in which most vehicles are lacking, of those the shortest."""

    def badness(reason: Reason) -> tuple[int, int]:
        time = reason.between or Window()
        return -reason.short, time.latest - time.earliest

    return sorted(reasons, key=badness)[:1]


def _told(whole: Sequence[Reason], inside: Sequence[Reason]) -> list[Reason]:
    """Return what lacks on the whole day, and in its place what lacks at some time where that says more."""
    told = list(whole)
    for one in inside:
        same = [other for other in whole if other.load == one.load]
        if all(one.short > other.short or one.jobs == other.jobs for other in same):
            told = [*(other for other in told if other not in same), one]
    return told


def _without_repeats(reasons: Sequence[Reason]) -> list[Reason]:
    """Return the reasons without those that say less of the same jobs and load than another."""
    most: dict[tuple[tuple[int, ...], int | None], Reason] = {}
    for reason in reasons:
        key = reason.jobs, reason.load
        if key not in most or reason.short >= most[key].short:
            most[key] = reason
    return list(most.values())
