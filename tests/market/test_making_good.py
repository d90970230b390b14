"""Who has sold goods owes for them: growers are paid by the seller where an order could not."""

from datetime import timedelta
from itertools import count

import pgtrigger
import pytest
from django.urls import reverse

from terrace.config.management.commands.verify import CHECKS
from terrace.kernel import clock
from terrace.kernel.actors import ANONYMOUS, SYSTEM
from terrace.ledger import services as ledger
from terrace.ledger.domain import AccountKind, Draft, Leg, Part, Reason
from terrace.logistics.domain import ParcelStatus
from terrace.logistics.services import carrier_says
from terrace.market import services
from terrace.market.domain import OrderStatus, ReturnState
from terrace.market.models import Dispute, Order
from terrace.market.services.links import signature
from terrace.messaging.models import Notice
from terrace.sourcing import services as sourcing
from terrace.sourcing.domain import PaidState
from terrace.sourcing.models import Purchase, PurchasePayment
from terrace.sourcing.queries.purchases import in_state
from terrace.sourcing.services import BuyerCannotPay
from tests.amounts import fen
from tests.conftest import Cast
from tests.journeys.harvest import Season, begin, pack_and_ship, parcels_of
from tests.market.orders import paid_order
from tests.market.settling import balance, deliver, disputed

_deposits = count(1)


@pytest.fixture
def season(cast: Cast) -> Season:
    """Return a season in which the purchase that is paid at its sale came to a price that no box divides."""
    season = begin(cast)
    with pgtrigger.ignore("sourcing.Purchase:sourcing_bought_for_good"):
        Purchase.objects.filter(pk=season.at_sale.pk).update(amount_minor=20_803)
    return season


def _leave(season: Season, minor: int) -> None:
    """Let the seller's account hold so much."""
    _fund(season, minor - balance(party=season.shop))


def _fund(season: Season, minor: int = 50_000) -> None:
    bank, own = ledger.house_account(AccountKind.BANK), ledger.account_of_party(season.shop.pk)
    legs = (Leg(bank.pk, fen(-minor), Part.BANK), Leg(own.pk, fen(minor), Part.BANK))
    ledger.post(by=SYSTEM, draft=Draft(Reason.DEPOSIT, "bank/more", legs, f"bank/more/{next(_deposits)}"))


def _decide(season: Season, order: Order, minor: int) -> None:
    dispute = Dispute.objects.get(order=order)
    services.decide_dispute(
        by=season.cast.clerk.actor,
        dispute=dispute,
        version=dispute.version,
        amount=fen(minor),
        words_to_buyer="It comes back",
        words_to_seller="It goes back",
    )


def _given_back(season: Season, boxes: int, minor: int = 0) -> Order:
    """Return an order about which the centre decided that the buyer gets so much back, or all, and keeps the goods."""
    order = deliver(pack_and_ship(season, paid_order(season.offer, boxes)))
    services.pass_on_dispute(by=SYSTEM, dispute=disputed(order, minor or order.escrow.minor))
    _decide(season, order, minor or order.escrow.minor)
    order.refresh_from_db()
    return order


def _purchase(season: Season) -> Purchase:
    return Purchase.objects.get(pk=season.at_sale.pk)


def _problems() -> list[str]:
    """Return what verify finds, but for the reckoning of the price that the fixture changed."""
    checks = [check for check in CHECKS if "reckoned" not in check.name]
    return [f"{check.name}: {found}" for check in checks for found in check.find()]


def test_a_seller_pays_for_goods_whose_money_went_back(season: Season) -> None:
    _fund(season)
    order, before = _given_back(season, 8), balance(party=season.shop)
    assert order.status == OrderStatus.REFUNDED
    assert services.make_good() == 1
    assert (_purchase(season).state, balance(party=season.shop)) == (PaidState.PAID, before - 20_803)
    assert balance(party=season.at_sale.producer) == 20_803
    assert services.make_good() == 0
    assert PurchasePayment.objects.filter(purchase=season.at_sale).count() == 1
    assert _problems() == []


def test_what_was_sold_for_money_and_for_none_comes_to_the_price(season: Season) -> None:
    _fund(season)
    for boxes, is_given_back in ((1, False), (2, True), (1, False), (3, True), (1, False)):
        if is_given_back:
            _given_back(season, boxes)
            services.make_good()
        else:
            order = deliver(pack_and_ship(season, paid_order(season.offer, boxes)))
            services.complete_order(by=SYSTEM, order=order)
    assert (_purchase(season).paid, _purchase(season).owed) == (fen(20_803), fen(0))
    assert _problems() == []


def test_where_the_sellers_account_holds_too_little_it_is_due_and_paid_later(season: Season) -> None:
    _given_back(season, 4)
    for _hour in range(2):
        assert services.make_good() == 0
    purchase = _purchase(season)
    assert (purchase.state, purchase.paid.minor) == (PaidState.DUE, 0)
    assert list(Purchase.objects.filter(in_state(PaidState.DUE))) == [purchase]
    page = season.cast.buyer.client.get(reverse("sourcing:purchase", args=[purchase.number])).content.decode()
    assert "What is left of them is paid as it is sold" in page
    told = Notice.objects.filter(person_id=season.cast.buyer.person.pk, title__contains="cannot pay")
    assert told.count() == 1
    assert _problems() == []

    _fund(season)
    assert services.make_good() == 1
    purchase = _purchase(season)
    assert (purchase.state, purchase.due_at, purchase.paid.minor) == (PaidState.AT_SALE, None, 10_402)
    assert _problems() == []


def test_it_stays_due_while_the_sellers_account_lacks_money_for_any_order(season: Season) -> None:
    for boxes in (4, 2):
        _given_back(season, boxes)
    _leave(season, 8_000)
    assert services.make_good() == 1
    purchase = _purchase(season)
    assert (bool(purchase.due_at), purchase.paid.minor) == (True, 5_200)
    told = Notice.objects.filter(person_id=season.cast.buyer.person.pk, title__contains="cannot pay")
    for _hour in range(2):
        assert services.make_good() == 0
    assert (_purchase(season).due_at, told.count()) == (purchase.due_at, 1)
    long_after = clock.now() + timedelta(days=90)
    assert services.make_good(now=long_after) == 0
    assert _purchase(season).due_at == purchase.due_at
    assert _problems() == []


def test_an_old_debt_is_not_forgotten_over_a_newer_one(season: Season) -> None:
    old = _given_back(season, 4)
    assert services.make_good() == 0
    long_after = clock.now() + timedelta(days=61)
    new = _given_back(season, 2)
    Order.objects.filter(pk=new.pk).update(ended_at=long_after)
    _leave(season, 6_000)
    assert services.make_good(now=long_after) == 1
    purchase = _purchase(season)
    assert (bool(purchase.due_at), purchase.paid.minor) == (True, 5_200)
    assert [debt.reference for debt in purchase.debts.all()] == [old.reference]

    _fund(season)
    assert services.make_good(now=long_after) == 1
    assert (_purchase(season).due_at, _purchase(season).paid.minor) == (None, 15_602)
    assert _problems() == []


def test_paying_now_pays_for_what_is_gone_and_not_for_what_is_unsold(season: Season) -> None:
    for boxes in (3, 1):
        _given_back(season, boxes)
    _leave(season, 100)
    services.make_good()
    _fund(season)
    buyer, number = season.cast.buyer, season.at_sale.number
    asked = buyer.client.get(reverse("sourcing:purchase_pay", args=[number])).content.decode()
    assert "¥104.02 move from the account" in asked

    sourcing.pay_purchase(by=buyer.actor, purchase=_purchase(season))

    purchase = _purchase(season)
    assert (purchase.state, purchase.paid.minor, purchase.debts.count()) == (PaidState.AT_SALE, 10_402, 0)
    assert services.make_good() == 0
    for _order in range(4):
        order = deliver(pack_and_ship(season, paid_order(season.offer, 1)))
        services.complete_order(by=SYSTEM, order=order)
    assert (_purchase(season).state, _purchase(season).paid.minor) == (PaidState.PAID, 20_803)
    assert _problems() == []


def test_what_cannot_be_paid_for_all_that_is_gone_is_not_paid_at_all(season: Season) -> None:
    for boxes in (3, 1):
        _given_back(season, boxes)
    _leave(season, 100)
    services.make_good()
    _leave(season, 9_000)
    before = _purchase(season)
    with pytest.raises(BuyerCannotPay):
        sourcing.pay_purchase(by=season.cast.buyer.actor, purchase=before)
    after = _purchase(season)
    assert (after.due_at, after.paid, after.debts.count()) == (before.due_at, fen(0), 2)
    assert _problems() == []


def test_nothing_is_owed_any_longer_for_goods_that_turn_out_to_be_sound(season: Season) -> None:
    order = pack_and_ship(season, paid_order(season.offer, 8))
    carrier_says(by=SYSTEM, parcel=parcels_of(order)[0], status=ParcelStatus.RETURNED)
    _decide(season, order, order.escrow.minor)
    late = clock.now() + timedelta(days=15)
    assert services.make_good(now=late) == 0
    assert _purchase(season).state == PaidState.DUE
    services.take_back_goods(by=season.cast.packer.actor, dispute=Dispute.objects.get(), state=ReturnState.SOUND)
    assert services.make_good(now=late) == 0
    assert (_purchase(season).state, _purchase(season).debts.count()) == (PaidState.AT_SALE, 0)
    assert _problems() == []


def test_what_an_orders_money_did_not_last_for_is_paid_by_its_seller(season: Season) -> None:
    _fund(season)
    order = _given_back(season, 8, 39_000)
    services.complete_order(by=SYSTEM, order=order)
    assert 0 < _purchase(season).paid.minor < 20_803
    assert services.make_good() == 1
    assert _purchase(season).state == PaidState.PAID
    assert services.make_good() == 0
    assert _problems() == []


def test_goods_that_came_back_sound_are_nobodys_debt(season: Season) -> None:
    _fund(season)
    order = pack_and_ship(season, paid_order(season.offer, 8))
    carrier_says(by=SYSTEM, parcel=parcels_of(order)[0], status=ParcelStatus.RETURNED)
    _decide(season, order, order.escrow.minor)
    assert services.make_good() == 0  # somebody has to look into the parcel first
    services.take_back_goods(by=season.cast.packer.actor, dispute=Dispute.objects.get(), state=ReturnState.SOUND)
    assert services.make_good(now=clock.now() + timedelta(days=30)) == 0
    assert (_purchase(season).state, _purchase(season).paid.minor) == (PaidState.AT_SALE, 0)
    assert _problems() == []


def test_goods_that_nobody_looks_into_count_as_gone_after_two_weeks(season: Season) -> None:
    _fund(season)
    order = pack_and_ship(season, paid_order(season.offer, 8))
    carrier_says(by=SYSTEM, parcel=parcels_of(order)[0], status=ParcelStatus.RETURNED)
    _decide(season, order, order.escrow.minor)
    assert services.make_good(now=clock.now() + timedelta(days=13)) == 0
    assert services.make_good(now=clock.now() + timedelta(days=15)) == 1
    assert _purchase(season).state == PaidState.PAID


def test_a_grower_waits_two_weeks_and_no_longer_for_goods_that_a_buyer_sends_back(season: Season) -> None:
    _fund(season)
    order = deliver(pack_and_ship(season, paid_order(season.offer, 8)))
    dispute = disputed(order)
    services.ask_goods_back(
        by=season.cast.buyer.actor, dispute=dispute, version=dispute.version, amount=order.escrow, words="Back"
    )
    services.hand_in_return(by=ANONYMOUS, dispute=dispute, waybill="SF-1", proof=signature(order.reference))
    services.pass_on_dispute(by=SYSTEM, dispute=dispute)
    _decide(season, order, 39_000)
    order.refresh_from_db()
    services.complete_order(by=SYSTEM, order=order)
    assert services.make_good(now=clock.now() + timedelta(days=13)) == 0
    assert services.make_good(now=clock.now() + timedelta(days=15)) == 1
    assert _purchase(season).state == PaidState.PAID
