"""Writing a lot's history: the event, and all of its entries in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError, Invalid, NotFound
from terrace.kernel.quantity import Quantity
from terrace.kernel.words import _
from terrace.traceability.domain import EventKind, Origins, share_of
from terrace.traceability.models import Lot, LotEntry, LotEvent, LotShare
from terrace.traceability.queries.shares import origins_left


class NotEnough(DomainError):
    """There is less left of the lot than is wanted of it."""

    code = "not_enough_of_lot"
    message = _("There is not so much left of this lot.")
    field = "quantity"


class Recalled(DomainError):
    """The lot was recalled, so nothing of it goes on its way."""

    code = "lot_recalled"
    message = _("This lot was recalled. Nothing of it may be packed, split or merged.")


class UnderWay(DomainError):
    """The lot lies nowhere: nobody can lay hands on it until it arrives."""

    code = "lot_under_way"
    message = _("This lot is under way. Wait until it arrives.")


class SetAside(DomainError):
    """The lot waits to go somewhere whole; who wants some of it takes it out of there first."""

    code = "lot_set_aside"

    def __init__(self, lot: Lot) -> None:
        told = {"lot": lot.number, "reference": lot.set_aside_for.rpartition("/")[2]}
        super().__init__(_("Lot %(lot)s waits in %(reference)s. Give that up first, or wait.") % told, **told)


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened, for the history: `unit_id` is where, `reference` the caller's own.

    `left_by` is for goods that stayed behind: the id of the event by which they left the lot that they come from.
    """

    kind: EventKind
    at: datetime
    unit_id: int | None = None
    reason: str = ""
    reference: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    left_by: int | None = None


def write(
    by: Actor,
    happened: Happened,
    moved: Iterable[tuple[Lot, int]],
    cuts: Mapping[int, Origins] | None = None,
) -> LotEvent:
    """Write an event with what each lot gained or lost by it; triggers keep what is left and refuse what is off.

    `cuts` says by lot of which origins that is; where nothing is said, each of what is left of it in proportion. The
    caller holds the lots locked, in the order of their ids (`lock`).
    """
    changes = list(moved)
    shares = cuts or _fair({lot.pk: -steps for lot, steps in changes if steps < 0})
    event = LotEvent(
        kind=happened.kind,
        at=happened.at,
        unit_id=happened.unit_id,
        reason=happened.reason,
        reference=happened.reference,
        details=dict(happened.details),
        left_by_id=happened.left_by,
        person_id=by.person_id or by.issuer_id,
        signature=by.signature or (by.name if by.person_id is None else f"#{by.person_id}"),
    )
    event.save(force_insert=True)
    LotEntry.objects.bulk_create(
        LotEntry(event=event, lot=lot, steps=steps, county_code=lot.county_code) for lot, steps in changes
    )
    LotShare.objects.bulk_create(
        LotShare(event=event, lot=lot, root_id=root, steps=part if steps > 0 else -part)
        for lot, steps in changes
        for root, part in shares.get(lot.pk, {}).items()
    )
    return event


def _fair(leaving: Mapping[int, int]) -> dict[int, Origins]:
    """Return the origins of the steps that leave each lot."""
    left = origins_left(leaving) if leaving else {}
    return {lot_id: share_of(left[lot_id], steps) for lot_id, steps in leaving.items()}


def lock(lot_ids: Iterable[int]) -> list[Lot]:
    """Return the lots as they are now, locked until the transaction ends, by id: so no two acts wait for each other.

    Raises `NotFound` when one of them does not exist.
    """
    wanted = set(lot_ids)
    found = list(Lot.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("id"))
    if len(found) != len(wanted):
        raise NotFound(field="lot")
    return found


def check_enough(lot: Lot, quantity: Quantity, *, field: str = "quantity") -> None:
    """Raise `Invalid` unless `quantity` is one of the lot's unit above zero, `NotEnough` when less is left."""
    if quantity.unit != lot.unit:
        raise Invalid(_("This lot is counted in another unit."), field=field)
    if quantity.steps <= 0:
        raise Invalid(_("Enter a quantity above zero."), field=field)
    if quantity.steps > lot.steps:
        raise NotEnough(field=field, lot=lot.number)


def check_at_hand(lots: Iterable[Lot]) -> None:
    """Raise `UnderWay` for a lot that lies nowhere, and `SetAside` for one that waits to go somewhere."""
    for lot in lots:
        if lot.unit_at_id is None:
            raise UnderWay(lot=lot.number)
        check_not_set_aside(lot)


def check_not_set_aside(lot: Lot) -> None:
    """Raise `SetAside` for a lot that waits to go somewhere. One that is lost on its way does not wait any more."""
    if lot.set_aside_for:
        raise SetAside(lot)


def check_not_recalled(lots: Sequence[Lot]) -> None:
    """Raise `Recalled` when one of the lots was recalled."""
    if any(lot.is_recalled for lot in lots):
        raise Recalled
