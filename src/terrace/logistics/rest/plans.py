"""The REST interface of plans of days: had made, read, searched for again, dropped, approved."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from terrace.http.rest import REFUSALS, Paged, PageNumber, SortName, actor_of, paged, sorted_by
from terrace.kernel.errors import NotFound
from terrace.kernel.words import _
from terrace.logistics import queries, services
from terrace.logistics.rest.named import unit_named
from terrace.logistics.schemas.fields import LogisticsVersionIn
from terrace.logistics.schemas.plans import (
    ApprovalIn,
    ApprovedOut,
    NewPlanIn,
    PlanFilters,
    PlanOut,
    PlanWhole,
    SearchIn,
    plans_out,
    whole_out,
)
from terrace.logistics.services import PlanGiven

router = Router(tags=["logistics"])
PLAN_SORTS = {"number": "number", "on": "on", "state": "state"}


@router.get("/plans", response={200: Paged[PlanOut], **REFUSALS})
def list_plans(
    request: HttpRequest, filters: Query[PlanFilters], sort: SortName = "", page: PageNumber = 1
) -> dict[str, Any]:
    """List the plans of the centres where the caller plans tours, the latest day first."""
    names = {"first": "on__gte", "last": "on__lte", "state": "state"}
    given = {names[name]: value for name, value in filters.dict(exclude_none=True).items()}
    rows = queries.plans_visible_to(actor_of(request)).filter(**given)
    return paged(sorted_by(rows, PLAN_SORTS, sort, ("-on", "-id")), plans_out, page)


@router.get("/plans/{number}", response={200: PlanWhole, **REFUSALS})
def get_plan(request: HttpRequest, number: str) -> PlanWhole:
    """Read one plan with its routes."""
    return whole_out(queries.get_plan(actor_of(request), number))


@router.post("/plans", response={201: PlanWhole, **REFUSALS})
def begin_plan(request: HttpRequest, given: NewPlanIn) -> Status[PlanWhole]:
    """Have a day planned: a job searches, and reading the plan tells what it has found so far."""
    actor, unit = actor_of(request), unit_named(given.unit)
    wanted = PlanGiven(given.on, given.seconds, given.note, on_two_levels=given.on_two_levels)
    plan = services.begin_plan(by=actor, unit_id=unit.pk, given=wanted)
    return Status(201, whole_out(plan))


@router.post("/plans/{number}/search", response={200: PlanWhole, **REFUSALS})
def search_again(request: HttpRequest, number: str, given: SearchIn) -> PlanWhole:
    """Let the engines search once more; a worse plan is not taken."""
    actor = actor_of(request)
    found = queries.get_plan(actor, number)
    return whole_out(services.search_again(by=actor, plan=found, version=given.version, seconds=given.seconds))


@router.post("/plans/{number}/drop", response={200: PlanWhole, **REFUSALS})
def drop_plan(request: HttpRequest, number: str, given: LogisticsVersionIn) -> PlanWhole:
    """Give up a plan."""
    actor = actor_of(request)
    found = queries.get_plan(actor, number)
    return whole_out(services.drop_plan(by=actor, plan=found, version=given.version))


@router.post("/plans/{number}/approve", response={200: ApprovedOut, **REFUSALS})
def approve_plan(request: HttpRequest, number: str, given: ApprovalIn) -> ApprovedOut:
    """Make tours of a plan."""
    actor = actor_of(request)
    found = queries.get_plan(actor, number)
    vehicles = dict(queries.vehicles_visible_to(actor).filter(pk__in=found.fleet).values_list("number", "pk"))
    named = {one.vehicle: one.driver for one in given.drivers}
    if not set(named) <= set(vehicles):
        raise NotFound(_("There is no vehicle with this number."), field="drivers")
    drivers = {vehicles[number]: driver for number, driver in named.items()}
    done = services.approve_plan(by=actor, plan=found, version=given.version, drivers=drivers)
    return ApprovedOut(tours=[tour.number for tour in done.tours], gone=list(done.gone), along=list(done.along))
