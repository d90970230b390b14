"""Tests of a lot, and of those it came from, as pages write them."""

from dataclasses import dataclass
from decimal import Decimal

from terrace.http import written
from terrace.kernel.words import Text, _
from terrace.traceability import queries
from terrace.traceability.domain import Result
from terrace.traceability.models import Inspection
from terrace.traceability.queries import Reach


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


def tests_of(reach: Reach) -> list[Test]:
    """Return the tests of a lot and of those it came from, while its goods were in them, the newest first."""
    lots = queries.lots_by_id(reach)
    return [Test(test, lots[test.lot_id].number, _lines(test)) for test in queries.inspections_within(reach)]


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
