"""Laying out a day on two levels: what the trunk brings and fetches at stations becomes errands of the plan."""

from dataclasses import replace

from terrace.logistics.domain.day import Errand
from terrace.logistics.domain.plans import PlanState
from terrace.logistics.domain.routing import Budget, Planned, Problem, RoutePlanner, measure, rank
from terrace.logistics.domain.routing.by_hand import ByHand
from terrace.logistics.domain.routing.levels import TwoLevels, two_levels
from terrace.logistics.models import DayPlan
from terrace.logistics.models.plans import DEPOTS, ERRANDS, MEASURES, ROUTES, VEHICLES

AT_ONCE = Budget(1)


def lay_out(plan: DayPlan, engines: RoutePlanner) -> tuple[Problem, Planned]:
    """Search for a plan on two levels; return the one problem that it is of, and the best plan of it.

    What a dispatcher would do by hand is on the page at once. Both are written with the errands that they are of.
    """
    day, stations = plan.problem, plan.rounds_from
    first = two_levels(day, stations, ByHand(), AT_ONCE)
    _keep(plan, first)
    found = two_levels(day, stations, engines, Budget(plan.seconds, seed=plan.seed))
    best = min((first, found), key=lambda one: rank(one.problem, one.planned))
    if best is found:
        _keep(plan, best)
    return best.problem, best.planned


def _keep(plan: DayPlan, both: TwoLevels) -> None:
    """Write a plan with its errands, where it is still searched for."""
    errands = _errands(plan, both)
    DayPlan.objects.filter(pk=plan.pk, state=PlanState.SEARCHING).update(
        errands=ERRANDS.dump_python(errands, mode="json"),
        vehicles=VEHICLES.dump_python(list(both.problem.vehicles), mode="json"),
        depots=DEPOTS.dump_python(list(both.problem.depots), mode="json"),
        routes=ROUTES.dump_python(both.plan, mode="json"),
        measures=MEASURES.dump_python(measure(both.problem, both.plan), mode="json"),
        engine=both.planned.engine,
        rounds=both.planned.rounds,
    )


def _errands(plan: DayPlan, both: TwoLevels) -> tuple[Errand, ...]:
    """Return the day's errands with what planning them asks, and those of the trunk: what it carries of them."""
    own, jobs, stations = plan.jobs, both.problem.jobs, plan.rounds_from
    found = [replace(errand, job=job) for errand, job in zip(own, jobs, strict=False)]
    for part, job in zip(both.parts, jobs[len(own) :], strict=True):
        unit_id = plan.places[both.problem.depots[stations[part.station].depot].place]
        hauls = tuple(haul for one in part.jobs for haul in own[one].hauls if haul.goes_up is part.goes_up)
        found.append(Errand(job, unit_id, hauls))
    return tuple(found)
