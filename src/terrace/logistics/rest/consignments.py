"""The REST interface of consignments: made up, counted in, cancelled."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from terrace.http.rest import REFUSALS, Paged, PageNumber, SortName, actor_of, paged, sorted_by
from terrace.logistics import queries, services
from terrace.logistics.domain.consignments import Window
from terrace.logistics.rest.named import told_at, unit_named
from terrace.logistics.schemas.consignments import (
    ConsignmentFilters,
    ConsignmentIn,
    ConsignmentOut,
    CountIn,
    WindowIn,
    consignments_out,
)
from terrace.logistics.services import Short
from terrace.traceability import queries as lots

router = Router(tags=["logistics"])
GOODS_SORTS = {"number": "number", "status": "status", "weight": "grams", "made": "created_at"}


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


@router.post("/consignments", response={201: ConsignmentOut, **REFUSALS})
def create_consignment(request: HttpRequest, given: ConsignmentIn) -> Status[ConsignmentOut]:
    """Make up a consignment of lots that lie at a unit; of a lot that goes in part, that part becomes its own."""
    ids = lots.ids_of_lots((one.lot for one in given.lots), "lots")
    with told_at({"grams": "weight_grams"}):
        made = services.create_consignment(
            by=actor_of(request),
            from_unit=unit_named(given.from_unit, "from_unit"),
            to_unit=unit_named(given.to_unit, "to_unit"),
            lots=[(ids[one.lot], one.quantity.quantity) for one in given.lots],
            crates=given.crates,
            grams=given.weight_grams,
            is_cold=given.is_cold,
            window=Window(given.ready_at, given.waits_until),
        )
    return Status(201, consignments_out([made])[0])


@router.post("/consignments/{number}/receive", response={200: ConsignmentOut, **REFUSALS})
def receive_consignment(request: HttpRequest, number: str, given: CountIn) -> ConsignmentOut:
    """Count a consignment in; what lacks is lost to its lot."""
    actor = actor_of(request)
    found = queries.get_consignment(actor, number)
    ids = lots.ids_of_lots((one.lot for one in given.arrived), "arrived")
    arrived = {ids[one.lot]: one.quantity.quantity for one in given.arrived}
    short = Short(given.reason, given.note) if given.reason else None
    with told_at({"lot": "arrived"}):
        counted = services.receive_consignment(by=actor, consignment=found, arrived=arrived, short=short)
    return consignments_out([counted])[0]


@router.post("/consignments/{number}/ready", response={200: ConsignmentOut, **REFUSALS})
def set_window(request: HttpRequest, number: str, given: WindowIn) -> ConsignmentOut:
    """Say from when a consignment that waits can be fetched, and until when it may wait."""
    actor = actor_of(request)
    found = queries.get_consignment(actor, number)
    window = Window(given.ready_at, given.waits_until)
    return consignments_out([services.set_window(by=actor, consignment=found, window=window)])[0]


@router.post("/consignments/{number}/cancel", response={200: ConsignmentOut, **REFUSALS})
def cancel_consignment(request: HttpRequest, number: str) -> ConsignmentOut:
    """Give up a consignment that still waits where it was made up."""
    actor = actor_of(request)
    found = queries.get_consignment(actor, number)
    return consignments_out([services.cancel_consignment(by=actor, consignment=found)])[0]
