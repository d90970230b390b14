"""A lot that is sold in thousands of parcels is packed as fast at its end as at its beginning."""

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

from terrace.kernel.actors import SYSTEM
from terrace.kernel.quantity import Quantity, Unit
from terrace.traceability import queries, services
from terrace.traceability.domain import LossReason
from terrace.traceability.models import Lot, LotOrigin, LotShare
from terrace.traceability.queries import CHECKS
from tests.conftest import Cast
from tests.traceability.conftest import NOW, kilos, taken_in

READ = """
    select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))
    from pg_stat_xact_user_tables
    where relname in ('traceability_lot', 'traceability_lotorigin', 'traceability_lotshare', 'traceability_lotuse')
"""
"""Rows of what a parcel takes from. Of events and entries a planner that has seen tables of ten rows reads all."""

OF_ANOTHER_PLAN = 20
"""Rows more or less that the planner's choice of an index makes; one for each parcel before would be sixty at least."""


def _mixture(cast: Cast) -> Lot:
    """Return a lot of the goods of three deliveries, of which none is a round part."""
    lots = [taken_in(cast, kilograms) for kilograms in (71, 113, 29)]
    return services.merge_lots(by=SYSTEM, lots=lots, now=NOW)


def _pack(lot: Lot, number: int) -> None:
    services.pack(by=SYSTEM, lot_id=lot.pk, quantity=kilos(1), reference=f"parcel/W-{number}", now=NOW)


def _rows_read() -> int:
    with connection.cursor() as cursor:
        cursor.execute(READ)
        return int(cursor.fetchone()[0])


def _cost(act: Callable[[], object]) -> tuple[int, int]:
    """Return how many statements an act sends, and how many rows of lots, origins, shares and uses it reads."""
    before = _rows_read()
    with CaptureQueriesContext(connection) as sent:
        act()
    return len(sent), _rows_read() - before


def _plan_as_for_large_tables() -> None:
    """Let the planner take indexes: of tables as small as a test's it rather reads everything."""
    with connection.cursor() as cursor:
        for way in ("seqscan", "hashjoin", "mergejoin"):
            cursor.execute(f"set local enable_{way} = off")


def test_packing_costs_the_same_however_many_parcels_were_packed_before(cast: Cast) -> None:
    lot = _mixture(cast)
    _plan_as_for_large_tables()
    _pack(lot, 0)
    statements, rows = _cost(lambda: _pack(lot, 1))
    for number in range(2, 60):
        _pack(lot, number)
    assert LotShare.objects.filter(lot=lot).count() > 150
    statements_later, rows_later = _cost(lambda: _pack(lot, 60))
    assert statements_later == statements
    assert rows_later <= rows + OF_ANOTHER_PLAN


def test_what_is_left_of_each_origin_is_known_after_everything(cast: Cast) -> None:
    lot = _mixture(cast)
    for number in range(5):
        _pack(lot, number)
    services.unpack(by=SYSTEM, reference="parcel/W-3", now=NOW)
    services.lose(by=SYSTEM, lot=lot, quantity=Quantity(777, Unit.KILOGRAM), reason=LossReason.ROTTEN, now=NOW)
    services.split_lot(by=SYSTEM, lot=lot, parts=[kilos(10), kilos(3)], now=NOW)
    lot.refresh_from_db()
    left = queries.origins_left([lot.pk])[lot.pk]
    assert sum(left.values()) == lot.steps
    assert left == {
        row.root_id: row.steps
        + sum(LotShare.objects.filter(lot=lot, root=row.root_id).order_by("pk").values_list("steps", flat=True))
        for row in LotOrigin.objects.filter(lot=lot).order_by("pk")
    }
    assert [problem for check in CHECKS for problem in check.find()] == []


def test_a_lot_that_is_used_up_leaves_nothing_of_any_origin(cast: Cast) -> None:
    lot = _mixture(cast)
    for number in range(213):
        _pack(lot, number)
    assert queries.origins_left([lot.pk]) == {lot.pk: {}}
    assert [problem for check in CHECKS for problem in check.find()] == []
