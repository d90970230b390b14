"""Which consignments an actor sees, and what is in them."""

from collections.abc import Iterable

from django.db.models import QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.errors import NotFound
from terrace.logistics.domain import ConsignmentStatus, Permission
from terrace.logistics.domain.sscc import read_sscc
from terrace.logistics.models import Consignment, ConsignmentLine, PackedUnit, Parcel, Scan
from terrace.logistics.queries.parcels import find_parcel_by_code


def consignments_visible_to(actor: Actor) -> QuerySet[Consignment]:
    """Return the consignments from or to units below the actor's posts."""
    paths = actor.paths(Permission.VIEW)
    return Consignment.objects.filter(within(paths, "from_path") | within(paths, "to_path"))


def get_consignment(actor: Actor, number: str) -> Consignment:
    """Return the consignment `number`, or raise `NotFound` when the actor does not see it."""
    found = consignments_visible_to(actor).filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def find_by_code(code: str) -> Parcel | Consignment | None:
    """Return the parcel or consignment that bears `code`, None for none. The caller has authorised the look.

    A number of ours, a carrier's waybill, or the number of a crate or pallet.
    """
    if (sscc := read_sscc(code)) and (packed := find_packed(sscc)):
        return packed.consignment
    goods = Consignment.objects.filter(number=code.strip().upper()).first()
    return goods or find_parcel_by_code(code)


def find_packed(sscc: str) -> PackedUnit | None:
    """Return the crate or pallet with a number, with its consignment, None for none. The caller has authorised it."""
    return PackedUnit.objects.filter(sscc=sscc).select_related("consignment").first()


def packed_in(consignment: Consignment) -> QuerySet[PackedUnit]:
    """Return the crates and pallets of a consignment that bear numbers, in their order."""
    return PackedUnit.objects.filter(consignment=consignment).order_by("kind", "place")


def lines_of(consignments: Iterable[Consignment]) -> dict[int, list[ConsignmentLine]]:
    """Return the lines of many consignments by the consignment's id, in one query."""
    found: dict[int, list[ConsignmentLine]] = {consignment.pk: [] for consignment in consignments}
    for line in ConsignmentLine.objects.filter(consignment__in=list(found)).order_by("id"):
        found[line.consignment_id].append(line)
    return found


def goods_scans_of(consignment: Consignment) -> QuerySet[Scan]:
    """Return the history of a consignment by the clocks of who scanned, the oldest first."""
    return Scan.objects.filter(consignment=consignment).select_related("tour").order_by("at", "id")


def waiting_at(unit_id: int) -> QuerySet[Consignment]:
    """Return the consignments that wait at a unit to be fetched, the longest waiting first."""
    waiting = [ConsignmentStatus.WAITING, ConsignmentStatus.ON_THE_WAY]
    return Consignment.objects.filter(unit_at=unit_id, status__in=waiting).order_by("created_at", "id")


def goods_coming_to(unit_id: int) -> QuerySet[Consignment]:
    """Return the consignments that are on their way to a unit, those nearest in time first."""
    moving = [ConsignmentStatus.ON_VEHICLE, ConsignmentStatus.ON_THE_WAY]
    return Consignment.objects.filter(to_unit=unit_id, status__in=moving).order_by("seen_at", "id")


def to_count_at(unit_id: int) -> QuerySet[Consignment]:
    """Return the consignments that arrived at a unit and have to be counted, the longest waiting first."""
    return Consignment.objects.filter(unit_at=unit_id, status=ConsignmentStatus.TO_COUNT).order_by("seen_at", "id")
