"""The main job, from the tree to the household's account, by the real services; with what can go wrong on the way."""

from datetime import timedelta

import pytest
from django.test import Client

from terrace.config.management.commands.verify import CHECKS
from terrace.kernel import clock
from terrace.kernel.actors import ANONYMOUS
from terrace.ledger import services as ledger
from terrace.ledger.models import Payout
from terrace.ledger.services import PayoutsGiven
from terrace.market import services, tasks
from terrace.market.domain import Answer, DisputeKind, DisputeStatus, OrderStatus, ReturnState
from terrace.market.models import Order, PaymentNotice, SandboxCharge, Sending, Settlement
from terrace.market.services import stopping
from terrace.market.services.links import payment_path, signature
from terrace.registry import services as registry
from terrace.registry.services import AccountGiven
from terrace.sourcing.models import Purchase
from tests.amounts import fen
from tests.conftest import VILLAGE, Cast
from tests.journeys.harvest import Season, begin, pack_and_ship
from tests.market.orders import pay, place
from tests.market.settling import balance, carrier, deliver

pytestmark = pytest.mark.slow


@pytest.fixture
def season(cast: Cast) -> Season:
    """Return a season in which goods lie at the centre and are on sale."""
    return begin(cast)


def problems() -> list[str]:
    """Return what `terrace verify` finds."""
    return [f"{check.name}: {reference}" for check in CHECKS for reference in check.find()]


def bought(season: Season, quantity: int) -> Order:
    """Return a paid order of so many boxes."""
    placed = place({season.offer: quantity})
    pay(placed.payment)
    return Order.objects.get(pk=placed.orders[0].pk)


def _bought_at_the_cashier(season: Season, quantity: int, sending: Sending) -> Order:
    """Return an order of so many boxes that was paid at the provider's cashier, as a browser does it."""
    placed, client = place({season.offer: quantity}), Client()
    cashier = client.post(payment_path(placed.payment))["Location"]
    assert client.post(cashier, {"answer": "pay", "sending": sending.value}).status_code == 302
    return Order.objects.get(pk=placed.orders[0].pk)


def confirmed(order: Order) -> Order:
    """Let the buyer confirm by the link."""
    return services.confirm_receipt(by=ANONYMOUS, order=order, proof=signature(order.reference))


def shares(order: Order) -> dict[str, int]:
    """Return what each part got of an order."""
    lines = Settlement.objects.get(order=order).lines.order_by("place")
    return {line.part: line.amount_minor for line in lines}


def test_a_buyers_money_reaches_the_household(season: Season) -> None:
    order = bought(season, 2)
    assert PaymentNotice.objects.get().answer == Answer.BOOKED
    _reaches_the_household(season, order)


def test_with_the_payment_callback_lost_the_same_money_reaches_the_household(season: Season) -> None:
    """The provider has the money and never tells of it: the house asks by itself, and all goes on as if it had."""
    order = _bought_at_the_cashier(season, 2, Sending.NEVER)
    with clock.told(clock.now() + timedelta(days=1)):
        assert tasks.send_sandbox_notices() == tasks.send_sandbox_notices_again(0) == 0
    assert SandboxCharge.objects.get().tries == 0
    assert not PaymentNotice.objects.exists()
    assert order.status == OrderStatus.PLACED
    assert balance(reference=order.reference) == 0
    assert problems() == []

    for seconds, found in ((-30, 0), (30, 1), (90, 0)):
        with clock.told(clock.now() + stopping.ASK_AFTER + timedelta(seconds=seconds)):
            assert tasks.ask_providers(0) == found

    order.refresh_from_db()
    assert order.status == OrderStatus.PAID
    assert balance(reference=order.reference) == order.total_minor
    assert PaymentNotice.objects.get().answer == Answer.BOOKED
    assert problems() == []
    _reaches_the_household(season, order)


def _reaches_the_household(season: Season, order: Order) -> None:
    """Send what was paid for, let the buyer confirm, and follow the money to the household's bank, to the cent."""
    cast, farmer = season.cast, season.cast.farmer.party
    assert farmer
    order = confirmed(deliver(pack_and_ship(season, order)))
    # 10 kg at 5.60; parcel 3.00 + 10.5 kg at 1.00; 10 kg at 0.20 and 0.10; one parcel at 1.50; 2 % of 96.00.
    others = {"grower": 5_600, "carrier": 1_350, "fleet": 200, "outlet": 100, "packing": 150, "platform": 192}
    assert shares(order) == {**others, "seller": order.total_minor - sum(others.values())}
    assert balance(party=farmer) == 5_600
    assert balance(party=carrier()) == 1_350
    assert balance(unit_id=season.point_id) == 100
    assert balance(unit_id=season.centre_id) == 350
    assert balance(reference=order.reference) == 0
    season.at_sale.refresh_from_db()
    assert season.at_sale.paid_minor == 5_600
    assert problems() == []
    _pay_out(cast, season)


def _pay_out(cast: Cast, season: Season) -> None:
    """The money leaves for the household's bank, and its account in the house is empty."""
    farmer = cast.farmer.party
    assert farmer
    farmer.refresh_from_db()
    given = AccountGiven(bank="Rural Credit Union", holder=farmer.name, account_number="6217 0001 2345 6789 012")
    registry.set_account(by=cast.clerk.actor, party=farmer, version=farmer.version, given=given)
    wanted = PayoutsGiven(area=VILLAGE[:6], minimum=fen(100), purpose="Apples of autumn")
    run = ledger.prepare_payouts(by=cast.clerk.actor, given=wanted)
    assert Payout.objects.get(run=run).amount_minor == 5_600
    assert balance(party=farmer) == 0
    assert problems() == []


def test_all_boxes_of_both_growers_pay_the_first_one_to_the_cent(season: Season) -> None:
    """Three orders of 3, 6 and 7 boxes empty both lots; who is paid at the sale has exactly the price of 40 kg."""
    for quantity, parcels in ((3, 2), (6, 1), (7, 3)):
        confirmed(deliver(pack_and_ship(season, bought(season, quantity), parcels)))
    season.at_sale.refresh_from_db()
    assert season.at_sale.paid_minor == season.at_sale.amount_minor == 22_400
    season.now.refresh_from_db()
    assert season.now.paid_minor == 22_400
    assert problems() == []


def test_a_dispute_with_a_part_given_back_still_adds_up(season: Season) -> None:
    order = deliver(pack_and_ship(season, bought(season, 2)))
    proof = signature(order.reference)
    given = services.DisputeGiven(DisputeKind.SPOILT, "Three apples are rotten", fen(2_000))
    dispute = services.open_dispute(by=ANONYMOUS, order=order, given=given, proof=proof)
    with pytest.raises(services.InDispute):
        confirmed(order)
    words, offered = "We are sorry", fen(500)
    dispute = services.answer_dispute(
        by=season.cast.buyer.actor, dispute=dispute, version=dispute.version, amount=offered, words=words
    )
    dispute = services.pass_on_dispute(by=ANONYMOUS, dispute=dispute, proof=proof)
    dispute = services.decide_dispute(
        by=season.cast.clerk.actor,
        dispute=dispute,
        version=dispute.version,
        amount=fen(1_500),
        words_to_buyer="Fifteen yuan for three apples of twenty.",
        words_to_seller="The photo shows it.",
    )
    assert dispute.status == DisputeStatus.SETTLED
    order.refresh_from_db()
    assert balance(reference=order.reference) == order.total_minor - 1_500
    order = confirmed(order)
    assert sum(shares(order).values()) == order.total_minor - 1_500
    assert problems() == []


def test_goods_that_come_back_go_into_their_lots_and_nobody_is_paid_for_them(season: Season) -> None:
    order = deliver(pack_and_ship(season, bought(season, 2)))
    proof = signature(order.reference)
    given = services.DisputeGiven(DisputeKind.NOT_AS_DESCRIBED, "I ordered another kind", order.total)
    dispute = services.open_dispute(by=ANONYMOUS, order=order, given=given, proof=proof)
    dispute = services.ask_goods_back(
        by=season.cast.buyer.actor, dispute=dispute, version=dispute.version, amount=fen(9_600), words="Send it back"
    )
    services.hand_in_return(by=ANONYMOUS, dispute=dispute, waybill="SV-BACK-1", proof=proof)
    dispute = services.take_back_goods(by=season.cast.packer.actor, dispute=dispute, state=ReturnState.SOUND)
    dispute = services.grant_agreed(by=season.cast.clerk.actor, dispute=dispute, version=dispute.version)
    order.refresh_from_db()
    order = confirmed(order)
    assert "grower" not in shares(order)
    assert Purchase.objects.get(pk=season.at_sale.pk).lot.steps == 40_000
    assert problems() == []


def test_an_order_that_nobody_confirms_completes_by_itself(season: Season) -> None:
    order = deliver(pack_and_ship(season, bought(season, 1)))
    assert order.complete_by
    assert services.complete_due_orders(now=order.complete_by - timedelta(minutes=1)) == 0
    assert services.complete_due_orders(now=order.complete_by) == 1
    assert services.complete_due_orders(now=order.complete_by) == 0
    order.refresh_from_db()
    assert order.status == OrderStatus.COMPLETED
    assert problems() == []
