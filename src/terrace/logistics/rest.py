"""The REST interface of logistics: parcels that carriers announce and tell of, scans, consignments, tours, tariffs."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from terrace.http.rest import REFUSALS, Paged, PageNumber, SortName, actor_of, paged, sorted_by
from terrace.kernel.actors import Actor
from terrace.kernel.errors import NotFound
from terrace.kernel.words import _
from terrace.logistics import queries, services
from terrace.logistics.domain import Direction, ParcelStatus
from terrace.logistics.schemas import (
    ConsignmentFilters,
    ConsignmentOut,
    NewsIn,
    ParcelFilters,
    ParcelIn,
    ParcelOut,
    ParcelWay,
    ScanIn,
    Scanned,
    TariffFilters,
    TariffOut,
    TourFilters,
    TourOut,
    TourPlan,
    WaybillIn,
    consignments_out,
    parcels_out,
    plan_out,
    tariffs_out,
    tours_out,
    way_out,
)
from terrace.logistics.services import NewParcel
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.registry import queries as registry

router = Router(tags=["logistics"])
PARCEL_SORTS = {"number": "number", "status": "status", "seen": "seen_at", "weight": "weight_grams"}
GOODS_SORTS = {"number": "number", "status": "status", "weight": "grams", "made": "created_at"}
TOUR_SORTS = {"number": "number", "on": "on", "status": "status"}
TARIFF_SORTS = {"starts": "starts_on", "kind": "kind"}


@router.get("/parcels", response={200: Paged[ParcelOut], **REFUSALS})
def list_parcels(
    request: HttpRequest, filters: Query[ParcelFilters], sort: SortName = "", page: PageNumber = 1
) -> dict[str, Any]:
    """List the parcels that the caller sees, the youngest first: staff those of the area, a carrier its own."""
    given = filters.dict(exclude_none=True)
    rows = queries.parcels_visible_to(actor_of(request))
    if text := given.pop("text", ""):
        rows = queries.parcels_found_by(rows, text)
    if given.pop("open", False):
        rows = rows.filter(ended_at__isnull=True)
    return paged(sorted_by(rows.filter(**given), PARCEL_SORTS, sort, ("-id",)), parcels_out, page)


@router.post("/parcels", response={201: ParcelOut, **REFUSALS})
def register_parcel(request: HttpRequest, given: ParcelIn) -> Status[ParcelOut]:
    """Announce a parcel: a carrier what it hands over to come down, a post what lies there."""
    actor = actor_of(request)
    origin = _unit(given.from_unit, "from_unit")
    target = _unit(given.to_unit, "to_unit") if given.to_unit else None
    new = NewParcel(
        direction=given.direction,
        recipient=given.recipient,
        phone=given.phone,
        from_unit_id=origin.pk,
        weight_grams=given.weight_grams,
        region=given.region,
        address=given.address,
        to_unit_id=target.pk if target and given.direction is Direction.DOWN else None,
        carrier_id=_carrier(actor, given.carrier) if given.carrier else None,
        waybill=given.waybill,
    )
    return Status(201, parcels_out([services.register_parcel(by=actor, new=new)])[0])


@router.get("/parcels/{number}", response={200: ParcelWay, **REFUSALS})
def get_parcel(request: HttpRequest, number: str) -> ParcelWay:
    """Read one parcel with its way so far."""
    return way_out(queries.get_parcel(actor_of(request), number))


@router.post("/parcels/{number}/to-carrier", response={200: ParcelWay, **REFUSALS})
def hand_to_carrier(request: HttpRequest, number: str, given: WaybillIn) -> ParcelWay:
    """Hand a parcel that goes up to its carrier."""
    actor = actor_of(request)
    found = queries.get_parcel(actor, number)
    carrier_id = _carrier(actor, given.carrier) if given.carrier else None
    return way_out(services.hand_to_carrier(by=actor, parcel=found, waybill=given.waybill, carrier_id=carrier_id))


@router.post("/parcels/{number}/news", response={200: ParcelWay, **REFUSALS})
def carrier_says(request: HttpRequest, number: str, given: NewsIn) -> ParcelWay:
    """Tell of a parcel that goes up: on its way, delivered, returned or lost. The same again changes nothing."""
    actor = actor_of(request)
    found = queries.get_parcel(actor, number)
    services.carrier_says(by=actor, parcel=found, status=ParcelStatus(given.status), at=given.at)
    return way_out(queries.get_parcel(actor, number))


@router.post("/scans", response={200: Scanned, **REFUSALS})
def scan(request: HttpRequest, given: ScanIn) -> Scanned:
    """Note that something was seen at a unit or on a tour. Sent twice it changes nothing, late it moves nothing."""
    actor = actor_of(request)
    row, effect = services.scan(
        by=actor,
        code=given.code,
        kind=given.kind,
        unit=_unit(given.unit, "unit") if given.unit else None,
        tour=queries.get_tour(actor, given.tour) if given.tour else None,
        at=given.at,
        note=given.note,
    )
    return Scanned.of(row, effect)


@router.get("/consignments", response={200: Paged[ConsignmentOut], **REFUSALS})
def list_consignments(
    request: HttpRequest, filters: Query[ConsignmentFilters], sort: SortName = "", page: PageNumber = 1
) -> dict[str, Any]:
    """List the consignments that the caller sees, the youngest first."""
    rows = queries.consignments_visible_to(actor_of(request)).filter(**filters.dict(exclude_none=True))
    return paged(sorted_by(rows, GOODS_SORTS, sort, ("-id",)), consignments_out, page)


@router.get("/consignments/{number}", response={200: ConsignmentOut, **REFUSALS})
def get_consignment(request: HttpRequest, number: str) -> ConsignmentOut:
    """Read one consignment with its lots."""
    return consignments_out([queries.get_consignment(actor_of(request), number)])[0]


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


@router.get("/tariffs", response={200: Paged[TariffOut], **REFUSALS})
def list_tariffs(
    request: HttpRequest, filters: Query[TariffFilters], sort: SortName = "", page: PageNumber = 1
) -> dict[str, Any]:
    """List the tariffs that the caller sees, those to come and those that are over too, the youngest first."""
    rows = queries.tariffs_visible_to(actor_of(request)).filter(**filters.dict(exclude_none=True))
    return paged(sorted_by(rows, TARIFF_SORTS, sort, ("-starts_on", "kind", "-id")), tariffs_out, page)


def _unit(number: str, field: str) -> ServiceUnit:
    found = network.units_by_number([number]).get(number)
    if found is None:
        raise NotFound(_("There is no such unit."), field=field)
    return found


def _carrier(actor: Actor, number: str) -> int:
    """Return the id of the party with the number among the carriers that the actor sees."""
    shared = queries.carriers_visible_to(actor).order_by("id").values_list("party_id", flat=True)
    parties = registry.parties_by_id(shared).values()
    found = next((party.pk for party in parties if party.number == number.strip().upper()), None)
    if found is None:
        raise NotFound(_("There is no carrier with this number."), field="carrier")
    return found
