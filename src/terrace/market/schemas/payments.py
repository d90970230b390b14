"""What the REST interface of payments takes and gives."""

from collections.abc import Sequence
from datetime import date, datetime

from ninja import Field, Schema

from terrace.http.rest import MoneyValue, Text
from terrace.market.domain import PaymentStatus, RepaymentStatus
from terrace.market.models import Payment, Repayment
from terrace.market.queries import buying


class TransferIn(Schema):
    """What stands on the bank's statement; by its `reference` a transfer is known again.

    `sends_back`: another amount than was to be paid, or a second transfer, is booked to go back.
    """

    amount: MoneyValue
    on: date
    reference: Text = Field(min_length=1, max_length=80)
    sends_back: bool = False


class PaymentOut(Schema):
    """A bank transfer for one or several orders, which buyers write on it by number."""

    number: str
    status: PaymentStatus
    amount: MoneyValue
    pay_by: datetime
    paid_at: datetime | None
    reference: str
    orders: list[str]


class StatementOut(Schema):
    """What a statement changed: payments confirmed, late ones that go back, known before, rows about other things."""

    confirmed: int
    late: int
    repeated: int
    others: int


class RepaymentOut(Schema):
    """Money that goes back to a buyer. `reference` is the bank's, of the transfer that it came by."""

    id: int
    payment: str
    orders: list[str]
    recipient: str
    amount: MoneyValue
    status: RepaymentStatus
    reference: str
    done_at: datetime | None


def payments_out(payments: Sequence[Payment]) -> list[PaymentOut]:
    """Return payments with the numbers of their orders: one statement however many they are."""
    orders = buying.orders_by_payment(payments)
    return [
        PaymentOut(
            number=payment.number,
            status=PaymentStatus(payment.status),
            amount=MoneyValue(minor=payment.amount_minor, currency=payment.currency),
            pay_by=payment.pay_by,
            paid_at=payment.paid_at,
            reference=payment.provider_reference,
            orders=[order.number for order in orders[payment.pk]],
        )
        for payment in payments
    ]


def repayments_out(repayments: Sequence[Repayment]) -> list[RepaymentOut]:
    """Return what goes back with its payments and orders: two statements however many they are."""
    payments = buying.payments_by_id(repayment.payment_id for repayment in repayments)
    orders = buying.orders_by_payment(list(payments.values()))
    return [
        RepaymentOut(
            id=repayment.pk,
            payment=payments[repayment.payment_id].number,
            orders=[order.number for order in orders[repayment.payment_id]],
            recipient=next((order.recipient for order in orders[repayment.payment_id]), ""),
            amount=MoneyValue(minor=repayment.amount_minor, currency=repayment.currency),
            status=RepaymentStatus(repayment.status),
            reference=repayment.reference,
            done_at=repayment.done_at,
        )
        for repayment in repayments
    ]
