"""A day without the vehicles whose routes are settled: what is left to plan, and both put together again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from terrace.logistics.domain.routing.plan import Plan, Route, Trip
from terrace.logistics.domain.routing.problem import Problem


@dataclass(frozen=True, slots=True)
class Remainder:
    """What is left of a problem. `jobs` and `vehicles` say which of the whole problem's its own are."""

    problem: Problem
    settled: tuple[Route, ...]
    jobs: tuple[int, ...]
    vehicles: tuple[int, ...]

    def with_settled(self, plan: Plan) -> Plan:
        """Return a plan of the remainder as one of the whole, with the settled routes."""
        own = [
            Route(
                self.vehicles[route.vehicle],
                tuple(Trip(trip.depot, tuple(self.jobs[job] for job in trip.jobs)) for trip in route.trips),
            )
            for route in plan.routes
        ]
        return Plan(tuple(sorted([*self.settled, *own], key=lambda route: route.vehicle)))


def remainder(problem: Problem, plan: Plan, settled: Collection[int]) -> Remainder:
    """Return what is left to plan where the routes of the vehicles `settled`, each one vehicle, stay as they are."""
    kept = tuple(route for route in plan.routes if route.vehicle in settled)
    done = {job for route in kept for job in route.jobs}
    jobs = tuple(job for job in range(len(problem.jobs)) if job not in done)
    vehicles = tuple(place for place in range(len(problem.vehicles)) if place not in settled)
    return replace(part_of(problem, jobs, vehicles), settled=kept)


def part_of(problem: Problem, jobs: Sequence[int], vehicles: Sequence[int]) -> Remainder:
    """Return a problem of some of the jobs and vehicles, by their index, with nothing settled."""
    part = replace(
        problem, jobs=[problem.jobs[job] for job in jobs], vehicles=[problem.vehicles[place] for place in vehicles]
    )
    return Remainder(part, (), tuple(jobs), tuple(vehicles))
