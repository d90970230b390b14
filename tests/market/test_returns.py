"""Goods on their way back, and who does not confirm that goods arrived."""

from datetime import timedelta

import pytest

from terrace.kernel.actors import ANONYMOUS
from terrace.kernel.errors import Forbidden
from terrace.market import services
from terrace.market.domain import DisputeStatus, OrderStatus, ReturnState
from terrace.market.models import Refund
from terrace.market.services.links import signature
from tests.conftest import Cast
from tests.market.settling import sent_order
from tests.market.test_refusals import disputed, yuan


def test_a_seller_does_not_confirm_an_order_by_the_buyers_link(cast: Cast) -> None:
    order = sent_order(cast)
    for actor in (cast.buyer.actor, cast.packer.actor, cast.clerk.actor):
        with pytest.raises(Forbidden):
            services.confirm_receipt(by=actor, order=order, proof=signature(order.reference))
    order.refresh_from_db()
    assert order.status == OrderStatus.SHIPPED
    assert services.confirm_receipt(by=ANONYMOUS, order=order, proof=signature(order.reference)).completed_at


@pytest.mark.parametrize("waybill", ["SF-1", ""])
def test_goods_have_two_weeks_for_the_way_back_and_are_taken_back_after_that_too(cast: Cast, waybill: str) -> None:
    order = sent_order(cast)
    dispute = disputed(order, 5_400)
    dispute = services.ask_goods_back(
        by=cast.buyer.actor, dispute=dispute, version=1, amount=yuan(5_400), words="Send it back"
    )
    if waybill:
        proof = signature(order.reference)
        dispute = services.hand_in_return(by=ANONYMOUS, dispute=dispute, waybill=waybill, proof=proof)
    assert services.pass_on_overdue(now=dispute.answer_by - timedelta(days=1)) == 0
    assert services.pass_on_overdue(now=dispute.answer_by + timedelta(seconds=1)) == 1

    services.take_back_goods(by=cast.buyer.actor, dispute=dispute, state=ReturnState.SOUND)

    dispute.refresh_from_db()
    assert (dispute.status, dispute.return_state) == (DisputeStatus.WITH_CENTRE, ReturnState.SOUND)
    assert not Refund.objects.exists()
    with pytest.raises(services.NotYourTurn):
        services.take_back_goods(by=cast.buyer.actor, dispute=dispute, state=ReturnState.SOUND)


def test_goods_that_were_lost_on_the_way_back_are_the_sellers_loss(cast: Cast) -> None:
    order = sent_order(cast)
    dispute = disputed(order, 5_400)
    services.ask_goods_back(by=cast.buyer.actor, dispute=dispute, version=1, amount=yuan(5_400), words="Send it back")
    services.take_back_goods(by=cast.buyer.actor, dispute=dispute, state=ReturnState.LOST)
    order.refresh_from_db()
    assert order.status == OrderStatus.REFUNDED
    assert not order.parcels.exclude(returned="").exists()
