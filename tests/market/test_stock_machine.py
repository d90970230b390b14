"""Stock against a simple model: whatever is restocked, ordered, paid, cancelled or left to expire, in any order."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.market import services
from terrace.market.domain import PaymentStatus
from terrace.market.models import Offer, Payment
from terrace.market.queries.baskets import SoldOut
from tests import factories
from tests.market.orders import make_offer, pay, place

OFFERS = st.integers(0, 1)


class Stock(RuleBasedStateMachine):
    """Two offers of two sellers; the model is how many are left, and what each waiting payment holds."""

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.left = [0, 0]
        self.waiting: dict[int, list[int]] = {}

    def teardown(self) -> None:
        """Undo everything."""
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    @initialize(first=st.integers(0, 6), second=st.integers(0, 6))
    def stocked(self, first: int, second: int) -> None:
        """Begin with some stock."""
        self.offers = [make_offer(factories.PartyFactory(), stock=stock) for stock in (first, second)]
        self.left = [first, second]

    @rule(which=OFFERS, pieces=st.integers(1, 4))
    def restock(self, which: int, pieces: int) -> None:
        """Put more into an offer."""
        services.restock(by=SYSTEM, offer=self._fresh(which), quantity=pieces)
        self.left[which] += pieces

    @rule(quantities=st.lists(st.integers(0, 4), min_size=2, max_size=2).filter(any))
    def order(self, quantities: list[int]) -> None:
        """Order some of each: all or nothing."""
        wanted = {self._fresh(which): quantity for which, quantity in enumerate(quantities) if quantity}
        if all(quantity <= left for quantity, left in zip(quantities, self.left, strict=True)):
            placed = place(wanted)
            self.waiting[placed.payment.pk] = quantities
            self.left = [left - quantity for left, quantity in zip(self.left, quantities, strict=True)]
        else:
            with pytest.raises(SoldOut):
                place(wanted)

    @rule(data=st.data())
    def pay(self, data: Any) -> None:
        """Pay for one: its goods stay taken."""
        if self.waiting:
            payment_id = data.draw(st.sampled_from(sorted(self.waiting)))
            pay(Payment.objects.get(pk=payment_id))
            del self.waiting[payment_id]

    @rule(data=st.data())
    def stop(self, data: Any) -> None:
        """Cancel one before it is paid: its goods come back."""
        if self.waiting:
            payment_id = data.draw(st.sampled_from(sorted(self.waiting)))
            status = PaymentStatus.CANCELLED
            services.stop_payment(by=SYSTEM, payment_id=payment_id, status=status, now=clock.now())
            self._back(payment_id)

    @rule()
    def expire(self) -> None:
        """Let time run out for all that wait."""
        services.expire_payments(now=clock.now() + timedelta(days=30))
        for payment_id in list(self.waiting):
            self._back(payment_id)

    @invariant()
    def the_books_agree(self) -> None:
        """What the model has left is what the offers have."""
        if hasattr(self, "offers"):
            assert [self._fresh(which).available for which in range(2)] == self.left

    def _fresh(self, which: int) -> Offer:
        return Offer.objects.get(pk=self.offers[which].pk)

    def _back(self, payment_id: int) -> None:
        came = self.waiting.pop(payment_id)
        self.left = [left + quantity for left, quantity in zip(self.left, came, strict=True)]


@pytest.mark.slow
@pytest.mark.django_db
def test_stock_agrees_with_a_simple_model() -> None:
    run_state_machine_as_test(Stock, settings=settings(max_examples=12, stateful_step_count=10))
