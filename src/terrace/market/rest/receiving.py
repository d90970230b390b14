"""The REST interface of a buyer after buying: all is well, something is wrong, what it was like.

For who speaks for the party that bought; a buyer without an account has the link to the order.
"""

from django.http import HttpRequest
from ninja import Router, Status

from terrace.http.rest import REFUSALS, actor_of
from terrace.kernel.actors import Actor
from terrace.kernel.errors import NotFound
from terrace.market import queries, services
from terrace.market.models import Dispute, Order, OrderLine
from terrace.market.queries import buying
from terrace.market.schemas.buying import BoughtOut, bought_out
from terrace.market.schemas.offers import ReviewOut, reviews_out
from terrace.market.schemas.receiving import DisputeIn, ReturnWaybillIn, ReviewIn
from terrace.market.schemas.settling import DisputeOut, SaleVersionIn, disputes_out

router = Router(tags=["market"])


@router.post("/my-orders/{number}/confirm", response={200: BoughtOut, **REFUSALS})
def confirm_my_order(request: HttpRequest, number: str) -> BoughtOut:
    """Say that the goods arrived well: the order's money is shared. A second time changes nothing."""
    actor = actor_of(request)
    services.confirm_receipt(by=actor, order=_order(actor, number))
    return bought_out([_order(actor, number)])[0]


@router.post("/my-orders/{number}/cancel", response={200: BoughtOut, **REFUSALS})
def cancel_my_order(request: HttpRequest, number: str, given: SaleVersionIn) -> BoughtOut:
    """Cancel an order that was not packed, or packed and never left: what was paid goes back by the way it came."""
    actor = actor_of(request)
    services.cancel_order(by=actor, order=_order(actor, number), version=given.version)
    return bought_out([_order(actor, number)])[0]


@router.post("/my-orders/{number}/dispute", response={201: DisputeOut, **REFUSALS})
def open_my_dispute(request: HttpRequest, number: str, given: DisputeIn) -> Status[DisputeOut]:
    """Say that something is wrong with an order that was sent: its money stays in escrow until that is settled."""
    actor = actor_of(request)
    dispute = services.open_dispute(by=actor, order=_order(actor, number), given=given.given())
    return Status(201, disputes_out(actor, [dispute])[0])


@router.post("/my-orders/{number}/dispute/accept", response={200: DisputeOut, **REFUSALS})
def accept_my_offer(request: HttpRequest, number: str) -> DisputeOut:
    """Accept what the seller offers: it is paid back, and the dispute is over."""
    actor = actor_of(request)
    return _out(actor, services.accept_offer(by=actor, dispute=_dispute(actor, number)))


@router.post("/my-orders/{number}/dispute/pass-on", response={200: DisputeOut, **REFUSALS})
def pass_on_my_dispute(request: HttpRequest, number: str) -> DisputeOut:
    """Ask the centre to decide."""
    actor = actor_of(request)
    return _out(actor, services.pass_on_dispute(by=actor, dispute=_dispute(actor, number)))


@router.post("/my-orders/{number}/dispute/withdraw", response={200: DisputeOut, **REFUSALS})
def withdraw_my_dispute(request: HttpRequest, number: str) -> DisputeOut:
    """Say that all is well after all."""
    actor = actor_of(request)
    return _out(actor, services.withdraw_dispute(by=actor, dispute=_dispute(actor, number)))


@router.post("/my-orders/{number}/dispute/return", response={200: DisputeOut, **REFUSALS})
def send_my_goods_back(request: HttpRequest, number: str, given: ReturnWaybillIn) -> DisputeOut:
    """Say by which waybill the goods go back."""
    actor = actor_of(request)
    return _out(actor, services.hand_in_return(by=actor, dispute=_dispute(actor, number), waybill=given.waybill))


@router.post("/my-orders/{number}/reviews", response={201: ReviewOut, **REFUSALS})
def review_my_goods(request: HttpRequest, number: str, given: ReviewIn) -> Status[ReviewOut]:
    """Say what the goods of an order were like, of each of its offers once."""
    actor = actor_of(request)
    line = _line(_order(actor, number), given.offer)
    return Status(201, reviews_out([services.review(by=actor, line=line, given=given.given())])[0])


def _order(actor: Actor, number: str) -> Order:
    found = buying.orders_bought_by(actor).select_related("payment").filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound
    return found


def _dispute(actor: Actor, number: str) -> Dispute:
    """Return the latest dispute about the order; raise `NotFound` where nothing was said."""
    known = queries.disputes_of(_order(actor, number))
    if not known:
        raise NotFound
    return known[0]


def _line(order: Order, offer: str) -> OrderLine:
    found = order.lines.filter(offer__number=offer.strip().upper()).order_by("pk").first()
    if found is None:
        raise NotFound(field="offer")
    return found


def _out(actor: Actor, dispute: Dispute) -> DisputeOut:
    return disputes_out(actor, [dispute])[0]
