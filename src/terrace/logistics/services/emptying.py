"""Personal data that nobody needs any more: recipients of parcels that ended a while ago, pictures of hand-overs."""

from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.logistics.models import Parcel, ScanPhoto

BATCH = 1000


def empty_parcels(*, now: datetime | None = None) -> int:
    """Empty recipient, phone and address of parcels that ended long enough ago, and delete their pictures.

    How long is the setting `keep_recipients_days`. Returns how many parcels; in
    batches, each in a transaction of its own, so it may stop and be run again.
    """
    moment = now or clock.now()
    before, emptied = moment - timedelta(days=settings.ENV.keep_recipients_days), 0
    while batch := _empty_batch(before, moment):
        emptied += batch
    return emptied


@transaction.atomic
def _empty_batch(before: datetime, now: datetime) -> int:
    due = Parcel.objects.filter(ended_at__lt=before, emptied_at__isnull=True).order_by("id")
    rows = list(due.select_for_update(skip_locked=True, of=("self",))[:BATCH])
    ids = [row.pk for row in rows]
    pictures = list(ScanPhoto.objects.filter(scan__parcel__in=ids).order_by("id"))
    for picture in pictures:
        transaction.on_commit(partial(picture.photo.storage.delete, str(picture.photo.name)))
    ScanPhoto.objects.filter(pk__in=[picture.pk for picture in pictures]).delete()
    emptied = dict.fromkeys(("recipient", "phone", "region", "address", "collector", "collector_phone"), "")
    Parcel.objects.filter(pk__in=ids).update(**emptied, emptied_at=now)
    nothing: dict[str, object] = {}
    subjects = [(row, row.area_path, nothing) for row in rows]
    audit.record_many(by=SYSTEM, act="logistics.empty_parcels", subjects=subjects, now=now)
    return len(rows)
