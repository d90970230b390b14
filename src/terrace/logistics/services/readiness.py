"""When goods can be fetched: put right while they wait."""

from datetime import datetime

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.logistics.domain import ConsignmentStatus, Permission
from terrace.logistics.domain.consignments import Window
from terrace.logistics.models import Consignment
from terrace.logistics.services.consignments import NotWaiting, lock_consignment


@transaction.atomic
def set_window(*, by: Actor, consignment: Consignment, window: Window, now: datetime | None = None) -> Consignment:
    """Say from when a consignment that waits can be fetched, and until when it may.

    Raises `Forbidden`, `NotWaiting`, `Invalid`.
    """
    found = lock_consignment(consignment.pk)
    by.require(Permission.HANDLE, found.from_path)
    if found.status != ConsignmentStatus.WAITING:
        raise NotWaiting
    window.check(now or clock.now())
    found.ready_at, found.waits_until = window.ready_at, window.waits_until
    found.save(update_fields=["ready_at", "waits_until"])
    details = {
        name: at.isoformat() if at else "" for name, at in (("ready", window.ready_at), ("until", window.waits_until))
    }
    audit.record(by=by, act="logistics.set_window", subject=found, area_path=found.from_path, details=details)
    return found
