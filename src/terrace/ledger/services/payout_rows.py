"""Payouts written by one statement, however many they are, as `writing` does it with transfers."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from terrace.kernel.money import Money
from terrace.ledger.domain import PayoutState
from terrace.ledger.models import PayoutRun

STATEMENT = """
    insert into ledger_payout (
        number, run_id, party_id, account_id, amount_minor, currency, state, bank_account_id, bank, last4, prepared_at,
        answer, area_path, county_code
    )
    select given.number, %(run)s, account.party_id, account.id, given.minor, account.currency, %(state)s,
        given.bank_account, given.bank, given.last4, %(at)s, '', account.area_path, account.county_code
    from json_to_recordset(%(payouts)s::json)
        as given (number text, account bigint, minor bigint, bank_account bigint, bank text, last4 text)
    join ledger_account account on account.id = given.account
    order by account.id
"""
"""Whose it is and where it lies is the account's."""


class PayoutGiven(NamedTuple):
    """A payout as it shall be: all that lies on an account, to a bank account."""

    number: str
    account: int
    minor: int
    bank_account: int
    bank: str
    last4: str

    def amount(self, currency: str) -> Money:
        """Return what is paid out."""
        return Money(self.minor, currency)


def write_payouts(run: PayoutRun, payouts: Sequence[PayoutGiven], now: datetime) -> None:
    """Write the payouts of a run. Asks nobody."""
    given: dict[str, Any] = {
        "run": run.pk,
        "state": PayoutState.PREPARED.value,
        "at": now,
        "payouts": json.dumps([payout._asdict() for payout in payouts]),
    }
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, given)
