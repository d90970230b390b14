"""Money goes back to buyers by the way it came: the order to the provider, tried until it is taken."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.market import gateways
from terrace.market.domain import Provider, RepaymentStatus
from terrace.market.models import Payment, Repayment
from terrace.market.services.locking import require_payments

REPAY_JOB = "market.pay_back"
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=2), timedelta(hours=6)
BATCH = 200


class PaidBackBefore(DomainError):
    """Somebody has paid it back already."""

    code = "paid_back_before"
    message = _("This was paid back already.")


@transaction.atomic
def repay(*, payment: Payment, amount: Money, key: str, now: datetime, reference: str = "") -> Repayment:
    """Order that `amount` of a payment goes back to its buyer; the same key again is the same order.

    `reference` is the provider's of the money, where it is not that by which the payment was made.
    The caller has booked it in the ledger. A job hands it to the provider until
    that takes it; of a bank transfer a clerk makes another transfer.
    """
    repayment, _is_new = Repayment.objects.get_or_create(
        key=key,
        defaults={
            "payment": payment,
            "reference": (reference or payment.provider_reference)[:80],
            "amount_minor": amount.minor,
            "currency": amount.currency,
            "due_at": now,
            "created_at": now,
        },
    )
    transaction.on_commit(_enqueue)
    return repayment


def pay_back_waiting(
    *, now: datetime, gateway: Callable[[Provider], gateways.PaymentGateway | None] = gateways.gateway_for
) -> int:
    """Hand every repayment that is due to its provider, once; return how many were taken. Safe to run twice at once."""
    due = Repayment.objects.filter(status=RepaymentStatus.WAITING, due_at__lte=now).exclude(
        payment__provider=Provider.BANK
    )
    ids = list(due.order_by("due_at", "id").values_list("pk", flat=True)[:BATCH])
    return sum(_try(repayment_id, gateway, now) for repayment_id in ids)


@transaction.atomic
def mark_paid_back(*, by: Actor, repayment: Repayment, now: datetime | None = None) -> Repayment:
    """Note that a clerk has transferred the money back; raise `Forbidden`, or `PaidBackBefore` the second time."""
    moment = now or clock.now()
    path = require_payments(by, repayment.payment)
    waiting = Repayment.objects.filter(pk=repayment.pk, status=RepaymentStatus.WAITING, payment__provider=Provider.BANK)
    if not waiting.update(status=RepaymentStatus.DONE, done_at=moment):
        raise PaidBackBefore
    repayment.refresh_from_db()
    details = {"payment": repayment.payment.number, "amount": str(repayment.amount)}
    audit.record(by=by, act="market.pay_back", subject=repayment, area_path=path, details=details, now=moment)
    return repayment


def _try(repayment_id: int, gateway: Callable[[Provider], gateways.PaymentGateway | None], now: datetime) -> bool:
    """Claim the repayment for one try, then ask the provider; its own key keeps a second try from paying twice."""
    repayment = _claim(repayment_id, now)
    way = gateway(Provider(repayment.payment.provider)) if repayment else None
    if repayment is None or way is None:
        return False
    try:
        with transaction.atomic():
            way.refund(repayment)
    except gateways.NotPaidBack as problem:
        Repayment.objects.filter(pk=repayment_id).update(problem=str(problem)[:200])
        return False
    done = Repayment.objects.filter(pk=repayment_id, status=RepaymentStatus.WAITING)
    return bool(done.update(status=RepaymentStatus.DONE, done_at=now, problem=""))


@transaction.atomic
def _claim(repayment_id: int, now: datetime) -> Repayment | None:
    waiting = Repayment.objects.filter(pk=repayment_id, status=RepaymentStatus.WAITING, due_at__lte=now)
    repayment = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("payment").first()
    if repayment is not None:
        wait = min(FIRST_WAIT * 2 ** min(repayment.tries, 20), LONGEST_WAIT)
        waiting.update(tries=repayment.tries + 1, due_at=now + wait)
    return repayment


def _enqueue() -> None:
    """Ask for the job, unless one waits already: it will find this repayment too."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(REPAY_JOB, queueing_lock=REPAY_JOB).defer()
