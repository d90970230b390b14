"""The sandbox behaves like a real provider on demand: each way of its news, through cashier, job and door."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from terrace.kernel import clock
from terrace.market import gateways, services
from terrace.market.domain import Answer, OrderStatus, PaymentStatus
from terrace.market.models import Offer, Order, Payment, PaymentNotice, SandboxCharge, Sending
from terrace.market.services.links import payment_path
from tests.market.test_paying_again import NOT_TOLD, REFUSED, html, problems
from tests.market.test_payments import escrow, outside, post_to_us

THANKS, OVER = "Thank you for your order", "No payment came in time"
OTHER, OTHER_BACK = "which is not what was to be paid", "came instead of what was to be paid, and goes back to you"
LATE_BACK = "Your payment came after the order had ended"
ORDER_OF = {
    PaymentStatus.WAITING: OrderStatus.PLACED,
    PaymentStatus.PAID: OrderStatus.PAID,
    PaymentStatus.EXPIRED: OrderStatus.EXPIRED,
    PaymentStatus.GIVEN_BACK: OrderStatus.EXPIRED,
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What the books say of the payment, and a piece of what its buyer reads."""

    status: PaymentStatus
    words: str


@dataclass(frozen=True, slots=True)
class Story:
    """What is seen at once, after three minutes, as the time to pay is over and at last; the evidence; what goes back.

    `back` is the part of the amount that went back to the buyer, in percent.
    """

    seen: tuple[Seen, Seen, Seen, Seen]
    evidence: Mapping[Answer, int]
    back: int = 0


WAITS, PAID = Seen(PaymentStatus.WAITING, NOT_TOLD), Seen(PaymentStatus.PAID, THANKS)
IS_OVER, CAME_LATE = Seen(PaymentStatus.EXPIRED, OVER), Seen(PaymentStatus.GIVEN_BACK, LATE_BACK)
ODD, ODD_BACK = Seen(PaymentStatus.WAITING, OTHER), Seen(PaymentStatus.EXPIRED, OTHER_BACK)
REFUSAL = Seen(PaymentStatus.WAITING, REFUSED)
WHO_PAYS = {
    Sending.ONCE: Story((PAID, PAID, PAID, PAID), {Answer.BOOKED: 1}),
    Sending.TWICE: Story((PAID, PAID, PAID, PAID), {Answer.BOOKED: 1, Answer.REPEATED: 1}),
    Sending.LATE: Story((WAITS, WAITS, IS_OVER, CAME_LATE), {Answer.LATE: 1}, back=100),
    Sending.NEVER: Story((WAITS, PAID, PAID, PAID), {Answer.BOOKED: 1}),
    Sending.FORGED: Story((WAITS, PAID, PAID, PAID), {Answer.FORGED: 1, Answer.BOOKED: 1}),
    # Told once, and each time that the house asked: after three minutes, as the time was over, and before the end.
    Sending.OTHER_AMOUNT: Story((ODD, ODD, ODD_BACK, ODD_BACK), {Answer.OTHER_AMOUNT: 4}, back=50),
}
WHO_REFUSES = {
    Sending.ONCE: Story((REFUSAL, REFUSAL, IS_OVER, IS_OVER), {Answer.NOT_PAID: 4}),
    Sending.TWICE: Story((REFUSAL, REFUSAL, IS_OVER, IS_OVER), {Answer.NOT_PAID: 5}),
    Sending.LATE: Story((WAITS, REFUSAL, IS_OVER, IS_OVER), {Answer.NOT_PAID: 4}),
    Sending.NEVER: Story((WAITS, REFUSAL, IS_OVER, IS_OVER), {Answer.NOT_PAID: 3}),
    Sending.FORGED: Story((WAITS, REFUSAL, IS_OVER, IS_OVER), {Answer.FORGED: 1, Answer.NOT_PAID: 3}),
    Sending.OTHER_AMOUNT: Story((REFUSAL, REFUSAL, IS_OVER, IS_OVER), {Answer.NOT_PAID: 4}),
}


def a_minute(at: datetime) -> None:
    """Let the worker do what it does each minute, at the moment `at`: the sandbox sends, the house asks and ends."""
    with clock.told(at):
        services.send_notices(send=post_to_us)
        services.ask_providers()
        services.expire_payments()
        services.pay_back_waiting(now=at)


def at_the_cashier(payment: Payment, answer: str, sending: Sending) -> str:
    """Go to the cashier and answer there, as a browser does; return the page of the shop to which it leads back."""
    client = Client()
    cashier = client.post(payment_path(payment))["Location"]
    return client.post(cashier, {"answer": answer, "sending": sending.value})["Location"]


def seen(payment: Payment, page: str, at: datetime, expected: Seen) -> Seen:
    """Return where the payment stands at a moment, and what was expected to be read where it is read."""
    with clock.told(at):
        read = html(Client().get(page))
        assert problems() == []
    payment.refresh_from_db()
    order, is_paid = Order.objects.get(), payment.status == PaymentStatus.PAID
    assert order.status == ORDER_OF[PaymentStatus(payment.status)]
    assert escrow(order).minor == -outside() == (payment.amount_minor if is_paid else 0)
    return Seen(PaymentStatus(payment.status), expected.words if expected.words in read else read)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answer", "sending", "story"),
    [("pay", sending, story) for sending, story in WHO_PAYS.items()]
    + [("refuse", sending, story) for sending, story in WHO_REFUSES.items()],
)
def test_each_way_of_the_news_ends_as_it_must(
    offer: Offer, payment: Payment, answer: str, sending: Sending, story: Story
) -> None:
    page, at = at_the_cashier(payment, answer, sending), clock.now()
    moments = [
        at,
        at + timedelta(minutes=3),
        payment.pay_by + timedelta(seconds=1),
        payment.pay_by + timedelta(hours=1),
    ]

    for moment, expected in zip(moments, story.seen, strict=True):
        a_minute(moment)
        assert seen(payment, page, moment, expected) == expected

    kept = dict(PaymentNotice.objects.values_list("answer", "times"))
    assert kept == {said.value: times for said, times in story.evidence.items()}
    assert sum(SandboxCharge.objects.get().given_back.values()) == payment.amount_minor * story.back // 100
    held = 0 if story.seen[-1].status is not PaymentStatus.PAID else 2
    assert Offer.objects.get(pk=offer.pk).available == offer.stocked - held


def test_a_forged_notice_says_paid_of_what_was_refused_and_is_kept_with_its_words(payment: Payment) -> None:
    at_the_cashier(payment, "refuse", Sending.FORGED)

    a_minute(clock.now())

    payment.refresh_from_db()
    notice = PaymentNotice.objects.get(answer=Answer.FORGED)
    assert payment.status == PaymentStatus.WAITING
    assert '"paid": true' in notice.body["raw"]
    assert payment.number in notice.body["raw"]


def test_the_cashier_asks_in_six_ways_and_takes_no_other(payment: Payment) -> None:
    client = Client()
    cashier = client.post(payment_path(payment))["Location"]

    page = html(client.get(cashier))
    wrong = client.post(cashier, {"answer": "pay", "sending": "sometimes"})

    assert page.count('type="radio"') == len(Sending) == 6
    assert wrong.status_code == 422
    assert SandboxCharge.objects.get().state == "open"


def test_where_the_sandbox_is_not_open_there_is_no_cashier_and_no_door_for_its_news(
    payment: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    cashier = Client().post(payment_path(payment))["Location"]
    monkeypatch.setattr(settings, "ENV", replace(settings.ENV, payments=("bank",)))

    asked = [Client().get(cashier), Client().post(cashier, {"answer": "pay", "sending": "once"})]

    assert [answer.status_code for answer in asked] == [404, 404]
    assert SandboxCharge.objects.get().state == "open"
    assert post_to_us("/market/payments/notices/sandbox/", *gateways.signed_notice(SandboxCharge.objects.get())) == 404
    assert not PaymentNotice.objects.exists()


@pytest.mark.parametrize("minor", [1, 2, 3, 9_601])
def test_another_amount_is_never_nothing_and_never_the_right_one(payment: Payment, minor: int) -> None:
    charge_reference = gateways.SandboxGateway(b"x").start(payment, "http://testserver/").reference
    SandboxCharge.objects.update(amount_minor=minor)

    charge = services.decide_charge(reference=charge_reference, pays=True, sending=Sending.OTHER_AMOUNT)

    assert charge.paid_minor not in (0, minor)
