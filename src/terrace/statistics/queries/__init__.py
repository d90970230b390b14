"""Live figures, summed from the rows of the contexts below when somebody looks."""

from terrace.statistics.queries.checks import CHECKS
from terrace.statistics.queries.crops import Crop
from terrace.statistics.queries.figures import (
    ProductFigures,
    measure,
    measure_all,
    measure_below,
    sales_and_income,
    total,
)
from terrace.statistics.queries.outlets import (
    OUTLETS,
    OutletMonth,
    Ranked,
    find_cost,
    get_outlet,
    has_costs,
    months_of,
    ranking,
)
from terrace.statistics.queries.statements import (
    HouseholdStatement,
    MoneyLine,
    Year,
    get_household,
    may_see_statement,
    statement_of,
)

__all__ = [
    "CHECKS",
    "OUTLETS",
    "Crop",
    "HouseholdStatement",
    "MoneyLine",
    "OutletMonth",
    "ProductFigures",
    "Ranked",
    "Year",
    "find_cost",
    "get_household",
    "get_outlet",
    "has_costs",
    "may_see_statement",
    "measure",
    "measure_all",
    "measure_below",
    "months_of",
    "ranking",
    "sales_and_income",
    "statement_of",
    "total",
]
