"""Parcels that go up: handed to a carrier, and what the carrier tells of them."""

from datetime import datetime

from django.db import IntegrityError, transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Invalid
from terrace.kernel.words import _
from terrace.logistics.domain import Effect, ParcelStatus, ScanKind
from terrace.logistics.domain.parcels import LONGEST_CODE, checked_waybill, heard_at
from terrace.logistics.models import Parcel
from terrace.logistics.services.authority import require_over, require_service
from terrace.logistics.services.parcels import KnownWaybill
from terrace.logistics.services.steps import Step, lock, take

SAYS = {
    ParcelStatus.IN_TRANSIT: ScanKind.IN_TRANSIT,
    ParcelStatus.DELIVERED: ScanKind.HANDED_OVER,
    ParcelStatus.RETURNED: ScanKind.RETURNED,
    ParcelStatus.LOST: ScanKind.LOST,
}
"""What a carrier may say of a parcel that goes up."""


@transaction.atomic
def hand_to_carrier(
    *, by: Actor, parcel: Parcel, waybill: str, carrier_id: int | None = None, now: datetime | None = None
) -> Parcel:
    """Hand a parcel that goes up to its carrier, which gave it `waybill`; publishes `ParcelSent`.

    Handing it over again with the same waybill changes nothing; with another one
    that corrects it, on the record, until the carrier has told of it. Raises
    `Forbidden`, `Invalid` without a waybill or a carrier that shares the network
    there, `KnownWaybill`, `Impossible`.
    """
    found = lock(parcel.pk)
    require_over(by, found, found.sender_id, found.carrier_id)
    _put_waybill(by, found, checked_waybill(waybill), carrier_id or found.carrier_id)
    moment = max(now or clock.now(), found.seen_at)
    take(by, found, Step(ScanKind.HANDED_TO_CARRIER, moment, "logistics.hand_to_carrier"))
    return found


def _put_waybill(by: Actor, found: Parcel, waybill: str, carrier_id: int | None) -> None:
    """Write the waybill of a locked parcel, or raise why not; a correction goes on the record."""
    if not found.leaves_by_carrier:
        raise Invalid(_("This parcel stays inside the network: no carrier takes it from here."))
    if not waybill or len(waybill) > LONGEST_CODE:
        raise Invalid(_("Enter the number of the carrier's waybill."), field="waybill")
    if carrier_id is None:
        raise Invalid(_("Say which carrier takes it."), field="carrier")
    if carrier_id != found.carrier_id:
        require_over(by, found, found.sender_id, carrier_id)
        require_service(carrier_id, found.from_path)
    before = found.waybill
    is_known = found.sent_at is not None and (before, found.carrier_id) != (waybill, carrier_id)
    if is_known and found.status != ParcelStatus.WITH_CARRIER:
        told = _("The carrier has told of it under waybill %(waybill)s: that stays.")
        raise Invalid(told % {"waybill": before}, field="waybill")
    found.waybill, found.carrier_id = waybill, carrier_id
    try:
        with transaction.atomic():
            found.save(update_fields=["carrier", "waybill"])
    except IntegrityError as clash:
        if "logistics_waybill_once" not in str(clash):
            raise
        raise KnownWaybill(field="waybill") from clash
    if is_known:
        details = {"before": before, "waybill": waybill}
        audit.record(by=by, act="logistics.correct_waybill", subject=found, area_path=found.area_path, details=details)


@transaction.atomic
def carrier_says(
    *, by: Actor, parcel: Parcel, status: ParcelStatus, at: datetime | None = None, now: datetime | None = None
) -> Effect:
    """Note what the carrier says of a parcel that goes up: on its way, delivered, returned or lost.

    The same again changes nothing, older news of the way only completes the
    history; an end counts whatever was noted here meanwhile. Who hears that it
    was delivered before anybody handed it over learns of both.
    Raises `Forbidden` unless the actor handles parcels where it began or speaks
    for the carrier, `Invalid` for any other status, `Impossible`.
    """
    found = lock(parcel.pk)
    require_over(by, found, found.carrier_id)
    if not found.leaves_by_carrier or status not in SAYS:
        raise Invalid(_("A carrier says of a parcel that goes up: on its way, delivered, returned or lost."))
    moment = now or clock.now()
    told = heard_at(at, moment) if at else max(moment, found.seen_at)
    if status.is_final and not ParcelStatus(found.status).is_final:
        told = max(told, found.seen_at)  # what has ended has ended, though somebody here noted a step of it later
    return take(by, found, Step(SAYS[status], told, "logistics.hear_carrier"))
