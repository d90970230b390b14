"""The REST interface of the network: areas, which every caller may read, and units."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from terrace.http.rest import REFUSALS, Paged, PageNumber, actor_of, paged
from terrace.kernel.actors import EVERYWHERE
from terrace.kernel.db import found_by, within
from terrace.network import queries, services
from terrace.network.domain import Service
from terrace.network.schemas import (
    AreaOut,
    ChangedUnitIn,
    CloseIn,
    NewUnitIn,
    PlaceIn,
    Text,
    UnitOut,
    areas_out,
    units_out,
)

router = Router(tags=["network"])
Code = Annotated[str, Field(max_length=32, pattern=r"^[^\x00]*$")]


class UnitsAsked(Schema):
    """Which units to list: in the subtree of an area, of a tier, with a service, by name."""

    area: Text = Field("", max_length=32)
    tier: Text = Field("", max_length=20)
    service: Service | None = None
    text: Text = Field("", max_length=60)


@router.get("/areas", response={200: Paged[AreaOut], **REFUSALS})
def list_areas(
    request: HttpRequest, text: Annotated[Text, Field(max_length=60)] = "", tier: Code = "", page: PageNumber = 1
) -> dict[str, Any]:
    """List the areas of the network, by name, reading or initials and by tier where they are given, by path."""
    return paged(queries.search_areas([EVERYWHERE], text, tier), areas_out, page)


@router.get("/areas/{code}", response={200: AreaOut, **REFUSALS})
def get_area(request: HttpRequest, code: Code) -> AreaOut:
    """Read one area."""
    return areas_out([queries.get_area(code)])[0]


@router.get("/areas/{code}/children", response={200: Paged[AreaOut], **REFUSALS})
def list_children(request: HttpRequest, code: Code, page: PageNumber = 1) -> dict[str, Any]:
    """List the areas directly below one, by code."""
    return paged(queries.children_of(queries.get_area(code).code), areas_out, page)


@router.get("/units", response={200: Paged[UnitOut], **REFUSALS})
def list_units(request: HttpRequest, asked: Query[UnitsAsked], page: PageNumber = 1) -> dict[str, Any]:
    """List the units that the caller sees: open ones everywhere, closed ones below its own areas."""
    units = queries.visible_to(actor_of(request)).filter(found_by(asked.text))
    if asked.area:
        units = units.filter(within([queries.get_area(asked.area).path]))
    if asked.tier:
        units = units.filter(tier=asked.tier)
    if asked.service:
        units = units.filter(services__contains=[asked.service])
    return paged(units.order_by("area_path", "id"), units_out, page)


@router.post("/units", response={201: UnitOut, **REFUSALS})
def found_unit(request: HttpRequest, given: NewUnitIn) -> Status[UnitOut]:
    """Found a unit in an area of the caller; 409 `stands_here` when one is there and `is_further` is false."""
    unit = services.found_unit(
        by=actor_of(request),
        area=given.area,
        details=given.details(),
        founded_on=given.founded_on,
        latitude=given.latitude,
        longitude=given.longitude,
        is_further=given.is_further,
    )
    return Status(201, units_out([unit])[0])


@router.get("/units/{number}", response={200: UnitOut, **REFUSALS})
def get_unit(request: HttpRequest, number: Code) -> UnitOut:
    """Read one unit."""
    return units_out([queries.get_unit(actor_of(request), number)])[0]


@router.put("/units/{number}", response={200: UnitOut, **REFUSALS})
def change_unit(request: HttpRequest, number: Code, given: ChangedUnitIn) -> UnitOut:
    """Change what an open unit, read at `version`, tells its visitors."""
    actor = actor_of(request)
    unit = queries.get_unit(actor, number)
    return units_out([services.change_unit(by=actor, unit=unit, version=given.version, details=given.details())])[0]


@router.put("/units/{number}/place", response={200: UnitOut, **REFUSALS})
def place_unit(request: HttpRequest, number: Code, given: PlaceIn) -> UnitOut:
    """Put an open unit on the map."""
    actor = actor_of(request)
    unit = queries.get_unit(actor, number)
    return units_out([services.place_unit(by=actor, unit=unit, **given.dict())])[0]


@router.post("/units/{number}/close", response={200: UnitOut, **REFUSALS})
def close_unit(request: HttpRequest, number: Code, given: CloseIn) -> UnitOut:
    """Close a unit for good."""
    actor = actor_of(request)
    unit = queries.get_unit(actor, number)
    return units_out([services.close_unit(by=actor, unit=unit, **given.dict())])[0]
