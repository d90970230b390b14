"""The REST interface of tours: read, planned, changed, given up."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from terrace.accounts import queries as accounts
from terrace.http.rest import REFUSALS, Paged, PageNumber, SortName, actor_of, paged, sorted_by
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import NotFound
from terrace.kernel.words import _
from terrace.logistics import queries, services
from terrace.logistics.domain import Permission
from terrace.logistics.models import Vehicle
from terrace.logistics.rest.named import unit_named
from terrace.logistics.schemas.fields import LogisticsVersionIn
from terrace.logistics.schemas.tours import (
    ChangedTourIn,
    DriverOut,
    NewTourIn,
    TourFilters,
    TourIn,
    TourOut,
    TourPlan,
    plan_out,
    tours_out,
)
from terrace.logistics.services import TourGiven

router = Router(tags=["logistics"])
TOUR_SORTS = {"number": "number", "on": "on", "status": "status"}


@router.get("/tours", response={200: Paged[TourOut], **REFUSALS})
def list_tours(
    request: HttpRequest, filters: Query[TourFilters], sort: SortName = "", page: PageNumber = 1
) -> dict[str, Any]:
    """List the tours that the caller sees, the latest day first."""
    names = {"first": "on__gte", "last": "on__lte", "status": "status"}
    given = {names[name]: value for name, value in filters.dict(exclude_none=True).items()}
    rows = queries.tours_visible_to(actor_of(request)).select_related("vehicle").filter(**given)
    return paged(sorted_by(rows, TOUR_SORTS, sort, ("-on", "-id")), tours_out, page)


@router.get("/tours/{number}", response={200: TourPlan, **REFUSALS})
def get_tour(request: HttpRequest, number: str) -> TourPlan:
    """Read one tour with its stops and what rides."""
    return plan_out(queries.get_tour(actor_of(request), number))


@router.get("/drivers", response={200: list[DriverOut], **REFUSALS})
def list_drivers(request: HttpRequest, unit: str) -> list[DriverOut]:
    """List who holds a driver's post at the centre with the number `unit` today, for who plans its tours."""
    actor, centre = actor_of(request), unit_named(unit)
    actor.require(Permission.DISPATCH, centre.area_path)
    found = accounts.people_by_id(accounts.holders_of(Permission.DRIVE, centre.area_path, clock.today()))
    people = sorted(found.values(), key=lambda one: (one.name, one.pk))
    return [DriverOut(id=person.pk, name=person.name) for person in people]


@router.post("/tours", response={201: TourPlan, **REFUSALS})
def plan_tour(request: HttpRequest, given: NewTourIn) -> Status[TourPlan]:
    """Plan a tour of a centre's vehicle for a day; its stops and loads are added next."""
    actor, unit = actor_of(request), unit_named(given.unit)
    tour = services.plan_tour(by=actor, unit_id=unit.pk, given=_given(actor, given))
    return Status(201, plan_out(tour))


@router.put("/tours/{number}", response={200: TourPlan, **REFUSALS})
def change_tour(request: HttpRequest, number: str, given: ChangedTourIn) -> TourPlan:
    """Change vehicle, driver, day or time of a tour that has not left."""
    actor = actor_of(request)
    found = queries.get_tour(actor, number)
    changed = services.change_tour(by=actor, tour=found, version=given.version, given=_given(actor, given))
    return plan_out(changed)


@router.post("/tours/{number}/cancel", response={200: TourPlan, **REFUSALS})
def cancel_tour(request: HttpRequest, number: str, given: LogisticsVersionIn) -> TourPlan:
    """Give up a tour that has not left; what was to ride waits again."""
    actor = actor_of(request)
    found = queries.get_tour(actor, number)
    return plan_out(services.cancel_tour(by=actor, tour=found, version=given.version))


def _given(actor: Actor, given: TourIn) -> TourGiven:
    """Return the tour as the service takes it; raise `NotFound` for a vehicle that the actor does not see."""
    vehicle: Vehicle | None = queries.vehicles_visible_to(actor).filter(number=given.vehicle).first()
    if vehicle is None:
        raise NotFound(_("There is no vehicle with this number."), field="vehicle")
    return TourGiven(vehicle.pk, given.driver, given.on, given.starts_at)
