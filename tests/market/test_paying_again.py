"""Who refused at the provider's cashier can pay by another try, until the goods no longer wait."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from terrace.config.management.commands.verify import CHECKS
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.kernel.money import Money
from terrace.market import services
from terrace.market.domain import Answer, OrderStatus, PaymentStatus
from terrace.market.models import ChargeState, Offer, Order, Payment, PaymentNotice, Repayment, SandboxCharge, Sending
from terrace.market.services.links import look_path, order_path, payment_path
from terrace.market.services.sandbox import decide_charge
from tests.market.test_payments import BACK, charged, escrow, outside, post_to_us

REFUSED, NOT_TOLD = "Nothing was paid", "not told us of your payment yet"


def problems() -> list[str]:
    """Return what `terrace verify` finds."""
    return [f"{check.name}: {reference}" for check in CHECKS for reference in check.find()]


def html(answer: Any) -> str:
    """Return a page in single spaces."""
    return " ".join(answer.content.decode().split())


def try_of(payment: Payment) -> str:
    """Return the provider's reference of the try that the buyer is sent to now."""
    services.start_payment(payment=payment, return_url=BACK)
    payment.refresh_from_db()
    return payment.charge_reference


def tell() -> None:
    """Let the provider send what it owes, until it owes nothing."""
    while services.send_notices(send=post_to_us):
        pass


def test_a_try_stays_the_same_until_it_comes_to_nothing(payment: Payment) -> None:
    first = try_of(payment)
    assert try_of(payment) == first

    charged(payment, pays=False)
    second = try_of(payment)
    assert (second == first, try_of(payment)) == (False, second)

    charged(payment)
    assert try_of(payment) == second
    assert SandboxCharge.objects.count() == 2


def test_who_refused_pays_by_another_try(payment: Payment) -> None:
    charged(payment, pays=False)
    tell()
    charged(payment)
    tell()

    payment.refresh_from_db()
    assert (payment.status, Order.objects.get().status) == (PaymentStatus.PAID, OrderStatus.PAID)
    assert list(SandboxCharge.objects.order_by("attempt").values_list("state", flat=True)) == ["refused", "paid"]
    answers = PaymentNotice.objects.order_by("pk").values_list("answer", flat=True)
    assert list(answers) == [Answer.NOT_PAID, Answer.BOOKED]
    assert outside() == -payment.amount_minor
    assert not Repayment.objects.exists()
    assert problems() == []


def test_a_late_no_to_the_first_try_does_not_hurt_the_second(payment: Payment) -> None:
    first = charged(payment, pays=False, sending=Sending.LATE)
    charged(payment)
    tell()
    assert first.due_at

    assert services.send_notices(now=first.due_at, send=post_to_us) == 1

    payment.refresh_from_db()
    assert (payment.status, Order.objects.get().status) == (PaymentStatus.PAID, OrderStatus.PAID)
    assert PaymentNotice.objects.order_by("-pk")[0].answer == Answer.NOT_PAID
    assert escrow(Order.objects.get()) == payment.amount


def test_a_no_to_the_first_try_says_nothing_of_the_second(payment: Payment) -> None:
    client, page = Client(), f"{payment_path(payment)}?back=1"
    charged(payment, pays=False)
    charged(payment, sending=Sending.NEVER)
    tell()

    assert NOT_TOLD in html(client.get(page))
    assert REFUSED not in html(client.get(page))


def test_a_lost_no_is_asked_for_and_both_tries_are_found(payment: Payment) -> None:
    charged(payment, pays=False, sending=Sending.NEVER)
    in_a_while = clock.now() + timedelta(minutes=3)
    assert services.ask_providers(now=in_a_while) == 0
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.WAITING
    assert REFUSED in html(Client().get(payment_path(payment)))

    charged(payment, sending=Sending.NEVER)

    assert services.ask_providers(now=in_a_while) == 1
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.PAID


def test_who_refused_and_does_not_pay_again_gives_the_goods_back(offer: Offer, payment: Payment) -> None:
    charged(payment, pays=False)
    try_of(payment)

    assert services.expire_payments(now=payment.pay_by + timedelta(seconds=1)) == 1

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.EXPIRED
    assert Offer.objects.get(pk=offer.pk).available == offer.stocked
    assert problems() == []


def both_paid(payment: Payment) -> list[SandboxCharge]:
    """Refuse and pay by another try; then the provider finds that the first was paid as well."""
    first = charged(payment, pays=False, sending=Sending.NEVER)
    second = charged(payment, sending=Sending.NEVER)
    first.state, first.paid_minor = ChargeState.PAID.value, first.amount_minor
    first.save()
    SandboxCharge.objects.update(notices=2, due_at=clock.now())
    return [first, second]


def paid_back() -> list[int]:
    """Hand what goes back to the provider, twice; return what went back of each try."""
    later = clock.now() + timedelta(hours=8)
    for _time in range(2):
        services.pay_back_waiting(now=later)
    return [sum(charge.given_back.values()) for charge in SandboxCharge.objects.order_by("attempt")]


def test_of_two_tries_that_were_both_paid_the_second_to_be_told_goes_back_once(payment: Payment) -> None:
    first, second = both_paid(payment)

    tell()

    assert sorted(PaymentNotice.objects.values_list("answer", "times")) == [
        (Answer.BOOKED, 1),
        (Answer.REPEATED, 1),
        (Answer.TWICE, 2),
    ]
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.PAID
    assert [one.amount for one in Repayment.objects.all()] == [payment.amount]
    assert payment.provider_reference == first.reference
    assert paid_back() == [0, second.amount_minor]
    assert outside() == -payment.amount_minor
    assert problems() == []


def test_two_paid_tries_without_any_notice_are_both_found_by_asking(payment: Payment) -> None:
    first, second = both_paid(payment)

    assert services.ask_providers(now=clock.now() + timedelta(minutes=3)) == 1

    payment.refresh_from_db()
    assert payment.provider_reference == first.reference
    assert paid_back() == [0, second.amount_minor]
    assert outside() == -payment.amount_minor
    assert problems() == []


def test_two_paid_tries_of_a_payment_that_has_ended_both_go_back(offer: Offer, payment: Payment) -> None:
    charged(payment, pays=False)
    charged(payment, sending=Sending.LATE)
    services.expire_payments(now=payment.pay_by + timedelta(seconds=1))
    SandboxCharge.objects.update(state=ChargeState.PAID, paid_minor=payment.amount_minor, notices=2, due_at=clock.now())

    tell()

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.GIVEN_BACK
    assert paid_back() == [payment.amount_minor] * 2
    assert outside() == 0
    assert Offer.objects.get(pk=offer.pk).available == offer.stocked
    assert problems() == []


def test_after_another_amount_the_right_one_can_be_paid_and_the_other_goes_back(payment: Payment) -> None:
    charged(payment, sending=Sending.OTHER_AMOUNT)
    tell()
    charged(payment)
    tell()

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.PAID
    assert paid_back() == [payment.amount_minor // 2, 0]
    assert outside() == -payment.amount_minor
    assert problems() == []


def test_more_than_came_by_a_try_never_goes_back_of_it(payment: Payment) -> None:
    charge = charged(payment)
    tell()
    payment.refresh_from_db()
    more = Money(payment.amount_minor + 1, "CNY")
    services.repay(payment=payment, amount=more, key="refund/R-1", now=clock.now())

    assert services.pay_back_waiting(now=clock.now()) == 0

    charge.refresh_from_db()
    assert (charge.given_back, Repayment.objects.get().problem) == ({}, "more than was paid")


def test_the_pages_of_payment_and_order_say_that_nothing_was_paid_and_lead_to_a_cashier_that_takes_it(
    payment: Payment,
) -> None:
    client, order = Client(), Order.objects.get()
    to_cashier = client.post(payment_path(payment))
    back = client.post(to_cashier["Location"], {"answer": "refuse", "sending": "once"})
    assert NOT_TOLD in html(client.get(back["Location"]))
    tell()

    refused = html(client.get(back["Location"]))
    pages = [html(client.get(path)) for path in (payment_path(payment), order_path(order), look_path(order))]
    again = client.post(payment_path(payment))
    cashier = html(client.get(again["Location"]))
    paid = client.post(again["Location"], {"answer": "pay", "sending": "once"})
    waiting = html(client.get(paid["Location"]))
    tell()

    assert all(REFUSED in page for page in (refused, *pages))
    assert "Pay now" in refused
    assert NOT_TOLD not in refused
    assert again["Location"] != to_cashier["Location"]
    assert 'value="pay"' in cashier
    assert NOT_TOLD in waiting
    done = [html(client.get(path)) for path in (paid["Location"], order_path(order))]
    assert "Thank you for your order" in done[0]
    assert all(REFUSED not in page for page in done)


def test_the_cashier_of_a_try_that_was_refused_takes_no_more_money(payment: Payment) -> None:
    client = Client()
    to_cashier = client.post(payment_path(payment))["Location"]
    client.post(to_cashier, {"answer": "refuse", "sending": "once"})

    late = client.post(to_cashier, {"answer": "pay", "sending": "once"})

    assert late.status_code == 422
    assert SandboxCharge.objects.get().state == ChargeState.REFUSED
    assert 'value="pay"' not in html(client.get(to_cashier))


@pytest.mark.parametrize("sending", [Sending.NEVER, Sending.FORGED])
def test_what_was_paid_before_the_buyer_cancelled_goes_back_at_once(
    payment: Payment, sending: Sending, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[Any]]
) -> None:
    charge = charged(payment, sending=sending)
    with django_capture_on_commit_callbacks(execute=True):
        services.stop_payment(by=SYSTEM, payment_id=payment.pk, status=PaymentStatus.CANCELLED, now=clock.now())
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.GIVEN_BACK
    assert (Repayment.objects.get().reference, Repayment.objects.get().amount) == (charge.reference, payment.amount)
    assert problems() == []


def test_what_a_first_try_brought_is_asked_for_after_the_second_has_paid(payment: Payment) -> None:
    first = charged(payment, sending=Sending.OTHER_AMOUNT)
    SandboxCharge.objects.filter(pk=first.pk).update(notices=0, due_at=None)  # its notice was lost
    charged(payment)
    tell()
    payment.refresh_from_db()
    assert (payment.status, Repayment.objects.count()) == (PaymentStatus.PAID, 0)

    for hours in (0, 4, 12):
        assert services.ask_about_ended(now=payment.pay_by + timedelta(hours=hours)) == 0
    assert services.ask_about_ended(now=payment.pay_by + timedelta(hours=2)) == 1
    services.ask_about_ended(now=payment.pay_by + timedelta(hours=25))

    repayment = Repayment.objects.get()
    assert (repayment.reference, repayment.amount_minor) == (first.reference, payment.amount_minor // 2)
    assert problems() == []


def test_what_is_paid_after_the_end_and_not_told_is_asked_for(payment: Payment) -> None:
    services.start_payment(payment=payment, return_url=BACK)
    services.expire_payments(now=payment.pay_by + timedelta(seconds=1))
    charge = SandboxCharge.objects.get()
    decide_charge(reference=charge.reference, pays=True, sending=Sending.NEVER)
    assert services.ask_about_ended(now=payment.pay_by + timedelta(hours=1, minutes=30)) == 1
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.GIVEN_BACK
    assert problems() == []
