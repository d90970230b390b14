"""Advice over REST."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from terrace.http.rest import REFUSALS, Paged, PageNumber, SortName, actor_of, paged, sorted_by
from terrace.sourcing import queries, services
from terrace.sourcing.models import Advice
from terrace.sourcing.schemas import AdviceIn, AdviceOut, ReceiptOut, receipts_out

router = Router(tags=["sourcing"])


@router.get("/advice", response={200: Paged[AdviceOut], **REFUSALS})
def list_advice(request: HttpRequest, sort: SortName = "", page: PageNumber = 1) -> dict[str, Any]:
    """List the advice that the caller sent or received."""
    rows = queries.advice_visible_to(actor_of(request))
    ordered = sorted_by(rows, queries.ADVICE_SORTS, sort, ("-created_at", "-id"))
    return paged(ordered, lambda found: [_advice(row) for row in found], page)


@router.post("/advice", response={201: AdviceOut, **REFUSALS})
def give_advice(request: HttpRequest, given: AdviceIn) -> Status[AdviceOut]:
    """Send advice to every station and point of an area."""
    actor = actor_of(request)
    advice = services.give_advice(by=actor, **given.dict())
    return Status(201, _advice(queries.advice_for(actor, advice.number)))


@router.get("/advice/{number}", response={200: AdviceOut, **REFUSALS})
def get_advice(request: HttpRequest, number: str) -> AdviceOut:
    """Read one piece of advice that the caller sent or received."""
    return _advice(queries.advice_for(actor_of(request), number))


@router.get("/advice/{number}/receipts", response={200: Paged[ReceiptOut], **REFUSALS})
def list_receipts(
    request: HttpRequest, number: str, waiting: bool = False, sort: SortName = "", page: PageNumber = 1
) -> dict[str, Any]:
    """List the units that advice reached, as far as the caller sees them: who still has to take note first, or only."""
    actor = actor_of(request)
    rows = queries.receipts_of(actor, queries.advice_for(actor, number))
    if waiting:
        rows = rows.filter(acknowledged_at__isnull=True)
    return paged(sorted_by(rows, queries.RECEIPT_SORTS, sort or "state", ("area_path", "id")), receipts_out, page)


@router.post("/advice/{number}/acknowledge", response={200: AdviceOut, **REFUSALS})
def acknowledge_advice(request: HttpRequest, number: str) -> AdviceOut:
    """Take note of advice for the caller's units."""
    actor = actor_of(request)
    services.acknowledge_advice(by=actor, advice=number)
    return _advice(queries.advice_for(actor, number))


def _advice(advice: Advice) -> AdviceOut:
    return AdviceOut(
        number=advice.number,
        title=advice.title,
        text=advice.text,
        created_at=advice.created_at,
        reached=getattr(advice, "reached", 0),
        acknowledged=getattr(advice, "acknowledged", 0),
    )
