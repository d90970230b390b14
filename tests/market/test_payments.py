"""Payments: a provider's notices come twice, late, never, forged or with another amount, and the books stay right."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from terrace.kernel import clock
from terrace.kernel.errors import Forbidden
from terrace.kernel.money import Money
from terrace.ledger import queries as ledger
from terrace.ledger import services as accounts
from terrace.ledger.domain import AccountKind
from terrace.ledger.models import Transfer
from terrace.market import gateways, services
from terrace.market.domain import Answer, OrderStatus, PaymentStatus, Provider
from terrace.market.models import Offer, Order, Payment, PaymentNotice, Repayment, SandboxCharge, Sending
from terrace.market.services import stopping
from terrace.messaging.models import Notice, OutgoingMessage
from tests.conftest import Cast
from tests.market.orders import make_offer, notice_of, pay, place

BACK = "http://testserver/market/payments/x/?back=1"


def charged(payment: Payment, *, pays: bool = True, sending: Sending = Sending.ONCE) -> SandboxCharge:
    """Let the buyer go to the sandbox's cashier and answer there."""
    url = services.start_payment(payment=payment, return_url=BACK)
    return services.decide_charge(reference=url.split("/")[-2], pays=pays, sending=sending)


def post_to_us(url: str, headers: Mapping[str, str], body: bytes) -> int:
    """Send a provider's notice to this house."""
    path = url.removeprefix("http://testserver")
    return Client().post(path, body, content_type="application/json", headers=dict(headers)).status_code


def escrow(order: Order) -> Money:
    """Return what lies in escrow for an order."""
    account = accounts.escrow_account(order.reference, area_path=order.area_path, county_code=order.county_code)
    return ledger.balance_of(account.pk)


def outside(kind: AccountKind = AccountKind.PROVIDER) -> int:
    """Return what came from outside, with a minus."""
    return ledger.balance_of(accounts.house_account(kind).pk).minor


def test_a_paid_charge_puts_the_money_into_escrow_and_the_order_to_be_packed(cast: Cast, payment: Payment) -> None:
    charged(payment)

    assert services.send_notices(send=post_to_us) == 1

    order = Order.objects.get()
    payment.refresh_from_db()
    assert (payment.status, order.status) == (PaymentStatus.PAID, OrderStatus.PAID)
    assert escrow(order) == payment.amount
    assert outside() == -payment.amount_minor
    assert PaymentNotice.objects.get().answer == Answer.BOOKED
    assert Notice.objects.filter(person_id=cast.buyer.person.pk).count() == 1
    told = OutgoingMessage.objects.get(address=order.phone)
    assert services.order_url(order) in told.text


def test_a_notice_that_comes_twice_is_booked_once(payment: Payment) -> None:
    charged(payment, sending=Sending.TWICE)

    assert services.send_notices(send=post_to_us) == 1
    assert services.send_notices(send=post_to_us) == 1

    assert [notice.answer for notice in PaymentNotice.objects.order_by("pk")] == [Answer.BOOKED, Answer.REPEATED]
    assert outside() == -payment.amount_minor


def test_the_same_bytes_sent_again_are_booked_once(payment: Payment) -> None:
    headers, body = gateways.signed_notice(charged(payment))

    assert [post_to_us("/market/payments/notices/sandbox/", headers, body) for _time in range(2)] == [200, 200]

    assert outside() == -payment.amount_minor


def test_a_notice_that_never_comes_is_asked_for(payment: Payment) -> None:
    charged(payment, sending=Sending.NEVER)
    assert services.send_notices(send=post_to_us) == 0

    assert services.ask_providers(now=clock.now() + timedelta(minutes=3)) == 1

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.PAID


def test_a_payment_whose_notice_was_lost_does_not_expire(payment: Payment) -> None:
    charged(payment, sending=Sending.NEVER)

    assert services.expire_payments(now=payment.pay_by + timedelta(seconds=1)) == 0

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.PAID


def test_late_money_is_booked_and_goes_back(offer: Offer, payment: Payment) -> None:
    services.expire_payments(now=payment.pay_by + timedelta(seconds=1))
    charged(payment)

    services.send_notices(send=post_to_us)

    order = Order.objects.get()
    payment.refresh_from_db()
    assert (payment.status, order.status) == (PaymentStatus.GIVEN_BACK, OrderStatus.EXPIRED)
    assert escrow(order).minor == outside() == 0
    assert PaymentNotice.objects.get().answer == Answer.LATE
    assert services.pay_back_waiting(now=clock.now()) == 1
    assert SandboxCharge.objects.get().given_back == {f"late/{payment.number}": payment.amount_minor}
    assert OutgoingMessage.objects.filter(address=order.phone).count() == 1
    assert Offer.objects.get(pk=offer.pk).available == offer.stocked


def test_late_money_that_comes_twice_goes_back_once(payment: Payment) -> None:
    services.expire_payments(now=payment.pay_by + timedelta(seconds=1))

    assert [pay(payment), pay(payment)] == [Answer.LATE, Answer.REPEATED]

    assert Repayment.objects.count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"X-Sandbox-Signature": "0" * 64},
        {"X-Sandbox-Signature": ""},
        {"X-Sandbox-Timestamp": "1"},
        {"X-Sandbox-Nonce": "another"},
        {"X-Sandbox-Signature": "zé"},
    ],
)
def test_a_forged_notice_books_nothing_and_is_kept(payment: Payment, changed: dict[str, str]) -> None:
    headers, body = gateways.signed_notice(charged(payment, sending=Sending.NEVER))
    sent = {name.lower(): value for name, value in (headers | changed).items()}

    services.take_notice(provider=Provider.SANDBOX, headers=_Headers(sent), body=body)

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.WAITING
    assert PaymentNotice.objects.get().answer == Answer.FORGED
    assert outside() == 0


@pytest.mark.parametrize("pays", [True, False])
@pytest.mark.parametrize("changed", ["amount", "currency", "number", "reference", "paid", "spaces"])
def test_a_changed_body_under_the_old_signature_is_refused_and_kept(
    offer: Offer, payment: Payment, changed: str, pays: bool
) -> None:
    other = place({offer: 1}).payment
    headers, body = gateways.signed_notice(charged(payment, pays=pays, sending=Sending.NEVER))
    said = json.loads(body)
    told = {"amount": said["amount"] | {"minor": 1}, "currency": said["amount"] | {"currency": "USD"}}
    values = told | {"number": other.number, "reference": "SBX-OTHER", "paid": not pays}
    name = "amount" if changed == "currency" else changed
    sent = b" " + body if changed == "spaces" else json.dumps(said | {name: values[changed]}).encode()

    assert post_to_us("/market/payments/notices/sandbox/", headers, sent) == 200

    notice = PaymentNotice.objects.get()
    assert (notice.answer, notice.payment, notice.body["problem"]) == (Answer.FORGED, None, "signature")
    assert notice.body["raw"] == sent.decode()
    assert set(Payment.objects.values_list("status", flat=True)) == {PaymentStatus.WAITING}
    assert set(Order.objects.values_list("status", flat=True)) == {OrderStatus.PLACED}
    assert not Transfer.objects.exists()
    assert not Repayment.objects.exists()


def test_an_old_notice_that_was_caught_on_its_way_is_forged(payment: Payment) -> None:
    headers, body = gateways.signed_notice(
        charged(payment, sending=Sending.NEVER), now=clock.now() - timedelta(minutes=6)
    )

    services.take_notice(provider=Provider.SANDBOX, headers=headers, body=body)

    assert PaymentNotice.objects.get().answer == Answer.FORGED


def test_forgeries_are_counted_and_fill_no_table(db: None) -> None:
    for nonce in range(20):
        headers = {"X-Sandbox-Timestamp": "1", "X-Sandbox-Nonce": str(nonce), "X-Sandbox-Signature": "0" * 64}
        services.take_notice(provider=Provider.SANDBOX, headers=headers, body=b"x" * nonce)

    assert PaymentNotice.objects.get().times == 20


@pytest.mark.parametrize("body", [b"", b"nothing", b"[]", b'{"number": "Z"}', b'{"number": 1, "amount": 2}'])
def test_a_signed_notice_that_says_nothing_is_kept_as_forged(db: None, body: bytes) -> None:
    timestamp = str(int(clock.now().timestamp()))
    signature = gateways.sign(gateways.sandbox_secret(), timestamp, "n", body)
    headers = {"X-Sandbox-Timestamp": timestamp, "X-Sandbox-Nonce": "n", "X-Sandbox-Signature": signature}

    services.take_notice(provider=Provider.SANDBOX, headers=headers, body=body)

    assert PaymentNotice.objects.get().answer == Answer.FORGED


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"amount": Money(1, "CNY")}, Answer.OTHER_AMOUNT),
        ({"paid": False}, Answer.NOT_PAID),
        ({"number": "Z-NOBODY"}, Answer.UNKNOWN),
    ],
)
def test_a_notice_that_does_not_fit_books_nothing(payment: Payment, said: dict[str, Any], answer: Answer) -> None:
    assert pay(payment, **said) is answer

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.WAITING
    assert outside() == 0


def test_a_notice_to_a_provider_that_is_not_here_is_not_found(db: None) -> None:
    assert post_to_us("/market/payments/notices/bank/", {}, b"{}") == 404
    assert post_to_us("/market/payments/notices/shells/", {}, b"{}") == 404
    assert not PaymentNotice.objects.exists()


def test_a_clerk_confirms_a_transfer(cast: Cast, offer: Offer) -> None:
    payment = place({offer: 1}, provider=Provider.BANK).payment

    services.confirm_transfer(
        by=cast.clerk.actor, payment=payment, amount=payment.amount, on=clock.today(), reference="B-1"
    )

    assert Order.objects.get().status == OrderStatus.PAID
    assert outside(AccountKind.BANK) == -payment.amount_minor


def test_a_transfer_of_another_amount_is_refused(cast: Cast, offer: Offer) -> None:
    payment = place({offer: 1}, provider=Provider.BANK).payment

    with pytest.raises(services.OtherAmount):
        services.confirm_transfer(
            by=cast.clerk.actor, payment=payment, amount=Money(1, "CNY"), on=clock.today(), reference="B-1"
        )

    assert Order.objects.get().status == OrderStatus.PLACED
    assert outside(AccountKind.BANK) == 0


@pytest.mark.parametrize("name", ["keeper", "stranger", "buyer", "packer"])
def test_only_who_looks_after_payments_here_confirms(cast: Cast, offer: Offer, name: str) -> None:
    payment = place({offer: 1}, provider=Provider.BANK).payment
    actor = getattr(cast, name).actor

    with pytest.raises(Forbidden):
        services.confirm_transfer(by=actor, payment=payment, amount=payment.amount, on=clock.today(), reference="B-1")

    assert Order.objects.get().status == OrderStatus.PLACED


def test_a_transfer_is_confirmed_once(cast: Cast, offer: Offer) -> None:
    payment = place({offer: 1}, provider=Provider.BANK).payment
    services.confirm_transfer(
        by=cast.clerk.actor, payment=payment, amount=payment.amount, on=clock.today(), reference="B-1"
    )

    with pytest.raises(services.NotWaiting):
        services.confirm_transfer(
            by=cast.clerk.actor, payment=payment, amount=payment.amount, on=clock.today(), reference="B-1"
        )

    assert outside(AccountKind.BANK) == -payment.amount_minor


def test_a_late_transfer_waits_for_a_clerk_to_send_it_back(cast: Cast, offer: Offer) -> None:
    payment = place({offer: 1}, provider=Provider.BANK).payment
    services.expire_payments(now=payment.pay_by + timedelta(seconds=1))
    services.confirm_transfer(
        by=cast.clerk.actor, payment=payment, amount=payment.amount, on=clock.today(), reference="B-1"
    )
    assert services.pay_back_waiting(now=clock.now()) == 0

    services.mark_paid_back(by=cast.clerk.actor, repayment=Repayment.objects.get())

    assert Repayment.objects.get().status == "done"
    with pytest.raises(services.PaidBackBefore):
        services.mark_paid_back(by=cast.clerk.actor, repayment=Repayment.objects.get())


def test_a_provider_that_does_not_answer_is_asked_again_later(payment: Payment) -> None:
    pay(payment)  # without a charge: the sandbox knows nothing of it
    services.repay(payment=payment, amount=Money(100, "CNY"), key="refund/R-1", now=clock.now())

    assert services.pay_back_waiting(now=clock.now()) == 0

    repayment = Repayment.objects.get()
    assert (repayment.tries, repayment.problem, repayment.status) == (1, "no such charge", "waiting")
    assert repayment.due_at > clock.now()


class NoticesInAnyOrder(TestCase):
    """Whatever notices come in whatever order, money is booked at most once and never lost."""

    @settings(max_examples=15)
    @given(st.lists(st.sampled_from(["paid", "refused", "other", "expire", "ask", "unknown"]), min_size=1, max_size=7))
    def test_the_books_hold(self, events: list[str]) -> None:
        """Play the events and compare with what must be true of any of them."""
        from tests.factories import PartyFactory

        offer = make_offer(PartyFactory())
        payment = place({offer: 2}).payment
        for event in events:
            _play(event, payment)
        payment.refresh_from_db()
        order = Order.objects.get(payment=payment)
        is_paid = payment.status == PaymentStatus.PAID
        assert escrow(order).minor == (payment.amount_minor if is_paid else 0) == -outside()
        assert Offer.objects.get(pk=offer.pk).available == (8 if OrderStatus(order.status).holds_stock else 10)
        first = next((event for event in events if event in ("paid", "expire")), "")
        assert is_paid == (first == "paid")


def _play(event: str, payment: Payment) -> None:
    changes: dict[str, dict[str, Any]] = {
        "paid": {},
        "refused": {"paid": False},
        "other": {"amount": Money(1, "CNY")},
        "unknown": {"number": "Z-NOBODY"},
    }
    if event in changes:
        services.book_notice(provider=Provider.SANDBOX, notice=notice_of(payment, **changes[event]), now=clock.now())
    elif event == "expire":
        services.expire_payments(now=payment.pay_by + timedelta(seconds=1))
    else:
        services.ask_providers(now=clock.now() + timedelta(minutes=3))


class _Headers(dict[str, str]):
    """Headers as a request has them: their names in any case."""

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)


def test_one_payment_that_fails_does_not_keep_the_others_waiting(
    offer: Offer, payment: Payment, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    other = place({offer: 1}).payment
    stop = stopping._stop

    def fails_for_the_first(by: Any, found: Payment, *rest: Any) -> None:
        if found.pk == payment.pk:
            raise RuntimeError("broken row")
        stop(by, found, *rest)

    monkeypatch.setattr(stopping, "_stop", fails_for_the_first)

    assert services.expire_payments(now=other.pay_by + timedelta(seconds=1)) == 1

    assert f"_expire failed for {payment.pk}" in caplog.text
    assert list(Payment.objects.order_by("pk").values_list("status", flat=True)) == ["waiting", "expired"]
