"""PyVRP: an iterated local search that knows all of a county's day but the break (doi 10.1287/ijoc.2023.0055).

For the break it searches on a clock that stands still meanwhile; the domain's timetable times its plans anew.
"""

import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyvrp
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.search import LocalSearch, PerturbationManager, RelocateWithDepot, compute_neighbours
from pyvrp.stop import MaxIterations, MaxRuntime, MultipleCriteria

from terrace.logistics.domain.routing import NO_ROAD, Budget, Plan, Planned, Problem, Route, Trip, Vehicle, timetable
from terrace.logistics.domain.routing.by_hand import completed
from terrace.logistics.engines import watch
from terrace.logistics.engines.clock import window_without, without

NAME = "pyvrp"
Integers = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class PyvrpPlanner:
    """Searches until the budget is used up, from a plan where there is one: what that leaves out is put in first.

    `gives_up_after` so many seconds it ends where it has found no plan without fault. One that `is_careful` takes over
    where vehicles load again from the plan that it begins with, made by hand where none is given: PyVRP's own way of
    putting that into a route is what it is stuck with most (`watch.py`).
    """

    start: Plan | None = None
    gives_up_after: float | None = None
    is_careful: bool = False

    def plan(self, problem: Problem, budget: Budget, tell: Callable[[Planned], None] | None = None) -> Planned:
        """Return the best plan found, with faults where none without was found."""
        watch.give(watch.seconds_to_begin(problem))
        words = Translation.of(problem)
        start = completed(problem, Plan(())) if self.is_careful and self.start is None else self.start
        stops: list[pyvrp.stop.StoppingCriterion] = [MaxRuntime(budget.seconds)]
        if budget.rounds is not None:
            stops.append(MaxIterations(budget.rounds))
        if self.gives_up_after is not None:
            stops.append(_Vain(self.gives_up_after))
        listener = _Listener(words, tell) if tell else pyvrp.IteratedLocalSearchCallbacks()
        with warnings.catch_warnings():
            if self.gives_up_after is not None:  # it may well find nothing, and need not say so
                warnings.simplefilter("ignore", PenaltyBoundWarning)
            found = pyvrp.solve(
                words.data,
                MultipleCriteria(stops),
                seed=budget.seed,
                collect_stats=False,
                params=pyvrp.SolveParams(
                    ils=pyvrp.IteratedLocalSearchParams(exhaustive_on_best=False, callbacks=listener),
                    operators=_operators(is_careful=self.is_careful),
                ),
                initial_solution=self._completed(words, problem, start, budget.seed) if start else None,
            )
        return Planned(words.plan(found.best), NAME, found.num_iterations)

    def _completed(self, words: "Translation", problem: Problem, start: Plan, seed: int) -> pyvrp.Solution:
        """Return a plan as a solution that does all that is required, be it too late or with too much on board."""
        solution = words.solution(problem, start)
        if solution.is_complete():
            return solution
        params = pyvrp.SolveParams()
        neighbours = compute_neighbours(words.data, params.neighbourhood)
        perturbation = PerturbationManager(params.perturbation)
        search = LocalSearch(words.data, pyvrp.RandomNumberGenerator(seed=seed), neighbours, perturbation)
        for operator in _operators(is_careful=self.is_careful):
            if operator.supports(words.data):
                search.add_operator(operator(words.data))
        penalties = pyvrp.PenaltyManager(params.penalty.midpoint_penalties(words.data), params.penalty)
        return search(solution, penalties.max_cost_evaluator(), exhaustive=True)


def _operators(*, is_careful: bool) -> list[Any]:
    """Return by which changes PyVRP searches."""
    return [one for one in pyvrp.SolveParams().operators if not (is_careful and one is RelocateWithDepot)]


class _Vain:
    """Stops a search that has found nothing that may be driven when its time is over."""

    def __init__(self, seconds: float) -> None:
        self.is_over = MaxRuntime(seconds)

    def __call__(self, best_cost: int) -> bool:
        """Say whether to stop; PyVRP tells of what may not be driven as infinitely dear."""
        return self.is_over(best_cost) and best_cost >= sys.maxsize


class _Listener(pyvrp.IteratedLocalSearchCallbacks):
    """Tells of plans as they are found."""

    def __init__(self, words: "Translation", tell: Callable[[Planned], None]) -> None:
        self.words, self.tell, self.rounds = words, tell, 0

    def on_iteration(self, *_state: object) -> None:
        """Count the rounds."""
        self.rounds += 1
        watch.give(watch.ROUND_S)

    def on_best(self, best: pyvrp.Solution) -> None:
        """Tell of a plan that is better than those before, where it may be driven."""
        if best.is_feasible():
            self.tell(Planned(self.words.plan(best), NAME, self.rounds))


@dataclass(frozen=True, slots=True)
class Translation:
    """A problem in PyVRP's words. `jobs` says which job each of its clients is: one a window of the job."""

    data: pyvrp.ProblemData
    jobs: tuple[int, ...]

    @classmethod
    def of(cls, problem: Problem) -> "Translation":
        """Translate a problem. Depots stand before jobs among its locations: one each, whatever place they share."""
        jobs = tuple(index for index, job in enumerate(problem.jobs) for _window in job.windows)
        groups = list(_groups(problem, jobs))
        clients = list(_clients(problem, groups))
        kinds = sorted({(vehicle.matrix, vehicle.offers) for vehicle in problem.vehicles}, key=repr)
        tables = [_tables(problem, matrix, offers) for matrix, offers in kinds]
        return cls(
            pyvrp.ProblemData(
                locations=[pyvrp.Location(0, 0) for _ in range(len(problem.depots) + len(problem.jobs))],
                clients=clients,
                depots=[_depot(problem, index) for index in range(len(problem.depots))],
                vehicle_types=[
                    _vehicle(problem, one, kinds.index((one.matrix, one.offers))) for one in problem.vehicles
                ],
                distance_matrices=[distances for distances, _durations in tables],
                duration_matrices=[durations for _distances, durations in tables],
                groups=groups,
            ),
            jobs,
        )

    def plan(self, solution: pyvrp.Solution) -> Plan:
        """Return a solution as a plan."""
        return Plan(tuple(self._route(route) for route in solution.routes() if route.num_clients()))

    def _route(self, route: pyvrp.Route) -> Route:
        trips: list[Trip] = []
        depot, jobs = route.start_depot(), []
        for step in list(route)[1:]:
            if step.is_client():
                jobs.append(self.jobs[step.idx])
                continue
            trips.append(Trip(depot, tuple(jobs)))
            depot, jobs = step.idx, []
        return Route(route.vehicle_type(), tuple(trip for at, trip in enumerate(trips) if trip.jobs or at == 0))

    def solution(self, problem: Problem, plan: Plan) -> pyvrp.Solution:
        """Return a plan as a solution, each job in the window in which its route comes."""
        routes = [pyvrp.Route(self.data, list(self._steps(problem, route)), route.vehicle) for route in plan.routes]
        return pyvrp.Solution(self.data, routes)

    def _steps(self, problem: Problem, route: Route) -> Iterator[pyvrp.Activity]:
        visits = iter(timetable(problem, route).visits)
        for number, trip in enumerate(route.trips):
            next(visits)
            if number:
                yield pyvrp.Activity(pyvrp.ActivityType.DEPOT, trip.depot)
            for job in trip.jobs:
                yield pyvrp.Activity(pyvrp.ActivityType.CLIENT, self._client(problem, job, next(visits).begins))

    def _client(self, problem: Problem, job: int, begins: int) -> int:
        """Return which client stands for a job in the window in which it begins, or in its first."""
        windows = enumerate(problem.jobs[job].windows)
        inside = (number for number, window in windows if window.earliest <= begins <= window.latest)
        return self.jobs.index(job) + next(inside, 0)


def _groups(problem: Problem, jobs: tuple[int, ...]) -> Iterator[pyvrp.ClientGroup]:
    """Yield a group for each job of several windows: one of its clients is visited."""
    for index, job in enumerate(problem.jobs):
        if len(job.windows) > 1:
            members = [client for client, of in enumerate(jobs) if of == index]
            yield pyvrp.ClientGroup(members, required=job.is_required)


def _clients(problem: Problem, groups: list[pyvrp.ClientGroup]) -> Iterator[pyvrp.Client]:
    group_of = {client: number for number, group in enumerate(groups) for client in group}
    count = 0
    for index, job in enumerate(problem.jobs):
        for window in job.windows:
            early, late = window_without(problem.rest, window)
            yield pyvrp.Client(
                location=len(problem.depots) + index,
                delivery=list(job.drops),
                pickup=list(job.takes),
                service_duration=job.service_s,
                tw_early=early,
                tw_late=late,
                release_time=min(without(problem.rest, job.released_at), late),
                prize=job.prize or 0,
                required=job.is_required and count not in group_of,
                group=group_of.get(count),
            )
            count += 1


def _depot(problem: Problem, index: int) -> pyvrp.Depot:
    depot = problem.depots[index]
    early, late = window_without(problem.rest, depot.open)
    return pyvrp.Depot(index, tw_early=early, tw_late=late, service_duration=depot.load_s)


def _vehicle(problem: Problem, vehicle: Vehicle, profile: int) -> pyvrp.VehicleType:
    early, late = window_without(problem.rest, vehicle.shift)
    return pyvrp.VehicleType(
        num_available=vehicle.count,
        capacity=list(vehicle.capacity),
        start_depot=vehicle.start,
        end_depot=vehicle.end,
        fixed_cost=vehicle.fixed_cost,
        tw_early=early,
        tw_late=late,
        shift_duration=vehicle.shift_s,
        unit_distance_cost=vehicle.cost_per_m,
        unit_duration_cost=vehicle.cost_per_s,
        profile=profile,
        initial_load=list(vehicle.on_board),
        reload_depots=list(vehicle.reload_at),
        max_reloads=vehicle.reloads,
        max_overtime=vehicle.overtime_s,
        unit_overtime_cost=vehicle.cost_per_overtime_s,
    )


def _tables(problem: Problem, matrix: int, offers: frozenset[str]) -> tuple[Integers, Integers]:
    """Return metres and seconds between PyVRP's locations. To what a vehicle may not do no road leads."""
    places = [depot.place for depot in problem.depots] + [job.place for job in problem.jobs]
    barred = [len(problem.depots) + index for index, job in enumerate(problem.jobs) if not job.needs <= offers]
    tables = []
    for table in (problem.matrices[matrix].distances, problem.matrices[matrix].durations):
        wide = np.asarray(table, dtype=np.int64)[np.ix_(places, places)]
        wide[:, barred] = wide[barred, :] = NO_ROAD
        np.fill_diagonal(wide, 0)
        tables.append(wide)
    return tables[0], tables[1]
