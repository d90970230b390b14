"""Which plans of days an actor sees, and what planning knows of centres, vehicles and roads to units."""

from collections.abc import Collection, Mapping
from datetime import date

from django.db.models import QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.deployment import current
from terrace.kernel.errors import NotFound
from terrace.kernel.tiers import Workspace
from terrace.logistics.domain import Permission, TourStatus
from terrace.logistics.domain.day import DayRules
from terrace.logistics.models import Approach, DayPlan, PlanningRules, Tour, Vehicle
from terrace.network import queries as network
from terrace.network.models import ServiceUnit


def plans_visible_to(actor: Actor) -> QuerySet[DayPlan]:
    """Return the plans of the areas where the actor plans tours, without the roads that they are made of."""
    return DayPlan.objects.filter(within(actor.paths(Permission.DISPATCH))).defer("roads", "errands", "vehicles")


def get_plan(actor: Actor, number: str) -> DayPlan:
    """Return the plan `number`, or raise `NotFound` when the actor does not see it."""
    found = DayPlan.objects.filter(within(actor.paths(Permission.DISPATCH)), number=number).first()
    if found is None:
        raise NotFound
    return found


def tours_of_plan(plan: DayPlan) -> list[Tour]:
    """Return the tours that a plan became, with their vehicles and what they cost, in the order of leaving."""
    return list(Tour.objects.filter(plan=plan).select_related("vehicle", "cost").order_by("starts_at", "id"))


def plan_number_of(actor: Actor, tour: Tour) -> str | None:
    """Return the number of the plan of which a tour was made; None where there is none, or the actor sees no plans."""
    if tour.plan_id is None:
        return None
    return plans_visible_to(actor).filter(pk=tour.plan_id).values_list("number", flat=True).first()


def planning_rules_of(unit_id: int) -> PlanningRules | None:
    """Return how a centre reckons its days, None where nobody has said."""
    return PlanningRules.objects.filter(unit_id=unit_id).first()


def day_rules_of(unit_id: int) -> DayRules:
    """Return how a centre reckons its days: as it said, else the usual."""
    found = planning_rules_of(unit_id)
    return found.rules if found else DayRules()


def approaches_to(unit_ids: Collection[int]) -> Mapping[int, Approach]:
    """Return how vehicles come to units, of those where somebody has said, by the units' ids."""
    return {row.unit_id: row for row in Approach.objects.filter(unit_id__in=unit_ids)}


def vehicles_free(unit_id: int, on: date) -> list[Vehicle]:
    """Return the vehicles of a centre that are in use and on no open tour of a day, by plate."""
    busy = Tour.objects.filter(on=on, status__in=[TourStatus.PLANNED, TourStatus.UNDER_WAY]).values("vehicle_id")
    free = Vehicle.objects.filter(unit_id=unit_id, is_active=True).exclude(pk__in=busy)
    return list(free.order_by("plate", "id"))


def usual_drivers(unit_id: int, vehicle_ids: Collection[int]) -> dict[int, int]:
    """Return who drove each vehicle of a centre last, both by id; nothing for one that nobody drove yet."""
    last = Tour.objects.filter(unit_id=unit_id, vehicle_id__in=vehicle_ids).order_by("vehicle_id", "-on", "-id")
    return dict(last.distinct("vehicle_id").values_list("vehicle_id", "driver_id"))


def plans_with_figures(actor: Actor, unit_id: int, on: date) -> QuerySet[DayPlan]:
    """Return the plans of a centre's day that routes were found for, the newest first, that the actor sees."""
    return plans_visible_to(actor).filter(unit_id=unit_id, on=on, measures__isnull=False).order_by("-id")


def units_to_visit(actor: Actor) -> QuerySet[ServiceUnit]:
    """Return the open stations and points of the areas where the actor plans tours, by path."""
    below = [tier.code for tier in current().plan.tiers if tier.workspace in (Workspace.STATION, Workspace.POINT)]
    open_ones = network.visible_to(actor).filter(closed_on__isnull=True, tier__in=below)
    return open_ones.filter(within(actor.paths(Permission.DISPATCH))).order_by("area_path", "id")
