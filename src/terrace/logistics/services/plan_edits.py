"""A plan changed by the dispatcher: a visit moved, a route split or kept. The checker says at once what it is worth."""

from collections.abc import Callable

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Invalid, NotFound
from terrace.kernel.words import _
from terrace.logistics.domain import Permission
from terrace.logistics.domain.routing import Plan, Problem
from terrace.logistics.domain.routing.editing import moved, split
from terrace.logistics.models import DayPlan
from terrace.logistics.services.plans import judge, lock_open


@transaction.atomic
def move_visit(*, by: Actor, plan: DayPlan, version: int, job: int, vehicle: int | None, place: int = 0) -> DayPlan:
    """Put a visit (by its place among the errands) at a place, from nought, of a vehicle's route; None for nobody's.

    A plan that may not be driven then is impossible until it is mended. Raises `Forbidden`, `Stale`, `NotFound`,
    `PlanClosed`, `StillSearching`.
    """

    def change(problem: Problem, routes: Plan) -> Plan:
        if not 0 <= job < len(problem.jobs) or place < 0:
            raise NotFound
        if vehicle is not None and not 0 <= vehicle < len(problem.vehicles):
            raise NotFound
        return moved(problem, routes, job, vehicle, place)

    return _change(by, plan, version, change, moved=job, to=vehicle, place=place)


@transaction.atomic
def split_route(*, by: Actor, plan: DayPlan, version: int, vehicle: int, first: int, other: int) -> DayPlan:
    """Let another vehicle, which has no route, drive a route's visits from `first` on.

    Raises `Forbidden`, `Stale`, `PlanClosed`, `StillSearching`, and `Invalid` where there is nothing to split.
    """

    def change(problem: Problem, routes: Plan) -> Plan:
        if not 0 <= other < len(problem.vehicles):
            raise NotFound
        try:
            return split(problem, routes, vehicle, first, other)
        except ValueError as refused:
            told = _("A tour is split after its first visit, for a vehicle that drives none yet.")
            raise Invalid(told, field="other") from refused

    return _change(by, plan, version, change, split=vehicle, first=first, to=other)


@transaction.atomic
def keep_route(*, by: Actor, plan: DayPlan, version: int, vehicle: int, is_kept: bool) -> DayPlan:
    """Keep a vehicle's route as it is when the engines search again, or let it go.

    Raises `Forbidden`, `Stale`, `NotFound` where the vehicle has no route, `PlanClosed`, `StillSearching`.
    """
    by.require(Permission.DISPATCH, plan.area_path)
    found = lock_open(plan.pk)
    if vehicle not in {route.vehicle for route in found.plan.routes}:
        raise NotFound
    found.kept = sorted({*found.kept, vehicle} if is_kept else {*found.kept} - {vehicle})
    found.save_version(version, ["kept"])
    _record(by, found, kept=found.kept)
    return found


def _change(
    by: Actor, plan: DayPlan, version: int, change: Callable[[Problem, Plan], Plan], **details: object
) -> DayPlan:
    by.require(Permission.DISPATCH, plan.area_path)
    found = lock_open(plan.pk)
    problem = found.problem
    routes = change(problem, found.plan)
    judge(found, problem, routes)
    driven = {route.vehicle for route in routes.routes}
    found.kept = [vehicle for vehicle in found.kept if vehicle in driven]
    found.save_version(version, ["routes", "measures", "state", "kept"])
    _record(by, found, **details)
    return found


def _record(by: Actor, plan: DayPlan, **details: object) -> None:
    audit.record(by=by, act="logistics.change_plan", subject=plan, area_path=plan.area_path, details=details)
