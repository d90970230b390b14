"""Taking back a parcel that has not left: who packed it unpacks it again."""

from datetime import datetime

from django.db import transaction

from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError
from terrace.kernel.words import _
from terrace.logistics.domain import ParcelStatus, ScanKind
from terrace.logistics.models import Parcel
from terrace.logistics.services.authority import require_over
from terrace.logistics.services.steps import Step, lock, take


class HasLeft(DomainError):
    """The parcel is on its way: nobody can unpack it any more."""

    code = "has_left"
    message = _("This parcel has left already.")


@transaction.atomic
def withdraw_parcel(*, by: Actor, parcel: Parcel, now: datetime | None = None) -> Parcel:
    """End a parcel that goes up and has not left, because it was unpacked; publishes `ParcelReturned`.

    Raises `Forbidden` unless the actor handles parcels where it lies or speaks
    for its sender, `HasLeft`. A second time changes nothing.
    """
    found = lock(parcel.pk)
    require_over(by, found, found.sender_id)
    if found.status == ParcelStatus.RETURNED:
        return found
    if not found.has_not_left:
        raise HasLeft
    moment = max(now or clock.now(), found.seen_at)
    take(by, found, Step(ScanKind.RETURNED, moment, "logistics.withdraw_parcel"))
    return found
