"""The acts of the ledger, and its doors for the acts of others."""

from terrace.ledger.services.accounts import (
    account_of_party,
    account_of_unit,
    accounts_of_parties,
    escrow_account,
    house_account,
)
from terrace.ledger.services.deposits import AlreadyBooked, MadeElsewhere, deposit, take_back
from terrace.ledger.services.posting import AlreadyReversed, KeyTaken, post, post_many, reverse

__all__ = [
    "AlreadyBooked",
    "AlreadyReversed",
    "KeyTaken",
    "MadeElsewhere",
    "account_of_party",
    "account_of_unit",
    "accounts_of_parties",
    "deposit",
    "escrow_account",
    "house_account",
    "post",
    "post_many",
    "reverse",
    "take_back",
]
