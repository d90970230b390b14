"""The record of acts over REST: to read, never to write."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from ninja import Router

from terrace.audit import queries
from terrace.audit.schemas import ActOut, acts_out
from terrace.http.rest import REFUSALS, Paged, PageNumber, actor_of, paged

router = Router(tags=["audit"])


@router.get("/acts", response={200: Paged[ActOut], **REFUSALS})
def list_acts(request: HttpRequest, page: PageNumber = 1) -> dict[str, Any]:
    """List what was done in the caller's area, and the caller's own acts, the latest first."""
    actor = actor_of(request)
    return paged(queries.visible_to(actor).order_by("-id"), partial(acts_out, actor), page)
