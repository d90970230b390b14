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
from tests.planted import plants_each
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


def _rewritten(which: Lot, **columns: Any) -> str:
    """Write other values into the row of one lot, which its check is to name."""
    Lot.objects.filter(pk=which.pk).update(**columns)
    return which.number


def _part() -> Lot:
    """Return the lot that was split off."""
    return Lot.objects.order_by("pk")[1]


def _mixed() -> Lot:
    """Return the lot that two were merged into."""
    return Lot.objects.order_by("-pk")[0]


def _left(lot: Lot) -> str:
    return _rewritten(lot, steps=1)


def _unbalanced(lot: Lot) -> str:
    entry = LotEntry.objects.get(event__kind="graded")
    LotEntry.objects.filter(pk=entry.pk).update(steps=3)
    return f"event {entry.event_id}"


def _without_a_beginning(lot: Lot) -> str:
    LotEvent.objects.filter(kind="taken_in", entries__lot=lot).update(kind="unpacked")
    return lot.number


def _origin(lot: Lot) -> str:
    LotOrigin.objects.filter(lot=lot).update(steps=F("steps") + 1)
    return lot.number


def _another_growers(lot: Lot) -> str:
    part = _part()
    LotOrigin.objects.filter(lot=part).update(root=Lot.objects.order_by("pk")[2])
    return part.number


def _not_its_own(lot: Lot) -> str:
    LotOrigin.objects.filter(lot=lot).update(root=Lot.objects.order_by("pk")[2])
    return lot.number


def _share(lot: Lot) -> str:
    LotShare.objects.filter(lot=lot, event__kind="split").update(steps=-1)
    return lot.number


def _left_of_an_origin(lot: Lot) -> str:
    LotOrigin.objects.filter(lot=lot).update(left_steps=F("left_steps") - 1)
    return lot.number


def _left_of_another_grower(lot: Lot) -> str:
    mixed = _mixed()
    most, least = LotOrigin.objects.filter(lot=mixed).order_by("-steps")
    LotOrigin.objects.filter(pk=most.pk).update(left_steps=F("left_steps") - 1)
    LotShare.objects.filter(lot=mixed).delete()
    LotShare.objects.create(lot=mixed, root_id=least.root_id, event=mixed.entries.get(steps__gt=0).event, steps=-1)
    return mixed.number


def _use(lot: Lot) -> str:
    use = LotUse.objects.get(reference="parcel/W-2")
    LotUse.objects.filter(pk=use.pk).update(steps=4999)
    return f"use {use.pk} in parcel/W-2"


def _use_undone(lot: Lot) -> str:
    use = LotUse.objects.get(reference="parcel/W-1")
    LotEntry.objects.filter(event=use.undone_by).update(steps=4999)
    return f"use {use.pk} in parcel/W-1"


def _no_use(lot: Lot) -> str:
    use = LotUse.objects.get(reference="parcel/W-2")
    use.delete()
    return f"event {use.packed_by_id}"


def _elsewhere(lot: Lot) -> str:
    return _rewritten(lot, area_path="621227")


def _pieces(lot: Lot) -> str:
    return _rewritten(lot, unit="C62")


def _lies(lot: Lot) -> str:
    return _rewritten(lot, unit_path=factories.AreaFactory(code="621227").path)


def _at_another_unit(lot: Lot) -> str:
    unit = ServiceUnit.objects.exclude(pk=lot.unit_at_id).order_by("pk")[0]
    return _rewritten(lot, unit_at=unit, unit_path=unit.area_path)


def _not_under_way(lot: Lot) -> str:
    services.note(by=SYSTEM, lot_ids=[lot.pk], kind=EventKind.SENT, now=NOW)
    return _rewritten(lot, unit_at=lot.unit_at, unit_path=lot.unit_path)


def _recall(lot: Lot) -> str:
    return _rewritten(lot, recalled_at=NOW, recall_reason="Residues")


def _no_recall(lot: Lot) -> str:
    services.recall(by=SYSTEM, lot=lot, reason="Residues", now=NOW)
    return _rewritten(lot, recalled_at=None, recall_reason="")


def _grade(lot: Lot) -> str:
    return _rewritten(lot, grade="second")


def _grade_from_the_beginning(lot: Lot) -> str:
    part = services.split_lot(by=SYSTEM, lot=lot, parts=[kilos(1)], now=NOW)[0]
    return _rewritten(part, grade="")


def _grown_by_another(lot: Lot) -> str:
    return _rewritten(_part(), producer=factories.HouseholdFactory())


def _grown_by_all(lot: Lot) -> str:
    return _rewritten(_mixed(), producer=None)


def _other_goods(lot: Lot) -> str:
    part = _part()
    other = factories.ProductFactory(code="walnut")
    return _rewritten(part, product=other, variety=None)


def _result(lot: Lot, measure: Measure, passed: bool) -> str:
    """Turn one result of the lot's test around."""
    result = InspectionResult.objects.get(measure=measure)
    InspectionResult.objects.filter(pk=result.pk).update(passed=passed)
    return f"{lot.number} test {result.inspection_id}"


def _passed(lot: Lot) -> str:
    return _result(lot, Measure.RESIDUES, True)


def _not_passed(lot: Lot) -> str:
    return _result(lot, Measure.SUGAR, False)


def _passed_as_a_whole(lot: Lot) -> str:
    test = Inspection.objects.get()
    LotEvent.objects.filter(pk=test.pk).update(details={**test.event.details, "passed": True})
    return f"{lot.number} test {test.pk}"


def _another_owners(lot: Lot) -> str:
    return _rewritten(_part(), owner=factories.PartyFactory())


def _nobodys(lot: Lot) -> str:
    return _rewritten(_mixed(), owner=None)


def _harvested(lot: Lot) -> str:
    return _rewritten(lot, harvested_on=date(2026, 9, 1))


def _never_harvested(lot: Lot) -> str:
    return _rewritten(lot, harvested_on=None)


def _test_of_nothing(lot: Lot) -> str:
    InspectionResult.objects.all().delete()
    Inspection.objects.all().delete()
    return lot.number


CORRUPTIONS: dict[Callable[[Lot], str], str] = {
    _left: "what is left of a lot is the sum of its entries",
    _unbalanced: "the entries of an event balance",
    _without_a_beginning: "a lot was taken in, split or merged",
    _origin: "the origins of a lot add up to what it began with",
    _another_growers: "a lot comes from where the lots came from that it was made of",
    _not_its_own: "a lot comes from where the lots came from that it was made of",
    _share: "what left a lot is known by its origins",
    _left_of_an_origin: "what is left of a lot is what is left of its origins",
    _left_of_another_grower: "what is left of a lot is what is left of its origins",
    _use: "what is in a parcel has left its lot",
    _use_undone: "what is in a parcel has left its lot",
    _no_use: "what was packed is in a parcel",
    _elsewhere: "a lot lies in its area",
    _pieces: "a lot counts in its product's unit",
    _lies: "a lot knows where it lies",
    _at_another_unit: "a lot lies where it began or arrived last",
    _not_under_way: "a lot lies where it began or arrived last",
    _recall: "a lot is recalled as its last recall says",
    _no_recall: "a lot is recalled as its last recall says",
    _grade: "a lot is of the class of its last grading",
    _grade_from_the_beginning: "a lot is of the class of its last grading",
    _grown_by_another: "a part or mixture is what its lots were",
    _grown_by_all: "a part or mixture is what its lots were",
    _other_goods: "a part or mixture is what its lots were",
    _passed: "a test passed as its values and limits say",
    _not_passed: "a test passed as its values and limits say",
    _passed_as_a_whole: "a test passed as its values and limits say",
    _another_owners: "a lot belongs to who owns what it was made of",
    _nobodys: "a lot belongs to who owns what it was made of",
    _harvested: "a lot was harvested when its history says",
    _never_harvested: "a lot was harvested when its history says",
    _test_of_nothing: "a test has its values",
}


@plants_each(CORRUPTIONS.values())
@pytest.mark.parametrize("corrupt", CORRUPTIONS, ids=lambda corrupt: corrupt.__name__.strip("_"))
def test_a_corruption_is_named(lot: Lot, corrupt: Callable[[Lot], str]) -> None:
    with pgtrigger.ignore(), connection.constraint_checks_disabled():
        reference = corrupt(lot)
    assert reference in _found()[CORRUPTIONS[corrupt]]
