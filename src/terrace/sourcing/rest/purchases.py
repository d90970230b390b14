"""Purchases over REST: weigh and buy, list, read, void, pay what is owed."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from terrace.http.rest import REFUSALS, Paged, PageNumber, SortName, actor_of, paged, sorted_by
from terrace.sourcing import queries, services
from terrace.sourcing.models import Purchase
from terrace.sourcing.schemas import PurchaseFilters, PurchaseIn, PurchaseOut, VoidIn, purchases_out

router = Router(tags=["sourcing"])


@router.get("/purchases", response={200: Paged[PurchaseOut], **REFUSALS})
def list_purchases(
    request: HttpRequest, filters: Query[PurchaseFilters], sort: SortName = "", page: PageNumber = 1
) -> dict[str, Any]:
    """List the purchases that the caller sees, the newest first."""
    actor = actor_of(request)
    rows = queries.purchases_narrowed(queries.purchases_visible_to(actor), actor, **filters.dict(exclude_none=True))
    return paged(sorted_by(rows, queries.PURCHASE_SORTS, sort, ("-purchased_at", "-id")), purchases_out, page)


@router.post("/purchases", response={201: PurchaseOut, **REFUSALS})
def record_purchase(request: HttpRequest, given: PurchaseIn) -> Status[PurchaseOut]:
    """Weigh and buy: goods become a lot, and under the rule `now` money moves from buyer to producer."""
    return Status(201, _out(services.record_purchase(by=actor_of(request), given=given.given())))


@router.get("/purchases/{number}", response={200: PurchaseOut, **REFUSALS})
def get_purchase(request: HttpRequest, number: str) -> PurchaseOut:
    """Read one purchase."""
    return _out(queries.get_purchase(actor_of(request), number))


@router.post("/purchases/{number}/void", response={200: PurchaseOut, **REFUSALS})
def void_purchase(request: HttpRequest, number: str, given: VoidIn) -> PurchaseOut:
    """Take a purchase back on its own day, while nothing was done with its lot."""
    actor = actor_of(request)
    found = queries.get_purchase(actor, number)
    return _out(services.void_purchase(by=actor, purchase=found, reason=given.reason))


@router.post("/purchases/{number}/pay", response={200: PurchaseOut, **REFUSALS})
def pay_purchase(request: HttpRequest, number: str) -> PurchaseOut:
    """Pay what is still owed for a purchase from the buyer's account."""
    actor = actor_of(request)
    return _out(services.pay_purchase(by=actor, purchase=queries.get_purchase(actor, number)))


@router.post("/purchases/{number}/losses/{loss_id}/bear", response={200: PurchaseOut, **REFUSALS})
def bear_loss(request: HttpRequest, number: str, loss_id: int) -> PurchaseOut:
    """Let the buyer bear a loss: it pays what the goods would have brought."""
    actor = actor_of(request)
    loss = queries.get_loss(queries.get_purchase(actor, number), loss_id)
    return _out(services.bear_loss(by=actor, loss=loss))


def _out(purchase: Purchase) -> PurchaseOut:
    return purchases_out([purchase])[0]
