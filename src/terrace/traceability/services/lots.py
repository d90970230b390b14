"""Lots begin, are split and merged. Nothing else makes one, and none of it makes or loses mass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from terrace.audit import services as audit
from terrace.catalog import queries as catalog
from terrace.kernel import clock, ids
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.errors import Invalid
from terrace.kernel.quantity import Quantity
from terrace.kernel.words import _
from terrace.network import queries as network
from terrace.traceability.domain import (
    MOST_PARTS,
    EventKind,
    Grade,
    NewLot,
    Origins,
    Permission,
    less,
    mixture,
    share_of,
)
from terrace.traceability.models import Lot, LotEvent, LotOrigin
from terrace.traceability.queries.shares import origins_left
from terrace.traceability.services.standing import require
from terrace.traceability.services.writing import Happened, check_at_hand, check_enough, check_not_recalled, lock, write

PREFIX = "B"


@transaction.atomic
def create_lot(*, by: Actor, new: NewLot, now: datetime | None = None) -> Lot:
    """Take in a lot: its history begins with the harvest, where its day is known, and with what came in.

    The calling act has authorised it. Raises `Invalid` for a quantity in another
    unit than the product's, nothing at all, an unknown grade, or a harvest to come.
    """
    moment = now or clock.now()
    product = catalog.products_by_id([new.product_id])[new.product_id]
    _check_new(new, product.unit, clock.today(moment))
    place, unit = network.place(new.area_id), network.units_by_id([new.unit_id])[new.unit_id]
    lot = Lot(
        number=ids.reference(PREFIX),
        product_id=new.product_id,
        variety_id=new.variety_id,
        unit=product.unit,
        first_steps=new.quantity.steps,
        producer_id=new.producer_id,
        owner_id=new.owner_id or new.producer_id,
        area_id=place.code,
        area_path=place.path,
        county_code=place.county_code,
        unit_at_id=unit.pk,
        unit_path=unit.area_path,
        harvested_on=new.harvested_on,
        grade=new.grade,
        gtin=product.number,
    )
    lot.save(force_insert=True)
    LotOrigin.objects.create(lot=lot, root=lot, steps=new.quantity.steps, left_steps=new.quantity.steps)
    if new.harvested_on:
        at = min(_morning(new.harvested_on), moment)
        write(by, Happened(EventKind.HARVESTED, at, details={"on": new.harvested_on.isoformat()}), [(lot, 0)])
    begins = Happened(EventKind.TAKEN_IN, moment, unit.pk, details=_graded(new.grade))
    write(by, begins, [(lot, new.quantity.steps)])
    lot.steps = new.quantity.steps
    _record(by, "create_lot", lot, {"quantity": str(new.quantity), "unit": unit.number}, moment)
    return lot


@transaction.atomic
def split_lot(*, by: Actor, lot: Lot, parts: Sequence[Quantity], now: datetime | None = None) -> list[Lot]:
    """Take parts out of a lot, each a lot of its own; what they leave stays in it. Return them in the order given.

    Raises `Forbidden`, `Invalid` without a part or with too many, `NotEnough`, `Recalled`,
    `UnderWay`, `SetAside`.
    """
    moment = now or clock.now()
    parent = lock([lot.pk])[0]
    require(by, Permission.RECORD, parent)
    check_not_recalled([parent])
    check_at_hand([parent])
    if not 1 <= len(parts) <= MOST_PARTS:
        raise Invalid(_("Split a lot into 1 to %(most)s parts.") % {"most": MOST_PARTS}, field="parts")
    for part in parts:
        check_enough(parent, part, field="parts")
    whole = sum((part.steps for part in parts), 0)
    check_enough(parent, Quantity(whole, parent.left.unit), field="parts")
    cuts = _cuts(parent, parts)
    made = [_next(parent, part.steps, cut) for part, cut in zip(parts, cuts, strict=True)]
    moved = [(parent, -whole), *((child, child.first_steps) for child in made)]
    happened = Happened(EventKind.SPLIT, moment, parent.unit_at_id, details=_graded(parent.grade))
    write(by, happened, moved, {parent.pk: mixture(cuts)})
    _told_left(made)
    _record(by, "split_lot", parent, {"into": {child.number: str(child.began_with) for child in made}}, moment)
    return made


def leave_at(*, by: Actor, lot: Lot, origins: Origins, packed: LotEvent, now: datetime) -> Lot:
    """Split the goods of `origins` off a locked lot that is elsewhere: they lie where they were packed.

    Of what happened to the lot since then only its recall is theirs too: they neither went with it nor were graded.
    """
    grade, steps = _grade_when(lot, packed), sum(origins.values())
    unit = network.units_by_id([packed.unit_id or 0])[packed.unit_id or 0]
    recall = {"recalled_at": lot.recalled_at, "recall_reason": lot.recall_reason}
    made = _next(lot, steps, origins, unit_at_id=unit.pk, unit_path=unit.area_path, grade=grade, **recall)
    parted = Happened(EventKind.SPLIT, now, unit.pk, details=_graded(grade), left_by=packed.pk)
    write(by, parted, [(lot, -steps), (made, steps)], {lot.pk: origins})
    if lot.recalled_at is not None:
        details = {"reason": lot.recall_reason}
        write(by, Happened(EventKind.RECALLED, lot.recalled_at, details=details), [(made, 0)])
    _told_left([made])
    _record(by, "split_lot", lot, {"into": {made.number: str(made.began_with)}}, now)
    return made


@transaction.atomic
def merge_lots(*, by: Actor, lots: Sequence[Lot], now: datetime | None = None) -> Lot:
    """Put all that is left of several lots together as one. Goods of one product and grade that lie at one unit.

    Raises `Forbidden`, `Recalled`, `UnderWay`, `SetAside`, and `Invalid` for fewer than two, for an empty one, for
    lots that differ or belong to different owners: nobody could pack or sell the mixture.
    """
    moment = now or clock.now()
    parents = lock({lot.pk for lot in lots})
    for parent in parents:
        require(by, Permission.RECORD, parent)
    check_not_recalled(parents)
    check_at_hand(parents)
    _check_alike(parents)
    wholes = origins_left(parent.pk for parent in parents)
    mixed = mixture(list(wholes.values()))
    made = _next(parents[0], sum(parent.steps for parent in parents), mixed, **_together(parents))
    moved = [*((parent, -parent.steps) for parent in parents), (made, made.first_steps)]
    write(by, Happened(EventKind.MERGED, moment, made.unit_at_id, details=_graded(made.grade)), moved, wholes)
    _told_left([made])
    details = {"of": {parent.number: str(parent.left) for parent in parents}, "quantity": str(made.began_with)}
    _record(by, "merge_lots", made, details, moment)
    return made


def _cuts(lot: Lot, parts: Sequence[Quantity]) -> list[dict[int, int]]:
    """Return the origins of each part that leaves a lot, one after the other."""
    left, cuts = origins_left([lot.pk])[lot.pk], []
    for part in parts:
        cut = share_of(left, part.steps)
        left = less(left, cut)
        cuts.append(cut)
    return cuts


def _check_new(new: NewLot, unit: str, today: date) -> None:
    if new.quantity.unit != unit:
        raise Invalid(_("This product is traded in another unit."), field="quantity")
    if new.quantity.steps <= 0:
        raise Invalid(_("Enter a quantity above zero."), field="quantity")
    if new.grade and new.grade not in list(Grade):
        raise Invalid(_("There is no such grade."), field="grade")
    if new.harvested_on and new.harvested_on > today:
        raise Invalid(_("The day of the harvest is still to come."), field="harvested_on")


def _check_alike(lots: Sequence[Lot]) -> None:
    if not 2 <= len(lots) <= MOST_PARTS:
        raise Invalid(_("Choose 2 to %(most)s lots to merge.") % {"most": MOST_PARTS}, field="lots")
    if not all(lot.steps for lot in lots):
        raise Invalid(_("Nothing is left of one of these lots."), field="lots")
    if len({(lot.product_id, lot.unit, lot.grade) for lot in lots}) > 1:
        raise Invalid(_("Only lots of one product and one grade are merged."), field="lots")
    if len({lot.unit_at_id for lot in lots}) > 1:
        raise Invalid(_("Only lots that lie at one unit are merged."), field="lots")
    if len({lot.owner_id for lot in lots}) > 1:
        raise Invalid(_("These lots belong to different owners. Only goods of one owner are merged."), field="lots")


def _together(lots: Sequence[Lot]) -> dict[str, Any]:
    """Return what a mixture says of itself: what all of its lots say alike, and the area above all of theirs."""
    above = network.ancestors(_common([lot.area_path for lot in lots]))
    area = above[-1] if above else network.get_area(current().root_area)
    days = {lot.harvested_on for lot in lots}
    return {
        "variety_id": _alike({lot.variety_id for lot in lots}),
        "producer_id": _alike({lot.producer_id for lot in lots}),
        "harvested_on": _alike(days),
        "area_id": area.code,
        "area_path": area.path,
        "county_code": area.county_code,
    }


def _alike(values: set[Any]) -> Any:
    return next(iter(values)) if len(values) == 1 else None


def _common(paths: Sequence[str]) -> str:
    least, most = min(paths), max(paths)
    length = next((n for n, (a, b) in enumerate(zip(least, most, strict=False)) if a != b), len(least))
    return least[:length]


def _next(parent: Lot, steps: int, origins: Mapping[int, int], **other: Any) -> Lot:
    """Return a new lot of `steps` that is like its parent but for `other`, with its origins."""
    values = {
        "product_id": parent.product_id,
        "variety_id": parent.variety_id,
        "unit": parent.unit,
        "producer_id": parent.producer_id,
        "owner_id": parent.owner_id,
        "area_id": parent.area_id,
        "area_path": parent.area_path,
        "county_code": parent.county_code,
        "unit_at_id": parent.unit_at_id,
        "unit_path": parent.unit_path,
        "harvested_on": parent.harvested_on,
        "grade": parent.grade,
        "gtin": parent.gtin,
    }
    lot = Lot(number=ids.reference(PREFIX), first_steps=steps, **{**values, **other})
    lot.save(force_insert=True)
    LotOrigin.objects.bulk_create(
        LotOrigin(lot=lot, root_id=root, steps=part, left_steps=part) for root, part in origins.items()
    )
    return lot


def _graded(grade: str) -> dict[str, str]:
    """Return what the event by which a lot begins says of its class: nothing where it has none yet."""
    return {"grade": grade} if grade else {}


def _grade_when(lot: Lot, event: LotEvent) -> str:
    """Return the class that a lot was in at an event: what the next grading found, if one followed."""
    later = LotEvent.objects.filter(kind=EventKind.GRADED, entries__lot=lot, pk__gt=event.pk).order_by("pk").first()
    return str(later.details["before"]) if later else lot.grade


def _told_left(lots: Sequence[Lot]) -> None:
    """Let the objects in hand know what the trigger wrote."""
    for lot in lots:
        lot.steps = lot.first_steps


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(current().time_zone))


def _record(by: Actor, act: str, lot: Lot, details: Mapping[str, Any], now: datetime) -> None:
    audit.record(by=by, act=f"traceability.{act}", subject=lot, area_path=lot.area_path, details=details, now=now)
