"""What one side of the world has of lots: one that was bought and tested, with a report, and one beside it."""

from __future__ import annotations

from decimal import Decimal

from django.core.files.base import ContentFile

from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.kernel.quantity import Quantity, Unit
from terrace.traceability import services
from terrace.traceability.domain import Measure, Result
from terrace.traceability.models import Lot

Values = dict[str, str | int]


def lots_of(lot: Lot) -> Values:
    """Let a lot be tested, and another like it lie beside it; return what addresses name of them."""
    report = ContentFile(b"pixels", "report.jpg")
    results = [Result(Measure.SUGAR, Decimal(13), Decimal(12))]
    given = services.InspectionGiven(results, "County laboratory", clock.today(), report)
    (beside,) = services.split_lot(by=SYSTEM, lot=lot, parts=[Quantity(10_000, Unit.KILOGRAM)])
    return {
        "lot": lot.number,
        "gtin": lot.gtin,
        "inspection": services.inspect(by=SYSTEM, lot=lot, given=given).pk,
        "lot_beside": beside.number,
    }
