"""Goods on their way back, and who does not confirm that goods arrived."""

from datetime import timedelta

import pytest
from django.urls import reverse

from terrace.kernel import clock
from terrace.kernel.actors import ANONYMOUS, SYSTEM
from terrace.kernel.errors import Forbidden, Invalid
from terrace.logistics.domain import ParcelStatus
from terrace.logistics.services import carrier_says
from terrace.market import queries, services
from terrace.market.domain import DisputeStatus, OrderStatus, ReturnState
from terrace.market.models import Dispute, Order, Refund
from terrace.market.queries.checks import CHECKS
from terrace.market.services.links import signature
from terrace.traceability.models import Lot
from terrace.traceability.queries import lots_by_id
from tests.amounts import fen
from tests.conftest import Cast
from tests.journeys.harvest import begin, pack_and_ship, parcels_of
from tests.market.orders import paid_order
from tests.market.settling import deliver, disputed, sent_order


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
        by=cast.buyer.actor, dispute=dispute, version=1, amount=fen(5_400), words="Send it back"
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
    services.ask_goods_back(by=cast.buyer.actor, dispute=dispute, version=1, amount=fen(5_400), words="Send it back")
    services.take_back_goods(by=cast.buyer.actor, dispute=dispute, state=ReturnState.LOST)
    order.refresh_from_db()
    assert order.status == OrderStatus.REFUNDED
    assert not order.parcels.exclude(returned="").exists()


@pytest.mark.parametrize("decided", ["before", "after"])
def test_goods_that_the_carrier_brought_back_go_into_their_lots_again(cast: Cast, decided: str) -> None:
    season = begin(cast)
    order = pack_and_ship(season, paid_order(season.offer, 2))
    carrier_says(by=SYSTEM, parcel=parcels_of(order)[0], status=ParcelStatus.RETURNED)
    dispute = Dispute.objects.get()
    if decided == "before":
        _decide(cast, dispute, order)
    with pytest.raises(Forbidden):
        services.take_back_goods(by=cast.stranger.actor, dispute=dispute, state=ReturnState.SOUND)
    with pytest.raises(Invalid):
        services.take_back_goods(by=cast.packer.actor, dispute=dispute, state=ReturnState.LOST)
    assert queries.waits_for_goods(dispute)

    services.take_back_goods(by=cast.packer.actor, dispute=dispute, state=ReturnState.SOUND)

    assert lots_by_id([season.at_sale.lot_id])[season.at_sale.lot_id].steps == 40_000
    assert order.parcels.get().returned == ReturnState.SOUND
    assert not queries.waits_for_goods(dispute)
    with pytest.raises(services.NotYourTurn):
        services.take_back_goods(by=cast.packer.actor, dispute=dispute, state=ReturnState.SOUND)
    if decided == "after":
        dispute.refresh_from_db()
        assert dispute.status == DisputeStatus.WITH_CENTRE
        _decide(cast, dispute, order)
    order.refresh_from_db()
    assert order.status == OrderStatus.REFUNDED


def _decide(cast: Cast, dispute: Dispute, order: Order) -> None:
    services.decide_dispute(
        by=cast.clerk.actor,
        dispute=dispute,
        version=dispute.version,
        amount=order.escrow,
        words_to_buyer="It comes back",
        words_to_seller="It goes back",
    )


def test_who_asks_for_the_goods_gives_back_what_they_cost(cast: Cast) -> None:
    order = sent_order(cast)
    dispute = disputed(order, 500)

    for amount in (500, 4_799):
        with pytest.raises(Invalid) as refused:
            services.ask_goods_back(
                by=cast.buyer.actor, dispute=dispute, version=1, amount=fen(amount), words="Send that one back"
            )
        assert refused.value.field == "offered"

    dispute.refresh_from_db()
    assert (dispute.status, dispute.offered_minor) == (DisputeStatus.OPEN, None)
    services.ask_goods_back(by=cast.buyer.actor, dispute=dispute, version=1, amount=fen(4_800), words="All of it")
    dispute.refresh_from_db()
    assert dispute.status == DisputeStatus.RETURNING


def test_what_was_given_back_before_counts_as_goods_that_are_paid_for(cast: Cast) -> None:
    order = sent_order(cast)
    services.refund_order(by=cast.buyer.actor, order=order, version=order.version, amount=fen(1_000))
    dispute = disputed(order, 500)

    services.ask_goods_back(by=cast.buyer.actor, dispute=dispute, version=1, amount=fen(3_800), words="All of it")

    dispute.refresh_from_db()
    assert dispute.offered_minor == 3_800


@pytest.mark.parametrize("how", ["withdrawn", "decided"])
def test_goods_that_were_under_way_when_the_dispute_ended_go_into_their_lots(cast: Cast, how: str) -> None:
    season = begin(cast)
    order = deliver(pack_and_ship(season, paid_order(season.offer, 2)))
    dispute, proof = disputed(order), signature(order.reference)
    services.ask_goods_back(
        by=cast.buyer.actor, dispute=dispute, version=dispute.version, amount=order.escrow, words="Back, please"
    )
    services.hand_in_return(by=ANONYMOUS, dispute=dispute, waybill="SF-1", proof=proof)
    if how == "withdrawn":
        services.withdraw_dispute(by=ANONYMOUS, dispute=dispute, proof=proof)
    else:
        services.pass_on_dispute(by=ANONYMOUS, dispute=dispute, proof=proof)
        dispute.refresh_from_db()
        _decide(cast, dispute, order)
    order.refresh_from_db()
    paid = order.escrow
    page = cast.packer.client.get(reverse("market:sale", args=[order.number])).content.decode()
    assert "SF-1" in page
    assert reverse("market:sale_put_away", args=[order.number]) in page

    services.put_away(by=cast.packer.actor, order=order, state=ReturnState.SOUND)

    order.refresh_from_db()
    dispute.refresh_from_db()
    assert Lot.objects.get(pk=season.at_sale.lot_id).steps == 40_000
    assert (order.escrow, dispute.return_state) == (paid, ReturnState.SOUND)
    with pytest.raises(services.NothingCameBack):
        services.put_away(by=cast.packer.actor, order=order, state=ReturnState.SOUND)
    assert services.make_good(now=clock.now() + timedelta(days=20)) == 0
    assert not [problem for check in CHECKS for problem in check.find()]


def test_a_buyer_who_sends_goods_back_after_the_two_weeks_may_still_say_by_which_waybill(cast: Cast) -> None:
    order = sent_order(cast)
    dispute = disputed(order)
    services.ask_goods_back(
        by=cast.buyer.actor, dispute=dispute, version=dispute.version, amount=order.escrow, words="Back, please"
    )
    services.pass_on_overdue(now=clock.now() + timedelta(days=20))
    dispute.refresh_from_db()
    assert dispute.status == DisputeStatus.WITH_CENTRE

    services.hand_in_return(by=ANONYMOUS, dispute=dispute, waybill="SF-1", proof=signature(order.reference))

    dispute.refresh_from_db()
    assert (dispute.status, dispute.return_waybill) == (DisputeStatus.WITH_CENTRE, "SF-1")


def _ended_under_way(cast: Cast, *, minor: int | None = None) -> tuple[Order, Dispute]:
    """Return an order in two parcels and its dispute, which the centre ended while the first was on its way back."""
    season = begin(cast)
    order = pack_and_ship(season, paid_order(season.offer, 2), parcels=2)
    first, _second = parcels_of(order)
    carrier_says(by=SYSTEM, parcel=first, status=ParcelStatus.DELIVERED)
    dispute = disputed(order)
    services.ask_goods_back(
        by=cast.buyer.actor, dispute=dispute, version=dispute.version, amount=order.escrow, words="Back, please"
    )
    services.hand_in_return(by=ANONYMOUS, dispute=dispute, waybill="SF-1", proof=signature(order.reference))
    services.pass_on_dispute(by=SYSTEM, dispute=dispute)
    dispute.refresh_from_db()
    _decide(cast, dispute, order)
    order.refresh_from_db()
    dispute.refresh_from_db()
    return order, dispute


def test_what_the_carrier_brings_is_put_away_without_what_the_buyer_sent(cast: Cast) -> None:
    order, dispute = _ended_under_way(cast)
    first, second = parcels_of(order)
    carrier_says(by=SYSTEM, parcel=second, status=ParcelStatus.RETURNED)

    services.put_away(by=cast.packer.actor, order=order, state=ReturnState.SOUND)

    dispute.refresh_from_db()
    rows = {row.parcel_id: row.returned for row in order.parcels.order_by("pk")}
    assert (rows[first.pk], rows[second.pk], dispute.returned_at) == ("", ReturnState.SOUND, None)
    services.put_away(by=cast.packer.actor, order=order, state=ReturnState.SPOILT)
    dispute.refresh_from_db()
    assert (order.parcels.get(parcel=first).returned, dispute.return_state) == ("spoilt", "spoilt")
    assert not [problem for check in CHECKS for problem in check.find()]


def test_nobody_waits_for_goods_that_were_lost_on_their_way_back_after_the_end(cast: Cast) -> None:
    order, dispute = _ended_under_way(cast)
    services.return_lost(reference=f"return/{dispute.number}", at=clock.now())
    dispute.refresh_from_db()
    assert dispute.return_state == ReturnState.LOST
    with pytest.raises(services.NothingCameBack):
        services.put_away(by=cast.packer.actor, order=order, state=ReturnState.SOUND)
    assert not [problem for check in CHECKS for problem in check.find()]
