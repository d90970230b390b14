"""The REST interface of checkout and of a buyer's orders."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from terrace.http.idempotency import HEADER, owner_of
from terrace.http.request import Request
from terrace.http.rest import REFUSALS, Paged, PageNumber, actor_of, paged
from terrace.kernel import ids
from terrace.kernel.errors import NotFound
from terrace.market import services
from terrace.market.domain import OrderStatus
from terrace.market.queries import buying
from terrace.market.schemas.buying import BoughtOut, CheckoutIn, PlacedOut, bought_out

router = Router(tags=["market"])


@router.post("/checkouts", response={201: PlacedOut, **REFUSALS})
def place_orders(request: HttpRequest, response: HttpResponse, given: CheckoutIn) -> Status[PlacedOut]:
    """Order goods of one or several sellers: one payment, an order for each seller, all or nothing.

    Send a key of idempotency: a checkout that was sent twice under it is one order.
    """
    key = request.headers.get(HEADER) or ids.secret()
    placed = services.place_orders(
        by=actor_of(request), checkout=given.checkout(f"{owner_of(cast(Request, request))}/{key}")
    )
    if placed.again:
        response["Idempotent-Replayed"] = "true"
    return Status(201, PlacedOut.of(placed))


@router.get("/my-orders", response={200: Paged[BoughtOut], **REFUSALS})
def list_my_orders(request: HttpRequest, status: OrderStatus | None = None, page: PageNumber = 1) -> dict[str, Any]:
    """List the orders of the buyers that the caller speaks for, the youngest first."""
    rows = buying.orders_bought_by(actor_of(request)).select_related("payment").order_by("-id")
    return paged(rows.filter(status=status) if status else rows, bought_out, page)


@router.get("/my-orders/{number}", response={200: BoughtOut, **REFUSALS})
def get_my_order(request: HttpRequest, number: str) -> BoughtOut:
    """Read one order of a buyer that the caller speaks for."""
    found = buying.orders_bought_by(actor_of(request)).select_related("payment").filter(number=number).first()
    if found is None:
        raise NotFound
    return bought_out([found])[0]
