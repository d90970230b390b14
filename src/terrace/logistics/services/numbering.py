"""Numbers of crates and pallets: one for each, given once, for labels that any scanner reads."""

from django.conf import settings
from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Invalid
from terrace.kernel.words import _
from terrace.logistics.domain import ConsignmentStatus, Permission
from terrace.logistics.domain.sscc import MOST_UNITS, Numbering, UnitKind
from terrace.logistics.models import Consignment, PackedUnit
from terrace.logistics.services.consignments import NotWaiting, lock_consignment


@transaction.atomic
def number_units(*, by: Actor, consignment: Consignment, kind: UnitKind, count: int) -> list[PackedUnit]:
    """Give the first `count` crates or pallets of a consignment their numbers, and return all of that kind.

    Those that have one keep it, so printing again changes nothing; new ones only
    while it waits. Raises `Forbidden`, `Invalid` at `count`, `NotWaiting`.
    """
    found = lock_consignment(consignment.pk)
    by.require(Permission.HANDLE, found.from_path)
    if not 0 < count <= MOST_UNITS:
        raise Invalid(_("Enter from 1 to %(most)d.") % {"most": MOST_UNITS}, field="count")
    known = list(found.packed.filter(kind=kind).order_by("place"))
    if count > len(known):
        if found.status != ConsignmentStatus.WAITING:
            raise NotWaiting
        known += _numbered(found, kind, range(len(known) + 1, count + 1))
        details = {"kind": str(kind), "count": count}
        audit.record(by=by, act="logistics.number_units", subject=found, area_path=found.from_path, details=details)
    return known


def _numbered(consignment: Consignment, kind: UnitKind, places: range) -> list[PackedUnit]:
    made = PackedUnit.objects.bulk_create(PackedUnit(consignment=consignment, kind=kind, place=one) for one in places)
    numbering = Numbering(settings.ENV.company_prefix)
    for unit in made:
        unit.sscc = numbering.code(unit.pk)  # rows are never deleted, so no number comes twice
    PackedUnit.objects.bulk_update(made, ["sscc"])
    return made
