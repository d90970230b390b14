"""Planning anew in seconds while vehicles are under way: the plan as it was, mended, unless an engine knows better."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from terrace.logistics.domain.routing import Budget, Plan, Planned, Problem, best_of, check
from terrace.logistics.domain.routing.by_hand import NAME, completed
from terrace.logistics.domain.routing.going_on import GoingOn
from terrace.logistics.engines.by_pyvrp import PyvrpPlanner
from terrace.logistics.engines.by_vroom import VroomPlanner, can_plan


@dataclass(frozen=True, slots=True)
class Again:
    """A planner that goes on from a plan: what comes first of equal plans changes least."""

    kept: Plan

    def plan(self, problem: Problem, budget: Budget, tell: Callable[[Planned], None] | None = None) -> Planned:
        """Return the plan as it was with what is new put in, VROOM's, or what PyVRP makes of the better of them."""
        began = time.monotonic()
        found = [Planned(completed(problem, self.kept), NAME, 1)]
        if can_plan(problem):
            found.append(VroomPlanner().plan(problem, replace(budget, seconds=budget.seconds / 4)))
        left = budget.seconds - (time.monotonic() - began)
        best = best_of(problem, found)
        if left > 0 and problem.jobs and problem.vehicles:
            start = None if check(problem, best.plan) else best.plan
            found.append(PyvrpPlanner(start, gives_up_after=left / 2).plan(problem, replace(budget, seconds=left)))
        chosen = best_of(problem, found)
        if tell:
            tell(chosen)
        return chosen


def go_on(going: GoingOn, budget: Budget) -> Planned:
    """Return how what is left of a day goes on, within the budget; its plan is sound, whatever it leaves out."""
    half = replace(budget, seconds=budget.seconds / 2)
    found = Again(going.kept).plan(going.problem, half if going.loaded else budget)
    if going.is_sound(found.plan):
        return found
    return Again(Plan(())).plan(going.without_second_trips(), half)
