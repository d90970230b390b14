"""Money that came in at the bank, booked by a clerk; and taking back what was booked by mistake."""

from datetime import datetime

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import ids
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import require_own_currency
from terrace.kernel.errors import DomainError, Forbidden, Invalid
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.ledger.domain import AccountKind, Draft, Leg, Part, Permission, Reason, plain_reference
from terrace.ledger.models import BankReceipt, Transfer
from terrace.ledger.queries.transfers import area_of_transfer
from terrace.ledger.services.accounts import account_of_party, house_account
from terrace.ledger.services.posting import post, reverse
from terrace.ledger.services.receipts import take_receipt
from terrace.registry.domain import State
from terrace.registry.models import Party

LONGEST_REFERENCE = 60
LONGEST_MEMO = 200
MOST_MINOR = 10_000_000_000
"""Of one deposit: a hundred million of most currencies. More has a figure too many."""


class MadeElsewhere(DomainError):
    """A transfer that follows from an order, a purchase or a payout is undone there."""

    code = "made_elsewhere"
    message = _("This follows from something else, such as an order or a payout. Undo it there.")


@transaction.atomic
def deposit(*, by: Actor, party: Party, amount: Money, bank_reference: str, now: datetime | None = None) -> Transfer:
    """Book money that came in at the bank for a producer or buyer, once for each reference of the bank.

    Raises `Forbidden` outside the actor's area and for who speaks for the party,
    `Invalid` at the field that breaks a rule, `AlreadyBooked` also where it paid an order.
    """
    by.require(Permission.DEPOSIT, party.area_path)
    if party.pk in by.own_parties:
        raise Forbidden(_("You speak for it yourself. Somebody else has to book this money."))
    reference = _checked(party, amount, bank_reference)
    key = _key(reference)
    take_receipt(reference=reference, about=key, field="bank_reference")
    account, bank = account_of_party(party.pk), house_account(AccountKind.BANK)
    legs = (Leg(bank.pk, -amount, Part.BANK), Leg(account.pk, amount, Part.BANK))
    transfer = post(by=by, draft=Draft(Reason.DEPOSIT, f"deposit/{reference}", legs, key), now=now)
    details = {"party": party.number, "amount": str(amount), "bank_reference": reference}
    audit.record(by=by, act="ledger.deposit", subject=transfer, area_path=party.area_path, details=details, now=now)
    return transfer


@transaction.atomic
def take_back(*, by: Actor, transfer: Transfer, memo: str, now: datetime | None = None) -> Transfer:
    """Reverse a deposit that was booked by mistake; `memo` says why.

    Raises `Forbidden`, `MadeElsewhere` for a transfer of another reason,
    `AlreadyReversed`, `InsufficientFunds` when the money has gone on.
    """
    path = area_of_transfer(transfer)
    by.require(Permission.REVERSE, path)
    why = memo.strip()
    if not why or len(why) > LONGEST_MEMO:
        raise Invalid(_("Say why, in at most %(most)d characters.") % {"most": LONGEST_MEMO}, field="memo")
    refuse_identity_number(why, field="memo")
    if transfer.reason != Reason.DEPOSIT:
        raise MadeElsewhere
    made = reverse(by=by, transfer=transfer, memo=why, now=now)
    BankReceipt.objects.filter(about=transfer.key).delete()  # it may have been booked for the wrong party
    details = {"transfer": transfer.number}
    audit.record(by=by, act="ledger.reverse", subject=made, area_path=path, details=details, now=now)
    return made


def _key(reference: str) -> str:
    """Return the key of a deposit by a reference of the bank: one that was taken back may be booked once more."""
    known_by = f"deposit/{ids.fingerprint(plain_reference(reference))[:32]}/"
    return f"{known_by}{Transfer.objects.filter(key__startswith=known_by).count()}"


def _checked(party: Party, amount: Money, bank_reference: str) -> str:
    if party.state is State.ERASED:
        raise Invalid(_("The data of this producer or buyer were erased."), field="party")
    if amount.minor <= 0:
        raise Invalid(_("Enter an amount above zero."), field="amount")
    require_own_currency(amount, field="amount")
    if amount.minor > MOST_MINOR:
        raise Invalid(_("This is more than any transfer. Check the amount."), field="amount")
    reference = " ".join(bank_reference.split())
    if not reference or len(reference) > LONGEST_REFERENCE:
        told = _("Enter what the bank calls it, in at most %(most)d characters.") % {"most": LONGEST_REFERENCE}
        raise Invalid(told, field="bank_reference")
    refuse_identity_number(reference, field="bank_reference")
    return reference
