"""What is refused about disputes, refunds, cancellations and agreements, and that nothing changed then."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, transaction

from terrace.kernel import clock
from terrace.kernel.actors import ANONYMOUS, SYSTEM
from terrace.kernel.errors import Forbidden, Invalid, NotFound, Stale
from terrace.logistics.domain import ParcelStatus
from terrace.logistics.services import carrier_says
from terrace.market import queries, services
from terrace.market.domain import DisputeKind, DisputeStatus, OrderStatus
from terrace.market.domain.packing import Box, Content
from terrace.market.models import Agreement, Dispute, Order, Refund
from terrace.market.services import AgreementGiven, DisputeGiven
from terrace.market.services.links import signature
from terrace.traceability import services as traceability
from terrace.traceability.domain import EventKind
from tests.amounts import fen
from tests.conftest import VILLAGE, Cast
from tests.journeys.harvest import begin, parcels_of
from tests.market.orders import make_offer, paid_order, pay, place
from tests.market.settling import balance, deliver, disputed, pack, sent_order, ship


def test_only_the_buyer_says_what_is_wrong(cast: Cast) -> None:
    order = sent_order(cast)
    given = DisputeGiven(DisputeKind.SPOILT, "Rotten", fen(100))
    for actor in (cast.buyer.actor, cast.clerk.actor, cast.stranger.actor, ANONYMOUS):
        with pytest.raises(Forbidden):
            services.open_dispute(by=actor, order=order, given=given)
    with pytest.raises(NotFound):
        services.open_dispute(by=ANONYMOUS, order=order, given=given, proof="x")
    assert not Dispute.objects.exists()


@pytest.mark.parametrize("wanted", [0, -1, 1_000_000])
def test_nobody_wants_nothing_or_more_than_was_paid(cast: Cast, wanted: int) -> None:
    order = sent_order(cast)
    with pytest.raises(Invalid):
        disputed(order, wanted)
    assert not Dispute.objects.exists()


def test_one_dispute_at_a_time(cast: Cast) -> None:
    order = sent_order(cast)
    disputed(order)
    with pytest.raises(services.AlreadyOpen):
        disputed(order)
    assert Dispute.objects.count() == 1


def test_an_unpaid_or_unsent_order_has_no_dispute(cast: Cast) -> None:
    assert cast.buyer.party
    order = paid_order(make_offer(cast.buyer.party))
    with pytest.raises(services.NotNow):
        disputed(order)
    assert not Dispute.objects.exists()


def test_only_the_sellers_side_answers_and_only_the_centre_decides(cast: Cast) -> None:
    dispute = disputed(sent_order(cast))
    words = "All was well"
    for actor in (cast.farmer.actor, cast.neighbour.actor, cast.stranger.actor, cast.bureau.actor, cast.packer.actor):
        with pytest.raises(Forbidden):
            services.answer_dispute(by=actor, dispute=dispute, version=1, amount=fen(0), words=words)
    services.pass_on_dispute(by=cast.buyer.actor, dispute=dispute)
    dispute.refresh_from_db()
    for actor in (cast.buyer.actor, cast.keeper.actor, cast.stranger.actor, cast.bureau.actor):
        with pytest.raises(Forbidden):
            services.decide_dispute(
                by=actor, dispute=dispute, version=2, amount=fen(1), words_to_buyer="a", words_to_seller="b"
            )
    dispute.refresh_from_db()
    assert dispute.status == DisputeStatus.WITH_CENTRE
    assert not Refund.objects.exists()


def test_a_decision_on_an_old_page_is_stale(cast: Cast) -> None:
    dispute = services.pass_on_dispute(by=cast.buyer.actor, dispute=disputed(sent_order(cast)))
    with pytest.raises(Stale):
        services.decide_dispute(
            by=cast.clerk.actor, dispute=dispute, version=1, amount=fen(1), words_to_buyer="a", words_to_seller="b"
        )
    assert not Refund.objects.exists()


def test_who_does_not_answer_in_time_leaves_it_to_the_centre(cast: Cast) -> None:
    dispute = disputed(sent_order(cast))
    assert services.pass_on_overdue(now=dispute.answer_by) == 0
    assert services.pass_on_overdue(now=dispute.answer_by + timedelta(seconds=1)) == 1
    dispute.refresh_from_db()
    assert dispute.status == DisputeStatus.WITH_CENTRE


def test_the_clock_stands_still_while_a_dispute_is_open(cast: Cast) -> None:
    order = deliver(sent_order(cast))
    due = order.complete_by
    assert due
    dispute = disputed(order)
    assert services.complete_due_orders(now=due + timedelta(days=1)) == 0
    services.withdraw_dispute(
        by=ANONYMOUS, dispute=dispute, proof=signature(order.reference), now=dispute.created_at + timedelta(days=2)
    )
    order.refresh_from_db()
    assert order.complete_by == due + timedelta(days=2)


def test_the_clock_stands_still_only_since_the_goods_arrived(cast: Cast) -> None:
    order = sent_order(cast)
    dispute = disputed(order)
    arrived = dispute.created_at + timedelta(days=3)
    carrier_says(by=SYSTEM, parcel=parcels_of(order)[0], status=ParcelStatus.DELIVERED, at=arrived, now=arrived)
    order.refresh_from_db()
    due = order.complete_by
    assert due

    over = arrived + timedelta(days=2)
    services.withdraw_dispute(by=ANONYMOUS, dispute=dispute, proof=signature(order.reference), now=over)

    order.refresh_from_db()
    assert order.complete_by == due + timedelta(days=2)


def test_what_the_centre_decided_is_not_asked_again(cast: Cast) -> None:
    order = deliver(sent_order(cast))
    dispute = disputed(order)
    proof = signature(order.reference)
    dispute = services.pass_on_dispute(by=ANONYMOUS, dispute=dispute, proof=proof)
    words = {"words_to_buyer": "They are sound.", "words_to_seller": "They are sound."}
    services.decide_dispute(by=cast.clerk.actor, dispute=dispute, version=dispute.version, amount=fen(0), **words)

    with pytest.raises(services.CentreDecided):
        disputed(order)

    assert order.disputes.count() == 1
    assert "again=1" not in cast.farmer.client.get(f"/market/orders/{order.number}/{proof}/").content.decode()


def test_what_is_wanted_and_given_in_full_ends_it_and_the_order(cast: Cast) -> None:
    order = deliver(sent_order(cast))
    dispute = disputed(order, order.total_minor)
    services.answer_dispute(by=cast.buyer.actor, dispute=dispute, version=1, amount=order.total, words="Sorry")
    order.refresh_from_db()
    assert order.status == OrderStatus.REFUNDED
    assert balance(reference=order.reference) == 0


def test_a_lost_parcel_goes_to_the_centre(cast: Cast) -> None:
    order = sent_order(cast)
    carrier_says(by=SYSTEM, parcel=parcels_of(order)[0], status=ParcelStatus.LOST)
    dispute = Dispute.objects.get(order=order)
    assert (dispute.status, dispute.wanted_minor) == (DisputeStatus.WITH_CENTRE, order.total_minor)


@pytest.mark.parametrize(
    ("amounts", "lines"),
    [
        ([100], [41, 59]),
        ([100, 1], [41, 60]),
        ([11_700], [4_800, 6_900]),
        ([11_700, 500], [4_800, 6_900]),
    ],
)
def test_what_goes_back_is_taken_off_the_lines_and_of_freight_only_what_is_left_then(
    cast: Cast, amounts: list[int], lines: list[int]
) -> None:
    assert cast.buyer.party
    placed = place({make_offer(cast.buyer.party): 1, make_offer(cast.buyer.party, price=6_900): 1})
    pay(placed.payment)
    order = pack(Order.objects.get(pk=placed.orders[0].pk), by=cast.buyer.actor)
    for amount in amounts:
        order.refresh_from_db()
        services.refund_order(by=cast.buyer.actor, order=order, version=order.version, amount=fen(amount))
    order.refresh_from_db()
    assert list(order.lines.order_by("amount_minor").values_list("refunded_minor", flat=True)) == lines
    assert order.refunded_minor == sum(amounts)


def test_more_than_is_left_does_not_go_back(cast: Cast) -> None:
    order = sent_order(cast)
    with pytest.raises(services.MoreThanLeft):
        services.refund_order(by=cast.buyer.actor, order=order, version=order.version, amount=order.total + fen(1))
    assert balance(reference=order.reference) == order.total_minor
    assert not Refund.objects.exists()


def test_a_stranger_gives_nothing_back_and_cancels_nothing(cast: Cast) -> None:
    assert cast.buyer.party
    order = paid_order(make_offer(cast.buyer.party))
    for actor in (cast.stranger.actor, cast.farmer.actor, cast.packer.actor, cast.bureau.actor, ANONYMOUS):
        with pytest.raises(Forbidden):
            services.refund_order(by=actor, order=order, version=order.version, amount=fen(1))
        with pytest.raises(Forbidden):
            services.cancel_order(by=actor, order=order, version=order.version)
    order.refresh_from_db()
    assert order.status == OrderStatus.PAID


def test_what_has_left_is_not_cancelled(cast: Cast) -> None:
    order = sent_order(cast)
    with pytest.raises(services.NotNow):
        services.cancel_order(by=cast.buyer.actor, order=order, version=order.version)
    order.refresh_from_db()
    assert order.status == OrderStatus.SHIPPED


def test_a_packed_order_is_cancelled_and_its_goods_are_for_sale_again(cast: Cast) -> None:
    assert cast.buyer.party
    offer = make_offer(cast.buyer.party)
    order = pack(paid_order(offer), by=cast.buyer.actor)
    with pytest.raises(services.NotNow):
        services.cancel_order(by=ANONYMOUS, order=order, version=order.version, proof=signature(order.reference))
    services.cancel_order(by=cast.buyer.actor, order=order, version=order.version)
    order.refresh_from_db()
    offer.refresh_from_db()
    assert (order.status, offer.available) == (OrderStatus.CANCELLED, 10)
    assert balance(reference=order.reference) == 0


def test_a_buyer_takes_back_what_was_packed_and_never_left(cast: Cast) -> None:
    assert cast.buyer.party
    offer = make_offer(cast.buyer.party)
    order = pack(paid_order(offer), by=cast.buyer.actor)
    proof, paid = signature(order.reference), order.paid_at
    assert paid
    with pytest.raises(services.NotNow):
        services.cancel_order(
            by=ANONYMOUS, order=order, version=order.version, proof=proof, now=paid + timedelta(days=4)
        )
    order.refresh_from_db()
    assert order.status == OrderStatus.PACKED

    late = paid + timedelta(days=4, seconds=1)
    services.cancel_order(by=ANONYMOUS, order=order, version=order.version, proof=proof, now=late)

    offer.refresh_from_db()
    order.refresh_from_db()
    assert (order.status, offer.available) == (OrderStatus.CANCELLED, 10)
    assert balance(reference=order.reference) == 0


def test_an_unpaid_order_is_cancelled_by_its_buyer(cast: Cast) -> None:
    assert cast.buyer.party
    offer = make_offer(cast.buyer.party)
    order = place({offer: 1}).orders[0]
    order.refresh_from_db()
    services.cancel_order(by=ANONYMOUS, order=order, version=order.version, proof=signature(order.reference))
    order.refresh_from_db()
    offer.refresh_from_db()
    assert (order.status, offer.available) == (OrderStatus.CANCELLED, 10)


@pytest.mark.parametrize("weight", [1, 4_499])
def test_a_parcel_that_weighs_less_than_its_goods_is_not_packed(cast: Cast, weight: int) -> None:
    assert cast.buyer.party
    order = paid_order(make_offer(cast.buyer.party))
    line = order.lines.get()
    boxes = [Box((Content(line.pk, None, line.content.steps),), weight)]
    with pytest.raises(Invalid) as refused:
        services.pack_order(by=cast.buyer.actor, order=order, version=order.version, boxes=boxes, carrier_id=None)
    order.refresh_from_db()
    assert (refused.value.field, order.status, parcels_of(order)) == ("weight", OrderStatus.PAID, [])


def test_a_seller_packs_from_no_lot_that_lies_elsewhere_than_the_parcel_begins(cast: Cast) -> None:
    season = begin(cast)
    order = paid_order(season.offer)
    line, lot = order.lines.get(), [season.now.lot_id]
    traceability.note(by=SYSTEM, lot_ids=lot, kind=EventKind.SENT, unit_id=season.centre_id)
    traceability.note(by=SYSTEM, lot_ids=lot, kind=EventKind.ARRIVED, unit_id=season.point_id)
    boxes = [Box((Content(line.pk, season.now.lot_id, line.content.steps),), 5_500)]
    with pytest.raises(services.NotYours):
        services.pack_order(by=cast.buyer.actor, order=order, version=order.version, boxes=boxes, carrier_id=None)
    order.refresh_from_db()
    assert (order.status, parcels_of(order)) == (OrderStatus.PAID, [])


def test_without_a_waybill_nothing_is_shipped(cast: Cast) -> None:
    assert cast.buyer.party
    order = pack(paid_order(make_offer(cast.buyer.party)), by=cast.buyer.actor)
    with pytest.raises(Invalid):
        services.ship_order(by=cast.buyer.actor, order=order, version=order.version, waybills={})
    order.refresh_from_db()
    assert order.status == OrderStatus.PACKED
    with pytest.raises(Forbidden):
        ship(order, by=cast.stranger.actor)


def agreement(**changes: Any) -> AgreementGiven:
    """Return the county's standard from today on."""
    usual: dict[str, Any] = {
        "area": VILLAGE[:6],
        "starts_on": clock.today(),
        "platform_permille": 20,
        "packing": fen(150),
        "confirm_days": 7,
    }
    return AgreementGiven(**{**usual, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_on": clock.today() - timedelta(days=1)},
        {"platform_permille": 301},
        {"confirm_days": 0},
        {"confirm_days": 31},
        {"packing": fen(-1)},
    ],
    ids=["yesterday", "too much", "no day", "too long", "below nought"],
)
def test_an_agreement_that_breaks_a_rule_is_refused(cast: Cast, changes: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        services.make_agreement(by=cast.centre.actor, given=agreement(**changes))
    assert not Agreement.objects.exists()


def test_only_the_centre_makes_agreements(cast: Cast) -> None:
    for actor in (cast.clerk.actor, cast.buyer.actor, cast.stranger.actor, cast.bureau.actor, ANONYMOUS):
        with pytest.raises(Forbidden):
            services.make_agreement(by=actor, given=agreement())
    assert not Agreement.objects.exists()


def test_the_nearest_and_latest_agreement_is_in_force_and_a_sellers_own_goes_first(cast: Cast) -> None:
    assert cast.buyer.party
    seller, today = cast.buyer.party, clock.today()
    assert queries.agreement_in_force(seller.pk, seller.area_path, today) is None
    services.make_agreement(by=cast.centre.actor, given=agreement())
    later = services.make_agreement(by=cast.centre.actor, given=agreement(starts_on=today + timedelta(days=3)))
    own = services.make_agreement(by=cast.centre.actor, given=agreement(seller=seller.number, platform_permille=10))
    assert queries.agreement_in_force(seller.pk, seller.area_path, today) == own
    assert queries.agreement_in_force(0, seller.area_path, today + timedelta(days=3)) == later
    with pytest.raises(services.OneADay):
        services.make_agreement(by=cast.centre.actor, given=agreement())


def test_an_agreement_is_never_changed_and_only_withdrawn_before_it_begins(cast: Cast) -> None:
    made = services.make_agreement(by=cast.centre.actor, given=agreement())
    with pytest.raises(ProgrammingError), transaction.atomic():
        Agreement.objects.filter(pk=made.pk).update(platform_permille=0)
    with pytest.raises(services.InForce):
        services.withdraw_agreement(by=cast.centre.actor, agreement=made)
    assert Agreement.objects.get().platform_permille == 20
