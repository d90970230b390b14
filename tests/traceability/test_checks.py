"""`terrace verify` names what is wrong with lots, one corruption of each kind."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pgtrigger
import pytest
from django.db import connection
from django.db.models import F

from terrace.kernel.actors import SYSTEM
from terrace.kernel.checks import Check
from terrace.network.models import ServiceUnit
from terrace.traceability import services
from terrace.traceability.domain import EventKind, LossReason, Measure, Result
from terrace.traceability.models import (
    Inspection,
    InspectionResult,
    Lot,
    LotEntry,
    LotEvent,
    LotOrigin,
    LotShare,
    LotUse,
)
from terrace.traceability.queries import CHECKS
from tests import factories
from tests.conftest import Cast
from tests.traceability.conftest import NOW, kilos, taken_in

TEST = services.InspectionGiven(
    [
        Result(Measure.SUGAR, Decimal("14.5"), Decimal(12)),
        Result(Measure.RESIDUES, Decimal("0.18"), Decimal("0.1"), substance="Carbendazim"),
        Result(Measure.DEFECTS, Decimal(2), passed=True),
    ],
    "County laboratory",
    date(2026, 9, 19),
)


def _found() -> dict[str, list[str]]:
    return {check.name: found for check in CHECKS if (found := list(check.find()))}


@pytest.fixture
def lot(cast: Cast) -> Lot:
    """Return a lot to which everything was done that can be."""
    lot = taken_in(cast)
    part = services.split_lot(by=SYSTEM, lot=lot, parts=[kilos(100)], now=NOW)[0]
    other = taken_in(cast, 5)
    services.lose(by=SYSTEM, lot=other, quantity=kilos(1), reason=LossReason.ROTTEN, now=NOW)
    services.merge_lots(by=SYSTEM, lots=[part, other], now=NOW)
    services.pack(by=SYSTEM, lot_id=lot.pk, quantity=kilos(5), reference="parcel/W-1", now=NOW)
    services.unpack(by=SYSTEM, reference="parcel/W-1", now=NOW)
    services.pack(by=SYSTEM, lot_id=lot.pk, quantity=kilos(5), reference="parcel/W-2", now=NOW)
    services.grade(by=SYSTEM, lot=lot, grade=services.Grade.FIRST, now=NOW)
    services.inspect(by=SYSTEM, lot=lot, given=TEST, now=NOW)
    return Lot.objects.get(pk=lot.pk)


def test_all_is_well_after_everything_that_may_happen(lot: Lot) -> None:
    assert _found() == {}


def _rewritten(which: Lot, check: str, **columns: Any) -> tuple[str, str]:
    """Write other values into the row of one lot, which the check is to name."""
    Lot.objects.filter(pk=which.pk).update(**columns)
    return check, which.number


def _part() -> Lot:
    """Return the lot that was split off."""
    return Lot.objects.order_by("pk")[1]


def _mixed() -> Lot:
    """Return the lot that two were merged into."""
    return Lot.objects.order_by("-pk")[0]


def _left(lot: Lot) -> tuple[str, str]:
    return _rewritten(lot, "what is left of a lot is the sum of its entries", steps=1)


def _unbalanced(lot: Lot) -> tuple[str, str]:
    entry = LotEntry.objects.get(event__kind="graded")
    LotEntry.objects.filter(pk=entry.pk).update(steps=3)
    return "the entries of an event balance", f"event {entry.event_id}"


def _without_a_beginning(lot: Lot) -> tuple[str, str]:
    LotEvent.objects.filter(kind="taken_in", entries__lot=lot).update(kind="unpacked")
    return "a lot was taken in, split or merged", lot.number


def _origin(lot: Lot) -> tuple[str, str]:
    LotOrigin.objects.filter(lot=lot).update(steps=F("steps") + 1)
    return "the origins of a lot add up to what it began with", lot.number


def _another_growers(lot: Lot) -> tuple[str, str]:
    part = _part()
    LotOrigin.objects.filter(lot=part).update(root=Lot.objects.order_by("pk")[2])
    return "a lot comes from where the lots came from that it was made of", part.number


def _not_its_own(lot: Lot) -> tuple[str, str]:
    LotOrigin.objects.filter(lot=lot).update(root=Lot.objects.order_by("pk")[2])
    return "a lot comes from where the lots came from that it was made of", lot.number


def _share(lot: Lot) -> tuple[str, str]:
    LotShare.objects.filter(lot=lot, event__kind="split").update(steps=-1)
    return "what left a lot is known by its origins", lot.number


def _left_of_an_origin(lot: Lot) -> tuple[str, str]:
    LotOrigin.objects.filter(lot=lot).update(left_steps=F("left_steps") - 1)
    return "what is left of a lot is what is left of its origins", lot.number


def _left_of_another_grower(lot: Lot) -> tuple[str, str]:
    mixed = _mixed()
    most, least = LotOrigin.objects.filter(lot=mixed).order_by("-steps")
    LotOrigin.objects.filter(pk=most.pk).update(left_steps=F("left_steps") - 1)
    LotShare.objects.filter(lot=mixed).delete()
    LotShare.objects.create(lot=mixed, root_id=least.root_id, event=mixed.entries.get(steps__gt=0).event, steps=-1)
    return "what is left of a lot is what is left of its origins", mixed.number


def _use(lot: Lot) -> tuple[str, str]:
    use = LotUse.objects.get(reference="parcel/W-2")
    LotUse.objects.filter(pk=use.pk).update(steps=4999)
    return "what is in a parcel has left its lot", f"use {use.pk} in parcel/W-2"


def _use_undone(lot: Lot) -> tuple[str, str]:
    use = LotUse.objects.get(reference="parcel/W-1")
    LotEntry.objects.filter(event=use.undone_by).update(steps=4999)
    return "what is in a parcel has left its lot", f"use {use.pk} in parcel/W-1"


def _no_use(lot: Lot) -> tuple[str, str]:
    use = LotUse.objects.get(reference="parcel/W-2")
    use.delete()
    return "what was packed is in a parcel", f"event {use.packed_by_id}"


def _elsewhere(lot: Lot) -> tuple[str, str]:
    return _rewritten(lot, "a lot lies in its area", area_path="621227")


def _pieces(lot: Lot) -> tuple[str, str]:
    return _rewritten(lot, "a lot counts in its product's unit", unit="C62")


def _lies(lot: Lot) -> tuple[str, str]:
    return _rewritten(lot, "a lot knows where it lies", unit_path=factories.AreaFactory(code="621227").path)


def _at_another_unit(lot: Lot) -> tuple[str, str]:
    unit = ServiceUnit.objects.exclude(pk=lot.unit_at_id).order_by("pk")[0]
    return _rewritten(lot, "a lot lies where it began or arrived last", unit_at=unit, unit_path=unit.area_path)


def _not_under_way(lot: Lot) -> tuple[str, str]:
    services.note(by=SYSTEM, lot_ids=[lot.pk], kind=EventKind.SENT, now=NOW)
    return _rewritten(lot, "a lot lies where it began or arrived last", unit_at=lot.unit_at, unit_path=lot.unit_path)


def _recall(lot: Lot) -> tuple[str, str]:
    return _rewritten(lot, "a lot is recalled as its last recall says", recalled_at=NOW, recall_reason="Residues")


def _no_recall(lot: Lot) -> tuple[str, str]:
    services.recall(by=SYSTEM, lot=lot, reason="Residues", now=NOW)
    return _rewritten(lot, "a lot is recalled as its last recall says", recalled_at=None, recall_reason="")


def _grade(lot: Lot) -> tuple[str, str]:
    return _rewritten(lot, "a lot is of the class of its last grading", grade="second")


def _grade_from_the_beginning(lot: Lot) -> tuple[str, str]:
    part = services.split_lot(by=SYSTEM, lot=lot, parts=[kilos(1)], now=NOW)[0]
    return _rewritten(part, "a lot is of the class of its last grading", grade="")


def _grown_by_another(lot: Lot) -> tuple[str, str]:
    return _rewritten(_part(), "a part or mixture is what its lots were", producer=factories.HouseholdFactory())


def _grown_by_all(lot: Lot) -> tuple[str, str]:
    return _rewritten(_mixed(), "a part or mixture is what its lots were", producer=None)


def _other_goods(lot: Lot) -> tuple[str, str]:
    part = _part()
    other = factories.ProductFactory(code="walnut")
    return _rewritten(part, "a part or mixture is what its lots were", product=other, variety=None)


def _result(lot: Lot, measure: Measure, passed: bool) -> tuple[str, str]:
    """Turn one result of the lot's test around."""
    result = InspectionResult.objects.get(measure=measure)
    InspectionResult.objects.filter(pk=result.pk).update(passed=passed)
    return "a test passed as its values and limits say", f"{lot.number} test {result.inspection_id}"


def _passed(lot: Lot) -> tuple[str, str]:
    return _result(lot, Measure.RESIDUES, True)


def _not_passed(lot: Lot) -> tuple[str, str]:
    return _result(lot, Measure.SUGAR, False)


def _passed_as_a_whole(lot: Lot) -> tuple[str, str]:
    test = Inspection.objects.get()
    LotEvent.objects.filter(pk=test.pk).update(details={**test.event.details, "passed": True})
    return "a test passed as its values and limits say", f"{lot.number} test {test.pk}"


def _another_owners(lot: Lot) -> tuple[str, str]:
    return _rewritten(_part(), "a lot belongs to who owns what it was made of", owner=factories.PartyFactory())


def _nobodys(lot: Lot) -> tuple[str, str]:
    return _rewritten(_mixed(), "a lot belongs to who owns what it was made of", owner=None)


def _test_of_nothing(lot: Lot) -> tuple[str, str]:
    InspectionResult.objects.all().delete()
    Inspection.objects.all().delete()
    return "a test has its values", lot.number


CORRUPTIONS = (
    _left,
    _unbalanced,
    _without_a_beginning,
    _origin,
    _another_growers,
    _not_its_own,
    _share,
    _left_of_an_origin,
    _left_of_another_grower,
    _use,
    _use_undone,
    _no_use,
    _elsewhere,
    _pieces,
    _lies,
    _at_another_unit,
    _not_under_way,
    _recall,
    _no_recall,
    _grade,
    _grade_from_the_beginning,
    _grown_by_another,
    _grown_by_all,
    _other_goods,
    _passed,
    _not_passed,
    _passed_as_a_whole,
    _another_owners,
    _nobodys,
    _test_of_nothing,
)


SECOND_OF_THEIR_KIND = (
    _not_its_own,
    _use_undone,
    _left_of_another_grower,
    _not_under_way,
    _no_recall,
    _grade_from_the_beginning,
    _nobodys,
    _grown_by_all,
    _other_goods,
    _not_passed,
    _passed_as_a_whole,
)
"""A second corruption of a kind that has one already."""


@pytest.mark.parametrize("corrupt", CORRUPTIONS, ids=lambda corrupt: corrupt.__name__.strip("_"))
def test_a_corruption_is_named(lot: Lot, corrupt: Callable[[Lot], tuple[str, str]]) -> None:
    with pgtrigger.ignore(), connection.constraint_checks_disabled():
        check, reference = corrupt(lot)
    assert reference in _found()[check]


def test_each_check_has_its_corruption() -> None:
    names = {check.name for check in CHECKS if isinstance(check, Check)}
    assert len(names) == len(CHECKS) == len(CORRUPTIONS) - len(SECOND_OF_THEIR_KIND)
