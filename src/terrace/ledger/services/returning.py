"""Putting the money of payouts back on the accounts that it came from."""

from collections.abc import Sequence
from datetime import datetime

from terrace.kernel.actors import Actor
from terrace.ledger.domain import AccountKind, Draft, Leg, Part, Reason
from terrace.ledger.models import Payout
from terrace.ledger.services.accounts import house_account
from terrace.ledger.services.posting import settle


def give_back(*, by: Actor, payouts: Sequence[Payout], memo: str, now: datetime) -> None:
    """Move what lies with the payouts on their way back to the parties' accounts, once for each payout."""
    if payouts:
        waiting = house_account(AccountKind.PAYOUTS)
        settle(by=by, drafts=[back(payout, waiting.pk, memo) for payout in payouts], now=now)


def back(payout: Payout, from_id: int, memo: str) -> Draft:
    """Return the transfer that puts a payout's money back on its account, from where it lies now."""
    legs = (Leg(from_id, -payout.amount, Part.BANK), Leg(payout.account_id, payout.amount, Part.BANK))
    return Draft(Reason.PAYOUT_RETURNED, payout.reference, legs, f"{payout.reference}/back", memo[:200])
