"""From a basket to orders: one payment, an order for each seller, stock taken, all or nothing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language

from terrace.audit import services as audit
from terrace.http import written
from terrace.kernel import clock, ids
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError, NotFound
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.market import gateways
from terrace.market.domain import Provider
from terrace.market.models import Order, OrderLine, Payment
from terrace.market.queries.agreements import agreement_in_force
from terrace.market.queries.baskets import Basket, Priced, SoldOut, Wanted, priced
from terrace.market.services.delivery import Delivery, checked
from terrace.market.services.placing import take_and_write
from terrace.registry import queries as registry
from terrace.registry.models import Party

TRIES = 3
"""So often stock, price and window are looked at again when they changed between reading and taking."""


class PriceChanged(DomainError):
    """The basket costs another total than the buyer saw; `total` is the new one. Nothing was ordered."""

    code = "price_changed"

    def __init__(self, total: Money) -> None:
        told = _("Prices or freight have changed: it costs %(total)s now. Look at it again, then order.")
        super().__init__(told % {"total": written.money(total)}, total=total)
        self.total = total


class KeyUsed(DomainError):
    """Something else was ordered under the same key."""

    code = "key_reused"
    status = 422
    message = _("This order was placed before with other values. Look at it before you order once more.")


@dataclass(frozen=True, slots=True)
class Checkout:
    """What is ordered, where it goes, how it is paid, and the `total` that the buyer saw.

    `key` is new for each checkout and nobody else's: the same one again is the
    same order. `buyer` is the number of the party that buys, "" for a person.
    """

    wanted: Sequence[Wanted]
    delivery: Delivery
    provider: Provider
    total: Money
    key: str
    buyer: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A payment with its orders; `again` when they were placed by an earlier call with the same key."""

    payment: Payment
    orders: Sequence[Order]
    again: bool = False


def place_orders(*, by: Actor, checkout: Checkout, now: datetime | None = None) -> Placed:
    """Order what is wanted: one payment, an order for each seller, each offer's stock taken, or nothing at all.

    Anybody may buy, without an account; who is signed in finds it among the own
    orders. Raises `Invalid` at the field of the delivery that cannot be used, `NotOnSale`, `TooMany`, `SoldOut`,
    `PriceChanged` when the total is another than the buyer saw, and `KeyUsed`.
    """
    moment = now or clock.now()
    delivery = checked(checkout.delivery)
    gateways.require_open(checkout.provider)
    key = ids.fingerprint(checkout.key)
    buyer = _buyer(by, checkout.buyer)
    try:
        return _place(by, checkout, delivery, buyer, key, moment)
    except DomainError:
        # The same key again may find its own goods gone: they are in the orders of the first time.
        if before := _placed_before(key, checkout, delivery, buyer):
            return before
        raise


def _place(by: Actor, checkout: Checkout, delivery: Delivery, buyer: Party | None, key: str, now: datetime) -> Placed:
    today = clock.today(now)
    for _try in range(TRIES):
        basket = priced(checkout.wanted, today)
        basket.require_orderable()
        if basket.total != checkout.total:
            raise PriceChanged(basket.total)
        placed = _write(by, checkout, delivery, buyer, basket, key, now)
        if placed is not None:
            return placed
        if before := _placed_before(key, checkout, delivery, buyer):
            return before
    raise SoldOut(_("Somebody else is taking the same goods. Try again."), field="wanted")


def _write(
    by: Actor,
    checkout: Checkout,
    delivery: Delivery,
    buyer: Party | None,
    basket: Basket,
    key: str,
    now: datetime,
) -> Placed | None:
    """Write everything in one transaction, or return None when the stock or the offers changed meanwhile."""
    payment = _payment(checkout, key, now)
    parts = [
        (_order(by, lines, delivery, buyer, now), [_line(line) for line in lines])
        for _seller, lines in sorted(basket.by_seller().items())
    ]
    with transaction.atomic():
        if not take_and_write(payment=payment, lines=parts, today=clock.today(now)):
            transaction.set_rollback(True)
            return None
        subjects = [
            (order, order.area_path, {"payment": payment.number, "total": str(order.total)}) for order, _lines in parts
        ]
        audit.record_many(by=by, act="market.place_order", subjects=subjects, now=now)
    return Placed(payment, [order for order, _lines in parts])


def _payment(checkout: Checkout, key: str, now: datetime) -> Payment:
    return Payment(
        created_at=now,
        number=ids.reference("Y", length=10),
        key=key,
        provider=checkout.provider.value,
        amount_minor=checkout.total.minor,
        currency=checkout.total.currency,
        pay_by=now + checkout.provider.pay_within,
    )


def _order(by: Actor, lines: Sequence[Priced], delivery: Delivery, buyer: Party | None, now: datetime) -> Order:
    goods, freight = sum(line.goods.minor for line in lines), sum(line.freight.minor for line in lines)
    seller = lines[0].seller
    agreement = agreement_in_force(seller.pk, seller.area_path, clock.today(now))
    return Order(
        created_at=now,
        number=ids.reference("O", length=10),
        seller_id=seller.pk,
        agreement_id=agreement.pk if agreement else None,
        buyer_id=buyer.pk if buyer else None,
        person_id=None if buyer else by.person_id,
        recipient=delivery.recipient,
        phone=delivery.phone,
        region=delivery.region,
        address=delivery.address,
        note=delivery.note,
        language=get_language() or "",
        goods_minor=goods,
        freight_minor=freight,
        total_minor=goods + freight,
        currency=lines[0].goods.currency,
        area_path=seller.area_path,
        county_code=seller.county_code,
    )


def _line(line: Priced) -> OrderLine:
    offer = line.offer
    return OrderLine(
        offer_id=offer.pk,
        product_id=offer.product_id,
        variety_id=offer.variety_id,
        titles=offer.titles,
        quantity=line.quantity,
        price_minor=offer.price_minor,
        amount_minor=line.goods.minor,
        freight_minor=line.freight.minor,
        content_steps=offer.content_steps,
        unit=offer.unit,
        area_path=offer.area_path,
        county_code=offer.county_code,
    )


def _buyer(by: Actor, number: str) -> Party | None:
    """Return the party that buys, which the actor speaks for; raise `NotFound` for any other."""
    if not number:
        return None
    own: Mapping[int, Party] = registry.parties_by_id(by.parties)
    found = next((party for party in own.values() if party.number == number), None)
    if found is None:
        raise NotFound(_("You do not speak for this buyer."), field="buyer")
    return found


def _placed_before(key: str, checkout: Checkout, delivery: Delivery, buyer: Party | None) -> Placed | None:
    """Return what was placed under this key; raise `KeyUsed` when that was something else."""
    payment = Payment.objects.filter(key=key).first()
    if payment is None:
        return None
    orders = list(payment.orders.prefetch_related("lines__offer").order_by("pk"))
    had: dict[str, int] = defaultdict(int)
    for order in orders:
        for line in order.lines.all():
            had[line.offer.number] += line.quantity
    wants = {one.offer: one.quantity for one in checkout.wanted}
    went = Delivery(*(getattr(orders[0], name) for name in Delivery.__slots__))
    paid_alike = (payment.amount, payment.provider) == (checkout.total, checkout.provider)
    if had != wants or went != delivery or not paid_alike or orders[0].buyer_id != (buyer.pk if buyer else None):
        raise KeyUsed
    return Placed(payment, orders, again=True)
