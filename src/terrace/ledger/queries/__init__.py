"""What others may read here."""

from terrace.ledger.queries.accounts import (
    accounts_by_id,
    accounts_of,
    accounts_of_units,
    accounts_visible_to,
    balance_of,
    escrow_balances,
    find_account_of_party,
    get_account,
    held_in_escrow,
)
from terrace.ledger.queries.checks import CHECKS
from terrace.ledger.queries.figures import (
    Earned,
    YearSum,
    income_at,
    income_by_area,
    income_by_day,
    income_entries,
    income_entries_visible_to,
    sums_by_year,
    unit_earnings,
)
from terrace.ledger.queries.held import held_about, payouts_held_about
from terrace.ledger.queries.leads import know_references, number_in, url_of
from terrace.ledger.queries.operators import operator_of, runs_a_unit
from terrace.ledger.queries.payouts import (
    count_by_state,
    get_run,
    payouts_of,
    payouts_under_way,
    payouts_visible_to,
    runs_visible_to,
    without_bank_account,
)
from terrace.ledger.queries.statements import Line, Statement, entries_between, last_entries, statement
from terrace.ledger.queries.sums import Sum, entries_under, sum_of_parts
from terrace.ledger.queries.titles import title_of, titles_of
from terrace.ledger.queries.transfers import (
    area_of_transfer,
    find_reversal,
    get_transfer,
    transfers_about,
    transfers_about_all,
    transfers_seen_about,
)

__all__ = [
    "CHECKS",
    "Earned",
    "Line",
    "Statement",
    "Sum",
    "YearSum",
    "accounts_by_id",
    "accounts_of",
    "accounts_of_units",
    "accounts_visible_to",
    "area_of_transfer",
    "balance_of",
    "count_by_state",
    "entries_between",
    "entries_under",
    "escrow_balances",
    "find_account_of_party",
    "find_reversal",
    "get_account",
    "get_run",
    "get_transfer",
    "held_about",
    "held_in_escrow",
    "income_at",
    "income_by_area",
    "income_by_day",
    "income_entries",
    "income_entries_visible_to",
    "know_references",
    "last_entries",
    "number_in",
    "operator_of",
    "payouts_held_about",
    "payouts_of",
    "payouts_under_way",
    "payouts_visible_to",
    "runs_a_unit",
    "runs_visible_to",
    "statement",
    "sum_of_parts",
    "sums_by_year",
    "title_of",
    "titles_of",
    "transfers_about",
    "transfers_about_all",
    "transfers_seen_about",
    "unit_earnings",
    "url_of",
    "without_bank_account",
]
