"""Payments that do not fit: another amount, money after the end, orders of two counties: nothing kept, nothing lost."""

from datetime import timedelta

import pytest

from terrace.kernel import clock
from terrace.kernel.actors import ANONYMOUS
from terrace.kernel.errors import Forbidden, Invalid
from terrace.kernel.money import Money
from terrace.ledger.domain import AccountKind
from terrace.ledger.models import Transfer
from terrace.market import services
from terrace.market.domain import Answer, Notice, OrderStatus, PaymentStatus, Provider
from terrace.market.models import Offer, Order, Payment, PaymentNotice, Repayment, SandboxCharge, Sending
from terrace.market.queries import buying
from terrace.market.queries.checks.buying import BUYING_CHECKS
from terrace.market.services import stopping
from terrace.market.services.links import signature
from terrace.messaging.models import OutgoingMessage
from tests import factories
from tests.conftest import Cast
from tests.market.orders import make_offer, pay, place
from tests.market.test_payments import charged, escrow, outside


def test_a_payment_of_another_amount_ends_and_what_came_goes_back(offer: Offer, payment: Payment) -> None:
    charged(payment, sending=Sending.OTHER_AMOUNT)
    half = Money(payment.amount_minor // 2, "CNY")
    asked = [services.ask_providers(now=clock.now() + timedelta(minutes=3)) for _minute in range(3)]

    late = payment.pay_by + timedelta(seconds=1)
    assert [services.expire_payments(now=late) for _minute in range(3)] == [1, 0, 0]

    payment.refresh_from_db()
    assert asked == [0, 0, 0]
    assert payment.status == PaymentStatus.EXPIRED
    assert Offer.objects.get(pk=offer.pk).available == offer.stocked
    notice = PaymentNotice.objects.get()
    assert (notice.answer, notice.times, notice.amount) == (Answer.OTHER_AMOUNT, 4, half)
    assert services.pay_back_waiting(now=late) == 1
    assert list(SandboxCharge.objects.get().given_back.values()) == [half.minor]
    assert outside() == escrow(Order.objects.get()).minor == 0
    assert all(not list(check.find()) for check in BUYING_CHECKS)


def test_payments_of_another_amount_keep_nobody_waiting(offer: Offer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "BATCH", 1)
    odd, plain = (place({offer: 1}).payment for _one in range(2))
    charged(odd, sending=Sending.OTHER_AMOUNT)
    late = plain.pay_by + timedelta(seconds=1)

    assert services.expire_payments(now=late) == 2

    assert Offer.objects.get(pk=offer.pk).available == offer.stocked


def test_another_amount_that_is_told_twice_after_the_end_goes_back_once(payment: Payment) -> None:
    services.expire_payments(now=payment.pay_by + timedelta(seconds=1))

    assert [pay(payment, amount=Money(7, "CNY")) for _time in range(2)] == [Answer.OTHER_AMOUNT] * 2

    assert list(Repayment.objects.values_list("amount_minor", flat=True)) == [7]
    assert outside() == 0


def test_a_notice_that_does_not_fit_is_looked_into_once(cast: Cast, payment: Payment) -> None:
    pay(payment, amount=Money(7, "CNY"))
    notice = buying.notices_to_look_into(cast.clerk.actor).get()
    with pytest.raises(Forbidden):
        services.settle_notice(by=cast.stranger.actor, notice=notice)
    assert buying.notices_to_look_into(cast.clerk.actor).exists()

    services.settle_notice(by=cast.clerk.actor, notice=notice)

    assert not buying.notices_to_look_into(cast.clerk.actor).exists()


def test_a_notice_of_no_payment_is_not_looked_into_by_the_clerk_of_a_county(cast: Cast) -> None:
    unknown = Notice("Y-UNKNOWN000", Money(7, "CNY"), "P-1", paid=True)
    notice = services.book_notice(provider=Provider.SANDBOX, notice=unknown, now=clock.now())
    assert notice.answer == Answer.UNKNOWN

    with pytest.raises(Forbidden):
        services.settle_notice(by=cast.clerk.actor, notice=notice)

    assert PaymentNotice.objects.get().settled_at is None


def test_nobody_says_by_hand_that_a_provider_paid_back(cast: Cast, payment: Payment) -> None:
    pay(payment)
    order = payment.orders.get()
    services.cancel_order(by=cast.clerk.actor, order=order, version=order.version)
    repayment = Repayment.objects.get()

    page = cast.clerk.client.get(f"/market/payments/back/{repayment.pk}/")

    assert page.status_code == 404
    assert Repayment.objects.get().status == "waiting"


@pytest.fixture
def of_two_counties(cast: Cast) -> Payment:
    """A transfer for orders of sellers in the clerk's county and in the next."""
    assert cast.buyer.party
    far = factories.PartyFactory(area=factories.AreaFactory(code="621227101200"))
    offers = [make_offer(cast.buyer.party), make_offer(far)]
    return place(dict.fromkeys(offers, 1), provider=Provider.BANK).payment


def test_one_transfer_for_orders_of_two_counties_is_confirmed_by_either_clerk(
    cast: Cast, of_two_counties: Payment
) -> None:
    amount = of_two_counties.amount
    with pytest.raises(Forbidden):
        services.confirm_transfer(
            by=cast.keeper.actor, payment=of_two_counties, amount=amount, on=clock.today(), reference="B-1"
        )
    assert outside(AccountKind.BANK) == 0

    services.confirm_transfer(
        by=cast.clerk.actor, payment=of_two_counties, amount=amount, on=clock.today(), reference="B-1"
    )

    assert [order.status for order in Order.objects.order_by("pk")] == [OrderStatus.PAID] * 2
    assert outside(AccountKind.BANK) == -amount.minor


def test_late_money_for_two_counties_is_sent_back_by_either_clerk(cast: Cast, of_two_counties: Payment) -> None:
    services.expire_payments(now=of_two_counties.pay_by + timedelta(seconds=1))
    amount = of_two_counties.amount
    services.confirm_transfer(
        by=cast.clerk.actor, payment=of_two_counties, amount=amount, on=clock.today(), reference="B-1"
    )
    repayment = Repayment.objects.get()
    with pytest.raises(Forbidden):
        services.mark_paid_back(by=cast.keeper.actor, repayment=repayment)

    services.mark_paid_back(by=cast.clerk.actor, repayment=repayment)

    assert Repayment.objects.get().status == "done"


def test_a_transfer_of_another_amount_is_sent_back_and_the_right_one_still_counts(cast: Cast, offer: Offer) -> None:
    payment = place({offer: 1}, provider=Provider.BANK).payment
    by, today = cast.clerk.actor, clock.today()
    other = Money(1, "CNY")
    for _time in range(2):
        services.confirm_transfer(by=by, payment=payment, amount=other, on=today, reference="B-1", sends_back=True)
    assert Order.objects.get().status == OrderStatus.PLACED
    assert list(Repayment.objects.values_list("amount_minor", flat=True)) == [1]

    services.confirm_transfer(by=by, payment=payment, amount=payment.amount, on=today, reference="B-2")

    assert Order.objects.get().status == OrderStatus.PAID
    assert outside(AccountKind.BANK) == -payment.amount_minor
    assert all(not list(check.find()) for check in BUYING_CHECKS)


def test_the_same_transfer_again_sends_nothing_back(cast: Cast, offer: Offer) -> None:
    payment = place({offer: 1}, provider=Provider.BANK).payment
    by, today, amount = cast.clerk.actor, clock.today(), payment.amount
    services.confirm_transfer(by=by, payment=payment, amount=amount, on=today, reference="B-1", sends_back=True)

    for known_by in ("B-1", "  B-1 "):
        with pytest.raises(services.NotWaiting):
            services.confirm_transfer(
                by=by, payment=payment, amount=amount, on=today, reference=known_by, sends_back=True
            )

    assert not Repayment.objects.exists()
    assert outside(AccountKind.BANK) == -payment.amount_minor


def test_two_wrong_transfers_of_a_day_both_go_back_and_none_without_its_reference(cast: Cast, offer: Offer) -> None:
    payment = place({offer: 1}, provider=Provider.BANK).payment
    by, today, wrong = cast.clerk.actor, clock.today(), Money(100, "CNY")
    with pytest.raises(Invalid) as refused:
        services.confirm_transfer(by=by, payment=payment, amount=wrong, on=today, reference=" ", sends_back=True)
    assert refused.value.field == "reference"
    assert not Repayment.objects.exists()

    for known_by in ("B-1", "B-2"):
        services.confirm_transfer(by=by, payment=payment, amount=wrong, on=today, reference=known_by, sends_back=True)

    assert list(Repayment.objects.values_list("amount_minor", flat=True)) == [100, 100]
    assert outside(AccountKind.BANK) == 0


def test_another_amount_under_a_known_reference_is_refused(cast: Cast, offer: Offer) -> None:
    payment = place({offer: 1}, provider=Provider.BANK).payment
    by, today = cast.clerk.actor, clock.today()
    one, other = Money(100, "CNY"), Money(200, "CNY")
    services.confirm_transfer(by=by, payment=payment, amount=one, on=today, reference="B-1", sends_back=True)

    with pytest.raises(Invalid) as refused:
        services.confirm_transfer(by=by, payment=payment, amount=other, on=today, reference="B-1", sends_back=True)

    assert refused.value.field == "reference"
    assert Repayment.objects.get().amount == one


def test_what_came_in_another_amount_goes_back_when_the_right_one_has_come(payment: Payment) -> None:
    pay(payment, amount=Money(7, "CNY"), reference="SBX-1")
    assert not Repayment.objects.exists()

    answers = [pay(payment, reference="SBX-2") for _time in range(2)]

    assert answers == [Answer.BOOKED, Answer.REPEATED]
    assert list(Repayment.objects.values_list("amount_minor", flat=True)) == [7]
    assert outside() == -payment.amount_minor
    assert all(not list(check.find()) for check in BUYING_CHECKS)


def test_a_provider_that_corrects_itself_is_paid_nothing_back(payment: Payment) -> None:
    pay(payment, amount=Money(7, "CNY"), reference="SBX-1")

    assert pay(payment, reference="SBX-1") == Answer.BOOKED

    assert not Repayment.objects.exists()


def test_who_is_charged_twice_gets_the_second_charge_back_once(payment: Payment) -> None:
    pay(payment, reference="SBX-1")

    answers = [pay(payment, reference="SBX-2") for _time in range(2)]

    assert answers == [Answer.TWICE, Answer.TWICE]
    assert [repayment.amount for repayment in Repayment.objects.all()] == [payment.amount]
    assert outside() == -payment.amount_minor
    assert Order.objects.get().status == OrderStatus.PAID
    assert "a second time" in OutgoingMessage.objects.order_by("-pk")[0].text


def test_what_came_in_another_amount_goes_back_when_the_buyer_cancels(payment: Payment) -> None:
    pay(payment, amount=Money(7, "CNY"), reference="SBX-1")
    order = Order.objects.get()

    services.cancel_order(by=ANONYMOUS, order=order, version=order.version, proof=signature(order.reference))

    assert list(Repayment.objects.values_list("amount_minor", flat=True)) == [7]
    assert outside() == 0


@pytest.mark.parametrize("amount", [Money(700, "USD"), Money(0, "CNY")])
def test_what_is_no_money_of_here_is_neither_booked_nor_sent_back(payment: Payment, amount: Money) -> None:
    services.expire_payments(now=payment.pay_by + timedelta(seconds=1))

    assert pay(payment, amount=amount) == Answer.OTHER_AMOUNT

    assert not Repayment.objects.exists()
    assert not Transfer.objects.exists()
