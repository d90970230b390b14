"""Mandates over REST: list, give, withdraw."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from terrace.http.rest import REFUSALS, Paged, PageNumber, actor_of, paged
from terrace.sourcing import queries, services
from terrace.sourcing.schemas.mandates import MandateIn, MandateOut, mandates_out

router = Router(tags=["sourcing"])


@router.get("/mandates", response={200: Paged[MandateOut], **REFUSALS})
def list_mandates(request: HttpRequest, page: PageNumber = 1) -> dict[str, Any]:
    """List the mandates that the caller sees, the newest first."""
    rows = queries.mandates_visible_to(actor_of(request))
    return paged(rows.order_by("-id"), mandates_out, page)


@router.post("/mandates", response={201: MandateOut, **REFUSALS})
def give_mandate(request: HttpRequest, given: MandateIn) -> Status[MandateOut]:
    """Let a point buy on a firm's account, as who speaks for the firm."""
    return Status(201, mandates_out([services.give_mandate(by=actor_of(request), given=given.given())])[0])


@router.post("/mandates/{number}/withdraw", response={200: MandateOut, **REFUSALS})
def withdraw_mandate(request: HttpRequest, number: str) -> MandateOut:
    """Let nobody buy by a mandate any more, as who speaks for the firm."""
    actor = actor_of(request)
    found = queries.get_mandate(actor, number)
    return mandates_out([services.withdraw_mandate(by=actor, mandate=found)])[0]
