"""Reading supply and demand, balance, matches, advice and prices."""

from terrace.sourcing.queries.advice import (
    advice_for,
    advice_visible_to,
    count_unacknowledged,
    receipts_of,
    unacknowledged,
)
from terrace.sourcing.queries.balance import (
    BalanceCell,
    balance,
    balance_against,
    balance_by_area,
    coming_weeks,
    demand_area,
    totals,
)
from terrace.sourcing.queries.checks import CHECKS
from terrace.sourcing.queries.filters import narrowed, prices_narrowed
from terrace.sourcing.queries.goods import Goods, goods_of
from terrace.sourcing.queries.matches import (
    Match,
    Plan,
    calls_under,
    matches_of_demand,
    matches_of_supply,
    matches_under,
)
from terrace.sourcing.queries.notices import (
    count_open,
    demand_visible_to,
    get_demand,
    get_supply,
    has_open_notices,
    held_about,
    open_on,
    overlapping,
    standing_at,
    supply_visible_to,
)
from terrace.sourcing.queries.past import count_demand_open_at, count_supply_open_at
from terrace.sourcing.queries.prices import (
    PriceLine,
    home_market,
    latest_price,
    price_line,
    prices_visible_to,
    varieties_quoted,
)
from terrace.sourcing.queries.sorting import (
    ADVICE_SORTS,
    CALL_SORTS,
    NOTICE_SORTS,
    PRICE_SORTS,
    RECEIPT_SORTS,
    nearest_first,
)

__all__ = [
    "ADVICE_SORTS",
    "CALL_SORTS",
    "CHECKS",
    "NOTICE_SORTS",
    "PRICE_SORTS",
    "RECEIPT_SORTS",
    "BalanceCell",
    "Goods",
    "Match",
    "Plan",
    "PriceLine",
    "advice_for",
    "advice_visible_to",
    "balance",
    "balance_against",
    "balance_by_area",
    "calls_under",
    "coming_weeks",
    "count_demand_open_at",
    "count_open",
    "count_supply_open_at",
    "count_unacknowledged",
    "demand_area",
    "demand_visible_to",
    "get_demand",
    "get_supply",
    "goods_of",
    "has_open_notices",
    "held_about",
    "home_market",
    "latest_price",
    "matches_of_demand",
    "matches_of_supply",
    "matches_under",
    "narrowed",
    "nearest_first",
    "open_on",
    "overlapping",
    "price_line",
    "prices_narrowed",
    "prices_visible_to",
    "receipts_of",
    "standing_at",
    "supply_visible_to",
    "totals",
    "unacknowledged",
    "varieties_quoted",
]
