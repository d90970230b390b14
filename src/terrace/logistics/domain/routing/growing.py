"""A trip that grows stop by stop and says at once whether one more fits, for plans made by hand."""

from copy import copy
from operator import add

from terrace.logistics.domain.routing.problem import NO_ROAD, Job, Load, Problem
from terrace.logistics.domain.routing.timetable import Clock


class GrowingTrip:
    """A vehicle under way: what it did since it last loaded, where and when it is, how full it ever was.

    `left_at` is when the vehicle's day began. What is said to fit holds by `check`, but for a day whose windows let it
    begin later still.
    """

    def __init__(self, problem: Problem, vehicle: int, depot: int, clock: Clock, left_at: int) -> None:
        self.problem, self.depot, self.clock, self.left_at = problem, depot, clock, left_at
        self.vehicle = problem.vehicles[vehicle]
        self.number = vehicle
        self.roads = problem.roads(self.vehicle)
        self.place = problem.depots[depot].place
        self.jobs: list[int] = []
        self.loaded_at = clock.now
        self.is_late = clock.now > problem.depots[depot].open.latest
        self.taken: Load = (0,) * len(self.vehicle.capacity)
        self.fullest: Load = self.taken

    def way_to(self, job: int) -> int:
        """Return how many seconds it is from here to a job."""
        return self._way(self.problem.jobs[job].place)

    def begins_at(self, job: int) -> int | None:
        """Return when work on a job would begin; None where it cannot be done on this trip."""
        what = self.problem.jobs[job]
        if self.is_late or what.released_at > self.loaded_at or not self.vehicle.may_do(what):
            return None
        if not self._is_reached(what) or not self._has_room(what) or not self._is_worth(what):
            return None
        clock = copy(self.clock)
        begins = self._served(clock, what)
        return begins if begins is not None and self._comes_home(clock, what.place) else None

    def add(self, job: int) -> None:
        """Do a job next, which fits."""
        what = self.problem.jobs[job]
        self.fullest = self._fullest_with(what)
        self.taken = tuple(map(add, self.taken, what.takes))
        self._served(self.clock, what)
        self.place = what.place
        self.jobs.append(job)

    def _way(self, place: int) -> int:
        return self.roads.durations[self.place][place] if place != self.place else 0

    def _is_reached(self, what: Job) -> bool:
        home = self.problem.depots[self.vehicle.end].place
        ways = ((self.place, what.place), (what.place, home))
        tables = (self.roads.distances, self.roads.durations)
        return all(one == two or table[one][two] < NO_ROAD for one, two in ways for table in tables)

    def _fullest_with(self, what: Job) -> Load:
        before = map(add, self.fullest, what.drops)
        after = map(add, self.taken, what.takes)
        return tuple(map(max, before, after))

    def _has_room(self, what: Job) -> bool:
        return all(full <= most for full, most in zip(self._fullest_with(what), self.vehicle.capacity, strict=True))

    def _is_worth(self, what: Job) -> bool:
        """Say whether what may wait is worth the way round to it."""
        if what.prize is None:
            return True
        home = self.problem.depots[self.vehicle.end].place
        further = self._cost(self.place, what.place) + self._cost(what.place, home) - self._cost(self.place, home)
        return what.prize >= further + what.service_s * self.vehicle.cost_per_s

    def _cost(self, one: int, two: int) -> int:
        if one == two:
            return 0
        metres, seconds = self.roads.distances[one][two], self.roads.durations[one][two]
        return metres * self.vehicle.cost_per_m + seconds * self.vehicle.cost_per_s

    def _served(self, clock: Clock, what: Job) -> int | None:
        """Go to a job and do it in the first of its windows; return when work begins, None where it is too late."""
        clock.drive(self._way(what.place))
        window = next((one for one in what.windows if clock.at(one.earliest) <= one.latest), None)
        if window is None:
            return None
        begins = clock.wait(window.earliest)
        clock.work(what.service_s)
        return begins

    def _comes_home(self, clock: Clock, place: int) -> bool:
        """Say whether the vehicle is at its end in time, and its day not too long."""
        end = self.problem.depots[self.vehicle.end]
        clock.drive(self.roads.durations[place][end.place] if place != end.place else 0)
        ends = clock.wait(end.open.earliest)
        rest = self.problem.rest
        rested = rest.length if rest and self.left_at < rest.begins < ends else 0
        is_short = ends - self.left_at - rested <= self.vehicle.shift_s + self.vehicle.overtime_s
        return is_short and ends <= min(end.open.latest, self.vehicle.shift.latest)


def begun(problem: Problem, vehicle: int, moment: int, depot: int) -> GrowingTrip:
    """Return a vehicle that begins its day at a moment, or as soon after as it may."""
    what, at = problem.vehicles[vehicle], problem.depots[depot]
    clock = Clock(max(moment, what.shift.earliest, at.open.earliest), problem.rest)
    left_at = clock.now
    trip = GrowingTrip(problem, vehicle, depot, clock, left_at)
    trip.taken = trip.fullest = what.on_board or trip.taken
    clock.work(at.load_s)
    return trip


def follow(before: GrowingTrip, depot: int, moment: int) -> GrowingTrip:
    """Return a vehicle that goes on to load again, at a moment or as soon after as it may."""
    problem, clock = before.problem, copy(before.clock)
    at = problem.depots[depot]
    way = before.roads.durations[before.place][at.place] if at.place != before.place else 0
    clock.drive(way)
    clock.wait(max(moment, at.open.earliest))
    trip = GrowingTrip(problem, before.number, depot, clock, before.left_at)
    trip.is_late = trip.is_late or way >= NO_ROAD
    clock.work(at.load_s)
    return trip
