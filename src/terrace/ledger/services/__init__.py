"""The acts of the ledger, and its doors for the acts of others."""

from terrace.ledger.services.accounts import (
    account_of_party,
    account_of_unit,
    accounts_of_parties,
    cash_of_unit,
    escrow_account,
    forget_bank_accounts,
    house_account,
    move_account,
)
from terrace.ledger.services.deposits import MadeElsewhere, deposit, take_back
from terrace.ledger.services.earnings import OwnOperator, set_operator
from terrace.ledger.services.export import BANK_FILE, NothingToHandOver, export_payouts
from terrace.ledger.services.payouts import (
    PREPARE_JOB,
    HandedOver,
    NothingToPay,
    PayoutsGiven,
    StillPreparing,
    cancel_payouts,
    prepare_payouts,
    restart_preparation,
    run_preparation,
)
from terrace.ledger.services.posting import AlreadyReversed, KeyTaken, post, post_many, reverse
from terrace.ledger.services.receipts import AlreadyBooked, give_up_receipt, take_receipt
from terrace.ledger.services.result_rows import RESULTS
from terrace.ledger.services.results import Booked, NotHandedOver, book_results

__all__ = [
    "BANK_FILE",
    "PREPARE_JOB",
    "RESULTS",
    "AlreadyBooked",
    "AlreadyReversed",
    "Booked",
    "HandedOver",
    "KeyTaken",
    "MadeElsewhere",
    "NotHandedOver",
    "NothingToHandOver",
    "NothingToPay",
    "OwnOperator",
    "PayoutsGiven",
    "StillPreparing",
    "account_of_party",
    "account_of_unit",
    "accounts_of_parties",
    "book_results",
    "cancel_payouts",
    "cash_of_unit",
    "deposit",
    "escrow_account",
    "export_payouts",
    "forget_bank_accounts",
    "give_up_receipt",
    "house_account",
    "move_account",
    "post",
    "post_many",
    "prepare_payouts",
    "restart_preparation",
    "reverse",
    "run_preparation",
    "set_operator",
    "take_back",
    "take_receipt",
]
