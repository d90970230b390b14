"""How many notices counted at an earlier moment, read from the rows and the record of acts."""

from datetime import datetime
from typing import TypeVar

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q, QuerySet

from terrace.audit import queries as audit
from terrace.kernel import clock
from terrace.kernel.db import within
from terrace.sourcing.domain import Status
from terrace.sourcing.models import DemandNotice, NoticeRow, SupplyNotice

N = TypeVar("N", bound=NoticeRow)
ENDED = (Status.WITHDRAWN, Status.BOUGHT)


def count_supply_open_at(path: str, moment: datetime) -> int:
    """Return how many supply notices of the area at `path` counted at `moment`."""
    return _count(SupplyNotice.objects.all(), "supply", path, moment)


def count_demand_open_at(path: str, moment: datetime) -> int:
    """Return how many demand notices of the area at `path` counted at `moment`."""
    return _count(DemandNotice.objects.all(), "demand", path, moment)


def _count(rows: QuerySet[N], word: str, path: str, moment: datetime) -> int:
    """Count what had been recorded, whose window was not over, and what was not withdrawn or bought before.

    The rows tell all but when a notice was withdrawn or bought, which the record
    of acts knows: only an open one is bought from. A later change of the last day tells nothing wrong: only an open
    notice is changed, so its window was not over before either.
    """
    had_begun = rows.filter(within([path]), created_at__lte=moment, closes_on__gte=clock.today(moment))
    is_over = Q(status__in=ENDED)
    found = had_begun.aggregate(open=Count("pk", filter=~is_over), ended=ArrayAgg("pk", filter=is_over, default=[]))
    ending = (f"sourcing.withdraw_{word}", f"sourcing.rest_{word}", f"sourcing.sell_{word}")
    return int(found["open"]) + audit.count_done_after(ending, rows.model, found["ended"], moment)
