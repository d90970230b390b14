"""The REST interface of parcels: announced, scanned, handed over, and what carriers tell of them."""

from typing import Any

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Status, UploadedFile

from terrace.http.photos import clean_photo
from terrace.http.rest import REFUSALS, Paged, PageNumber, SortName, actor_of, paged, sorted_by
from terrace.kernel import clock
from terrace.logistics import queries, services
from terrace.logistics.domain import Direction, ParcelStatus
from terrace.logistics.domain.cash import CashWay
from terrace.logistics.rest.named import carrier_named, unit_named
from terrace.logistics.schemas.parcels import (
    HandOverIn,
    LongerIn,
    NewsIn,
    ParcelFilters,
    ParcelIn,
    ParcelOut,
    ParcelWay,
    RefusedIn,
    ScanIn,
    Scanned,
    WaybillIn,
    parcels_out,
    way_out,
)
from terrace.logistics.services import NewParcel

router = Router(tags=["logistics"])
PARCEL_SORTS = {"number": "number", "status": "status", "seen": "seen_at", "weight": "weight_grams"}


@router.get("/parcels", response={200: Paged[ParcelOut], **REFUSALS})
def list_parcels(
    request: HttpRequest, filters: Query[ParcelFilters], sort: SortName = "", page: PageNumber = 1
) -> dict[str, Any]:
    """List the parcels that the caller sees, the youngest first: staff those of the area, a carrier its own."""
    given = filters.dict(exclude_none=True)
    rows = queries.parcels_visible_to(actor_of(request))
    if text := given.pop("text", ""):
        rows = queries.parcels_found_by(rows, text)
    if care := given.pop("care", None):
        rows = queries.needing(rows, care, clock.now())
    if given.pop("open", False):
        rows = rows.filter(ended_at__isnull=True)
    return paged(sorted_by(rows.filter(**given), PARCEL_SORTS, sort, ("-id",)), parcels_out, page)


@router.post("/parcels", response={201: ParcelOut, **REFUSALS})
def register_parcel(request: HttpRequest, given: ParcelIn) -> Status[ParcelOut]:
    """Announce a parcel: a carrier its own where it shares the network, a post what lies there."""
    actor = actor_of(request)
    origin = unit_named(given.from_unit, "from_unit")
    target = unit_named(given.to_unit, "to_unit") if given.to_unit else None
    new = NewParcel(
        direction=given.direction,
        recipient=given.recipient,
        phone=given.phone,
        from_unit_id=origin.pk,
        weight_grams=given.weight_grams,
        region=given.region,
        address=given.address,
        to_unit_id=target.pk if target and given.direction is Direction.DOWN else None,
        carrier_id=carrier_named(actor, given.carrier) if given.carrier else None,
        waybill=given.waybill,
        cod=given.cod.money if given.cod else None,
        is_cold=given.is_cold,
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
    carrier_id = carrier_named(actor, given.carrier) if given.carrier else None
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
        unit=unit_named(given.unit, "unit") if given.unit else None,
        tour=queries.get_tour(actor, given.tour) if given.tour else None,
        at=given.at,
        note=given.note,
        shelf=given.shelf,
    )
    return Scanned.of(row, effect)


@router.post("/parcels/{number}/hand-over", response={200: ParcelWay, **REFUSALS})
def hand_over(request: HttpRequest, number: str, given: HandOverIn) -> ParcelWay:
    """Hand a parcel to its recipient for the pick-up code. A wrong code is counted, whatever key came with it."""
    actor = actor_of(request)
    services.hand_over(by=actor, parcel=queries.get_parcel(actor, number), code=given.code, paid=given.paid)
    return way_out(queries.get_parcel(actor, number))


@router.post("/parcels/{number}/hand-over-with-photo", response={200: ParcelWay, **REFUSALS})
def hand_over_with_photo(
    request: HttpRequest, number: str, photo: File[UploadedFile], paid: Form[CashWay | None] = None
) -> ParcelWay:
    """Hand a parcel to a recipient who lost the code, before a camera: JPEG, PNG or WebP."""
    actor = actor_of(request)
    services.hand_over(by=actor, parcel=queries.get_parcel(actor, number), photo=clean_photo(photo), paid=paid)
    return way_out(queries.get_parcel(actor, number))


@router.post("/parcels/{number}/hand-over-with-signature", response={200: ParcelWay, **REFUSALS})
def hand_over_with_signature(
    request: HttpRequest, number: str, signature: File[UploadedFile], paid: Form[CashWay | None] = None
) -> ParcelWay:
    """Hand a parcel to a recipient who signs: a picture of the signature, JPEG, PNG or WebP."""
    actor = actor_of(request)
    picture = clean_photo(signature, field="signature")
    services.hand_over(by=actor, parcel=queries.get_parcel(actor, number), signature=picture, paid=paid)
    return way_out(queries.get_parcel(actor, number))


@router.post("/parcels/{number}/refuse", response={200: ParcelWay, **REFUSALS})
def refuse_parcel(request: HttpRequest, number: str, given: RefusedIn) -> ParcelWay:
    """Note that the recipient does not want a parcel: it goes back to its carrier."""
    actor = actor_of(request)
    services.refuse(by=actor, parcel=queries.get_parcel(actor, number), note=given.note)
    return way_out(queries.get_parcel(actor, number))


@router.post("/parcels/{number}/send-back", response={200: ParcelWay, **REFUSALS})
def send_back(request: HttpRequest, number: str, given: RefusedIn) -> ParcelWay:
    """Give up waiting for who does not fetch a parcel: it goes back to its carrier. Not before its days are over."""
    actor = actor_of(request)
    services.send_back(by=actor, parcel=queries.get_parcel(actor, number), note=given.note)
    return way_out(queries.get_parcel(actor, number))


@router.post("/parcels/{number}/keep-longer", response={200: ParcelWay, **REFUSALS})
def keep_longer(request: HttpRequest, number: str, given: LongerIn) -> ParcelWay:
    """Keep a parcel some days longer from today, for a recipient who said to come."""
    actor = actor_of(request)
    return way_out(services.keep_longer(by=actor, parcel=queries.get_parcel(actor, number), days=given.days))


@router.post("/parcels/{number}/send-home", response={200: ParcelWay, **REFUSALS})
def send_home(request: HttpRequest, number: str) -> ParcelWay:
    """Send a parcel that was called back to where it began: tours offer it, and there it counts as given back."""
    actor = actor_of(request)
    return way_out(services.send_home(by=actor, parcel=queries.get_parcel(actor, number)))


@router.post("/parcels/{number}/new-code", response={200: ParcelWay, **REFUSALS})
def renew_code(request: HttpRequest, number: str) -> ParcelWay:
    """Send the recipient a new pick-up code; the old one counts no more."""
    actor = actor_of(request)
    return way_out(services.renew_code(by=actor, parcel=queries.get_parcel(actor, number)))
