"""Accounts, transfers and their entries, payouts."""

from terrace.ledger.models.accounts import Account, FormerPlace
from terrace.ledger.models.operators import Operator
from terrace.ledger.models.payouts import Payout, PayoutRun
from terrace.ledger.models.receipts import BankReceipt
from terrace.ledger.models.transfers import Entry, Transfer

__all__ = ["Account", "BankReceipt", "Entry", "FormerPlace", "Operator", "Payout", "PayoutRun", "Transfer"]
