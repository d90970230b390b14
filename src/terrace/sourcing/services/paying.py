"""What a producer is paid for a purchase: at once, at grading, when the buyer can, or out of what the goods bring."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM, Actor
from terrace.kernel.errors import DomainError, Forbidden, Invalid, NotFound
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.ledger import queries as accounts
from terrace.ledger import services as ledger
from terrace.ledger.domain import Draft, InsufficientFunds, Leg, Part, Reason
from terrace.sourcing.domain import PayRule, Permission
from terrace.sourcing.models import Purchase, PurchaseDebt, PurchasePayment, key_for_gone
from terrace.sourcing.queries.debts import unpromised
from terrace.sourcing.services import bought


class BuyerCannotPay(DomainError):
    """The buyer's account does not hold the amount; nothing was bought."""

    code = "buyer_cannot_pay"
    message = _(
        "The buyer's account does not hold this much. Choose payment at grading or at the sale, "
        "or ask the centre to book the buyer's deposit first."
    )
    field = "pay_rule"


class NothingOwed(DomainError):
    """The purchase is paid or void, so nobody owes anything for it."""

    code = "nothing_owed"
    message = _("Nothing is owed for this purchase.")


class MoreThanOwed(DomainError):
    """A sale would pay more than is still owed for the purchase."""

    code = "more_than_owed"
    message = _("This is more than is still owed for the purchase.")


class PaidBySale(DomainError):
    """Part of the goods was sold and paid out of an order, so the purchase stands."""

    code = "paid_by_sale"
    message = _("Some of these goods were sold and paid for already. The purchase cannot be voided.")


@dataclass(frozen=True, slots=True)
class Gone:
    """Goods of a purchase that are gone and brought no money: what they come to, for how many steps of the lot."""

    purchase_id: int
    amount: Money
    steps: int


class ProducerSpentIt(DomainError):
    """What the producer was paid has left the account, so it cannot come back."""

    code = "producer_spent_it"
    message = _("The money has left the producer's account already. Ask the centre to set it right.")


@transaction.atomic
def pay_purchase(*, by: Actor, purchase: Purchase, now: datetime | None = None) -> Purchase:
    """Pay `to_pay` of a purchase from the buyer's account: by the buyer at any time, by who buys at the unit once it
    is due and if the goods were not the own ones.

    Raises `Forbidden`, `NothingOwed`, `BuyerCannotPay`.
    """
    locked, moment = Purchase.objects.select_for_update().get(pk=purchase.pk), now or clock.now()
    if not may_pay(by, locked):
        raise Forbidden
    debts = list(locked.debts.order_by("pk"))
    for debt in debts:
        _end_debt(by, locked, debt, moment)
    if not debts:
        pay_in_full(by, locked, moment)
    bought.tell_of_payment(locked)
    return locked


def may_pay(by: Actor, purchase: Purchase) -> bool:
    """Say whether an actor may pay a purchase from the buyer's account."""
    if by.is_system or by.speaks_for(purchase.buyer_id):
        return True
    buys_there = by.may(Permission.PURCHASE, purchase.area_path) and not by.speaks_for(purchase.producer_id)
    return buys_there and purchase.due_at is not None


@transaction.atomic
def pay_graded(*, lot_ids: Collection[int], now: datetime | None = None) -> list[Purchase]:
    """Pay the purchases that wait for the grading of these lots; return them.

    Where a buyer's account does not hold the amount, the grading stands all the
    same: the purchase is due from now on, and the buyer is told to pay.
    """
    waiting = Purchase.objects.filter(
        lot__in=list(lot_ids), pay_rule=PayRule.AT_GRADING, due_at=None, voided_at=None, paid_minor=0
    )
    purchases = list(waiting.select_for_update().order_by("pk"))
    for purchase in purchases:
        _pay_or_owe(purchase, now or clock.now())
    return purchases


@transaction.atomic
def lock_purchases(*, purchase_ids: Collection[int]) -> None:
    """Let nobody pay for any of these purchases before the caller's transaction ends.

    For who reads what is owed before paying it: two orders of one purchase that are shared
    at once would both be rounded from the same sum.
    """
    locked = Purchase.objects.select_for_update().filter(pk__in=list(purchase_ids)).order_by("pk")
    list(locked.values_list("pk", flat=True))


@transaction.atomic
def pay_from_sale(
    *, by: Actor, purchase_id: int, amount: Money, key: str, reference: str, now: datetime | None = None
) -> Purchase:
    """Note that `amount` of a purchase was paid out of what its goods sold for, in the order that `reference` names.

    It moves no money: the settlement has, in the same transaction, and has
    authorised. The same `key` again changes nothing. Raises `NotFound`, `Invalid`
    for an amount that is none, `MoreThanOwed`.
    """
    purchase = Purchase.objects.select_for_update().filter(pk=purchase_id).first()
    if purchase is None:
        raise NotFound
    before = PurchasePayment.objects.filter(key=key).first()
    if before is not None:
        _refuse_other(before, purchase, amount)
        return purchase
    if amount.minor <= 0:
        raise Invalid(_("Enter an amount above zero."), field="amount")
    if purchase.owed < amount:
        raise MoreThanOwed
    _note(by, purchase, amount, key, reference, now or clock.now())
    return purchase


@transaction.atomic
def pay_for_gone(*, reference: str, gone: Collection[Gone], now: datetime | None = None) -> int:
    """Let buyers pay for goods that they sold in the order `reference` and that brought no money.

    `gone` is all that the order left out: they are their producers' no more. Return how many purchases were paid
    for now; the same again changes nothing. Where an account does not hold the amount, the purchase is due from then
    on, and its buyer is told, once; what was owed for the order and is in `gone` no more, is owed no longer.
    """
    moment = now or clock.now()
    left = {one.purchase_id: one for one in gone}
    before = PurchaseDebt.objects.filter(reference=reference).values_list("purchase_id", flat=True)
    locked = Purchase.objects.select_for_update().filter(pk__in={*left, *before}).order_by("pk")
    return sum(_pay_for_gone(purchase, reference, left.get(purchase.pk), moment) for purchase in locked)


def _pay_for_gone(purchase: Purchase, reference: str, gone: Gone | None, now: datetime) -> bool:
    key = key_for_gone(reference, purchase.pk)
    amount: Money | None = None
    if gone is not None:
        amount = min(gone.amount, unpromised(purchase, but_for=reference))
    if gone is None or not amount or PurchasePayment.objects.filter(key=key).exists():
        _drop_debts(purchase, purchase.debts.filter(reference=reference))
        return False
    debt = _debt(purchase, reference, gone.steps, amount, now)
    try:
        _end_debt(SYSTEM, purchase, debt, now)
    except BuyerCannotPay:
        if purchase.due_at is None:
            _owe(purchase, now)
        return False
    bought.tell_of_payment(purchase)
    return True


def _debt(purchase: Purchase, reference: str, steps: int, amount: Money, now: datetime) -> PurchaseDebt:
    """Return what is owed for an order: as it was noted, for others are reckoned on it, or anew for other goods."""
    before = purchase.debts.filter(reference=reference).first()
    if before is not None and before.steps == steps:
        return before
    debt = before or PurchaseDebt(purchase=purchase, reference=reference, since=now)
    debt.steps, debt.amount_minor = steps, amount.minor
    debt.save()
    return debt


def _end_debt(by: Actor, purchase: Purchase, debt: PurchaseDebt, now: datetime) -> None:
    """Pay a debt of a locked purchase. Raises `BuyerCannotPay`."""
    move_money(by, purchase, Money(debt.amount_minor, purchase.currency), debt.key, now, debt.steps)
    _drop_debts(purchase, purchase.debts.filter(pk=debt.pk))


def _drop_debts(purchase: Purchase, debts: QuerySet[PurchaseDebt]) -> None:
    """Take debts off a locked purchase; what is left of it waits for its sale again when none remains."""
    dropped, _by_model = debts.delete()
    if dropped and purchase.owed and not purchase.debts.exists():
        purchase.due_at = None
        purchase.save(update_fields=["due_at"])


def pay_in_full(by: Actor, purchase: Purchase, now: datetime) -> None:
    """Move what is owed from the buyer's account to the producer's. Raises `NothingOwed`, `BuyerCannotPay`."""
    if purchase.owed.minor <= 0:
        raise NothingOwed
    purchase.due_at = purchase.due_at or now
    move_money(by, purchase, purchase.owed, f"{purchase.reference}/paid", now)
    purchase.save(update_fields=["due_at"])


def move_money(by: Actor, purchase: Purchase, amount: Money, key: str, now: datetime, steps: int = 0) -> None:
    """Pay so much of what is owed from the buyer's account to the producer's. Raises `BuyerCannotPay`."""
    buyer = ledger.account_of_party(purchase.buyer_id)
    producer = ledger.account_of_party(purchase.producer_id)
    legs = (Leg(buyer.pk, -amount, Part.BUYER), Leg(producer.pk, amount, Part.GROWER))
    try:
        ledger.post(by=by, draft=Draft(Reason.PURCHASE, purchase.reference, legs, key), now=now)
    except InsufficientFunds as refused:
        raise BuyerCannotPay from refused
    _note(by, purchase, amount, key, purchase.reference, now, steps)


def _pay_or_owe(purchase: Purchase, now: datetime) -> None:
    try:
        pay_in_full(SYSTEM, purchase, now)
    except BuyerCannotPay:
        _owe(purchase, now)
    else:
        bought.tell_of_payment(purchase)


def _owe(purchase: Purchase, now: datetime) -> None:
    """Let a purchase be due from now on, and tell its buyer to pay."""
    purchase.due_at = now
    purchase.save(update_fields=["due_at"])
    details = {"owed": str(purchase.owed)}
    act = "sourcing.owe_purchase"
    audit.record(by=SYSTEM, act=act, subject=purchase, area_path=purchase.area_path, details=details, now=now)
    bought.tell_buyer_to_pay(purchase)


def take_back(by: Actor, purchase: Purchase, now: datetime) -> None:
    """Reverse what was paid for a purchase that is voided. Raises `PaidBySale`, `ProducerSpentIt`."""
    payments = list(PurchasePayment.objects.filter(purchase=purchase).order_by("pk"))
    if any(payment.reference != purchase.reference for payment in payments):
        raise PaidBySale
    if not purchase.paid_minor:
        return
    memo = f"{purchase.number} voided"
    try:
        for transfer in accounts.transfers_about(purchase.reference):  # one: nothing was reversed before
            ledger.reverse(by=by, transfer=transfer, memo=memo, now=now)
    except InsufficientFunds as refused:
        raise ProducerSpentIt from refused
    _note(by, purchase, -purchase.paid, f"{purchase.reference}/returned", purchase.reference, now)


def _note(
    by: Actor, purchase: Purchase, amount: Money, key: str, reference: str, now: datetime, steps: int = 0
) -> None:
    PurchasePayment.objects.create(
        purchase=purchase, key=key, reference=reference, amount_minor=amount.minor, steps=steps, paid_at=now
    )
    purchase.paid_minor += amount.minor
    purchase.save(update_fields=["paid_minor"])
    if amount.minor > 0:
        details = {"amount": str(amount), "by": reference}
        act = "sourcing.pay_purchase"
        audit.record(by=by, act=act, subject=purchase, area_path=purchase.area_path, details=details, now=now)


def _refuse_other(before: PurchasePayment, purchase: Purchase, amount: Money) -> None:
    """Raise unless a payment that was noted under this key said the same: a fault of the program, not of people."""
    if (before.purchase_id, before.amount_minor) != (purchase.pk, amount.minor):
        raise ValueError(f"payment {before.key} was noted with other words")
