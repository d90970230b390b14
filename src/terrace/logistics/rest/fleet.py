"""The REST interface of vehicles, carriers and tariffs."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from terrace.http.rest import REFUSALS, Paged, PageNumber, SortName, actor_of, paged, sorted_by
from terrace.logistics import queries, services
from terrace.logistics.rest.named import carrier_named, told_at, unit_named
from terrace.logistics.schemas.fleet import (
    CarrierIn,
    CarrierOut,
    CarrierStandIn,
    ChangedVehicleIn,
    FeeFilters,
    FeeOut,
    NewVehicleIn,
    TariffFilters,
    TariffIn,
    TariffOut,
    VehicleOut,
    carriers_out,
    fees_out,
    tariffs_out,
    vehicles_out,
)
from terrace.logistics.services import TariffGiven

router = Router(tags=["logistics"])
VEHICLE_SORTS = {"plate": "plate", "capacity": "capacity_grams"}
TARIFF_SORTS = {"starts": "starts_on", "kind": "kind"}
FEE_SORTS = {"made": "created_at", "amount": "amount_minor", "kind": "kind"}
CAPACITY = {"capacity": "capacity_grams"}


@router.get("/vehicles", response={200: Paged[VehicleOut], **REFUSALS})
def list_vehicles(request: HttpRequest, sort: SortName = "", page: PageNumber = 1) -> dict[str, Any]:
    """List the vehicles of the caller's area."""
    rows = queries.vehicles_visible_to(actor_of(request))
    return paged(sorted_by(rows, VEHICLE_SORTS, sort, ("plate",)), vehicles_out, page)


@router.post("/vehicles", response={201: VehicleOut, **REFUSALS})
def add_vehicle(request: HttpRequest, given: NewVehicleIn) -> Status[VehicleOut]:
    """Add a vehicle to a centre."""
    unit = unit_named(given.unit)
    with told_at(CAPACITY):
        made = services.add_vehicle(by=actor_of(request), unit_id=unit.pk, given=given.given())
    return Status(201, vehicles_out([made])[0])


@router.put("/vehicles/{number}", response={200: VehicleOut, **REFUSALS})
def change_vehicle(request: HttpRequest, number: str, given: ChangedVehicleIn) -> VehicleOut:
    """Change what is known of a vehicle, or lay it up."""
    actor = actor_of(request)
    found, wanted = queries.get_vehicle(actor, number), given.given(is_active=given.is_active)
    with told_at(CAPACITY):
        changed = services.change_vehicle(by=actor, vehicle=found, version=given.version, given=wanted)
    return vehicles_out([changed])[0]


@router.get("/carriers", response={200: Paged[CarrierOut], **REFUSALS})
def list_carriers(request: HttpRequest, page: PageNumber = 1) -> dict[str, Any]:
    """List the carriers that share the networks of the caller's area, and its own places where it carries."""
    rows = queries.carriers_visible_to(actor_of(request))
    return paged(rows.order_by("id"), carriers_out, page)


@router.post("/carriers", response={201: CarrierOut, **REFUSALS})
def add_carrier(request: HttpRequest, given: CarrierIn) -> Status[CarrierOut]:
    """Let an enterprise of the register share a centre's network."""
    unit = unit_named(given.unit)
    made = services.add_carrier(by=actor_of(request), unit_id=unit.pk, party=given.party)
    return Status(201, carriers_out([made])[0])


@router.put("/carriers/{number}", response={200: CarrierOut, **REFUSALS})
def change_carrier(request: HttpRequest, number: str, given: CarrierStandIn) -> CarrierOut:
    """Let a carrier hand over no new parcels, or again. What is under way goes on."""
    actor = actor_of(request)
    found = queries.get_carrier(actor, number)
    changed = services.change_carrier(by=actor, carrier=found, version=given.version, is_active=given.is_active)
    return carriers_out([changed])[0]


@router.get("/tariffs", response={200: Paged[TariffOut], **REFUSALS})
def list_tariffs(
    request: HttpRequest, filters: Query[TariffFilters], sort: SortName = "", page: PageNumber = 1
) -> dict[str, Any]:
    """List the tariffs that the caller sees, those to come and those that are over too, the youngest first."""
    rows = queries.tariffs_visible_to(actor_of(request)).filter(**filters.dict(exclude_none=True))
    return paged(sorted_by(rows, TARIFF_SORTS, sort, ("-starts_on", "kind", "-id")), tariffs_out, page)


@router.get("/fees", response={200: Paged[FeeOut], **REFUSALS})
def list_fees(
    request: HttpRequest, filters: Query[FeeFilters], sort: SortName = "", page: PageNumber = 1
) -> dict[str, Any]:
    """List the fees for parcels that the caller's units earn and its own carriers pay, the youngest first."""
    given, rows = filters.dict(exclude_none=True), queries.fees_visible_to(actor_of(request))
    if given.pop("owed", False):
        rows = rows.filter(paid_at__isnull=True)
    return paged(sorted_by(rows.filter(**given), FEE_SORTS, sort, ("-id",)), fees_out, page)


@router.post("/tariffs", response={201: TariffOut, **REFUSALS})
def set_tariff(request: HttpRequest, given: TariffIn) -> Status[TariffOut]:
    """Let a tariff begin, today at the earliest; it holds until the next one of its kind begins there."""
    actor = actor_of(request)
    wanted = TariffGiven(
        kind=given.kind,
        area=given.area,
        starts_on=given.starts_on,
        per_parcel=given.per_parcel.money,
        per_kg=given.per_kg.money,
        first_grams=given.first_grams,
        party_id=carrier_named(actor, given.party, "party") if given.party else None,
    )
    return Status(201, tariffs_out([services.set_tariff(by=actor, given=wanted)])[0])
