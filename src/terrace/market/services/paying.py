"""Money comes in: what providers say of payments, what a clerk reads at the bank, and what is booked of it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM, Actor
from terrace.kernel.days import refuse_far_day
from terrace.kernel.deployment import require_own_currency
from terrace.kernel.errors import DomainError, Invalid, NotFound
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.ledger import queries as accounts
from terrace.ledger import services as ledger
from terrace.ledger.domain import AccountKind, Draft, Leg, Part, Reason
from terrace.ledger.domain import plain_reference as bank_reference
from terrace.ledger.models import Account
from terrace.market import gateways
from terrace.market.domain import Answer, Notice, OrderStatus, PaymentStatus, Provider
from terrace.market.domain.payments import ASIDE
from terrace.market.models import Order, Payment, PaymentNotice, Repayment
from terrace.market.services import news
from terrace.market.services.evidence import keep_notice
from terrace.market.services.links import payment_path
from terrace.market.services.locking import require_payments
from terrace.market.services.repaying import repay

ANSWERS = {
    PaymentStatus.PAID: Answer.REPEATED,
    PaymentStatus.GIVEN_BACK: Answer.REPEATED,
    PaymentStatus.EXPIRED: Answer.LATE,
    PaymentStatus.CANCELLED: Answer.LATE,
}

OVER = (PaymentStatus.PAID, PaymentStatus.GIVEN_BACK)
"""Made by a transfer that is in the books."""


class OtherAmount(Invalid):
    """What came in is not what was to be paid."""

    code = "other_amount"


class OtherBefore(Invalid):
    """Under this reference another amount was booked and sent back before."""

    code = "other_before"
    message = _("Under this reference another amount was sent back before. Look at the bank's statement again.")
    field = "reference"


class NotWaiting(DomainError):
    """The payment was made or has ended."""

    code = "not_waiting"
    message = _("This payment is no longer waited for.")


def start_payment(*, payment: Payment, return_url: str) -> str:
    """Return the provider's address where the buyer pays, who comes back to `return_url`.

    Asked again it is the same, so nobody is charged twice: another one only after the last try came to nothing.
    Which it is stays with the payment, so that what is said of an earlier try is not taken for news of this one.
    Raises `NotFound` for a bank transfer.
    """
    gateway = gateways.gateway_for(Provider(payment.provider))
    if gateway is None:
        raise NotFound
    charge = gateway.start(payment, return_url)
    Payment.objects.filter(pk=payment.pk).update(charge_reference=charge.reference)
    return charge.url


def take_notice(
    *, provider: Provider, headers: Mapping[str, str], body: bytes, now: datetime | None = None
) -> PaymentNotice:
    """Read a provider's notice, do what it asks for, and keep it with what was done: also one that nobody signed.

    Nothing is raised: the provider is told that its notice arrived, whatever it
    says, and the evidence stands in the books.
    """
    moment = now or clock.now()
    try:
        notice = gateways.read_notice(provider, headers, body, moment)
    except gateways.Forged as problem:
        said = {"problem": str(problem), "raw": body[:500].decode("utf-8", "replace").replace("\0", "")}
        once = f"{problem} {clock.today(moment)}"
        return keep_notice(provider=provider, answer=Answer.FORGED, said=said, once=once, now=moment)
    return book_notice(provider=provider, notice=notice, now=moment)


@transaction.atomic
def book_notice(*, provider: Provider, notice: Notice, now: datetime) -> PaymentNotice:
    """Do what a provider's genuine notice asks for, once, and keep it with the answer."""
    payment = _locked(number=notice.number, provider=provider)
    answer = _answer_to(payment, notice, now)
    said = _said(notice.amount, notice.reference) | {"number": notice.number, "paid": notice.paid}
    return keep_notice(provider=provider, answer=answer, said=said, payment=payment, now=now)


def _answer_to(payment: Payment | None, notice: Notice, now: datetime) -> Answer:
    if payment is None:
        return Answer.UNKNOWN
    if not notice.paid:
        return Answer.NOT_PAID
    is_second = _is_second(payment, notice.reference)
    if notice.amount == payment.amount and not is_second:
        return payment_arrived(by=SYSTEM, payment=payment, reference=notice.reference, now=now)
    if is_second or payment.status in (PaymentStatus.EXPIRED, PaymentStatus.CANCELLED):
        with suppress(OtherBefore):  # it stays with the clerk, who sees the notice
            give_back_other(by=SYSTEM, payment=payment, amount=notice.amount, reference=notice.reference, now=now)
    return Answer.TWICE if is_second else Answer.OTHER_AMOUNT


def _is_second(payment: Payment, reference: str) -> bool:
    """Say whether a payment that is over was made by another transfer of the provider than the one of `reference`."""
    before = payment.provider_reference
    return (
        payment.status in OVER
        and bool(before and reference)
        and known_as(payment, reference) != known_as(payment, before)
    )


@transaction.atomic
def payment_arrived(*, by: Actor, payment: Payment, reference: str, now: datetime) -> Answer:
    """Book the money of a payment that the caller has locked, and return what was done.

    Waited for: into the escrow account of each order, which is then to be
    packed. Came twice: nothing. Came too late: booked, and given back.
    """
    status = PaymentStatus(payment.status)
    if status is not PaymentStatus.WAITING:
        answer = ANSWERS[status]
        if answer is Answer.LATE:
            _book_and_give_back(by, payment, reference, now)
        return answer
    orders = _locked_orders(payment)
    _book(by, payment, orders, now)
    payment.status, payment.paid_at, payment.provider_reference = PaymentStatus.PAID.value, now, reference[:80]
    payment.save(update_fields=["status", "paid_at", "provider_reference"])
    for order in orders:
        order.status, order.paid_at = OrderStatus.PAID.value, now
        order.save_version(order.version, ["status", "paid_at"])
    _record(by, "market.take_payment", payment, orders, now)
    give_back_odd(payment=payment, now=now)
    news.of_payment(payment, orders, now=now)
    return Answer.BOOKED


def give_back_odd(*, payment: Payment, now: datetime) -> None:
    """Give back what came in another amount for a payment that the caller has locked, and that waits no longer.

    While it waited nobody could tell whether the provider would correct itself. What it says under the reference
    by which the payment was made is that payment, however it called it before.
    """
    odd = payment.notices.filter(answer=Answer.OTHER_AMOUNT).exclude(provider=Provider.BANK).order_by("pk")
    for notice in odd:
        reference = str(notice.body.get("reference", ""))
        if notice.amount is not None and (not reference or reference != payment.provider_reference):
            with suppress(OtherBefore):
                give_back_other(by=SYSTEM, payment=payment, amount=notice.amount, reference=reference, now=now)


@transaction.atomic
def confirm_transfer(
    *,
    by: Actor,
    payment: Payment,
    amount: Money,
    on: date,
    reference: str,
    sends_back: bool = False,
    now: datetime | None = None,
) -> Payment:
    """Confirm that a buyer's bank transfer of `amount` stands on the account since the day `on`.

    Who looks after one of the payment's orders may. By its `reference` the bank
    knows a transfer, and so do the books: the same one again pays nothing a second
    time, nor anything else (`AlreadyBooked`, `OtherBefore`). Raises `Forbidden`, `NotWaiting` for a
    payment that is no transfer, or was made before (by this transfer, or by any unless it `sends_back`), `Invalid` for
    a day to come or no reference, `OtherAmount` for another amount than was to be
    paid: with `sends_back` that, or what came by a second transfer, is booked to be
    sent back, and the payment stays as it is. Money for orders that have expired is
    booked and given back.
    """
    moment = now or clock.now()
    require_payments(by, payment)
    known_by = _checked_reference(reference, on, clock.today(moment))
    locked = _locked(number=payment.number, provider=Provider.BANK)
    is_over = locked is not None and locked.status in OVER
    if locked is None or (is_over and not (sends_back and _is_second(locked, known_by))):
        raise NotWaiting
    _require_payable(amount)
    ledger.take_receipt(reference=known_by, about=locked.reference, field="reference")
    said = _said(amount, known_by) | {"on": on.isoformat()}
    if amount == locked.amount and not is_over:
        if sent_back_under(locked, known_by):
            raise OtherBefore
        answer = payment_arrived(by=by, payment=locked, reference=known_by, now=moment)
    elif sends_back:
        give_back_other(by=by, payment=locked, amount=amount, reference=known_by, now=moment)
        answer = Answer.OTHER_AMOUNT
    else:
        raise OtherAmount(_("To be paid is another amount. Let it be sent back, or ask the buyer."), field="amount")
    keep_notice(provider=Provider.BANK, answer=answer, said=said, payment=locked, now=moment)
    return locked


def _require_payable(amount: Money) -> None:
    if amount.minor <= 0:
        raise Invalid(_("Enter an amount above zero."), field="amount")
    require_own_currency(amount, field="amount")


def _checked_reference(reference: str, on: date, today: date) -> str:
    """Return by what the bank knows a transfer; raise `Invalid` for none, and for a day to come or far off."""
    refuse_far_day(on, field="on")
    if on > today:
        raise Invalid(_("The day cannot be one to come."), field="on")
    known_by = plain_reference(reference)
    if not known_by:
        raise Invalid(_("The bank's reference is missing: by it a transfer is known again."), field="reference")
    return known_by


def plain_reference(text: str) -> str:
    """Return a reference of the bank as it is kept: in single spaces, as long as a column holds."""
    return " ".join(text.split())[:80]


def known_as(payment: Payment, reference: str) -> str:
    """Return a reference as it is compared: the bank's whatever its letters' case, a provider's to the letter."""
    return (bank_reference(reference) if payment.provider == Provider.BANK else reference)[:80]


def _said(amount: Money, reference: str) -> dict[str, Any]:
    return {"minor": amount.minor, "currency": amount.currency, "reference": reference}


def outside_account(payment: Payment) -> Account:
    """Return the ledger's account for the outside that the payment's money comes from and goes back to."""
    return ledger.house_account(AccountKind.BANK if payment.provider == Provider.BANK else AccountKind.PROVIDER)


def _book(by: Actor, payment: Payment, orders: Sequence[Order], now: datetime) -> None:
    """Move the money from outside into the escrow account of each order, one transfer each."""
    outside = outside_account(payment)
    ledger.post_many(by=by, drafts=[_draft(payment, order, outside, Reason.PAYMENT) for order in orders], now=now)


def _book_and_give_back(by: Actor, payment: Payment, reference: str, now: datetime) -> None:
    """Book money that came for orders which have ended, and at once that it goes back the way it came."""
    orders, outside = _locked_orders(payment), outside_account(payment)
    for reason in (Reason.PAYMENT, Reason.REFUND):
        ledger.post_many(by=by, drafts=[_draft(payment, order, outside, reason) for order in orders], now=now)
    payment.status, payment.paid_at = PaymentStatus.GIVEN_BACK.value, now
    payment.provider_reference = reference[:80]
    payment.save(update_fields=["status", "paid_at", "provider_reference"])
    repay(payment=payment, amount=payment.amount, key=f"late/{payment.number}", now=now)
    _record(by, "market.give_back_payment", payment, orders, now)
    news.of_late_money(payment, orders[0], now=now)


def give_back_other(*, by: Actor, payment: Payment, amount: Money, reference: str, now: datetime) -> None:
    """Book money that is not what was to be paid, and at once that it goes back: once for each reference.

    The caller has authorised, and locked the payment. It is nobody's escrow: its
    orders were not paid by it. Raises `OtherBefore` where another amount went back
    under this reference.
    """
    once, before = _once(payment, reference), sent_back_under(payment, reference)
    if before is not None and before.amount != amount:
        raise OtherBefore
    if before is not None or amount.minor <= 0 or amount.currency != payment.currency:
        return
    order, outside = _locked_orders(payment)[0], outside_account(payment)
    held = ledger.escrow_account(payment.reference, area_path=order.area_path, county_code=order.county_code)
    for reason, came in ((Reason.PAYMENT, amount), (Reason.REFUND, -amount)):
        legs = (Leg(outside.pk, -came, Part.BUYER), Leg(held.pk, came, Part.ESCROW))
        ledger.post(by=by, draft=Draft(reason, payment.reference, legs, f"{ASIDE}{reason.value}/{once}"), now=now)
    repay(payment=payment, amount=amount, key=f"{ASIDE}{once}", reference=reference, now=now)
    _record(by, "market.give_back_other", payment, [order], now, amount)
    said = _("%(amount)s came for your order: another amount than was to be paid. It goes back to you.")
    if payment.status in OVER and amount == payment.amount:
        said = _("%(amount)s came for your order a second time. It goes back to you.")
    news.to_buyer(order, said, now=now, path=payment_path(payment), amount=amount)


def sent_back_under(payment: Payment, reference: str) -> Repayment | None:
    """Return what goes back that came beside a payment under a reference, None where nothing does."""
    return Repayment.objects.filter(key=f"{ASIDE}{_once(payment, reference)}").first()


def _once(payment: Payment, reference: str) -> str:
    """Return how keys name what came beside a payment under a reference: what was undone may be booked once more."""
    once = f"{payment.number}/{known_as(payment, reference)}"
    undone = accounts.count_reversed(payment.reference, f"{ASIDE}{Reason.REFUND.value}/{once}")
    return f"{once}#{undone}" if undone else once


def _draft(payment: Payment, order: Order, outside: Account, reason: Reason) -> Draft:
    escrow = ledger.escrow_account(order.reference, area_path=order.area_path, county_code=order.county_code)
    amount = order.total if reason is Reason.PAYMENT else -order.total
    legs = (Leg(outside.pk, -amount, Part.BUYER), Leg(escrow.pk, amount, Part.ESCROW))
    return Draft(reason, order.reference, legs, f"{reason.value}/{payment.number}/{order.number}")


def _locked(*, number: str, provider: Provider) -> Payment | None:
    return Payment.objects.select_for_update(no_key=True).filter(number=number, provider=provider).first()


def _locked_orders(payment: Payment) -> list[Order]:
    return list(payment.orders.select_for_update(no_key=True).order_by("pk"))


def _record(
    by: Actor, act: str, payment: Payment, orders: Sequence[Order], now: datetime, amount: Money | None = None
) -> None:
    details: dict[str, Any] = {"payment": payment.number, "provider": payment.provider}
    subjects = [(order, order.area_path, details | {"amount": str(amount or order.total)}) for order in orders]
    audit.record_many(by=by, act=act, subjects=subjects, now=now)
