"""Parcels whose village the address did not tell: a person says it, or that it is none of this network's."""

from datetime import datetime

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.errors import NotFound
from terrace.kernel.money import Money
from terrace.logistics.domain import Direction
from terrace.logistics.models import Parcel, UnplacedParcel
from terrace.logistics.services.parcel_files import require_over_carrier
from terrace.logistics.services.parcels import NewParcel, register_parcel


@transaction.atomic
def place_parcel(*, by: Actor, unplaced: UnplacedParcel, unit_id: int, now: datetime | None = None) -> Parcel:
    """Announce a parcel for the unit that a person chose. Raises as `register_parcel` does, `NotFound` if placed."""
    locked = _lock(by, unplaced)
    new = NewParcel(
        Direction.DOWN,
        recipient=locked.recipient,
        phone=locked.phone,
        from_unit_id=locked.carrier.unit_id,
        to_unit_id=unit_id,
        carrier_id=locked.party_id,
        weight_grams=locked.weight_grams,
        waybill=locked.waybill,
        address=locked.address,
        is_cold=locked.is_cold,
        cod=Money(locked.cod_minor, current().currency) if locked.cod_minor else None,
    )
    parcel = register_parcel(by=by, new=new, now=now or clock.now())
    locked.delete()
    return parcel


@transaction.atomic
def drop_unplaced(*, by: Actor, unplaced: UnplacedParcel) -> None:
    """Say that a parcel is none of this network's: its carrier brings it. Raises `Forbidden`, `NotFound`."""
    locked = _lock(by, unplaced)
    details = {"waybill": locked.waybill}
    place = locked.area_path
    audit.record(by=by, act="logistics.drop_unplaced", subject=locked.carrier, area_path=place, details=details)
    locked.delete()


def _lock(by: Actor, unplaced: UnplacedParcel) -> UnplacedParcel:
    rows = UnplacedParcel.objects.select_for_update(of=("self",)).select_related("carrier")
    locked = rows.filter(pk=unplaced.pk).first()
    if locked is None:
        raise NotFound
    require_over_carrier(by, locked.carrier)
    return locked
