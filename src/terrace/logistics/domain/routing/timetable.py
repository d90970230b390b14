"""When a vehicle is where: the earliest end that its order of visits allows, and the latest start that reaches it."""

from collections.abc import Iterator
from dataclasses import dataclass

from terrace.logistics.domain.routing.plan import Route, Trip
from terrace.logistics.domain.routing.problem import Job, Problem, Rest


@dataclass(frozen=True, slots=True)
class Visit:
    """A stop: when the vehicle comes, when work begins and ends. `job` is None where it loads, and at the end.

    `late` is by how many seconds the work begins after the last window in which it may.
    """

    place: int
    job: int | None
    arrives: int
    begins: int
    ends: int
    late: int = 0


@dataclass(frozen=True, slots=True)
class Timetable:
    """The visits of a route, from the first loading to the vehicle's end, and the metres and seconds of its way.

    `duration` leaves out the drivers' break.
    """

    visits: tuple[Visit, ...]
    distance: int
    duration: int

    @property
    def starts(self) -> int:
        """When the vehicle begins to load."""
        return self.visits[0].begins

    @property
    def ends(self) -> int:
        """When the vehicle is at its end."""
        return self.visits[-1].ends

    @property
    def late(self) -> int:
        """By how many seconds its visits begin too late, together."""
        return sum(visit.late for visit in self.visits)


def timetable(problem: Problem, route: Route) -> Timetable:
    """Return when a route is where.

    The vehicle ends as early as its visits allow. Of all starts that lead to that end without another delay the latest
    counts, so that nobody is paid for waiting that could be done at home. A later start never leads to an earlier end,
    so the latest is found by halving.
    """
    low = problem.vehicles[route.vehicle].shift.earliest
    best = first = driven(problem, route, low)
    high = first.ends
    while low < high:
        middle = (low + high + 1) // 2
        tried = driven(problem, route, middle)
        if (tried.ends, tried.late) == (first.ends, first.late):
            low, best = middle, tried
        else:
            high = middle - 1
    return best


def driven(problem: Problem, route: Route, start: int) -> Timetable:
    """Drive a route from a moment on, as fast as it goes."""
    drive = _Drive(problem, route, start)
    visits = tuple(drive.visits())
    begins, ends, rest = visits[0].begins, visits[-1].ends, problem.rest
    rested = rest.length if rest and begins < rest.begins < ends else 0
    return Timetable(visits, drive.distance, ends - begins - rested)


class Clock:
    """The time on a driver's watch, and the break that is still to come."""

    def __init__(self, start: int, rest: Rest | None) -> None:
        in_it = rest is not None and rest.begins <= start < rest.ends
        self.now = rest.ends if rest and in_it else start
        self.rest = rest if rest and self.now < rest.begins else None

    def at(self, moment: int) -> int:
        """Return when who waits until a moment is ready: not in the middle of the break."""
        if self.rest and moment > max(self.now, self.rest.begins):
            return max(moment, max(self.now, self.rest.begins) + self.rest.length)
        return max(self.now, moment)

    def wait(self, moment: int) -> int:
        """Wait until a moment; return when it is over."""
        before, self.now = self.now, self.at(moment)
        if self.rest and self.now > max(before, self.rest.begins):
            self.rest = None
        return self.now

    def drive(self, lasts: int) -> int:
        """Drive for so long, with the break on the way where it falls into it; return when it is over."""
        self.now += lasts
        if self.rest and self.now > self.rest.begins:
            self.now += self.rest.length
            self.rest = None
        return self.now

    def work(self, lasts: int) -> int:
        """Work for so long, without a break; return when it is over."""
        self.now += lasts
        return self.now


class _Drive:
    """A vehicle on its way along a route."""

    def __init__(self, problem: Problem, route: Route, start: int) -> None:
        self.problem, self.route = problem, route
        self.vehicle = problem.vehicles[route.vehicle]
        self.roads = problem.roads(self.vehicle)
        self.clock = Clock(start, problem.rest)
        self.place = problem.depots[self.vehicle.start].place
        self.distance = 0

    def visits(self) -> Iterator[Visit]:
        """Yield the stops one after the other."""
        for trip in self.route.trips:
            yield self._load(trip)
            for index in trip.jobs:
                yield self._serve(index, self.problem.jobs[index])
        end = self.problem.depots[self.vehicle.end]
        arrives = self._go(end.place)
        begins = self.clock.wait(end.open.earliest)
        yield Visit(end.place, None, arrives, begins, begins, max(0, begins - end.open.latest))

    def _go(self, place: int) -> int:
        """Drive to a place; return when the vehicle is there."""
        lasts = self.roads.durations[self.place][place] if place != self.place else 0
        self.distance += self.roads.distances[self.place][place] if place != self.place else 0
        self.place = place
        return self.clock.drive(lasts)

    def _load(self, trip: Trip) -> Visit:
        """Load for a trip, once all that it carries is there."""
        depot = self.problem.depots[trip.depot]
        arrives = self._go(depot.place)
        released = max((self.problem.jobs[job].released_at for job in trip.jobs), default=0)
        begins = self.clock.wait(max(depot.open.earliest, released))
        late = max(0, begins - depot.open.latest)
        return Visit(depot.place, None, arrives, begins, self.clock.work(depot.load_s), late)

    def _serve(self, index: int, job: Job) -> Visit:
        """Do a job in the first of its windows that can still be reached; too late in the last."""
        arrives = self._go(job.place)
        open_ones = (window for window in job.windows if self.clock.at(window.earliest) <= window.latest)
        window = next(open_ones, job.windows[-1])
        begins = self.clock.wait(window.earliest)
        late = max(0, begins - window.latest)
        return Visit(job.place, index, arrives, begins, self.clock.work(job.service_s), late)
