"""The REST interface of traceability: lots, their journeys, tests and uses, and what staff do to them."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from terrace.http.rest import REFUSALS, Paged, PageNumber, QuantityValue, SortName, actor_of, paged, sorted_by
from terrace.kernel.quantity import Quantity, Unit
from terrace.traceability import queries, services
from terrace.traceability.models import Lot
from terrace.traceability.schemas import (
    GradeIn,
    LossIn,
    LotFilters,
    LotOut,
    MergeIn,
    OriginOut,
    RecallIn,
    SplitIn,
    StepIn,
    StepOut,
    TestIn,
    TestOut,
    UseOut,
    lots_out,
    steps_out,
    test_out,
    uses_out,
)

router = Router(tags=["traceability"])


@router.get("", response={200: Paged[LotOut], **REFUSALS})
def list_lots(
    request: HttpRequest, filters: Query[LotFilters], sort: SortName = "", page: PageNumber = 1
) -> dict[str, Any]:
    """List the lots that the caller sees, the newest first."""
    actor = actor_of(request)
    rows = queries.narrowed(queries.lots_visible_to(actor), **filters.dict())
    return paged(sorted_by(rows, queries.LOT_SORTS, sort, ("-id",)), lambda lots: lots_out(actor, lots), page)


@router.post("/merge", response={201: LotOut, **REFUSALS})
def merge_lots(request: HttpRequest, given: MergeIn) -> Status[LotOut]:
    """Put all that is left of several lots together as one new lot."""
    actor = actor_of(request)
    lots = [queries.get_lot(actor, number) for number in dict.fromkeys(given.lots)]
    return Status(201, _out(request, services.merge_lots(by=actor, lots=lots)))


@router.get("/{number}", response={200: LotOut, **REFUSALS})
def get_lot(request: HttpRequest, number: str) -> LotOut:
    """Read one lot."""
    return _out(request, _lot(request, number))


@router.get("/{number}/journey", response={200: list[StepOut], **REFUSALS})
def journey(request: HttpRequest, number: str) -> list[StepOut]:
    """Read what happened to a lot and to those it came from, the earliest first."""
    lot = _lot(request, number)
    return steps_out(lot, queries.journey(lot))


@router.get("/{number}/origins", response={200: list[OriginOut], **REFUSALS})
def origins(request: HttpRequest, number: str) -> list[OriginOut]:
    """Read from which lots that were taken in a lot is made; the quantities add up to what it began with."""
    lot = _lot(request, number)
    found = queries.origins_of([lot.pk])[lot.pk]
    numbers = queries.numbers_of_lots(found)
    return [
        OriginOut(lot=numbers[root], quantity=QuantityValue.of(Quantity(steps, Unit(lot.unit))))
        for root, steps in found.items()
    ]


@router.get("/{number}/uses", response={200: list[UseOut], **REFUSALS})
def uses(request: HttpRequest, number: str) -> list[UseOut]:
    """Read what was packed of a lot, what was put back too, the newest first."""
    lot = _lot(request, number)
    return uses_out(lot, queries.uses_of_lots([lot.pk]))


@router.get("/{number}/tests", response={200: list[TestOut], **REFUSALS})
def list_tests(request: HttpRequest, number: str) -> list[TestOut]:
    """List the tests of a lot, the newest first."""
    lot = _lot(request, number)
    return [test_out(test) for test in queries.inspections_of([lot.pk])]


@router.post("/{number}/tests", response={201: TestOut, **REFUSALS})
def record_test(request: HttpRequest, number: str, given: TestIn) -> Status[TestOut]:
    """Record a test of a lot."""
    test = services.inspect(by=actor_of(request), lot=_lot(request, number), given=given.given())
    return Status(201, test_out(test))


@router.post("/{number}/split", response={201: list[LotOut], **REFUSALS})
def split_lot(request: HttpRequest, number: str, given: SplitIn) -> Status[list[LotOut]]:
    """Take parts out of a lot, each a lot of its own; what they leave stays in it."""
    actor = actor_of(request)
    made = services.split_lot(by=actor, lot=_lot(request, number), parts=[part.quantity for part in given.parts])
    return Status(201, lots_out(actor, made))


@router.post("/{number}/losses", response={200: LotOut, **REFUSALS})
def record_loss(request: HttpRequest, number: str, given: LossIn) -> LotOut:
    """Record that some of a lot is gone, and why."""
    services.lose(
        by=actor_of(request),
        lot=_lot(request, number),
        quantity=given.quantity.quantity,
        reason=given.reason,
        note=given.note,
    )
    return _out(request, _lot(request, number))


@router.post("/{number}/steps", response={201: list[StepOut], **REFUSALS})
def record_step(request: HttpRequest, number: str, given: StepIn) -> Status[list[StepOut]]:
    """Record that a lot was cooled, or a note about it; answer with what happened to the lot itself so far."""
    lot = _lot(request, number)
    services.record_step(by=actor_of(request), lot=lot, kind=given.kind, text=given.note)
    return Status(201, steps_out(lot, queries.steps_of([lot.pk])))


@router.post("/{number}/grade", response={200: LotOut, **REFUSALS})
def grade_lot(request: HttpRequest, number: str, given: GradeIn) -> LotOut:
    """Put a lot into a class; what is to be paid by its grade is paid then."""
    return _out(request, services.grade(by=actor_of(request), lot=_lot(request, number), grade=given.grade))


@router.post("/{number}/recall", response={200: list[LotOut], **REFUSALS})
def recall_lot(request: HttpRequest, number: str, given: RecallIn) -> list[LotOut]:
    """Recall a lot and every lot with some of it; their public pages warn, and nothing of them is packed."""
    actor = actor_of(request)
    return lots_out(actor, services.recall(by=actor, lot=_lot(request, number), reason=given.reason))


@router.post("/{number}/recall/end", response={200: LotOut, **REFUSALS})
def end_recall(request: HttpRequest, number: str) -> LotOut:
    """End the recall of one lot."""
    return _out(request, services.end_recall(by=actor_of(request), lot=_lot(request, number)))


def _lot(request: HttpRequest, number: str) -> Lot:
    return queries.get_lot(actor_of(request), number)


def _out(request: HttpRequest, lot: Lot) -> LotOut:
    return lots_out(actor_of(request), [lot])[0]
