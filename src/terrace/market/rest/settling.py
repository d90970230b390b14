"""The REST interface of packing, shipping, completion, disputes and agreements."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from terrace.http.rest import REFUSALS, Paged, PageNumber, actor_of, paged
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError, NotFound
from terrace.market import queries, services
from terrace.market.models import Dispute, Order
from terrace.market.schemas.settling import (
    AgreeIn,
    AgreementIn,
    AgreementOut,
    ArrivedIn,
    DecisionIn,
    DisputeAnswerIn,
    DisputeOut,
    EndIn,
    PackingIn,
    PutAwayIn,
    RefundIn,
    SaleFilters,
    SaleOut,
    SaleVersionIn,
    SharedOut,
    ShipIn,
    agreements_out,
    disputes_out,
    sales_out,
    shared_out,
)
from terrace.market.services import AgreementGiven
from terrace.network import queries as network
from terrace.traceability import queries as lots

router = Router(tags=["market"])
PLACES = {"lots": "parcels", "weight": "parcels", "waybill": "waybills"}
"""Where a body has what our forms have at these fields."""


@router.get("/sales", response={200: Paged[SaleOut], **REFUSALS})
def list_sales(request: HttpRequest, filters: Query[SaleFilters], page: PageNumber = 1) -> dict[str, Any]:
    """List the orders of the sellers that the caller looks after or speaks for, the newest first."""
    actor = actor_of(request)
    rows = queries.recalled_orders(actor) if filters.recalled else queries.sales_visible_to(actor)
    if filters.status is not None:
        rows = rows.filter(status=filters.status)
    if filters.late:
        rows = rows.filter(status__in=queries.LATE, paid_at__lt=queries.late_before(clock.now()))
    if filters.brought_back:
        rows = rows.filter(pk__in=queries.orders_brought_back(actor).values("pk"))
    return paged(rows.order_by("-id"), lambda orders: sales_out(actor, orders), page)


@router.get("/sales/{number}", response={200: SaleOut, **REFUSALS})
def get_sale(request: HttpRequest, number: str) -> SaleOut:
    """Read one order as its seller."""
    actor = actor_of(request)
    return _sale(actor, queries.get_sale(actor, number))


@router.post("/sales/{number}/pack", response={200: SaleOut, **REFUSALS})
def pack_sale(request: HttpRequest, number: str, given: PackingIn) -> SaleOut:
    """Pack an order: parcels with what lies in them, lots by their numbers."""
    actor = actor_of(request)
    order = queries.get_sale(actor, number)
    unit_id = _unit_id(given.unit)
    wanted = {one.lot for parcel in given.parcels for one in parcel.contents if one.lot}
    with _refusals():
        packed = services.pack_order(
            by=actor,
            order=order,
            version=given.version,
            boxes=given.boxes(lots.ids_of_lots(wanted)),
            carrier_id=queries.carrier_named(order, unit_id, given.carrier).pk if given.carrier else None,
            unit_id=unit_id,
        )
    return _sale(actor, packed)


@router.post("/sales/{number}/unpack", response={200: SaleOut, **REFUSALS})
def unpack_sale(request: HttpRequest, number: str, given: SaleVersionIn) -> SaleOut:
    """Take an order that was packed out of its parcels again."""
    actor = actor_of(request)
    order = queries.get_sale(actor, number)
    return _sale(actor, services.unpack_order(by=actor, order=order, version=given.version))


@router.post("/sales/{number}/ship", response={200: SaleOut, **REFUSALS})
def ship_sale(request: HttpRequest, number: str, given: ShipIn) -> SaleOut:
    """Hand the parcels of an order to their carrier."""
    actor = actor_of(request)
    order = queries.get_sale(actor, number)
    with _refusals():
        shipped = services.ship_order(by=actor, order=order, version=given.version, waybills=given.waybills)
    return _sale(actor, shipped)


@router.post("/sales/{number}/cancel", response={200: SaleOut, **REFUSALS})
def cancel_sale(request: HttpRequest, number: str, given: EndIn) -> SaleOut:
    """Cancel an order that has not left: the goods are for sale again, the money goes back."""
    actor = actor_of(request)
    order = queries.get_sale(actor, number)
    return _sale(actor, services.cancel_order(by=actor, order=order, version=given.version, note=given.note))


@router.post("/sales/{number}/refund", response={200: SaleOut, **REFUSALS})
def refund_sale(request: HttpRequest, number: str, given: RefundIn) -> SaleOut:
    """Give some of an order's money back before it is shared."""
    actor = actor_of(request)
    order = queries.get_sale(actor, number)
    services.refund_order(by=actor, order=order, version=given.version, amount=given.amount.money, note=given.note)
    return _sale(actor, queries.get_sale(actor, number))


@router.post("/sales/{number}/put-away", response={200: SaleOut, **REFUSALS})
def put_away_goods(request: HttpRequest, number: str, given: PutAwayIn) -> SaleOut:
    """Note how goods are that the carrier brought back, also when the order is over; it moves no money."""
    actor = actor_of(request)
    order = queries.get_sale(actor, number)
    return _sale(actor, services.put_away(by=actor, order=order, state=given.state, version=given.version))


@router.get("/settlements/{number}", response={200: SharedOut, **REFUSALS})
def get_settlement(request: HttpRequest, number: str) -> SharedOut:
    """Read how the money of an order was shared: all of it, or the caller's own part and the sums."""
    return shared_out(queries.get_shared(actor_of(request), number))


@router.get("/disputes", response={200: Paged[DisputeOut], **REFUSALS})
def list_disputes(request: HttpRequest, page: PageNumber = 1) -> dict[str, Any]:
    """List the disputes about orders of the caller's sellers, the newest first."""
    actor = actor_of(request)
    return paged(queries.disputes_visible_to(actor).order_by("-id"), partial(disputes_out, actor), page)


@router.get("/disputes/{number}", response={200: DisputeOut, **REFUSALS})
def get_dispute(request: HttpRequest, number: str) -> DisputeOut:
    """Read one dispute."""
    actor = actor_of(request)
    return _dispute(actor, queries.get_dispute(actor, number))


@router.post("/disputes/{number}/answer", response={200: DisputeOut, **REFUSALS})
def answer_dispute(request: HttpRequest, number: str, given: DisputeAnswerIn) -> DisputeOut:
    """Answer a buyer as the seller, offering money, or asking for the goods back.

    More than is the seller's own is refused as `of_others`, with it as `own` among the amounts: see `agree`.
    """
    return _answered(request, number, given, services.ask_goods_back if given.goods_back else services.answer_dispute)


@router.post("/disputes/{number}/agree", response={200: DisputeOut, **REFUSALS})
def agree_to_more(request: HttpRequest, number: str, given: AgreeIn) -> DisputeOut:
    """Agree as the seller to more than is his own part, and leave it to the centre, which may grant it."""
    return _answered(request, number, given, services.agree_to_more)


@router.post("/disputes/{number}/grant", response={200: DisputeOut, **REFUSALS})
def grant_agreed(request: HttpRequest, number: str, given: SaleVersionIn) -> DisputeOut:
    """Grant for the centre what the seller agrees to, with no more words."""
    actor = actor_of(request)
    found = queries.get_dispute(actor, number)
    return _dispute(actor, services.grant_agreed(by=actor, dispute=found, version=given.version))


@router.post("/disputes/{number}/pass-on", response={200: DisputeOut, **REFUSALS})
def pass_on_dispute(request: HttpRequest, number: str) -> DisputeOut:
    """Leave a dispute to the centre, as the seller."""
    actor = actor_of(request)
    return _dispute(actor, services.pass_on_dispute(by=actor, dispute=queries.get_dispute(actor, number)))


@router.post("/disputes/{number}/arrived", response={200: DisputeOut, **REFUSALS})
def take_back_goods(request: HttpRequest, number: str, given: ArrivedIn) -> DisputeOut:
    """Note that goods came back, and how they are: the buyer gets what was promised."""
    actor = actor_of(request)
    found = queries.get_dispute(actor, number)
    return _dispute(actor, services.take_back_goods(by=actor, dispute=found, state=given.state))


@router.post("/disputes/{number}/decide", response={200: DisputeOut, **REFUSALS})
def decide_dispute(request: HttpRequest, number: str, given: DecisionIn) -> DisputeOut:
    """Decide a dispute for the centre, with words for both sides."""
    actor = actor_of(request)
    decided = services.decide_dispute(
        by=actor,
        dispute=queries.get_dispute(actor, number),
        version=given.version,
        amount=given.amount.money,
        words_to_buyer=given.words_to_buyer,
        words_to_seller=given.words_to_seller,
    )
    return _dispute(actor, decided)


@router.get("/agreements", response={200: Paged[AgreementOut], **REFUSALS})
def list_agreements(request: HttpRequest, page: PageNumber = 1) -> dict[str, Any]:
    """List how the money of orders is shared, the latest agreement first."""
    rows = queries.agreements_visible_to(actor_of(request)).order_by("-starts_on", "-id")
    return paged(rows, agreements_out, page)


@router.post("/agreements", response={201: AgreementOut, **REFUSALS})
def make_agreement(request: HttpRequest, given: AgreementIn) -> Status[AgreementOut]:
    """Set how the money of orders is shared from a day on."""
    values = given.dict() | {"packing": given.packing.money}
    agreement = services.make_agreement(by=actor_of(request), given=AgreementGiven(**values))
    return Status(201, agreements_out([agreement])[0])


@router.post("/agreements/{number}/withdraw", response={204: None, **REFUSALS})
def withdraw_agreement(request: HttpRequest, number: str) -> Status[None]:
    """Take back an agreement that has not begun."""
    actor = actor_of(request)
    services.withdraw_agreement(by=actor, agreement=queries.get_agreement(actor, number))
    return Status(204, None)


def _sale(actor: Actor, order: Order) -> SaleOut:
    return sales_out(actor, [order])[0]


def _answered(
    request: HttpRequest, number: str, given: DisputeAnswerIn | AgreeIn, act: Callable[..., Dispute]
) -> DisputeOut:
    """Say by `act` what a seller says to a dispute: an amount, and words."""
    actor = actor_of(request)
    found, amount = queries.get_dispute(actor, number), given.offered.money
    return _dispute(actor, act(by=actor, dispute=found, version=given.version, amount=amount, words=given.words))


def _dispute(actor: Actor, dispute: Dispute) -> DisputeOut:
    return disputes_out(actor, [dispute])[0]


def _unit_id(number: str) -> int | None:
    if not number:
        return None
    found = network.units_by_number([number]).get(number)
    if found is None:
        raise NotFound(field="unit")
    return found.pk


@contextmanager
def _refusals() -> Iterator[None]:
    """Let what is refused at a field of our forms be told at the place that a body has for it."""
    try:
        yield
    except DomainError as error:
        error.field = PLACES.get(error.field, error.field)
        raise
