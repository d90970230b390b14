"""What others may read here."""

from terrace.kernel.checks import Check
from terrace.ledger.queries.accounts import (
    accounts_by_id,
    accounts_visible_to,
    balance_of,
    find_account_of_party,
    get_account,
)
from terrace.ledger.queries.figures import (
    Earned,
    income_by_area,
    income_by_day,
    income_entries,
    income_entries_visible_to,
    unit_earnings,
)
from terrace.ledger.queries.statements import Line, Statement, statement
from terrace.ledger.queries.sums import Sum, entries_under, sum_of_parts
from terrace.ledger.queries.titles import title_of, titles_of
from terrace.ledger.queries.transfers import transfers_about, transfers_about_all

__all__ = [
    "CHECKS",
    "Earned",
    "Line",
    "Statement",
    "Sum",
    "accounts_by_id",
    "accounts_visible_to",
    "balance_of",
    "entries_under",
    "find_account_of_party",
    "get_account",
    "income_by_area",
    "income_by_day",
    "income_entries",
    "income_entries_visible_to",
    "statement",
    "sum_of_parts",
    "title_of",
    "titles_of",
    "transfers_about",
    "transfers_about_all",
    "unit_earnings",
]

CHECKS: tuple[Check, ...] = ()
"""What must hold in a live database."""
