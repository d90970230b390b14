"""Handing a run of payouts to the bank, as a file with full account numbers: each time a recorded look at them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from terrace.audit import services as audit
from terrace.http.text_tables import write_text
from terrace.http.workbooks import Head
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.db import among
from terrace.kernel.errors import DomainError
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.ledger.domain import UNDER_WAY, PayoutState, Permission, RunState
from terrace.ledger.models import Payout, PayoutRun
from terrace.ledger.services.payouts import StillPreparing
from terrace.ledger.services.returning import give_back
from terrace.registry import queries as registry
from terrace.registry import services as parties
from terrace.registry.models import BankAccount

BANK_FILE = (
    Head("payout", _("Payout number")),
    Head("bank", _("Bank")),
    Head("holder", _("Account holder")),
    Head("account_number", _("Account number")),
    Head("amount", _("Amount")),
    Head("currency", _("Currency")),
    Head("purpose", _("Purpose")),
)
"""The columns of the file, in their order."""


class NothingToHandOver(DomainError):
    """Every payout of the run is over, or was cancelled."""

    code = "nothing_to_hand_over"
    message = _("There is nothing in this run that the bank has to pay.")


@transaction.atomic
def export_payouts(*, by: Actor, run: PayoutRun, now: datetime | None = None) -> bytes:
    """Return the bank's file of the payouts that are under way, as UTF-8 with a mark, and record that it was taken.

    The first file settles the accounts: where a party's bank account was changed
    since, the new one counts; where none is left, or the actor may not see it,
    the money goes back. Later files say the same again. Raises `Forbidden` without `PAY` and the
    registry's `BANK` there, `StillPreparing`, `NothingToHandOver`, `Unsealable`.
    """
    by.require(Permission.PAY, run.area_path)
    moment = now or clock.now()
    locked = PayoutRun.objects.select_for_update().get(pk=run.pk)
    if locked.state == RunState.PREPARING:
        raise StillPreparing
    payouts = list(locked.payouts.filter(state__in=UNDER_WAY).order_by("pk"))
    if locked.state == RunState.PREPARED:
        _settle_accounts(payouts)
    numbers = parties.look_at_accounts(
        by=by,
        account_ids={payout.bank_account_id for payout in payouts if payout.bank_account_id is not None},
        about=run,
        area_path=run.area_path,
        now=moment,
    )
    payable = [payout for payout in payouts if payout.bank_account_id in numbers]
    if not payable:
        raise NothingToHandOver
    if locked.state == RunState.PREPARED:
        _hand_over(by, locked, [payout for payout in payouts if payout.bank_account_id not in numbers], moment)
    amount = Money(sum(payout.amount_minor for payout in payable), run.currency)
    details = {"count": len(payable), "amount": str(amount)}
    audit.record(by=by, act="ledger.export_payouts", subject=run, area_path=run.area_path, details=details, now=moment)
    return write_text(BANK_FILE, _rows(payable, numbers, run.purpose))


def _settle_accounts(payouts: Sequence[Payout]) -> None:
    """Let each payout go to the account that its party has now; few have another than when it was prepared."""
    present = registry.open_accounts(payout.party_id for payout in payouts)
    changed = [payout for payout in payouts if _id_of(present.get(payout.party_id)) != payout.bank_account_id]
    for payout in changed:
        bank = present.get(payout.party_id)
        payout.bank_account_id = _id_of(bank)
        payout.bank, payout.last4 = (bank.bank, bank.last4) if bank else ("", "")
    Payout.objects.bulk_update(changed, ["bank_account_id", "bank", "last4"], batch_size=500)


def _id_of(bank: BankAccount | None) -> int | None:
    return bank.pk if bank else None


def _hand_over(by: Actor, run: PayoutRun, others: Sequence[Payout], now: datetime) -> None:
    why = str(_("No bank account"))
    give_back(by=by, payouts=others, memo=why, now=now)
    lost = run.payouts.filter(pk__in=among(payout.pk for payout in others))
    lost.update(state=PayoutState.CANCELLED, ended_on=clock.today(now), answer=why)
    run.payouts.filter(state=PayoutState.PREPARED).update(state=PayoutState.SENT)
    run.state, run.exported_at = RunState.EXPORTED, now
    run.save_version(run.version, ["state", "exported_at"])


def _rows(
    payouts: Sequence[Payout], numbers: Mapping[int, parties.AccountGiven], purpose: str
) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for payout in payouts:
        account = numbers[payout.bank_account_id or 0]
        amount, currency = payout.amount.amount, payout.currency
        rows.append((payout.number, account.bank, account.holder, account.account_number, amount, currency, purpose))
    return rows
