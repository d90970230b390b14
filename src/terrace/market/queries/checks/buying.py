"""What must hold of stock, orders and payments in a live database."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from terrace.kernel import clock
from terrace.kernel.checks import Check
from terrace.ledger import queries as ledger
from terrace.ledger.domain import Reason, plain_reference
from terrace.market.domain import OrderStatus, PaymentStatus, Provider
from terrace.market.models import Offer, Order, OrderLine, Payment, Refund, Repayment
from terrace.market.queries.checks.chunks import chunks

GRACE = timedelta(hours=1)
"""The job that ends unpaid orders runs each minute; an hour says that it does not run at all."""
ENDED_ALIKE = {
    PaymentStatus.WAITING: (OrderStatus.PLACED,),
    PaymentStatus.EXPIRED: (OrderStatus.EXPIRED,),
    PaymentStatus.CANCELLED: (OrderStatus.CANCELLED,),
    PaymentStatus.GIVEN_BACK: (OrderStatus.EXPIRED, OrderStatus.CANCELLED),
}


def _stock_unlike_orders() -> Iterable[str]:
    """What is gone from an offer's stock is what orders hold of it, to the piece."""
    holding = [status for status in OrderStatus if status.holds_stock]
    lines = OrderLine.objects.filter(order__status__in=holding)
    held = dict(lines.values_list("offer_id").annotate(Sum("quantity")).order_by("offer_id"))
    rows = Offer.objects.order_by("number").values_list("pk", "number", "stocked", "available")
    return (number for pk, number, stocked, available in rows if stocked - available != held.get(pk, 0))


def _payments_unlike_orders() -> Iterable[str]:
    """A payment is for all that its orders cost."""
    sums = Payment.objects.annotate(total=Coalesce(Sum("orders__total_minor"), 0))
    return sums.exclude(amount_minor=F("total")).order_by("number").values_list("number", flat=True)


def _orders_unlike_lines() -> Iterable[str]:
    """An order costs what its lines cost."""
    sums = Order.objects.annotate(
        of_goods=Coalesce(Sum("lines__amount_minor"), 0), of_freight=Coalesce(Sum("lines__freight_minor"), 0)
    )
    wrong = sums.exclude(goods_minor=F("of_goods"), freight_minor=F("of_freight"))
    return wrong.order_by("number").values_list("number", flat=True)


def _orders_unlike_payments() -> Iterable[str]:
    """An order is paid if and only if its payment is, at the same moment; without money both ended alike."""
    unpaid = [OrderStatus.PLACED, OrderStatus.EXPIRED]
    alike = Q(payment__status=PaymentStatus.PAID, paid_at=F("payment__paid_at")) & ~Q(status__in=unpaid)
    for status, statuses in ENDED_ALIKE.items():
        alike |= Q(payment__status=status, status__in=statuses)
    return Order.objects.exclude(alike).order_by("number").values_list("number", flat=True)


def _transfers_of_other_payments() -> Iterable[str]:
    """The transfer by which a payment was made came in at the bank for this payment, and for nothing else."""
    made = Payment.objects.filter(provider=Provider.BANK, status__in=[PaymentStatus.PAID, PaymentStatus.GIVEN_BACK])
    for found in chunks(made.order_by("pk")):
        about = ledger.receipts_by_reference(one.provider_reference for one in found)
        for one in found:
            if about.get(plain_reference(one.provider_reference)) != one.reference:
                yield one.number


def _payments_unlike_transfers() -> Iterable[str]:
    """What came for a payment is booked once for each of its orders, and nothing is booked of what did not come."""
    came = (PaymentStatus.PAID, PaymentStatus.GIVEN_BACK)
    for orders in chunks(Order.objects.select_related("payment").order_by("pk")):
        about = ledger.transfers_about_all(order.reference for order in orders)
        booked = {
            reference: sum(
                entry.amount_minor
                for transfer in transfers
                if transfer.reason == Reason.PAYMENT
                for entry in transfer.entries.all()
                if entry.amount_minor > 0
            )
            for reference, transfers in about.items()
        }
        for order in orders:
            expected = order.total_minor if order.payment.status in came else 0
            if booked.get(order.reference, 0) != expected:
                yield f"{order.payment.number} {order.number}"


def _more_back_than_came() -> Iterable[str]:
    """No more goes back to a buyer than was paid, beside what came in another amount."""
    of_orders = ~Q(repayments__key__startswith="other/")
    sums = Payment.objects.annotate(back=Coalesce(Sum("repayments__amount_minor", filter=of_orders), 0))
    return sums.filter(back__gt=F("amount_minor")).order_by("number").values_list("number", flat=True)


def _repayments_unlike_causes() -> Iterable[str]:
    """Each refund, each payment that came too late and each other amount goes back, once and to the cent."""
    for payments in chunks(Payment.objects.order_by("pk")):
        pks = [payment.pk for payment in payments]
        back = Repayment.objects.filter(payment__in=pks).order_by("pk")
        found = set(back.values_list("payment_id", "key", "amount_minor"))
        refunds = Refund.objects.filter(order__payment__in=pks).order_by("pk")
        caused = {
            (payment_id, f"refund/{number}", minor)
            for payment_id, number, minor in refunds.values_list("order__payment_id", "number", "amount_minor")
        }
        caused |= {
            (payment.pk, f"late/{payment.number}", payment.amount_minor)
            for payment in payments
            if payment.status == PaymentStatus.GIVEN_BACK
        }
        caused |= _other_amounts(payments)
        yield from sorted({f"{key}" for _payment_id, key, _minor in found ^ caused})


def _other_amounts(payments: Sequence[Payment]) -> set[tuple[int, str, int]]:
    """Return what by the books came in another amount and goes back: payment, key of the repayment, minor units."""
    about = ledger.transfers_about_all(payment.reference for payment in payments)
    undone = {transfer.reverses_id for booked in about.values() for transfer in booked}
    return {
        (payment.pk, transfer.key.replace("other/refund/", "other/", 1), entry.amount_minor)
        for payment in payments
        for transfer in about.get(payment.reference, ())
        if transfer.key.startswith("other/refund/") and transfer.pk not in undone
        for entry in transfer.entries.all()
        if entry.amount_minor > 0
    }


def _waiting_too_long() -> Iterable[str]:
    """Goods that nobody paid for go back into stock in time."""
    late = Payment.objects.filter(status=PaymentStatus.WAITING, pay_by__lt=clock.now() - GRACE)
    return late.order_by("number").values_list("number", flat=True)


BUYING_CHECKS = (
    Check("what is gone from an offer's stock is what orders hold", _stock_unlike_orders),
    Check("a payment is for what its orders cost", _payments_unlike_orders),
    Check("an order costs what its lines cost", _orders_unlike_lines),
    Check("an order is paid when its payment is", _orders_unlike_payments),
    Check("what came for a payment is booked for its orders", _payments_unlike_transfers),
    Check("a bank transfer pays one payment", _transfers_of_other_payments),
    Check("no more goes back to a buyer than was paid", _more_back_than_came),
    Check("what goes back to buyers is what was given back", _repayments_unlike_causes),
    Check("goods that nobody paid for went back in time", _waiting_too_long),
)
