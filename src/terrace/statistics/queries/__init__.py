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
from terrace.statistics.queries.helping import Help, helps_for
from terrace.statistics.queries.outlet_statements import OutletStatement, outlet_statement
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
    "Help",
    "HouseholdStatement",
    "MoneyLine",
    "OutletMonth",
    "OutletStatement",
    "ProductFigures",
    "Ranked",
    "Year",
    "find_cost",
    "get_household",
    "get_outlet",
    "has_costs",
    "helps_for",
    "may_see_statement",
    "measure",
    "measure_all",
    "measure_below",
    "months_of",
    "outlet_statement",
    "ranking",
    "sales_and_income",
    "statement_of",
    "total",
]
