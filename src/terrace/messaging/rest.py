"""Notices over REST: for people, as a token has no list of its own."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from terrace.http.rest import REFUSALS, Paged, PageNumber, actor_of, paged
from terrace.messaging import queries, services
from terrace.messaging.schemas import OwnNoticeOut, notices_out

router = Router(tags=["messaging"])


@router.get("/notices", response={200: Paged[OwnNoticeOut], **REFUSALS})
def list_notices(request: HttpRequest, page: PageNumber = 1) -> dict[str, Any]:
    """List the caller's own notices, the latest first; a token has none."""
    return paged(queries.visible_to(actor_of(request)).order_by("-id"), notices_out, page)


@router.post("/notices/{int:notice_id}/read", response={200: OwnNoticeOut, **REFUSALS})
def read_notice(request: HttpRequest, notice_id: int) -> OwnNoticeOut:
    """Mark one of the caller's notices as read; again changes nothing."""
    return notices_out([services.mark_read(by=actor_of(request), notice_id=notice_id)])[0]
