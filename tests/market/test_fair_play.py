"""Nobody acts on others' orders by acting on the own, argues twice about one amount, or judges the own affair."""

import pytest

from terrace.kernel.actors import ANONYMOUS
from terrace.kernel.errors import Forbidden
from terrace.kernel.money import Money
from terrace.market import queries, services
from terrace.market.domain import DisputeKind, DisputeStatus, OrderStatus, ReturnState
from terrace.market.models import Dispute, Order, Refund
from terrace.market.services import DisputeGiven
from terrace.market.services.links import signature
from terrace.messaging.models import OutgoingMessage
from terrace.registry.models import Party
from tests import factories
from tests.conftest import Cast
from tests.market.orders import make_offer, paid_order, place
from tests.market.settling import pack, sent_order, ship


def disputed(order: Order, wanted: int = 1_000) -> Dispute:
    given = DisputeGiven(DisputeKind.SPOILT, "Two apples are rotten", Money(wanted, order.currency))
    return services.open_dispute(by=ANONYMOUS, order=order, given=given, proof=signature(order.reference))


def two_sellers(cast: Cast) -> tuple[Order, Order]:
    """Return the shop's order and another firm's, to be paid together."""
    assert cast.buyer.party
    other: Party = factories.PartyFactory(kind="enterprise", name="Upper Valley Oils")
    place({make_offer(cast.buyer.party): 1, make_offer(other): 1})
    return Order.objects.get(seller=cast.buyer.party), Order.objects.get(seller=other)


def test_a_seller_does_not_cancel_what_is_paid_together_with_others_goods(cast: Cast) -> None:
    mine, theirs = two_sellers(cast)
    for actor in (cast.buyer.actor, cast.clerk.actor):
        with pytest.raises(services.PaidTogether):
            services.cancel_order(by=actor, order=mine, version=mine.version)
    assert set(Order.objects.values_list("status", flat=True)) == {OrderStatus.PLACED}
    services.cancel_order(by=ANONYMOUS, order=mine, version=mine.version, proof=signature(mine.reference))
    theirs.refresh_from_db()
    assert theirs.status == OrderStatus.CANCELLED


def test_the_buyer_hears_of_an_unpaid_order_that_its_seller_cancelled(cast: Cast) -> None:
    assert cast.buyer.party
    order = place({make_offer(cast.buyer.party): 1}).orders[0]
    OutgoingMessage.objects.all().delete()
    services.cancel_order(by=cast.buyer.actor, order=order, version=order.version)
    assert order.number in OutgoingMessage.objects.get().text


def test_while_a_dispute_is_open_the_seller_neither_refunds_nor_cancels(cast: Cast) -> None:
    order = sent_order(cast)
    dispute = disputed(order)
    order.refresh_from_db()
    for amount in (order.escrow, Money(100, order.currency)):
        with pytest.raises(services.InDispute):
            services.refund_order(by=cast.buyer.actor, order=order, version=order.version, amount=amount)
    order.refresh_from_db()
    dispute.refresh_from_db()
    assert (order.status, order.refunded_minor, dispute.status) == (OrderStatus.SHIPPED, 0, DisputeStatus.OPEN)


def test_goods_that_were_asked_back_can_always_be_taken_back(cast: Cast) -> None:
    order = sent_order(cast)
    dispute = disputed(order)
    services.ask_goods_back(
        by=cast.buyer.actor, dispute=dispute, version=dispute.version, amount=order.escrow, words="Send it back."
    )
    order.refresh_from_db()
    with pytest.raises(services.InDispute):
        services.refund_order(
            by=cast.buyer.actor, order=order, version=order.version, amount=Money(100, order.currency)
        )
    dispute.refresh_from_db()
    services.take_back_goods(by=cast.buyer.actor, dispute=dispute, state=ReturnState.SOUND)
    order.refresh_from_db()
    assert (order.status, order.escrow.minor) == (OrderStatus.REFUNDED, 0)


def test_nobody_decides_about_what_was_bought_for_the_own_firm(cast: Cast) -> None:
    assert cast.buyer.party
    shop = factories.PartyFactory(kind="enterprise", name="The clerk's shop")
    factories.RepresentativeFactory(party=shop, person=cast.clerk.person)
    clerk = cast.clerk.actor
    order = ship(pack(paid_order(make_offer(cast.buyer.party), 1, by=clerk, buyer=shop.number), by=cast.buyer.actor))
    given = DisputeGiven(DisputeKind.SPOILT, "All rotten", order.escrow)
    dispute = services.open_dispute(by=clerk, order=order, given=given)
    services.pass_on_dispute(by=clerk, dispute=dispute)
    dispute.refresh_from_db()
    with pytest.raises(Forbidden):
        services.decide_dispute(
            by=clerk,
            dispute=dispute,
            version=dispute.version,
            amount=order.escrow,
            words_to_buyer="Yes",
            words_to_seller="Sorry",
        )
    dispute.refresh_from_db()
    assert dispute.status == DisputeStatus.WITH_CENTRE


def test_a_clerk_does_not_decide_about_what_the_clerk_bought_as_a_person(cast: Cast) -> None:
    order = sent_order(cast)
    Order.objects.filter(pk=order.pk).update(person=cast.clerk.person)
    given = DisputeGiven(DisputeKind.SPOILT, "All rotten", order.escrow)
    dispute = services.open_dispute(by=cast.clerk.actor, order=order, given=given)
    dispute = services.pass_on_dispute(by=cast.clerk.actor, dispute=dispute)
    assert not queries.may_decide(cast.clerk.actor, dispute)
    with pytest.raises(Forbidden):
        services.decide_dispute(
            by=cast.clerk.actor,
            dispute=dispute,
            version=dispute.version,
            amount=order.escrow,
            words_to_buyer="a",
            words_to_seller="b",
        )
    assert not Refund.objects.exists()
    assert queries.may_decide(cast.centre.actor, dispute)


def test_who_bought_as_a_person_reviews_and_reads_the_own_dispute(cast: Cast) -> None:
    order = sent_order(cast)
    Order.objects.filter(pk=order.pk).update(person=cast.driver.person)
    driver = cast.driver.actor
    dispute = services.open_dispute(
        by=driver, order=order, given=DisputeGiven(DisputeKind.SPOILT, "One is rotten", order.escrow)
    )
    assert queries.get_dispute(driver, dispute.number) == dispute
    services.withdraw_dispute(by=driver, dispute=dispute)
    services.confirm_receipt(by=driver, order=order)
    assert services.review(by=driver, line=order.lines.get(), given=services.ReviewGiven(5)).rating == 5
