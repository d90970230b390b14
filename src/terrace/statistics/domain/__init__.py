"""What statistics means: periods, figures, an outlet's costs. Pure rules."""

from terrace.statistics.domain.acts import ACTS, Permission
from terrace.statistics.domain.figures import FigureKind, Tally, change_of
from terrace.statistics.domain.outlets import CostKind, MonthResult, month_of
from terrace.statistics.domain.periods import Days, Period, Span

__all__ = [
    "ACTS",
    "CostKind",
    "Days",
    "FigureKind",
    "MonthResult",
    "Period",
    "Permission",
    "Span",
    "Tally",
    "change_of",
    "month_of",
]
