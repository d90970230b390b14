"""A day planned in a moment, as tests need it: units on the map, and PyVRP with a few rounds."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from terrace.kernel.actors import Actor
from terrace.logistics import services
from terrace.logistics.domain.fleet import Equipment
from terrace.logistics.domain.routing import Budget, Planned, Problem
from terrace.logistics.domain.routing.alike import AlikeAsOne
from terrace.logistics.engines.by_pyvrp import PyvrpPlanner
from terrace.logistics.models import DayPlan, Vehicle
from terrace.logistics.services import PlanGiven
from terrace.network.models import ServiceUnit
from tests.conftest import Cast


@dataclass(frozen=True, slots=True)
class Quick:
    """PyVRP with a few rounds."""

    def plan(self, problem: Problem, budget: Budget, tell: Callable[[Planned], None] | None = None) -> Planned:
        """Return what it finds in them."""
        return PyvrpPlanner().plan(problem, replace(budget, rounds=50), tell)


QUICK = AlikeAsOne(Quick())


def put_on_the_map(*units: ServiceUnit) -> None:
    """Let units lie in a row, four kilometres from each to the next, and be open all day."""
    for number, unit in enumerate(units):
        place = {"latitude": 33.91 + number / 25, "longitude": 105.3}
        ServiceUnit.objects.filter(pk=unit.pk).update(**place, hours=[])


def stand_at(cast: Cast, vehicle: Vehicle, **base: int) -> None:
    """Say where the vehicle's day begins or ends."""
    given = Equipment(**base)
    services.equip_vehicle(by=cast.clerk.actor, vehicle=vehicle, version=vehicle.version, given=given)


def plan_day(centre: ServiceUnit, by: Actor, on: date, **told: object) -> DayPlan:
    """Return the plan of a day as the engine finds it; `told` are its other words, and the present moment."""
    now = {"now": told.pop("now")} if "now" in told else {}
    plan = services.begin_plan(by=by, unit_id=centre.pk, given=PlanGiven(on, **{"seconds": 5, **told}), **now)
    services.run_search(plan_id=plan.pk, planner=QUICK)
    plan.refresh_from_db()
    return plan
