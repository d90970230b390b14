"""The record of acts over REST: to read, never to write."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from terrace.audit import queries
from terrace.audit.domain import labels
from terrace.audit.schemas import ActOut, ActsAsked, acts_out
from terrace.http.rest import REFUSALS, Paged, PageNumber, actor_of, paged
from terrace.kernel.errors import Invalid
from terrace.kernel.words import _

router = Router(tags=["audit"])


@router.get("/acts", response={200: Paged[ActOut], **REFUSALS})
def list_acts(request: HttpRequest, asked: Query[ActsAsked], page: PageNumber = 1) -> dict[str, Any]:
    """List what was done in the caller's area, and the caller's own acts, the latest first.

    422 for an `act` that this installation does not know.
    """
    actor = actor_of(request)
    if asked.act and asked.act not in labels():
        raise Invalid(_("There is no act of this name."), field="act")
    rows = queries.narrowed(queries.visible_to(actor), **asked.dict())
    return paged(rows.order_by("-id"), partial(acts_out, actor), page)
