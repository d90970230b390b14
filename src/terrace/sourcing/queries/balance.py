"""Supply against demand by product and week, in one statement, and the same by area."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from terrace.kernel import clock
from terrace.kernel.db import LAST
from terrace.kernel.deployment import current
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.tiers import Workspace
from terrace.network import queries as network
from terrace.network.models import Area

WEEKS = 8
CENTRE = Workspace.CENTRE
# A notice's quantity is spread over the days of its window; the share of a week is
# cut from the running total (`Window.share`), so a notice's weeks add up to what is left
# of it. Days that have passed no longer count: the present week begins today.
SHARES = """
    select n.product_id, n.unit, n.area_path, w.week, side,
           n.quantity_steps * least(n.days, greatest(0, w.week + 7 - n.opens_on)) / n.days
         - n.quantity_steps * least(n.days, greatest(0, greatest(w.week, %(today)s) - n.opens_on)) / n.days as steps
    from (
        select 'supply' as side, product_id, unit, area_path, quantity_steps, opens_on, closes_on,
               closes_on - opens_on + 1 as days
        from sourcing_supplynotice
        where status = 'open' and closes_on >= %(today)s and area_path >= %(path)s and area_path < %(end)s
        union all
        select 'demand', product_id, unit, area_path, quantity_steps, opens_on, closes_on, closes_on - opens_on + 1
        from sourcing_demandnotice
        where status = 'open' and closes_on >= %(today)s and area_path >= %(path)s and area_path < %(end)s
    ) n
    join unnest(%(weeks)s::date[]) as w(week) on n.opens_on < w.week + 7
        and n.closes_on >= w.week and w.week + 7 > %(today)s
"""

BY_WEEK = f"""
    select product_id, unit, week,
           coalesce(sum(steps) filter (where side = 'supply'), 0)::bigint,
           coalesce(sum(steps) filter (where side = 'demand'), 0)::bigint
    from ({SHARES}) s group by product_id, unit, week order by product_id, week
"""  # noqa: S608 nothing but our own statement is put in
BY_AREA = f"""
    select product_id, unit, left(area_path, %(length)s),
           coalesce(sum(steps) filter (where side = 'supply'), 0)::bigint,
           coalesce(sum(steps) filter (where side = 'demand'), 0)::bigint
    from ({SHARES}) s where product_id = %(product)s group by 1, 2, 3 order by 3
"""  # noqa: S608 nothing but our own statement is put in


@dataclass(frozen=True, slots=True)
class BalanceCell:
    """Supply and demand of one product in one week (or one area)."""

    product_id: int
    supply: Quantity
    demand: Quantity
    week: date | None = None
    area_path: str = ""

    @property
    def gap(self) -> Quantity:
        """Supply less demand: a surplus above zero, a gap below."""
        return self.supply - self.demand


def balance(path: str, weeks: Sequence[date], today: date) -> list[BalanceCell]:
    """Return the cells of the area at `path` for the weeks that begin on the Mondays `weeks`, by product and week.

    Counts the notices that are open on `today`; a pair without any notice has no cell.
    """
    rows = _rows(BY_WEEK, path, weeks, today)
    return [BalanceCell(p, Quantity(s, Unit(u)), Quantity(d, Unit(u)), week=week) for p, u, week, s, d in rows]


def demand_area(path: str) -> Area:
    """Return the area whose demand counts for who sits at `path`: its own, and below a centre the centre's.

    Buyers are registered in town, at the county, so a village alone never has demand (docs/adr/0015).
    """
    above, plan = network.ancestors(path), current().plan
    return next((area for area in above if area.tier and plan.get(area.tier).workspace is CENTRE), above[-1])


def balance_against(path: str, wider: str, weeks: Sequence[date], today: date) -> list[BalanceCell]:
    """Return supply at `path` beside demand at `wider`, an area that holds it, in cells as `balance` has them."""
    own = {(cell.product_id, cell.week): cell for cell in balance(path, weeks, today)}
    if wider == path:
        return list(own.values())
    wanted = {(cell.product_id, cell.week): cell for cell in balance(wider, weeks, today)}
    cells = [_beside(own.get(key), wanted[key]) for key in sorted(wanted)]  # what is within is in the wider too
    return [cell for cell in cells if cell.supply.steps or cell.demand.steps]


def _beside(own: BalanceCell | None, wanted: BalanceCell) -> BalanceCell:
    supply = own.supply if own else Quantity(0, wanted.demand.unit)
    return BalanceCell(wanted.product_id, supply, wanted.demand, week=wanted.week)


def balance_by_area(
    path: str, children: Collection[str], product_id: int, weeks: Sequence[date], today: date
) -> list[BalanceCell]:
    """Return one cell for each of the areas at `children` (paths below `path`) that has notices of the product.

    Notices of the area at `path` itself, such as a firm's in town, come first in a cell of their own.
    """
    wanted = {path, *children}
    found: dict[str, BalanceCell] = {}
    for length in sorted({len(child) for child in children} or {len(path)}):
        for p, u, area, s, d in _rows(BY_AREA, path, weeks, today, length=length, product=product_id):
            if area in wanted:
                found[area] = BalanceCell(p, Quantity(s, Unit(u)), Quantity(d, Unit(u)), area_path=area)
    return [found[area] for area in sorted(found)]


def totals(cells: Iterable[BalanceCell]) -> dict[int, BalanceCell]:
    """Return the sum of a product's cells, by product."""
    sums: dict[int, BalanceCell] = {}
    for cell in cells:
        before = sums.get(cell.product_id)
        supply, demand = (
            (cell.supply, cell.demand) if before is None else (before.supply + cell.supply, before.demand + cell.demand)
        )
        sums[cell.product_id] = BalanceCell(cell.product_id, supply, demand)
    return sums


def coming_weeks(first_day: date) -> list[date]:
    """Return the Mondays of the week of `first_day` and of the seven after it."""
    return [clock.week_of(first_day) + timedelta(weeks=n) for n in range(WEEKS)]


def _rows(sql: str, path: str, weeks: Sequence[date], today: date, **values: str | int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"path": path, "end": path + LAST, "weeks": list(weeks), "today": today, **values})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
