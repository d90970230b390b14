"""The REST interface of today's tours as they go, and of what is changed of them meanwhile."""

from django.http import HttpRequest
from ninja import Router

from terrace.http.rest import REFUSALS, actor_of
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import NotFound
from terrace.kernel.words import _
from terrace.logistics import queries, services
from terrace.logistics.models import Vehicle
from terrace.logistics.rest.named import unit_named
from terrace.logistics.schemas.live import (
    CarryOutIn,
    LiveTourOut,
    PickUpIn,
    ReliefIn,
    ReplanIn,
    ReplannedOut,
    live_out,
    replanned_out,
)
from terrace.logistics.schemas.tours import TourPlan, plan_out

router = Router(tags=["logistics"])


@router.get("/live", response={200: list[LiveTourOut], **REFUSALS})
def list_live_tours(request: HttpRequest) -> list[LiveTourOut]:
    """List today's tours as they go where the caller plans tours, those first that need somebody's eyes."""
    return live_out(queries.live_tours(actor_of(request), clock.now()))


@router.post("/tours/{number}/pick-up", response={200: TourPlan, **REFUSALS})
def insert_pick_up(request: HttpRequest, number: str, given: PickUpIn) -> TourPlan:
    """Let a tour fetch what waits at a unit, with a stop where it costs the least way where it has none there."""
    actor, unit = actor_of(request), unit_named(given.unit)
    found = queries.get_tour(actor, number)
    services.insert_pick_up(by=actor, tour=found, version=given.version, unit_id=unit.pk, codes=given.codes)
    return plan_out(queries.get_tour(actor, number))


@router.post("/tours/{number}/relieve", response={200: TourPlan, **REFUSALS})
def relieve(request: HttpRequest, number: str, given: ReliefIn) -> TourPlan:
    """Let another vehicle or driver go on with a tour that is under way; its stops and loads stay as they are."""
    actor = actor_of(request)
    found = queries.get_tour(actor, number)
    vehicle = _vehicle(actor, given.vehicle)
    services.relieve(by=actor, tour=found, version=given.version, vehicle_id=vehicle.pk, driver_id=given.driver)
    return plan_out(queries.get_tour(actor, number))


@router.post("/tours/{number}/replan", response={200: ReplannedOut, **REFUSALS})
def replan(request: HttpRequest, number: str, given: ReplanIn) -> ReplannedOut:
    """Work out what becomes of the rest of a tour that cannot go on as it is; nothing is changed by that."""
    actor = actor_of(request)
    vehicle = _vehicle(actor, given.vehicle).pk if given.vehicle else None
    found = services.replan(
        by=actor, tour=queries.get_tour(actor, number), vehicle_id=vehicle, goes_on=given.goes_on_itself
    )
    return replanned_out(found)


@router.post("/tours/{number}/replan/carry-out", response={200: list[TourPlan], **REFUSALS})
def carry_out(request: HttpRequest, number: str, given: CarryOutIn) -> list[TourPlan]:
    """Do what was worked out, as its token says: all of it, or nothing where any of the tours went on meanwhile."""
    actor = actor_of(request)
    found = queries.get_tour(actor, number)
    done = services.carry_out(by=actor, tour=found, token=given.token, driver_id=given.driver)
    return [plan_out(queries.get_tour(actor, one.number)) for one in done]


def _vehicle(actor: Actor, number: str) -> Vehicle:
    """Return the vehicle with a number, or raise `NotFound`."""
    vehicle: Vehicle | None = queries.vehicles_visible_to(actor).filter(number=number).first()
    if vehicle is None:
        raise NotFound(_("There is no vehicle with this number."), field="vehicle")
    return vehicle
