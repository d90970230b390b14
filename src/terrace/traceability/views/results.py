"""Tests of a lot, and of those it came from, as pages write them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from terrace.http import written
from terrace.kernel.words import Text, _
from terrace.traceability import queries
from terrace.traceability.domain import Result
from terrace.traceability.models import Inspection, Lot


@dataclass(frozen=True, slots=True)
class Line:
    """A result as a page writes it."""

    label: Text
    value: str
    limit: str
    tone: str
    verdict: Text


@dataclass(frozen=True, slots=True)
class Test:
    """A test with its lines. `number` names its lot."""

    inspection: Inspection
    number: str
    lines: list[Line]


def tests_of(lot: Lot, behind: Sequence[int]) -> list[Test]:
    """Return the tests of a lot and of those `behind` it, which it was split or merged from, the newest first."""
    lots = {lot.pk: lot, **queries.lots_by_id(behind)}
    return [Test(test, lots[test.lot_id].number, _lines(test)) for test in queries.inspections_of(lots)]


def _lines(test: Inspection) -> list[Line]:
    return [_line(row.result) for row in sorted(test.results.all(), key=lambda row: row.pk)]


def _line(result: Result) -> Line:
    measure = result.measure
    label = f"{measure.label} · {result.substance}" if result.substance else measure.label
    sign = "≥" if measure.at_least else "≤"
    limit = f"{sign} {_amount(result.limit)} {measure.unit}" if result.limit is not None else ""
    verdict = _("Passed") if result.passed else _("Not passed")
    return Line(label, f"{_amount(result.value)} {measure.unit}", limit, "good" if result.passed else "bad", verdict)


def _amount(value: Decimal) -> str:
    return written.number(Decimal(f"{value.normalize():f}"))
