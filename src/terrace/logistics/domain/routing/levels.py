"""A day on two levels: a trunk tour from the hub to stations, and rounds from each station to its villages.

First the way down: what each station's villages get rides there. Then the rounds, which load when the trunk has come.
Then the whole trunk: down no later than the rounds count on, and up what the rounds brought, once they are back.
The outcome is one problem and one plan, which are judged, measured and changed like any other.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import add

from terrace.logistics.domain.routing.parts import Remainder, part_of
from terrace.logistics.domain.routing.plan import Plan
from terrace.logistics.domain.routing.planner import Budget, Planned, RoutePlanner
from terrace.logistics.domain.routing.problem import ALWAYS, FOREVER, Depot, Job, Load, Problem, Vehicle, Window
from terrace.logistics.domain.routing.timetable import timetable

SLACK_S = 600
"""So much later than the trunk could come a round loads, which leaves the trunk room for a better way; so much later
than planned a round may be back; and so long after that the trunk fetches what it brought."""
TRUNK = "trunk"
"""What a vehicle offers that drives between the hub and the stations, and to what has no station."""
FETCHED = "the trunk fetches it"
"""What nothing offers: what no visit of the trunk has room for stays out of rounds, or it would lie at the station."""
FIRST, ROUNDS = 0.15, 0.45
"""Which parts of the budget find the way down and the rounds; the whole trunk has the rest."""


@dataclass(frozen=True, slots=True)
class Station:
    """A station with rounds: the depot where they begin, load and end, and their jobs and vehicles, all by index.

    Of its jobs the trunk has nothing to do with those that are `local`: what they drop lies at the station already,
    and what they take stays there. The trunk stays `handling_s` at each visit, on a road that `needs` some vehicles,
    and comes while the station is open; without `windows` at any hour.
    """

    depot: int
    jobs: tuple[int, ...]
    vehicles: tuple[int, ...]
    local: tuple[int, ...] = ()
    handling_s: int = 900
    needs: frozenset[str] = frozenset()
    windows: tuple[Window, ...] = ()

    @property
    def offer(self) -> str:
        """What a vehicle offers that drives its rounds."""
        return f"rounds from depot {self.depot}"


@dataclass(frozen=True, slots=True)
class Part:
    """What one visit of the trunk carries: of which station, down or up, the goods of which jobs."""

    station: int
    goes_up: bool
    jobs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TwoLevels:
    """A day on two levels as one problem: its jobs are those of the day, then the visits of the trunk, one a part."""

    problem: Problem = field(repr=False)
    planned: Planned
    parts: tuple[Part, ...]

    @property
    def plan(self) -> Plan:
        """The routes."""
        return self.planned.plan


def two_levels(problem: Problem, stations: Sequence[Station], planner: RoutePlanner, budget: Budget) -> TwoLevels:
    """Plan a day on two levels. Vehicles of no station are the trunk's; so are jobs of none, each a visit of its own.

    Raises `ValueError` where a job or a vehicle belongs to two stations.
    """
    _check(stations)
    day = _marked(problem, stations)
    direct = tuple(job for job in range(len(problem.jobs)) if not any(job in one.jobs for one in stations))
    trunk = tuple(place for place in range(len(day.vehicles)) if not any(place in one.vehicles for one in stations))
    fleet = [day.vehicles[place] for place in trunk]

    down = tuple(_parts_down(day, stations, fleet))
    going = [_visit(day, stations, part) for part in down]
    first = replace(day, jobs=[*day.jobs, *going])
    visits = range(len(day.jobs), len(first.jobs))
    there = _planned(part_of(first, (*direct, *visits), trunk), planner, _share(budget, FIRST))
    come = _come_at(first, there.plan, down)
    day = replace(
        day, jobs=[replace(job, released_at=come.get(at, job.released_at)) for at, job in enumerate(day.jobs)]
    )

    own = _share(budget, ROUNDS / max(1, len(stations)))
    rounds = [_planned(part_of(day, one.jobs, one.vehicles), planner, own).plan for one in stations]
    up = tuple(_parts_up(day, stations, rounds, fleet))
    jobs = [_by(visit, min(come[job] for job in part.jobs)) for visit, part in zip(going, down, strict=True)]
    back = {part.station: _back_at(day, rounds[part.station]) + SLACK_S for part in up}
    jobs += [_from(_visit(day, stations, part), back[part.station] + SLACK_S) for part in up]
    day = _held(day, stations, up, back)
    whole = replace(day, jobs=[*day.jobs, *jobs])
    left = part_of(whole, (*direct, *range(len(day.jobs), len(whole.jobs))), trunk)
    both = _planned(left, planner, _share(budget, 1 - FIRST - ROUNDS))
    routes = [route for one in (both.plan, *rounds) for route in one.routes]
    plan = Plan(tuple(sorted(routes, key=lambda one: one.vehicle)))
    return TwoLevels(whole, replace(both, plan=plan), (*down, *up))


def _check(stations: Sequence[Station]) -> None:
    for each in ("jobs", "vehicles"):
        named = [one for station in stations for one in getattr(station, each)]
        if len(set(named)) < len(named):
            raise ValueError(f"{each} belong to one station")


def _marked(problem: Problem, stations: Sequence[Station]) -> Problem:
    """Return the day with rounds that only a station's own vehicles drive, back while the trunk can still come."""
    drives = {place: one.offer for one in stations for place in one.vehicles}
    asks = {job: one.offer for one in stations for job in one.jobs}
    hub, depots = problem.depots[0], list(problem.depots)
    for one in stations:
        home_s = max(matrix.durations[depots[one.depot].place][hub.place] for matrix in problem.matrices)
        shuts = max((window.latest for window in one.windows), default=FOREVER)
        last = min(shuts, hub.open.latest - home_s - one.handling_s)
        closes = max(hub.open.earliest, last - 2 * SLACK_S)
        depots[one.depot] = Depot(depots[one.depot].place, Window(hub.open.earliest, closes), hub.load_s)
    return replace(
        problem,
        jobs=[replace(job, needs=job.needs | {asks.get(at, TRUNK)}) for at, job in enumerate(problem.jobs)],
        vehicles=[
            replace(one, offers=one.offers | {drives.get(place, TRUNK)}) for place, one in enumerate(problem.vehicles)
        ],
        depots=depots,
    )


def _planned(part: Remainder, planner: RoutePlanner, budget: Budget) -> Planned:
    """Return a plan of a part of the day, as one of the whole."""
    if not part.problem.jobs or not part.problem.vehicles:
        return Planned(Plan(()), "", 0)
    found = planner.plan(part.problem, budget)
    return replace(found, plan=part.with_settled(found.plan))


def _share(budget: Budget, part: float) -> Budget:
    return replace(budget, seconds=budget.seconds * part)


def _parts_down(problem: Problem, stations: Sequence[Station], fleet: Sequence[Vehicle]) -> Iterator[Part]:
    """Yield what the trunk brings: of each station together what is there from one moment on, as far as it fits."""
    for number, station in enumerate(stations):
        waves: dict[int, list[int]] = defaultdict(list)
        for job in station.jobs:
            if any(problem.jobs[job].drops) and job not in station.local:
                waves[problem.jobs[job].released_at].append(job)
        for _moment, jobs in sorted(waves.items()):
            for part in _that_fit(problem, jobs, fleet, goes_up=False):
                yield Part(number, False, part)


def _parts_up(
    problem: Problem, stations: Sequence[Station], rounds: Sequence[Plan], fleet: Sequence[Vehicle]
) -> Iterator[Part]:
    """Yield what the trunk takes from each station, of what its rounds bring or have to, as far as it fits."""
    for number, (station, plan) in enumerate(zip(stations, rounds, strict=True)):
        kept = set(plan.jobs())
        brought = [job for job in _going_up(problem, station) if job in kept or problem.jobs[job].is_required]
        for part in _that_fit(problem, brought, fleet, goes_up=True):
            yield Part(number, True, part)


def _going_up(problem: Problem, station: Station) -> list[int]:
    """Return the jobs of a station that take what the trunk is to fetch there."""
    return [job for job in sorted(station.jobs) if any(problem.jobs[job].takes) and job not in station.local]


def _held(problem: Problem, stations: Sequence[Station], up: Sequence[Part], back: Mapping[int, int]) -> Problem:
    """Return the day as the rounds are held to it: back at each station by a moment, with what the trunk fetches."""
    fetched = {job for part in up for job in part.jobs}
    left = {job for station in stations for job in _going_up(problem, station)} - fetched
    depots = list(problem.depots)
    for number, moment in back.items():
        at = stations[number].depot
        depots[at] = replace(depots[at], open=Window(depots[at].open.earliest, moment))
    jobs = [replace(job, needs=job.needs | {FETCHED}) if at in left else job for at, job in enumerate(problem.jobs)]
    return replace(problem, jobs=jobs, depots=depots)


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
    depot = problem.depots[station.depot]
    return Job(
        key=f"trunk {'from' if part.goes_up else 'to'} {depot.place}, {part.jobs[0]}",
        place=depot.place,
        drops=nothing if part.goes_up else load,
        takes=load if part.goes_up else nothing,
        service_s=station.handling_s,
        windows=station.windows or (ALWAYS,),
        released_at=0 if part.goes_up else max(problem.jobs[job].released_at for job in part.jobs),
        needs=station.needs | {TRUNK},
    )


def _come_at(problem: Problem, plan: Plan, parts: Sequence[Part]) -> dict[int, int]:
    """Return when rounds count on the goods of each job; what the trunk leaves out comes as the hub closes."""
    before = len(problem.jobs) - len(parts)
    come = {job: problem.depots[0].open.latest for part in parts for job in part.jobs}
    for route in plan.routes:
        for visit in timetable(problem, route).visits:
            if visit.job is not None and visit.job >= before:
                come |= dict.fromkeys(parts[visit.job - before].jobs, visit.ends + SLACK_S)
    return come


def _back_at(problem: Problem, rounds: Plan) -> int:
    """Return when the last of a station's rounds is back."""
    return max((timetable(problem, one).ends for one in rounds.routes), default=0)


def _by(job: Job, moment: int) -> Job:
    """Return a visit that ends at a moment at the latest."""
    last = max(0, moment - job.service_s)
    return replace(job, windows=_between(job, 0, last) or (Window(0, last),))


def _from(job: Job, moment: int) -> Job:
    """Return a visit from a moment on."""
    return replace(job, windows=_between(job, moment, FOREVER) or (Window(moment),))


def _between(job: Job, earliest: int, latest: int) -> tuple[Window, ...]:
    """Return when a visit can begin from one moment to another."""
    both = ((max(one.earliest, earliest), min(one.latest, latest)) for one in job.windows)
    return tuple(Window(begins, ends) for begins, ends in both if begins <= ends)
