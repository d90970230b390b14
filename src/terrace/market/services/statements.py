"""The bank's statement as a file: every transfer in it that names a payment or an order, confirmed at once or none."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from terrace.http.workbooks import GivenRow, Head, RowProblem, RowsRefused
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.days import refuse_far_day
from terrace.kernel.deployment import current
from terrace.kernel.errors import DomainError, Invalid
from terrace.kernel.money import Money
from terrace.kernel.words import Text, _
from terrace.ledger import queries as receipts
from terrace.ledger import services as ledger
from terrace.ledger.domain import plain_reference as bank_reference
from terrace.market.domain import PaymentStatus, Permission
from terrace.market.domain.payments import ASIDE
from terrace.market.models import Order, Payment, Repayment
from terrace.market.queries.buying import payments_visible_to
from terrace.market.services.locking import require_payments
from terrace.market.services.paying import confirm_transfer, known_as, plain_reference

STATEMENT = (
    Head("on", _("Day")),
    Head("amount", _("Amount")),
    Head("reference", _("The bank's reference")),
    Head("text", _("What the payer wrote")),
)
"""The columns of a statement. Its other rows, that name nothing of ours or went out, are passed over."""
NUMBER = re.compile(r"(?<![0-9A-Z])[YO]-?[0-9A-HJKMNP-TV-Z]{10}(?![0-9A-Z])")
"""A payment's or an order's number as buyers write it, with or without its hyphen."""
DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d")
MOST = 1_000
"""So many transfers are confirmed at once: each writes some twenty rows, and all wait for the last."""


@dataclass(frozen=True, slots=True)
class StatementBooked:
    """What a statement changed: payments confirmed, late ones that go back, known before, rows about other things."""

    confirmed: int = 0
    late: int = 0
    repeated: int = 0
    others: int = 0


@dataclass(frozen=True, slots=True)
class _Transfer:
    """A row of the statement that names a payment."""

    payment: Payment
    amount: Money
    on: date
    reference: str


@transaction.atomic
def book_statement(*, by: Actor, rows: Sequence[GivenRow], now: datetime | None = None) -> StatementBooked:
    """Confirm every bank transfer of a statement that names a payment or an order, all or none.

    The same file again changes nothing: what was confirmed, or sent back by hand,
    under the same reference of the bank is known. Money for what has ended goes back, as by hand. Raises
    `Forbidden`, `Invalid` for a file without rows or with too many, and
    `RowsRefused` with every bad row: another amount, a payment of another
    place, one that was paid by another transfer.
    """
    if not by.holds(Permission.PAYMENTS):
        by.require(Permission.PAYMENTS, "")
    if not rows:
        raise Invalid(_("There are no rows."), field="file")
    moment = now or clock.now()
    reading = _Reading(by, rows, moment)
    if reading.problems:
        raise RowsRefused(reading.problems, STATEMENT)
    if len(reading.found) > MOST:
        raise Invalid(_("At most %(most)d transfers are confirmed at once.") % {"most": MOST}, field="file")
    for row in reading.found:  # all before any account is locked
        ledger.take_receipt(reference=row.reference, about=row.payment.reference, field="file")
    late = 0
    for row in reading.found:
        made = confirm_transfer(
            by=by, payment=row.payment, amount=row.amount, on=row.on, reference=row.reference, now=moment
        )
        late += made.status == PaymentStatus.GIVEN_BACK
    return StatementBooked(len(reading.found) - late, late, reading.repeated, reading.others)


class _Reading:
    """Reads the rows of one statement, and notes what is wrong with each that names a payment and cannot be booked."""

    def __init__(self, by: Actor, rows: Sequence[GivenRow], now: datetime) -> None:
        self.found: list[_Transfer] = []
        self.problems: list[RowProblem] = []
        self.repeated = self.others = 0
        self._today = clock.today(now)
        self._payments = _payments(by, {number for row in rows for number in _numbers(row)})
        self._told: dict[int, str] = {}
        self._sent_back = _sent_back(self._payments.values())
        self._by = by
        given = (str(row.values.get("reference", "")) for row in rows)
        self._receipts = dict(receipts.receipts_by_reference(given))
        for row in rows:
            try:
                self._take(row)
            except DomainError as refused:
                self.problems.append(row.problem(_label(refused.field), refused.message))

    def _take(self, row: GivenRow) -> None:
        numbers = _numbers(row)
        if not numbers or str(row.values.get("amount", "")).strip().startswith("-"):
            self.others += 1
            return
        payments = {self._payments[number].pk: self._payments[number] for number in numbers if number in self._payments}
        if len(payments) != 1 or not set(numbers) <= self._payments.keys():
            raise Invalid(_("No payment with this number is waited for here, or more than one is named."), field="text")
        (payment,) = payments.values()
        reference = plain_reference(str(row.values.get("reference", "")))
        if not reference:
            raise Invalid(_("The bank's reference is missing: by it a transfer is known again."), field="reference")
        if self._receipts.setdefault(bank_reference(reference), payment.reference) != payment.reference:
            raise ledger.AlreadyBooked(field="reference")
        if self._is_known(payment, reference):
            self.repeated += 1
            return
        require_payments(self._by, payment)
        self.found.append(_Transfer(payment, self._amount(row, payment), self._day(row), reference))

    def _is_known(self, payment: Payment, reference: str) -> bool:
        """Say whether this very transfer was taken before, in the books or in this file; refuse a second one."""
        if (payment.pk, known_as(payment, reference)) in self._sent_back:
            return True
        is_over = payment.status in (PaymentStatus.PAID, PaymentStatus.GIVEN_BACK)
        before = payment.provider_reference if is_over else self._told.get(payment.pk)
        self._told[payment.pk] = reference
        if before is not None and known_as(payment, before) != known_as(payment, reference):
            raise Invalid(_("It was paid by another transfer. Confirm this one by hand: it goes back."), field="text")
        return before is not None

    def _amount(self, row: GivenRow, payment: Payment) -> Money:
        given = str(row.values.get("amount", "")).replace(",", "").strip()
        amount = Money.parse(given, current().currency, field="amount")
        if amount != payment.amount:
            told = _("To be paid are %(amount)s. Confirm this one by hand: what came can be sent back.")
            raise Invalid(told % {"amount": payment.amount}, field="amount")
        return amount

    def _day(self, row: GivenRow) -> date:
        day = _read_day(row.values.get("on", ""))
        if day > self._today:
            raise Invalid(_("The day cannot be one to come."), field="on")
        refuse_far_day(day, field="on")
        return day


def _numbers(row: GivenRow) -> list[str]:
    """Return the numbers of payments and orders that a payer wrote, as they are kept."""
    found = NUMBER.findall(str(row.values.get("text", "")).upper())
    return [f"{number[0]}-{number[1:].lstrip('-')}" for number in found]


def _payments(by: Actor, numbers: set[str]) -> Mapping[str, Payment]:
    """Return the bank transfers that the actor sees by their own numbers and those of their orders, all locked."""
    seen = payments_visible_to(by).filter(provider="bank")
    named = Q(number__in=numbers) | Q(pk__in=Order.objects.filter(number__in=numbers).values("payment_id"))
    pks = list(seen.filter(named).order_by("pk").values_list("pk", flat=True))
    # All of them before any account: who confirms one of these by hand waits for it here, and holds nothing of ours.
    locked = Payment.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk")
    by_id = {payment.pk: payment for payment in locked}
    orders = list(Order.objects.select_for_update(no_key=True).filter(payment__in=pks).order_by("pk"))
    return {one.number: one for one in by_id.values()} | {one.number: by_id[one.payment_id] for one in orders}


def _sent_back(payments: Iterable[Payment]) -> set[tuple[int, str]]:
    """Return what came beside these payments and was booked, by hand, to be sent back: payment and reference."""
    by_id = {payment.pk: payment for payment in payments}
    rows = Repayment.objects.filter(payment__in=list(by_id), key__startswith=ASIDE).order_by("pk")
    return {(pk, known_as(by_id[pk], reference)) for pk, reference in rows.values_list("payment_id", "reference")}


def _read_day(value: object) -> date:
    if isinstance(value, date):
        return value
    for form in DAYS:
        try:
            return datetime.strptime(str(value).strip()[:10], form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise Invalid(_("Enter a day such as 2026-09-30."), field="on")


def _label(name: str) -> str:
    labels: dict[str, Text] = {head.name: head.label for head in STATEMENT}
    return str(labels.get(name, name))
