"""PyVRP on a day whose vehicles are out for a fixed part of it: half of them from when their shift begins, half until
it ends.

Where vehicles load again, goods come later and time on the road is limited, PyVRP may reckon a change to be good whose
opposite it reckons to be good as well, and never ends; on days that cannot be driven it nearly always does. When a
vehicle is out is then a window instead, as long as shift and overtime: nothing limits its time beside.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from terrace.logistics.domain.routing import FOREVER, Budget, Plan, Planned, Problem, Vehicle, Window
from terrace.logistics.engines.by_pyvrp import PyvrpPlanner


@dataclass(frozen=True, slots=True)
class ByWindows:
    """Searches with windows in place of limits; what it finds keeps the day's own limits."""

    def plan(self, problem: Problem, budget: Budget, tell: Callable[[Planned], None] | None = None) -> Planned:
        """Return the best plan found, with faults where none without was found."""
        halves = [(at, half) for at, vehicle in enumerate(problem.vehicles) for half in _halves(at, vehicle)]

        def whole(planned: Planned) -> Planned:
            routes = (replace(route, vehicle=halves[route.vehicle][0]) for route in planned.plan.routes)
            return replace(planned, plan=Plan(tuple(routes)))

        hears = (lambda planned: tell(whole(planned))) if tell else None
        return whole(PyvrpPlanner().plan(replace(problem, vehicles=[half for _at, half in halves]), budget, hears))


def may_be_stuck(problem: Problem) -> bool:
    """Say whether PyVRP may never end on a day as it is."""
    return any(vehicle.reloads for vehicle in problem.vehicles) and any(job.released_at for job in problem.jobs)


def _halves(at: int, vehicle: Vehicle) -> list[Vehicle]:
    """Return those of alike vehicles that are out early and those that are out late; all where it is the same.

    Of single vehicles every other is out late, which their places in the fleet decide.
    """
    begins, ends, most = vehicle.shift.earliest, vehicle.shift.latest, vehicle.shift_s + vehicle.overtime_s
    free = replace(vehicle, shift_s=FOREVER, overtime_s=0)
    if ends - begins <= most:
        return [free]
    early, late = Window(begins, begins + most), Window(ends - most, ends)
    first = (vehicle.count + 1 - at % 2) // 2
    counts = ((early, first), (late, vehicle.count - first))
    return [replace(free, shift=shift, count=count) for shift, count in counts if count]
