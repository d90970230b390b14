"""Equal vehicles planned as one kind: a search wastes time on choosing between vehicles that are the same."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace

from terrace.logistics.domain.routing.plan import Plan, Route
from terrace.logistics.domain.routing.planner import Budget, Planned, RoutePlanner
from terrace.logistics.domain.routing.problem import Problem, Vehicle


@dataclass(frozen=True, slots=True)
class AlikeAsOne:
    """A planner of days whose vehicles are each one: to another planner, equal ones are several of one kind."""

    planner: RoutePlanner

    def plan(self, problem: Problem, budget: Budget, tell: Callable[[Planned], None] | None = None) -> Planned:
        """Return the other planner's plan, each route with a vehicle of its own, in the order of the vehicles."""
        kinds = _kinds(problem)

        def told(planned: Planned) -> Planned:
            return replace(planned, plan=_apart(planned.plan, list(kinds.values())))

        merged = replace(problem, vehicles=[replace(kind, count=len(members)) for kind, members in kinds.items()])
        hears = (lambda planned: tell(told(planned))) if tell else None
        return told(self.planner.plan(merged, budget, hears))


def _kinds(problem: Problem) -> dict[Vehicle, list[int]]:
    """Return which vehicles there are but for their names, and the places of those that are each of them."""
    kinds: dict[Vehicle, list[int]] = defaultdict(list)
    for place, vehicle in enumerate(problem.vehicles):
        if vehicle.count != 1:
            raise ValueError("each vehicle is one")
        kinds[replace(vehicle, key="")].append(place)
    return kinds


def _apart(plan: Plan, members: list[list[int]]) -> Plan:
    """Return the plan with a vehicle of its own for each route."""
    free = [iter(places) for places in members]
    routes = [Route(next(free[route.vehicle], members[route.vehicle][-1]), route.trips) for route in plan.routes]
    return Plan(tuple(sorted(routes, key=lambda route: route.vehicle)))
