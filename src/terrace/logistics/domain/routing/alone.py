"""When each job could be done if there were nothing else to do: what is impossible then is impossible anyhow.

Breaks and waiting are left out, and roads may lead over any other place, so that each bound errs on the safe side.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush

from terrace.logistics.domain.routing.problem import NO_ROAD, Job, Problem, Vehicle, Window
from terrace.logistics.domain.routing.reasons import Reason, ReasonKind

Lengths = dict[int, int]


def places_of(problem: Problem) -> set[int]:
    """Return the places where a vehicle may come."""
    return {job.place for job in problem.jobs} | {depot.place for depot in problem.depots}


class ShortestWays:
    """Seconds from and to depots over the places of a problem; a place that no road leads to is missing."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.places = sorted(places_of(problem))
        self.known: dict[tuple[int, int, bool], Lengths] = {}

    def start(self, depot: int, matrix: int) -> Lengths:
        """Return how long it is from a depot to each place."""
        return self._lengths(depot, matrix, False)

    def home(self, depot: int, matrix: int) -> Lengths:
        """Return how long it is from each place to a depot."""
        return self._lengths(depot, matrix, True)

    def _lengths(self, depot: int, matrix: int, backwards: bool) -> Lengths:
        key = self.problem.depots[depot].place, matrix, backwards
        if key not in self.known:
            self.known[key] = self._searched(*key)
        return self.known[key]

    def _searched(self, place: int, matrix: int, backwards: bool) -> Lengths:
        """Return the shortest ways by Dijkstra's method."""
        done: Lengths = {}
        heap = [(0, place)]
        best = {place: 0}
        while heap:
            length, here = heappop(heap)
            if here in done:
                continue
            done[here] = length
            for other in self.places:
                way = self._leg(here, other, matrix, backwards)
                if other not in done and way < NO_ROAD and length + way < best.get(other, NO_ROAD):
                    best[other] = length + way
                    heappush(heap, (best[other], other))
        return done

    def _leg(self, here: int, other: int, matrix: int, backwards: bool) -> int:
        roads = self.problem.matrices[matrix]
        one, two = (other, here) if backwards else (here, other)
        return NO_ROAD if roads.distances[one][two] >= NO_ROAD else roads.durations[one][two]


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when work on a job could begin at all."""

    earliest: int
    latest: int


def spans(problem: Problem, ways: ShortestWays) -> Iterator[Span | Reason]:
    """Yield for each job when work on it could begin, or why it cannot be done at all."""
    for number, job in enumerate(problem.jobs):
        yield _span(problem, ways, number, job)


def _span(problem: Problem, ways: ShortestWays, number: int, job: Job) -> Span | Reason:
    may = [vehicle for vehicle in problem.vehicles if vehicle.count and vehicle.may_do(job)]
    if not may:
        return Reason(ReasonKind.NOBODY_MAY, (number,), needs=job.needs)
    carry = [vehicle for vehicle in may if _carries(vehicle, job)]
    if not carry:
        return _too_heavy(may, number, job)
    reach = [vehicle for vehicle in carry if _is_reached(problem, ways, vehicle, job)]
    if not reach:
        return Reason(ReasonKind.NO_ROAD, (number,), needs=job.needs)
    found = list(_times(problem, ways, reach, job))
    if found:
        return Span(min(one.earliest for one in found), max(one.latest for one in found))
    return Reason(_why_not_in_time(problem, ways, reach, job), (number,), between=job.windows[-1])


def _carries(vehicle: Vehicle, job: Job) -> bool:
    loads = zip(job.drops, job.takes, vehicle.capacity, strict=True)
    return all(max(drops, takes) <= most for drops, takes, most in loads)


def _too_heavy(may: Sequence[Vehicle], number: int, job: Job) -> Reason:
    """Return by how much a job is too heavy for the vehicle that lacks least, of the load where most is lacking."""

    def lacking(vehicle: Vehicle) -> tuple[int, int]:
        loads = enumerate(zip(job.drops, job.takes, vehicle.capacity, strict=True))
        return max((max(drops, takes) - most, load) for load, (drops, takes, most) in loads)

    lacks, load = min(lacking(vehicle) for vehicle in may)
    return Reason(ReasonKind.NOBODY_CARRIES, (number,), lacks=lacks, load=load, needs=job.needs)


def _depots(vehicle: Vehicle) -> set[int]:
    return {vehicle.start, *(vehicle.reload_at if vehicle.reloads else ())}


def _is_reached(problem: Problem, ways: ShortestWays, vehicle: Vehicle, job: Job) -> bool:
    starts = any(job.place in ways.start(depot, vehicle.matrix) for depot in _depots(vehicle))
    return starts and job.place in ways.home(vehicle.end, vehicle.matrix)


def _times(problem: Problem, ways: ShortestWays, vehicles: Sequence[Vehicle], job: Job) -> Iterator[Span]:
    """Yield when work could begin with each vehicle, from each depot that it loads at, in each window."""
    for vehicle in dict.fromkeys(replace(one, key="", count=1) for one in vehicles):
        end = problem.depots[vehicle.end]
        back = job.service_s + ways.home(vehicle.end, vehicle.matrix)[job.place]
        last = min(vehicle.shift.latest, end.open.latest) - back
        for number in _depots(vehicle):
            depot, way = problem.depots[number], ways.start(number, vehicle.matrix).get(job.place)
            loads = max(vehicle.shift.earliest, depot.open.earliest, job.released_at)
            if way is None or loads > depot.open.latest:
                continue
            if depot.load_s + way + back > vehicle.shift_s + vehicle.overtime_s:
                continue
            yield from _inside(job.windows, loads + depot.load_s + way, last)


def _inside(windows: Sequence[Window], first: int, last: int) -> Iterator[Span]:
    for window in windows:
        earliest, latest = max(first, window.earliest), min(last, window.latest)
        if earliest <= latest:
            yield Span(earliest, latest)


def _why_not_in_time(problem: Problem, ways: ShortestWays, vehicles: Sequence[Vehicle], job: Job) -> ReasonKind:
    """Say what would have to be otherwise for a job to be done: its goods earlier, its window wider, or its way."""
    if any(_times(problem, ways, vehicles, replace(job, released_at=0))):
        return ReasonKind.COMES_TOO_LATE
    if any(_times(problem, ways, vehicles, replace(job, windows=(Window(),)))):
        return ReasonKind.CLOSES_TOO_EARLY
    return ReasonKind.TOO_FAR
