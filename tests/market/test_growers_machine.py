"""Whatever becomes of goods that are paid when they are sold, their grower gets the price of all that was not lost.

Orders are sold, lost, brought back, argued about, sent back and looked into in any order, while the shop's account is
now empty and now full. When all has come to an end and the account holds enough, paid and lost add up to the price.
"""

from datetime import timedelta
from functools import partial
from typing import Any

import pgtrigger
import pytest
from django.db import connection, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from terrace.kernel import clock
from terrace.kernel.actors import ANONYMOUS, SYSTEM
from terrace.kernel.quantity import Quantity, Unit
from terrace.ledger import services as ledger
from terrace.ledger.domain import AccountKind, Draft, Leg, Part, Reason
from terrace.logistics.domain import ParcelStatus
from terrace.logistics.models import Parcel
from terrace.logistics.services import carrier_says
from terrace.market import queries, services
from terrace.market.domain import DisputeStatus, OrderStatus, ReturnState
from terrace.market.models import Dispute, Order
from terrace.market.services.deciding import price_of_goods
from terrace.market.services.disputing import CentreDecided
from terrace.market.services.links import signature
from terrace.sourcing.models import Purchase
from terrace.traceability import services as traceability
from terrace.traceability.domain import LossReason
from terrace.traceability.models import Lot
from tests.amounts import fen
from tests.conftest import Cast
from tests.journeys.harvest import Season, begin, pack, pack_and_ship, parcels_of
from tests.market.orders import paid_order
from tests.market.returned import give_back, paid_though_sent_back
from tests.market.settling import balance, disputed, ship
from tests.planted import found

BOX = 5_000
ODD = 20_803
"""A price of eight boxes in fen that no box has a round part of."""
RECKONED = "weight, amount and premium of a purchase are reckoned rightly"
"""What is not true of an odd price."""
ENDS = [ParcelStatus.DELIVERED, ParcelStatus.DELIVERED, ParcelStatus.LOST, ParcelStatus.RETURNED]
STATES = [ReturnState.SOUND, ReturnState.SOUND, ReturnState.SPOILT]


class Growers(RuleBasedStateMachine):
    """One purchase of eight boxes; the model is its price."""

    def __init__(self, season: Season) -> None:
        super().__init__()
        self.season, self.moves = season, 0
        self.outer = transaction.atomic()
        self.outer.__enter__()

    @initialize(is_back=st.booleans(), is_owed=st.booleans())
    def priced(self, is_back: bool, is_owed: bool) -> None:
        """Begin with an odd price, and an offer that never runs out before the lot does.

        A box that was paid for may be back, and the shop owe for one that was lost: that is many steps away.
        """
        with pgtrigger.ignore("sourcing.Purchase:sourcing_bought_for_good"):
            Purchase.objects.filter(pk=self.season.at_sale.pk).update(amount_minor=ODD)
        self.season.offer.stocked = self.season.offer.available = 200
        self.season.offer.save()
        if is_back:
            order = paid_though_sent_back(self.season, 1)
            services.put_away(by=self.season.cast.packer.actor, order=order, state=ReturnState.SOUND)
        if is_owed:
            self._come_to_nothing()

    def teardown(self) -> None:
        """Let all come to an end, then count; undo everything."""
        try:
            if not connection.needs_rollback:
                self._end()
                purchase, problems = Purchase.objects.get(pk=self.season.at_sale.pk), found()
                problems.pop(RECKONED)
                assert (purchase.paid + purchase.lost, problems) == (fen(ODD), {})
        finally:
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    @precondition(lambda self: self._boxes())
    @rule(boxes=st.integers(1, 3), parcels=st.integers(1, 3), leaves=st.booleans())
    def sell(self, boxes: int, parcels: int, leaves: bool) -> None:
        """Sell and pack some, and hand them to the carrier or not yet."""
        boxes = min(boxes, self._boxes())
        order = pack(self.season, paid_order(self.season.offer, boxes), parcels=min(boxes, parcels))
        if leaves:
            ship(order, by=self.season.cast.packer.actor)

    @precondition(lambda self: self._under_way())
    @rule(data=st.data(), how=st.sampled_from(ENDS))
    def come(self, data: Any, how: ParcelStatus) -> None:
        """Let a parcel arrive, be lost or come back."""
        parcel = data.draw(st.sampled_from(self._under_way()))
        if how is not ParcelStatus.DELIVERED or parcel.sent_at:
            carrier_says(by=SYSTEM, parcel=parcel, status=how)

    @precondition(lambda self: self._orders(OrderStatus.SHIPPED, OrderStatus.DELIVERED))
    @rule(data=st.data())
    def complain(self, data: Any) -> None:
        """Let a buyer complain, if nobody has."""
        order = data.draw(st.sampled_from(self._orders(OrderStatus.SHIPPED, OrderStatus.DELIVERED)))
        if not order.disputes.filter(ended_at=None).exists():
            try:
                disputed(order, order.escrow.minor)
            except CentreDecided:
                return

    @precondition(lambda self: self._disputes())
    @rule(data=st.data(), part=st.integers(0, 4), state=st.sampled_from([*STATES, ReturnState.LOST]))
    def argue(self, data: Any, part: int, state: ReturnState) -> None:
        """Do one of the things that can be done about a dispute."""
        dispute = data.draw(st.sampled_from(self._disputes()))
        order, cast = dispute.order, self.season.cast
        proof = signature(order.reference)
        if dispute.status == DisputeStatus.WITH_CENTRE:
            if part == 0 and queries.sent_back(dispute):
                services.take_back_goods(by=cast.packer.actor, dispute=dispute, state=state)
            else:
                self._decide(dispute, order.escrow.minor * part // 4)
        elif part == 0:
            services.withdraw_dispute(by=ANONYMOUS, dispute=dispute, proof=proof)
        elif part == 1:
            services.pass_on_dispute(by=SYSTEM, dispute=dispute)
        elif dispute.status == DisputeStatus.OPEN:
            amount = order.escrow if part % 2 else price_of_goods(order)
            version, by = dispute.version, cast.buyer.actor
            services.ask_goods_back(by=by, dispute=dispute, version=version, amount=amount, words="Back")
        elif part == 2:
            services.hand_in_return(by=ANONYMOUS, dispute=dispute, waybill="SF-1", proof=proof)
        else:
            services.take_back_goods(by=cast.packer.actor, dispute=dispute, state=state)

    @precondition(lambda self: self._here())
    @rule(data=st.data(), state=st.sampled_from(STATES))
    def put_away(self, data: Any, state: ReturnState) -> None:
        """Look into goods that are back."""
        order = data.draw(st.sampled_from(self._here()))
        services.put_away(by=self.season.cast.packer.actor, order=order, state=state)

    @precondition(lambda self: self._undisputed())
    @rule(data=st.data())
    def complete(self, data: Any) -> None:
        """Share an order's money."""
        services.complete_order(by=SYSTEM, order=data.draw(st.sampled_from(self._undisputed())))

    @rule(days=st.sampled_from([0, 15]))
    def make_good(self, days: int) -> None:
        """Run the hourly job, at once or when nothing is waited for any more."""
        services.make_good(now=clock.now() + timedelta(days=days))

    @rule(grams=st.integers(1, 7_000))
    def rot(self, grams: int) -> None:
        """Lose some of what lies there."""
        self._lose(min(grams, self._lot().steps))

    @rule(minor=st.sampled_from([0, 1_000, 30_000]))
    def have(self, minor: int) -> None:
        """Let the shop's account hold so much."""
        self._leave(minor)

    def _come_to_nothing(self) -> None:
        """Let a box be lost and its money go back while the shop's account is all but empty."""
        order = pack_and_ship(self.season, paid_order(self.season.offer, 1))
        carrier_says(by=SYSTEM, parcel=parcels_of(order)[0], status=ParcelStatus.LOST)
        give_back(self.season, order)
        self._leave(100)
        services.make_good()

    def _end(self) -> None:
        """Let the centre decide, parcels arrive, orders be completed and the rest be sold or rot; pay what is owed."""
        while self._disputes() or self._open() or self._lot().steps:
            for dispute in self._disputes():
                if dispute.status != DisputeStatus.WITH_CENTRE:
                    services.pass_on_dispute(by=SYSTEM, dispute=dispute)
                    dispute.refresh_from_db()
                self._decide(dispute, 0)
            for order in self._open():
                if order.status == OrderStatus.PACKED and any(one.ended_at is None for one in parcels_of(order)):
                    ship(order, by=self.season.cast.packer.actor)
            for parcel in self._under_way():
                carrier_says(by=SYSTEM, parcel=parcel, status=ParcelStatus.DELIVERED)
            for order in self._here():
                services.put_away(by=self.season.cast.packer.actor, order=order, state=ReturnState.SOUND)
            for order in self._undisputed():
                services.complete_order(by=SYSTEM, order=order)
            if self._boxes():
                pack_and_ship(self.season, paid_order(self.season.offer, 1))
            elif not self._open():
                self._lose(self._lot().steps)
        self._leave(200_000)
        for days in (0, 15):
            services.make_good(now=clock.now() + timedelta(days=days))

    def _decide(self, dispute: Dispute, minor: int) -> None:
        services.decide_dispute(
            by=self.season.cast.clerk.actor,
            dispute=dispute,
            version=dispute.version,
            amount=fen(minor),
            words_to_buyer="It is decided",
            words_to_seller="It is decided",
        )

    def _leave(self, minor: int) -> None:
        more = minor - balance(party=self.season.shop)
        if more:
            self.moves += 1
            bank, own = ledger.house_account(AccountKind.BANK), ledger.account_of_party(self.season.shop.pk)
            legs = (Leg(bank.pk, fen(-more), Part.BANK), Leg(own.pk, fen(more), Part.BANK))
            ledger.post(by=SYSTEM, draft=Draft(Reason.DEPOSIT, "bank/more", legs, f"more/{self.moves}"))

    def _lose(self, grams: int) -> None:
        if grams:
            quantity = Quantity(grams, Unit.KILOGRAM)
            traceability.lose(by=SYSTEM, lot=self._lot(), quantity=quantity, reason=LossReason.ROTTEN)

    def _lot(self) -> Lot:
        return Lot.objects.get(pk=self.season.at_sale.lot_id)

    def _boxes(self) -> int:
        return self._lot().steps // BOX

    def _orders(self, *statuses: OrderStatus) -> list[Order]:
        return list(Order.objects.filter(status__in=statuses).order_by("pk"))

    def _open(self) -> list[Order]:
        return self._orders(OrderStatus.PACKED, OrderStatus.SHIPPED, OrderStatus.DELIVERED)

    def _under_way(self) -> list[Parcel]:
        return list(Parcel.objects.filter(ended_at=None, reference__startswith="order/").order_by("pk"))

    def _disputes(self) -> list[Dispute]:
        return list(Dispute.objects.filter(ended_at=None).select_related("order").order_by("pk"))

    def _undisputed(self) -> list[Order]:
        argued = {dispute.order_id for dispute in self._disputes()}
        return [order for order in self._orders(OrderStatus.DELIVERED) if order.pk not in argued]

    def _here(self) -> list[Order]:
        return [order for order in Order.objects.order_by("pk") if queries.parcels_to_put_away(order)]


@pytest.mark.slow
def test_every_grower_gets_the_price_of_what_was_not_lost(cast: Cast) -> None:
    machine = partial(Growers, begin(cast))
    run_state_machine_as_test(machine, settings=settings(max_examples=8, stateful_step_count=30))
