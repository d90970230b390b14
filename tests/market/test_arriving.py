"""When an order counts as arrived: also one whose parcels were lost, or of which no carrier says a word."""

import logging
from datetime import timedelta

import pytest

from terrace.audit.models import Act
from terrace.kernel import clock
from terrace.kernel.actors import ANONYMOUS, SYSTEM
from terrace.kernel.money import Money
from terrace.logistics.domain import ParcelStatus
from terrace.logistics.models import Parcel
from terrace.logistics.services import carrier_says
from terrace.market import services
from terrace.market.domain import PRESUMED_AFTER, DisputeKind, DisputeStatus, OrderStatus
from terrace.market.domain.packing import Box, Content
from terrace.market.domain.settling import Due
from terrace.market.models import Dispute, Order, SettlementLine
from terrace.market.queries.checks import CHECKS
from terrace.market.services import DisputeGiven, completing
from terrace.market.services.disputing import CentreDecided
from terrace.market.services.links import signature
from terrace.market.views.dispute_cards import thread_of
from terrace.messaging.models import Notice, OutgoingMessage
from tests.conftest import Cast
from tests.journeys.harvest import begin, pack_and_ship, parcels_of
from tests.market.orders import make_offer, paid_order
from tests.market.settling import carrier, deliver, disputed, pack, sent_order, ship

YEAR = timedelta(days=365)


def lose(parcel: Parcel) -> None:
    carrier_says(by=SYSTEM, parcel=parcel, status=ParcelStatus.LOST)


def decide(cast: Cast, dispute: Dispute, minor: int) -> None:
    services.decide_dispute(
        by=cast.clerk.actor,
        dispute=dispute,
        version=dispute.version,
        amount=Money(minor, dispute.currency),
        words_to_buyer="We have looked at it.",
        words_to_seller="We have looked at it.",
    )


def assert_settled(order: Order) -> None:
    """The order is completed by the job once its days are over, and the books hold nothing against it."""
    services.complete_due_orders(now=clock.now() + YEAR)
    order.refresh_from_db()
    assert order.status == OrderStatus.COMPLETED
    assert not [problem for check in CHECKS for problem in check.find()]


def packed_in_two(cast: Cast) -> Order:
    assert cast.buyer.party
    order = paid_order(make_offer(cast.buyer.party), 2)
    line = order.lines.get()
    half = line.content.steps // 2
    boxes = [Box((Content(line.pk, None, half),), 6_000) for _box in range(2)]
    return services.pack_order(
        by=cast.buyer.actor, order=order, version=order.version, boxes=boxes, carrier_id=carrier().pk
    )


@pytest.mark.parametrize("minor", [0, 1000])
def test_what_is_not_given_back_of_a_lost_parcel_is_shared_after_the_usual_days(cast: Cast, minor: int) -> None:
    order = sent_order(cast)
    lose(Parcel.objects.get(reference=order.reference))
    decide(cast, Dispute.objects.get(), minor)
    order.refresh_from_db()
    assert order.status == OrderStatus.DELIVERED
    assert order.complete_by is not None
    assert_settled(order)


def test_what_nobody_said_is_not_put_into_the_buyers_mouth(cast: Cast) -> None:
    lost, spoilt = sent_order(cast), sent_order(cast)
    lose(Parcel.objects.get(reference=lost.reference))
    thread = [
        thread_of(dispute, reads=frozenset(), photo="")["thread"][0]
        for dispute in (Dispute.objects.get(order=lost), disputed(spoilt))
    ]
    assert [(str(said.who), "Wants" in said.line) for said in thread] == [("Carrier", False), ("Buyer", True)]


def test_after_the_centre_decided_about_a_lost_parcel_the_buyer_may_say_what_is_wrong_with_the_other(
    cast: Cast,
) -> None:
    order = ship(packed_in_two(cast))
    lost, arrived = Parcel.objects.filter(reference=order.reference).order_by("pk")
    carrier_says(by=SYSTEM, parcel=arrived, status=ParcelStatus.DELIVERED)
    lose(lost)
    decide(cast, Dispute.objects.get(), 1000)
    order.refresh_from_db()
    assert order.status == OrderStatus.DELIVERED

    dispute = disputed(order)

    assert dispute.status == DisputeStatus.OPEN
    services.pass_on_dispute(by=SYSTEM, dispute=dispute)
    dispute.refresh_from_db()
    decide(cast, dispute, 500)
    with pytest.raises(CentreDecided):
        disputed(order)


def test_no_carrier_is_paid_for_the_parcel_that_it_lost(cast: Cast) -> None:
    season = begin(cast)
    order = pack_and_ship(season, paid_order(season.offer, 2), parcels=2)
    lost, whole = parcels_of(order)
    lose(lost)
    decide(cast, Dispute.objects.get(), 0)
    deliver(order)

    assert_settled(order)

    line = SettlementLine.objects.get(settlement__order=order, part="carrier")
    assert (line.numbers["parcels"], line.numbers["grams"]) == (1, whole.weight_grams)


def test_a_parcel_that_is_lost_while_a_dispute_is_open_is_left_to_the_centre_too(cast: Cast) -> None:
    order = ship(packed_in_two(cast))
    dispute = disputed(order)
    first, _second = Parcel.objects.filter(reference=order.reference).order_by("pk")
    Notice.objects.all().delete()
    OutgoingMessage.objects.all().delete()

    lose(first)

    dispute.refresh_from_db()
    assert (dispute.status, dispute.with_centre_at is not None) == (DisputeStatus.WITH_CENTRE, True)
    noted = Act.objects.get(act="market.note_missing_parcel")
    assert (noted.label, noted.details["parcel"]) == (dispute.number, first.number)
    told = set(Notice.objects.values_list("title", flat=True))
    assert f"A parcel of order {order.number} did not arrive: the centre decides" in told
    assert "A dispute waits for the decision of the centre" in told
    assert f"A parcel of your order {order.number} did not arrive" in OutgoingMessage.objects.get().text
    for page in (f"/market/disputes/{dispute.number}/", f"{services.order_path(order)}dispute/"):
        assert f"{first.number} (Lost)" in cast.clerk.client.get(page).content.decode()
    decide(cast, dispute, 2_000)
    assert not [problem for check in CHECKS for problem in check.find()]


def test_goods_on_their_way_back_are_waited_for_though_another_parcel_was_lost(cast: Cast) -> None:
    order = ship(packed_in_two(cast))
    first, second = Parcel.objects.filter(reference=order.reference).order_by("pk")
    carrier_says(by=SYSTEM, parcel=second, status=ParcelStatus.DELIVERED)
    dispute = asked_back(order, cast)

    lose(first)

    dispute.refresh_from_db()
    assert (dispute.status, dispute.with_centre_at) == (DisputeStatus.RETURNING, None)


def test_goods_of_which_nothing_arrived_are_not_waited_for(cast: Cast) -> None:
    order = ship(packed_in_two(cast))
    dispute = asked_back(order, cast)

    lose(Parcel.objects.filter(reference=order.reference).order_by("pk")[0])

    dispute.refresh_from_db()
    assert dispute.status == DisputeStatus.WITH_CENTRE


def asked_back(order: Order, cast: Cast) -> Dispute:
    """Return a dispute in which the seller asked for the goods."""
    dispute = disputed(order)
    amount = services.price_of_goods(order)
    return services.ask_goods_back(
        by=cast.buyer.actor, dispute=dispute, version=dispute.version, amount=amount, words="Please send them back."
    )


def test_an_order_of_which_one_parcel_was_lost_arrives_with_the_other(cast: Cast) -> None:
    order = ship(packed_in_two(cast))
    first, second = Parcel.objects.filter(reference=order.reference).order_by("pk")
    lose(first)
    decide(cast, Dispute.objects.get(), 1000)
    order.refresh_from_db()
    assert order.status == OrderStatus.SHIPPED, "the other parcel is under way"
    carrier_says(by=SYSTEM, parcel=second, status=ParcelStatus.DELIVERED)
    order.refresh_from_db()
    assert order.status == OrderStatus.DELIVERED
    assert_settled(order)


def test_what_is_left_of_a_packed_order_leaves_without_the_lost_parcel(cast: Cast) -> None:
    order = packed_in_two(cast)
    lose(Parcel.objects.filter(reference=order.reference).order_by("pk")[0])
    order.refresh_from_db()
    assert ship(order).status == OrderStatus.SHIPPED


def test_a_packed_order_that_is_lost_and_given_back_is_over(cast: Cast) -> None:
    assert cast.buyer.party
    order = pack(paid_order(make_offer(cast.buyer.party)), by=cast.buyer.actor)
    lose(Parcel.objects.get(reference=order.reference))
    decide(cast, Dispute.objects.get(), order.escrow.minor)
    order.refresh_from_db()
    assert (order.status, order.escrow.minor) == (OrderStatus.REFUNDED, 0)
    assert order.ended_at is not None


def test_an_order_that_no_carrier_reports_counts_as_delivered_after_a_time_and_the_buyer_is_told(cast: Cast) -> None:
    order = sent_order(cast)
    assert order.shipped_at is not None
    later = order.shipped_at + PRESUMED_AFTER
    assert services.presume_arrived(now=later - timedelta(seconds=1)) == 0
    assert services.presume_arrived(now=later) == 1
    assert services.presume_arrived(now=later) == 0
    order.refresh_from_db()
    assert (order.status, order.delivered_at) == (OrderStatus.DELIVERED, later)
    assert Act.objects.get(act="market.deliver_order").details == {"presumed": True}
    assert_settled(order)


def test_an_order_in_dispute_is_not_presumed_to_have_arrived(cast: Cast) -> None:
    order = sent_order(cast)
    given = DisputeGiven(DisputeKind.NOT_ARRIVED, "Nothing came.", Money(1000, order.currency))
    services.open_dispute(by=ANONYMOUS, order=order, given=given, proof=signature(order.reference))
    assert services.presume_arrived(now=clock.now() + YEAR) == 0
    order.refresh_from_db()
    assert order.status == OrderStatus.SHIPPED


def test_one_order_that_cannot_be_completed_stops_none_of_the_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = deliver(sent_order(cast)), deliver(sent_order(cast))
    dues_of = completing.dues_of

    def dues(order: Order) -> list[Due]:
        if order.pk == broken.pk:
            raise RuntimeError
        return dues_of(order)

    monkeypatch.setattr(completing, "dues_of", dues)
    with caplog.at_level(logging.ERROR):
        assert services.complete_due_orders(now=clock.now() + YEAR) == 1
    broken.refresh_from_db()
    sound.refresh_from_db()
    assert (broken.status, sound.status) == (OrderStatus.DELIVERED, OrderStatus.COMPLETED)
    assert str(broken.pk) in caplog.text
