"""The REST interface of where vehicles were: told by drivers' phones and by trackers, read by tour."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from terrace.http.rest import REFUSALS, Paged, PageNumber, actor_of, paged
from terrace.logistics import queries, services
from terrace.logistics.domain.tracking import PositionSource
from terrace.logistics.schemas.positions import (
    DrivenOut,
    PositionOut,
    PositionsIn,
    TakenOut,
    ToldPositionsIn,
    driven_out,
    positions_out,
    taken_out,
)

router = Router(tags=["logistics"])


@router.post("/driving/positions", response={200: TakenOut, **REFUSALS})
def tell_positions(request: HttpRequest, given: ToldPositionsIn) -> TakenOut:
    """Tell where the phone of a tour's driver was while the tour was driven; what was told before changes nothing.

    Positions that nobody can believe, and those from before or after the tour, are left out and counted.
    """
    told = [one.as_told() for one in given.positions]
    return taken_out(services.tell_positions(by=actor_of(request), told=told))


@router.post("/vehicles/{number}/positions", response={200: TakenOut, **REFUSALS})
def take_positions(request: HttpRequest, number: str, given: PositionsIn) -> TakenOut:
    """Tell where a vehicle was, for the server of a tracker; what was told before changes nothing."""
    actor = actor_of(request)
    vehicle = queries.get_tracked_vehicle(actor, number)
    fixes = [one.as_fix() for one in given.positions]
    taken = services.take_positions(by=actor, vehicle=vehicle, fixes=fixes, source=PositionSource.TRACKER)
    return taken_out(taken)


@router.get("/tours/{number}/positions", response={200: Paged[PositionOut], **REFUSALS})
def list_positions(request: HttpRequest, number: str, page: PageNumber = 1) -> dict[str, Any]:
    """List where a tour's vehicle was, the first first, for who plans tours there and for who drove."""
    actor = actor_of(request)
    rows = queries.positions_for(actor, queries.get_tour(actor, number))
    return paged(rows, positions_out, page, size=200)


@router.get("/tours/{number}/driven", response={200: DrivenOut, **REFUSALS})
def get_driven(request: HttpRequest, number: str) -> DrivenOut:
    """Read a tour planned against driven, for who plans tours there and for who drove."""
    actor = actor_of(request)
    found = queries.get_tour(actor, number)
    queries.require_track(actor, found)
    return driven_out(queries.driven_tour(found))
