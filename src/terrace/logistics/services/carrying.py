"""Parcels that go up: handed to a carrier, and what the carrier tells of them."""

from datetime import datetime

from django.db import IntegrityError, transaction

from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Invalid
from terrace.kernel.words import _
from terrace.logistics.domain import Direction, Effect, ParcelStatus, ScanKind
from terrace.logistics.domain.parcels import LONGEST_CODE
from terrace.logistics.models import Parcel
from terrace.logistics.services.authority import require_over
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

    Handing it over again with the same waybill changes nothing. Raises
    `Forbidden`, `Invalid` without a carrier or a waybill, `KnownWaybill`,
    `Impossible`.
    """
    found = lock(parcel.pk)
    require_over(by, found, found.sender_id, found.carrier_id)
    if found.direction != Direction.UP:
        raise Invalid(_("This parcel goes down to a village: no carrier takes it from here."))
    number = waybill.strip()
    if not number or len(number) > LONGEST_CODE:
        raise Invalid(_("Enter the number of the carrier's waybill."), field="waybill")
    found.carrier_id = carrier_id or found.carrier_id
    if found.carrier_id is None:
        raise Invalid(_("Say which carrier takes it."), field="carrier")
    found.waybill = number
    moment = max(now or clock.now(), found.seen_at)
    step = Step(ScanKind.HANDED_TO_CARRIER, moment, "logistics.hand_to_carrier")
    try:
        with transaction.atomic():
            found.save(update_fields=["carrier", "waybill"])
    except IntegrityError as clash:
        if "logistics_waybill_once" not in str(clash):
            raise
        raise KnownWaybill(field="waybill") from clash
    take(by, found, step)
    return found


@transaction.atomic
def carrier_says(
    *, by: Actor, parcel: Parcel, status: ParcelStatus, at: datetime | None = None, now: datetime | None = None
) -> Effect:
    """Note what the carrier says of a parcel that goes up: on its way, delivered, returned or lost.

    The same again changes nothing, older news only completes the history. Who
    hears that it was delivered before anybody handed it over learns of both.
    Raises `Forbidden` unless the actor handles parcels where it began or speaks
    for the carrier, `Invalid` for any other status, `Impossible`.
    """
    found = lock(parcel.pk)
    require_over(by, found, found.carrier_id)
    if found.direction != Direction.UP or status not in SAYS:
        raise Invalid(_("A carrier says of a parcel that goes up: on its way, delivered, returned or lost."))
    moment = now or clock.now()
    told = min(at, moment) if at else max(moment, found.seen_at)
    return take(by, found, Step(SAYS[status], told, "logistics.hear_carrier"))
