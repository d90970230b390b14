"""A clerk's slip undone: a transfer that was booked to be sent back, and never came or came for something else."""

from datetime import datetime

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError
from terrace.kernel.words import _
from terrace.ledger import queries as accounts
from terrace.ledger import services as ledger
from terrace.ledger.domain import Reason
from terrace.market.domain import Provider, RepaymentStatus
from terrace.market.domain.payments import ASIDE
from terrace.market.models import Payment, Repayment
from terrace.market.services import news
from terrace.market.services.links import payment_path
from terrace.market.services.locking import require_payments
from terrace.market.services.repaying import PaidBackBefore


class NoSlip(DomainError):
    """The money is owed to the buyer, or the provider said itself that it came."""

    code = "no_slip"
    message = _("This was not booked by hand: it has to go back.")


@transaction.atomic
def take_back_slip(*, by: Actor, repayment: Repayment, now: datetime | None = None) -> None:
    """Undo that a bank transfer was booked to be sent back beside its payment; its reference is free again.

    Raises `Forbidden`, `NoSlip` for any other repayment, `PaidBackBefore` once somebody has transferred it.
    """
    moment = now or clock.now()
    path = require_payments(by, repayment.payment)
    payment = Payment.objects.select_for_update(no_key=True).get(pk=repayment.payment_id)
    found = Repayment.objects.select_for_update().filter(pk=repayment.pk).first()
    if found is None or found.status != RepaymentStatus.WAITING:
        raise PaidBackBefore
    if not found.is_aside or payment.provider != Provider.BANK:
        raise NoSlip
    booked = {transfer.key: transfer for transfer in accounts.transfers_about(payment.reference)}
    once = found.key.removeprefix(ASIDE)
    for reason in (Reason.REFUND, Reason.PAYMENT):
        ledger.reverse(by=by, transfer=booked[f"{ASIDE}{reason.value}/{once}"], memo=str(_("A slip")), now=moment)
    ledger.give_up_receipt(reference=found.reference, about=payment.reference)
    details = {"payment": payment.number, "amount": str(found.amount), "reference": found.reference}
    audit.record(by=by, act="market.take_back_slip", subject=found, area_path=path, details=details, now=moment)
    found.delete()
    said = _("We were wrong: no %(amount)s came for your order besides, and none goes back.")
    order = payment.orders.order_by("pk")[0]
    news.to_buyer(order, said, now=moment, path=payment_path(payment), amount=found.amount)
