"""Lots that wait to go somewhere whole: until then nothing is taken of them and nothing is put to them."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel.actors import Actor
from terrace.traceability.models import Lot
from terrace.traceability.services.writing import check_at_hand, check_not_recalled, lock


@transaction.atomic
def set_aside(*, by: Actor, lot_ids: Iterable[int], reference: str, now: datetime | None = None) -> list[Lot]:
    """Let lots wait for what `reference` names, such as `consignment/K-...`. The calling act has authorised it.

    They are locked: of two who want a lot, one is refused. Raises `NotFound`, `Recalled`, `UnderWay`, `SetAside`.
    """
    lots = lock(lot_ids)
    check_not_recalled(lots)
    return _set_aside(by, lots, reference, now)


@transaction.atomic
def set_aside_again(*, by: Actor, lot_ids: Iterable[int], reference: str, now: datetime | None = None) -> list[Lot]:
    """Let lots that are back wait for `reference` anew, those too that were recalled meanwhile: that may end.

    Raises `NotFound`, `UnderWay`, `SetAside`.
    """
    return _set_aside(by, lock(lot_ids), reference, now)


@transaction.atomic
def release(*, by: Actor, lot_ids: Iterable[int], reference: str, now: datetime | None = None) -> list[Lot]:
    """Let lots wait for `reference` no longer; return those that did. Safe to repeat. One that is sent is released."""
    waiting = [lot for lot in lock(lot_ids) if lot.set_aside_for == reference]
    return _keep(by, waiting, "", "traceability.release", now, told=reference)


def _set_aside(by: Actor, lots: list[Lot], reference: str, now: datetime | None) -> list[Lot]:
    check_at_hand(lots)
    return _keep(by, lots, reference, "traceability.set_aside", now, told=reference)


def _keep(by: Actor, lots: list[Lot], reference: str, act: str, now: datetime | None, *, told: str) -> list[Lot]:
    for lot in lots:
        lot.set_aside_for = reference
    Lot.objects.filter(pk__in=[lot.pk for lot in lots]).update(set_aside_for=reference)
    subjects = [(lot, lot.area_path, {"reference": told}) for lot in lots]
    audit.record_many(by=by, act=act, subjects=subjects, now=now)
    return lots
