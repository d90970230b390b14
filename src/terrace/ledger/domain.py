"""Accounts, transfers of money between them, payouts to the bank. Pure rules; of reasons the ledger knows the name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from terrace.kernel.errors import DomainError, Invalid
from terrace.kernel.money import Money
from terrace.kernel.words import Choice, Text, _, in_context


class Permission(Choice):
    """What a post may allow about the ledger."""

    VIEW = "ledger.view", _("See accounts and money of the area")
    DEPOSIT = "ledger.deposit", _("Book money that came in at the bank")
    PAY = "ledger.pay", _("Prepare payouts and book what the bank says of them")
    REVERSE = "ledger.reverse", _("Reverse a transfer")
    OUTLET = "ledger.outlet", _("See the account of the own service unit")


def plain_reference(text: str) -> str:
    """Return what the bank calls a transfer as it is compared: in single spaces, whatever its letters' case."""
    return " ".join(text.split()).casefold()


class AccountKind(Choice):
    """Whose money an account keeps. Bank, provider and cash stand for the outside, and alone may go below zero.

    The cash of a service unit is what its people took in notes for somebody: what they still owe, with a minus.
    """

    PARTY = "party", _("Producer or buyer")
    UNIT = "unit", _("Service unit")
    CASH = "cash", _("Cash of a service unit")
    ESCROW = "escrow", in_context("account", "Escrow")
    BANK = "bank", in_context("account", "Bank")
    PROVIDER = "provider", _("Payment provider")
    PAYOUTS = "payouts", _("Payouts on their way")
    PLATFORM = "platform", _("Platform")

    @property
    def is_outside(self) -> bool:
        """Whether it stands for money outside the house: what lies there is what came from there, with a minus."""
        return self in (AccountKind.BANK, AccountKind.PROVIDER, AccountKind.CASH)

    @property
    def is_house(self) -> bool:
        """Whether the installation has one such account of its own."""
        return self not in (AccountKind.PARTY, AccountKind.UNIT, AccountKind.CASH, AccountKind.ESCROW)


class Reason(Choice):
    """Why money moves."""

    PAYMENT = "payment", _("Payment of an order")
    RELEASE = "release", _("Share of a completed order")
    REFUND = "refund", in_context("reason", "Refund")
    PURCHASE = "purchase", _("Purchase of goods")
    FEE = "fee", in_context("reason", "Fee")
    CASH_TAKEN = "cash_taken", _("Cash on delivery")
    CASH_HANDED_IN = "cash_handed_in", _("Cash handed in")
    DEPOSIT = "deposit", _("Money that came in at the bank")
    EARNINGS = "earnings", _("Earnings of a service unit, handed on to who runs it")
    PAYOUT = "payout", _("Payout prepared")
    PAYOUT_PAID = "payout_paid", _("Payout paid by the bank")
    PAYOUT_RETURNED = "payout_returned", _("Payout that came back")
    REVERSAL = "reversal", in_context("reason", "Reversal")


class Part(Choice):
    """What the money of a leg is for its receiver; on the leg of who gives it, what it gives as."""

    BUYER = "buyer", in_context("part", "Buyer")
    GROWER = "grower", in_context("part", "Grower")
    SELLER = "seller", in_context("part", "Seller")
    OUTLET = "outlet", in_context("part", "Service unit")
    FLEET = "fleet", in_context("part", "Vehicles")
    CARRIER = "carrier", in_context("part", "Carrier")
    PACKING = "packing", in_context("part", "Packing")
    PLATFORM = "platform", in_context("part", "Platform")
    ESCROW = "escrow", in_context("part", "Escrow")
    BANK = "bank", in_context("part", "Bank")
    CASH = "cash", in_context("part", "Cash")


class PayoutState(Choice):
    """Where a payout stands. Its money lies with the payouts on their way until the bank has said what became of it."""

    PREPARED = "prepared", in_context("payout", "Prepared")
    SENT = "sent", _("With the bank")
    PAID = "paid", in_context("payout", "Paid")
    FAILED = "failed", _("Refused by the bank")
    RETURNED = "returned", _("Came back")
    CANCELLED = "cancelled", in_context("payout", "Cancelled")

    @property
    def is_under_way(self) -> bool:
        """Whether its money has left the party's account and has not yet reached the bank's."""
        return self in UNDER_WAY

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        return {
            PayoutState.PAID: "good",
            PayoutState.FAILED: "bad",
            PayoutState.RETURNED: "bad",
            PayoutState.CANCELLED: "neutral",
        }.get(self, "info")


UNDER_WAY = (PayoutState.PREPARED, PayoutState.SENT)
CAME_BACK = (PayoutState.FAILED, PayoutState.RETURNED)


class RunState(Choice):
    """Where a run of payouts stands."""

    PREPARING = "preparing", _("Being prepared")
    PREPARED = "prepared", _("To be handed to the bank")
    EXPORTED = "exported", _("With the bank")
    SETTLED = "settled", _("Answered by the bank")
    CANCELLED = "cancelled", in_context("payout", "Cancelled")

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        return {RunState.SETTLED: "good", RunState.CANCELLED: "neutral", RunState.PREPARED: "warn"}.get(self, "info")


@dataclass(frozen=True, slots=True)
class Leg:
    """One account's side of a transfer; a positive amount goes into the account."""

    account_id: int
    amount: Money
    part: Part


@dataclass(frozen=True, slots=True)
class Draft:
    """A transfer as it shall be: why, about what ("order/O-..."), its legs, and the key by which it is booked once.

    `memo` is a word for the reader, in the language of the installation.
    """

    reason: Reason
    reference: str
    legs: tuple[Leg, ...]
    key: str
    memo: str = ""


class Unbalanced(Invalid):
    """The legs of a transfer do not sum to zero, or there are none: a fault of the program, never of its user."""

    code = "unbalanced"
    message = _("What goes out of accounts must be what goes into others.")


class InsufficientFunds(DomainError):
    """An account that may not go below zero would."""

    code = "insufficient_funds"
    message = _("There is not enough money on the account.")


def check_draft(draft: Draft) -> None:
    """Raise `Unbalanced` unless the draft has two legs or more, none of nothing, that sum to zero in each currency."""
    sums: dict[str, int] = {}
    for leg in draft.legs:
        sums[leg.amount.currency] = sums.get(leg.amount.currency, 0) + leg.amount.minor
    if len(draft.legs) < 2 or any(sums.values()) or not all(leg.amount for leg in draft.legs):
        raise Unbalanced(reference=draft.reference)


def moved(legs: Iterable[Leg]) -> dict[int, int]:
    """Return by how many minor units each account changes."""
    changes: dict[int, int] = {}
    for leg in legs:
        changes[leg.account_id] = changes.get(leg.account_id, 0) + leg.amount.minor
    return changes


ACTS: Mapping[str, Text] = {
    "ledger.deposit": _("booked money that came in at the bank"),
    "ledger.reverse": _("reversed a transfer"),
    "ledger.set_operator": _("said who runs a unit and gets what it earns"),
    "ledger.prepare_payouts": _("prepared payouts"),
    "ledger.export_payouts": _("handed payouts to the bank"),
    "ledger.book_results": _("booked what the bank says of payouts"),
    "ledger.restart_payouts": _("let the preparing of payouts go on"),
    "ledger.cancel_payouts": _("cancelled payouts"),
}
"""What the record of acts calls this context's acts."""


def usual_minimum(currency: str) -> Money:
    """Return from how much on payouts are usually prepared: less is not worth what the bank takes for it."""
    return Money(10_00, currency)
