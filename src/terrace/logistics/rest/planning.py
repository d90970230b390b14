"""The REST interface of what a planner does with a tour: stops and loads, each from the version that was read."""

from collections.abc import Callable

from django.http import HttpRequest
from ninja import Router

from terrace.http.rest import REFUSALS, actor_of
from terrace.logistics import queries, services
from terrace.logistics.rest.named import unit_named
from terrace.logistics.schemas.fields import LogisticsVersionIn
from terrace.logistics.schemas.tours import LoadsIn, PlacesIn, TimedIn, TourPlan, TourStopIn, plan_out

router = Router(tags=["logistics"])


@router.post("/tours/{number}/stops", response={200: TourPlan, **REFUSALS})
def add_stop(request: HttpRequest, number: str, given: TourStopIn) -> TourPlan:
    """Let a tour stop at one more unit, last of all."""
    unit_id = unit_named(given.unit).pk
    return _do(request, number, services.add_stop, given, unit_id=unit_id, planned_at=given.planned_at)


@router.post("/tours/{number}/stops/{int:stop_id}/move", response={200: TourPlan, **REFUSALS})
def move_stop(request: HttpRequest, number: str, stop_id: int, given: PlacesIn) -> TourPlan:
    """Move a stop by so many places, up where it is below zero; at an end it stays."""
    return _do(request, number, services.move_stop, given, stop_id=stop_id, places=given.places)


@router.post("/tours/{number}/stops/{int:stop_id}/time", response={200: TourPlan, **REFUSALS})
def time_stop(request: HttpRequest, number: str, stop_id: int, given: TimedIn) -> TourPlan:
    """Say when a tour is to be at a stop."""
    return _do(request, number, services.time_stop, given, stop_id=stop_id, planned_at=given.planned_at)


@router.post("/tours/{number}/stops/{int:stop_id}/remove", response={200: TourPlan, **REFUSALS})
def remove_stop(request: HttpRequest, number: str, stop_id: int, given: LogisticsVersionIn) -> TourPlan:
    """Take a stop off a tour, and what was to be loaded or unloaded there."""
    return _do(request, number, services.remove_stop, given, stop_id=stop_id)


@router.post("/tours/{number}/loads", response={200: TourPlan, **REFUSALS})
def assign(request: HttpRequest, number: str, given: LoadsIn) -> TourPlan:
    """Put parcels and consignments on a tour, all or none."""
    return _do(request, number, services.assign, given, codes=given.codes)


@router.post("/tours/{number}/loads/{int:load_id}/remove", response={200: TourPlan, **REFUSALS})
def unassign(request: HttpRequest, number: str, load_id: int, given: LogisticsVersionIn) -> TourPlan:
    """Take something off a tour that was not loaded yet."""
    return _do(request, number, services.unassign, given, load_id=load_id)


def _do(
    request: HttpRequest, number: str, act: Callable[..., object], given: LogisticsVersionIn, **about: object
) -> TourPlan:
    """Do one act on a tour from the version that was read, and answer with the tour as it is then."""
    actor = actor_of(request)
    act(by=actor, tour=queries.get_tour(actor, number), version=given.version, **about)
    return plan_out(queries.get_tour(actor, number))
