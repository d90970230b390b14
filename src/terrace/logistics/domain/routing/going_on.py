"""A day under way planned anew: what is left to do, by vehicles where they are, with what is on board.

What a vehicle has loaded it alone can deliver, on the trip that it is on; what it was to collect anybody may. Goods
that still lie at a depot leave with the next trip from there. A vehicle that broke down does nothing more.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import add

from terrace.logistics.domain.routing.plan import Plan, Route, Trip
from terrace.logistics.domain.routing.problem import Depot, Job, Load, Problem, Rest, Vehicle, Window

ON = "on vehicle "
"""How the name begins of what only one vehicle offers: goods that are on it."""


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A vehicle on its way: where it is or comes next, from when on it is free there, since when it is out.

    `trip` is the trip of its route whose goods are loaded, `done` are the jobs that it has done, on all trips.
    """

    vehicle: int
    place: int
    free_at: int
    began_at: int
    done: tuple[int, ...] = ()
    trip: int = 0
    is_broken: bool = False


@dataclass(frozen=True, slots=True)
class GoingOn:
    """What is left of a day, and the plan as it was for that.

    `jobs` and `vehicles` say which of the day's its own are; new jobs are numbered after the day's. `loaded` are those
    of its own jobs whose goods are on a vehicle; `stranded` the day's jobs whose goods, to be brought or collected
    already, are on a vehicle that broke down: somebody has to fetch them there.
    """

    problem: Problem = field(repr=False)
    jobs: tuple[int, ...]
    vehicles: tuple[int, ...]
    kept: Plan
    loaded: frozenset[int] = frozenset()
    stranded: tuple[int, ...] = ()

    def is_sound(self, plan: Plan) -> bool:
        """Say whether a plan of what is left brings what is loaded on the trip that it is loaded for."""
        later = {job for route in plan.routes for trip in route.trips[1:] for job in trip.jobs}
        return not later & self.loaded

    def without_second_trips(self) -> Problem:
        """Return what is left where vehicles with goods to bring load no more: each of its plans is sound."""
        carrying = {next(need for need in self.problem.jobs[job].needs if need.startswith(ON)) for job in self.loaded}
        fleet = [
            replace(one, reloads=0, reload_at=()) if one.offers & carrying else one for one in self.problem.vehicles
        ]
        return replace(self.problem, vehicles=fleet)


def going_on(
    problem: Problem, plan: Plan, moment: int, under_way: Sequence[UnderWay], new: Sequence[Job] = ()
) -> GoingOn:
    """Return what is left at a moment of a day. Each vehicle is one; those that are not under way begin from now on."""
    state = {one.vehicle: one for one in under_way}
    routes = {route.vehicle: route for route in plan.routes}
    loaded = {job: one for one in under_way for job in _brought(problem, routes.get(one.vehicle), one)}
    broken = {one.vehicle for one in under_way if one.is_broken}
    stranded = {job for job, one in loaded.items() if one.is_broken}
    done = {job for one in under_way for job in one.done}
    every = [*problem.jobs, *new]
    jobs = tuple(job for job in range(len(every)) if job not in done | stranded)
    vehicles = tuple(number for number in range(len(problem.vehicles)) if number not in broken)
    free = max((one.free_at for one in under_way), default=moment) + 1
    left = [_job(every[job], loaded.get(job), max(free, moment)) for job in jobs]
    fleet, depots = _fleet(problem, plan, vehicles, state, moment)
    rest = replace(problem, jobs=left, vehicles=fleet, depots=depots)
    for_one = frozenset(own for own, job in enumerate(jobs) if job in loaded)
    taken = {job for one in under_way if one.is_broken for job in _since_loaded(routes.get(one.vehicle), one)}
    kept = _kept(routes, state, jobs, vehicles, [vehicle.start for vehicle in fleet])
    return GoingOn(rest, jobs, vehicles, kept, for_one, tuple(sorted(stranded | taken)))


def _brought(problem: Problem, route: Route | None, one: UnderWay) -> Iterator[int]:
    """Yield the jobs whose goods a vehicle has on board to bring them."""
    if route and one.trip < len(route.trips):
        open_ones = (job for job in route.trips[one.trip].jobs if job not in one.done)
        yield from (job for job in open_ones if any(problem.jobs[job].drops))


def _since_loaded(route: Route | None, one: UnderWay) -> list[int]:
    """Return the jobs that a vehicle did on the trip that it is on."""
    before = {job for trip in route.trips[: one.trip] for job in trip.jobs} if route else set()
    return [job for job in one.done if job not in before]


def only(vehicle: int) -> str:
    """Return what a job needs whose goods are on a vehicle."""
    return f"{ON}{vehicle}"


def _job(job: Job, loaded_on: UnderWay | None, free: int) -> Job:
    """Return a job as it is now. Goods at a depot are there only after every vehicle under way has gone on, so that
    none of them can have them without loading."""
    if loaded_on is not None:
        return replace(job, released_at=0, needs=job.needs | {only(loaded_on.vehicle)})
    if not any(job.drops):
        return replace(job, released_at=0)
    return replace(job, released_at=max(job.released_at, free))


def _fleet(
    problem: Problem, plan: Plan, vehicles: Sequence[int], state: Mapping[int, UnderWay], moment: int
) -> tuple[list[Vehicle], list[Depot]]:
    """Return the vehicles that go on, and the depots with one for each that is under way, open as it goes on."""
    routes = {route.vehicle: route for route in plan.routes}
    fleet, depots = [], list(problem.depots)
    for number in vehicles:
        vehicle, one = problem.vehicles[number], state.get(number)
        if one is None:
            fleet.append(_from_home(vehicle, moment))
            continue
        depots.append(Depot(one.place, Window(one.free_at, one.free_at)))
        taken = _taken(problem, _since_loaded(routes.get(number), one))
        fleet.append(_from_here(vehicle, one, len(depots) - 1, taken, problem.rest))
    return fleet, depots


def _taken(problem: Problem, jobs: Sequence[int]) -> Load:
    total: Load = ()
    for job in jobs:
        takes = problem.jobs[job].takes
        total = tuple(map(add, total, takes)) if total else takes
    return total


def _from_home(vehicle: Vehicle, moment: int) -> Vehicle:
    begins = min(max(vehicle.shift.earliest, moment), vehicle.shift.latest)
    return replace(vehicle, shift=Window(begins, vehicle.shift.latest))


def _from_here(vehicle: Vehicle, one: UnderWay, depot: int, on_board: Load, rest: Rest | None) -> Vehicle:
    """Return a vehicle that goes on from where it is: what it cost to send it out is spent, its hours count on."""
    rested = rest.length if rest and one.began_at < rest.begins and rest.ends <= one.free_at else 0
    out = one.free_at - one.began_at - rested
    over = max(0, out - vehicle.shift_s)
    return replace(
        vehicle,
        start=depot,
        shift=Window(one.free_at, max(one.free_at, vehicle.shift.latest)),
        shift_s=max(0, vehicle.shift_s - out),
        overtime_s=max(0, vehicle.overtime_s - over),
        reloads=max(0, vehicle.reloads - one.trip),
        on_board=on_board,
        fixed_cost=0,
        offers=vehicle.offers | {only(one.vehicle)},
    )


def _kept(
    routes: Mapping[int, Route],
    state: Mapping[int, UnderWay],
    jobs: Sequence[int],
    vehicles: Sequence[int],
    starts: Sequence[int],
) -> Plan:
    """Return the plan as it was, for what is left of it, in its order."""
    own = {job: at for at, job in enumerate(jobs)}
    found: list[Route] = []
    for at, number in enumerate(vehicles):
        route, one = routes.get(number), state.get(number)
        if route is None:
            continue
        trips = [(trip.depot, [own[job] for job in trip.jobs if job in own]) for trip in route.trips]
        trips = trips[one.trip if one else 0 :]
        left = [(depot, ids) for place, (depot, ids) in enumerate(trips) if ids or place == 0]
        if any(ids for _depot, ids in left):
            first = (starts[at], left[0][1])
            found.append(Route(at, tuple(Trip(depot, tuple(ids)) for depot, ids in (first, *left[1:]))))
    return Plan(tuple(found))
