"""Stock and lots against a simple model: whatever happens to offers and orders until they are over, in any order."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.kernel.errors import Invalid
from terrace.logistics.domain import ParcelStatus
from terrace.logistics.models import Parcel
from terrace.logistics.services import carrier_says
from terrace.market import services
from terrace.market.domain import OrderStatus, PaymentStatus, ReturnState
from terrace.market.models import Dispute, Offer, Order, Payment
from terrace.market.queries.baskets import SoldOut
from terrace.market.services.packing import NotExact
from terrace.traceability.queries import lots_by_id
from tests import factories
from tests.amounts import fen
from tests.conftest import Cast
from tests.journeys.harvest import Season, begin
from tests.journeys.harvest import pack as pack_from_lots
from tests.market.orders import make_offer, paid_order, pay, place
from tests.market.settling import pack, ship
from tests.planted import found

OFFERS = st.integers(0, 1)
GROWN = 16
"""So many boxes lie in the lots from which the first offer is packed; the second's seller packs what is in no lot."""


@dataclass
class Sold:
    """What the model knows of an order: of which offer how many, where it stands, whether it came back, what went."""

    which: int
    quantity: int
    status: OrderStatus = OrderStatus.PLACED
    waits_for: str = ""
    refunded: int = 0


class Stock(RuleBasedStateMachine):
    """Two offers of two sellers; the model is how many are left and lie in lots, and where each order stands."""

    def __init__(self, season: Season) -> None:
        super().__init__()
        self.season = season
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.left = [0, 0]
        self.boxes = GROWN
        self.waiting: dict[int, list[int]] = {}
        self.stopped: list[int] = []
        self.orders: dict[int, Sold] = {}

    def teardown(self) -> None:
        """Let the audit look at what came of it, and undo everything."""
        try:
            if not connection.needs_rollback:
                assert found() == {}
        finally:
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    @initialize(first=st.integers(0, 6), second=st.integers(0, 6), sent=st.integers(1, 3))
    def stocked(self, first: int, second: int, sent: int) -> None:
        """Begin with some stock, an order under way and one brought back: what becomes of them is many steps away."""
        sellers = (self.season.shop, factories.PartyFactory())
        stocks = (first + 2 * sent, second)
        self.offers = [make_offer(seller, stock=stock) for seller, stock in zip(sellers, stocks, strict=True)]
        self.left = [first, second]
        for comes_back in (False, True):
            order = ship(pack_from_lots(self.season, paid_order(self._fresh(0), sent)))
            self.orders[order.pk] = Sold(0, sent, OrderStatus.SHIPPED)
            self.boxes -= sent
            if comes_back:
                self._come_to_nothing(order, ParcelStatus.RETURNED)

    @rule(which=OFFERS, pieces=st.integers(1, 4))
    def restock(self, which: int, pieces: int) -> None:
        """Put more into an offer."""
        services.restock(by=SYSTEM, offer=self._fresh(which), quantity=pieces)
        self.left[which] += pieces

    @rule(which=OFFERS, pieces=st.integers(1, 4))
    def take_out(self, which: int, pieces: int) -> None:
        """Take some out of an offer, if there are so many that no order holds."""
        if pieces <= self.left[which]:
            services.take_out(by=SYSTEM, offer=self._fresh(which), quantity=pieces)
            self.left[which] -= pieces
        else:
            with pytest.raises(Invalid):
                services.take_out(by=SYSTEM, offer=self._fresh(which), quantity=pieces)

    @rule(quantities=st.lists(st.integers(0, 4), min_size=2, max_size=2).filter(any))
    def order(self, quantities: list[int]) -> None:
        """Order some of each: all or nothing."""
        wanted = {self._fresh(which): quantity for which, quantity in enumerate(quantities) if quantity}
        if all(quantity <= left for quantity, left in zip(quantities, self.left, strict=True)):
            placed = place(wanted)
            self.left = [left - quantity for left, quantity in zip(self.left, quantities, strict=True)]
            sellers = [offer.seller_id for offer in self.offers]
            for order in placed.orders:
                which = sellers.index(order.seller_id)
                self.orders[order.pk] = Sold(which, quantities[which])
            self.waiting[placed.payment.pk] = [order.pk for order in placed.orders]
        else:
            with pytest.raises(SoldOut):
                place(wanted)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def pay(self, data: Any) -> None:
        """Pay for one: its goods stay taken."""
        payment_id = data.draw(st.sampled_from(sorted(self.waiting)))
        pay(Payment.objects.get(pk=payment_id))
        for order_id in self.waiting.pop(payment_id):
            self.orders[order_id].status = OrderStatus.PAID

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def stop(self, data: Any) -> None:
        """Cancel one before it is paid: its goods come back."""
        payment_id = data.draw(st.sampled_from(sorted(self.waiting)))
        status = PaymentStatus.CANCELLED
        services.stop_payment(by=SYSTEM, payment_id=payment_id, status=status, now=clock.now())
        self._stopped(payment_id, OrderStatus.CANCELLED)

    @precondition(lambda self: self.waiting)
    @rule()
    def expire(self) -> None:
        """Let time run out for all that wait."""
        services.expire_payments(now=clock.now() + timedelta(days=30))
        for payment_id in list(self.waiting):
            self._stopped(payment_id, OrderStatus.EXPIRED)

    @precondition(lambda self: self.stopped)
    @rule()
    def pay_too_late(self) -> None:
        """Pay what has ended: the money goes back, and nothing is taken for it."""
        pay(Payment.objects.get(pk=self.stopped.pop()))

    @precondition(lambda self: self._in(OrderStatus.PAID))
    @rule(data=st.data())
    def pack(self, data: Any) -> None:
        """Pack one: the first seller's out of the lots, if so much lies there."""
        order, sold = self._draw(data, OrderStatus.PAID)
        if sold.which:
            pack(order, by=SYSTEM)
        elif sold.quantity <= self.boxes:
            pack_from_lots(self.season, order)
            self.boxes -= sold.quantity
        else:
            with pytest.raises(NotExact):
                pack_from_lots(self.season, order)
            return
        sold.status = OrderStatus.PACKED

    @precondition(lambda self: self._in(OrderStatus.PACKED))
    @rule(data=st.data())
    def unpack(self, data: Any) -> None:
        """Take one out of its parcels again: the goods are in their lots."""
        order, sold = self._draw(data, OrderStatus.PACKED)
        services.unpack_order(by=SYSTEM, order=order, version=order.version)
        self._into_lots(sold)
        sold.status = OrderStatus.PAID

    @precondition(lambda self: self._in(OrderStatus.PAID, OrderStatus.PACKED))
    @rule(data=st.data())
    def cancel(self, data: Any) -> None:
        """Cancel one that was paid: its goods are for sale again, and in their lots."""
        order, sold = self._draw(data, OrderStatus.PAID, OrderStatus.PACKED)
        services.cancel_order(by=SYSTEM, order=order, version=order.version)
        if sold.status == OrderStatus.PACKED:
            self._into_lots(sold)
        self.left[sold.which] += sold.quantity
        sold.status = OrderStatus.CANCELLED
        sold.refunded = order.total_minor

    @precondition(lambda self: self._in(OrderStatus.PACKED))
    @rule(data=st.data())
    def send(self, data: Any) -> None:
        """Hand one to the carrier."""
        order, sold = self._draw(data, OrderStatus.PACKED)
        ship(order)
        sold.status = OrderStatus.SHIPPED

    @precondition(lambda self: self._kind())
    @rule(data=st.data())
    def be_kind(self, data: Any) -> None:
        """Give a yuan back, once for an order: no goods move."""
        order_id = data.draw(st.sampled_from(self._kind()))
        order = Order.objects.get(pk=order_id)
        services.refund_order(by=SYSTEM, order=order, version=order.version, amount=fen(100))
        self.orders[order_id].refunded = 100

    @precondition(lambda self: self._in(OrderStatus.SHIPPED))
    @rule(data=st.data())
    def arrive(self, data: Any) -> None:
        """Deliver one, which is completed some days later: its goods are gone."""
        order, sold = self._draw(data, OrderStatus.SHIPPED)
        self._say(order, ParcelStatus.DELIVERED)
        services.complete_order(by=SYSTEM, order=Order.objects.get(pk=order.pk))
        sold.status = OrderStatus.COMPLETED

    @precondition(lambda self: self._in(OrderStatus.SHIPPED))
    @rule(data=st.data(), is_lost=st.booleans())
    def come_to_nothing(self, data: Any, is_lost: bool) -> None:
        """Let the carrier lose one or bring it back, and the centre give all of its money back: no offer has more."""
        order, _sold = self._draw(data, OrderStatus.SHIPPED)
        self._come_to_nothing(order, ParcelStatus.LOST if is_lost else ParcelStatus.RETURNED)

    def _come_to_nothing(self, order: Order, how: ParcelStatus) -> None:
        self._say(order, how)
        dispute = Dispute.objects.get(order=order, ended_at=None)
        services.decide_dispute(
            by=self.season.cast.clerk.actor,
            dispute=dispute,
            version=dispute.version,
            amount=order.escrow,
            words_to_buyer="The money comes back",
            words_to_seller="It never arrived",
        )
        sold = self.orders[order.pk]
        sold.status, sold.refunded = OrderStatus.REFUNDED, order.total_minor
        sold.waits_for = "" if how is ParcelStatus.LOST else "a look"

    @precondition(lambda self: self._brought_back())
    @rule(data=st.data(), state=st.sampled_from([ReturnState.SOUND, ReturnState.SPOILT]))
    def put_away(self, data: Any, state: ReturnState) -> None:
        """Look into one that came back: sound goods are in their lots again, and in no offer."""
        order_id = data.draw(st.sampled_from(self._brought_back()))
        services.put_away(by=SYSTEM, order=Order.objects.get(pk=order_id), state=state)
        sold = self.orders[order_id]
        sold.waits_for = ""
        if state is ReturnState.SOUND:
            self._into_lots(sold)

    @invariant()
    def the_books_agree(self) -> None:
        """What the model has left and knows of orders is what the offers, the lots and the orders have."""
        if not hasattr(self, "offers"):
            return
        assert [self._fresh(which).available for which in range(2)] == self.left
        lots = lots_by_id([self.season.at_sale.lot_id, self.season.now.lot_id])
        assert sum(lot.steps for lot in lots.values()) == self.boxes * 5_000
        rows = Order.objects.filter(pk__in=self.orders).order_by("pk").values_list("pk", "status", "refunded_minor")
        told = {pk: (OrderStatus(status), refunded) for pk, status, refunded in rows}
        assert told == {pk: (sold.status, sold.refunded) for pk, sold in self.orders.items()}

    def _fresh(self, which: int) -> Offer:
        return Offer.objects.get(pk=self.offers[which].pk)

    def _in(self, *statuses: OrderStatus) -> list[int]:
        return sorted(pk for pk, sold in self.orders.items() if sold.status in statuses)

    def _kind(self) -> list[int]:
        own = self._in(OrderStatus.PACKED, OrderStatus.SHIPPED)
        return [pk for pk in own if not self.orders[pk].refunded]

    def _brought_back(self) -> list[int]:
        return sorted(pk for pk, sold in self.orders.items() if sold.waits_for)

    def _draw(self, data: Any, *statuses: OrderStatus) -> tuple[Order, Sold]:
        order_id = data.draw(st.sampled_from(self._in(*statuses)))
        return Order.objects.get(pk=order_id), self.orders[order_id]

    def _say(self, order: Order, status: ParcelStatus) -> None:
        for parcel in Parcel.objects.filter(reference=order.reference, ended_at=None).order_by("pk"):
            carrier_says(by=SYSTEM, parcel=parcel, status=status)

    def _into_lots(self, sold: Sold) -> None:
        self.boxes += 0 if sold.which else sold.quantity

    def _stopped(self, payment_id: int, status: OrderStatus) -> None:
        self.stopped.append(payment_id)
        for order_id in self.waiting.pop(payment_id):
            sold = self.orders[order_id]
            self.left[sold.which] += sold.quantity
            sold.status = status


@pytest.mark.slow
def test_stock_agrees_with_a_simple_model(cast: Cast) -> None:
    machine = partial(Stock, begin(cast))
    run_state_machine_as_test(machine, settings=settings(max_examples=10, stateful_step_count=25))
