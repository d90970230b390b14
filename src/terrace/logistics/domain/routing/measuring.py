"""What a plan costs, and how far and how long its vehicles are on the road."""

from collections.abc import Sequence
from dataclasses import dataclass

from terrace.logistics.domain.routing.plan import Plan, Route
from terrace.logistics.domain.routing.problem import Problem, Vehicle
from terrace.logistics.domain.routing.timetable import Timetable, timetable


@dataclass(frozen=True, slots=True)
class Measures:
    """A plan in figures: vehicles on the road, metres, paid seconds and those of them beyond the shift, costs.

    `missed` is what the jobs that are left out would have been worth. A planner makes `total` as small as it can.
    """

    vehicles: int
    distance: int
    duration: int
    overtime: int
    cost: int
    missed: int

    @property
    def total(self) -> int:
        """The costs, and what was missed."""
        return self.cost + self.missed


def overtime_of(vehicle: Vehicle, times: Timetable) -> int:
    """Return how many seconds of a route are beyond its vehicle's shift."""
    return max(0, times.duration - vehicle.shift_s)


def cost_of(problem: Problem, route: Route, times: Timetable) -> int:
    """Return what a route costs."""
    vehicle = problem.vehicles[route.vehicle]
    on_the_way = vehicle.cost_per_m * times.distance + vehicle.cost_per_s * times.duration
    return vehicle.fixed_cost + on_the_way + vehicle.cost_per_overtime_s * overtime_of(vehicle, times)


def measure(problem: Problem, plan: Plan) -> Measures:
    """Return a plan in figures. Whether it may be driven `check` says."""
    times: Sequence[Timetable] = [timetable(problem, route) for route in plan.routes]
    pairs = list(zip(plan.routes, times, strict=True))
    return Measures(
        vehicles=len(pairs),
        distance=sum(one.distance for one in times),
        duration=sum(one.duration for one in times),
        overtime=sum(overtime_of(problem.vehicles[route.vehicle], one) for route, one in pairs),
        cost=sum(cost_of(problem, route, one) for route, one in pairs),
        missed=sum(problem.jobs[job].prize or 0 for job in plan.left_out(problem)),
    )
