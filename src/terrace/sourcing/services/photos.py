"""Files of photos that no notice names."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files.storage import Storage

from terrace.kernel import clock
from terrace.sourcing.models import PHOTOS, SupplyNotice

UNDER_WAY = timedelta(days=1)
"""A younger file may belong to an act that is not finished yet."""


def sweep_photos(*, now: datetime | None = None) -> int:
    """Delete the photos that no notice names; return how many. Run each night, safe to repeat.

    A photo is written before its notice is certain, and deleted after: an act that
    is refused at its end, or a server that stops there, leaves a file that nobody
    reaches any more. It may show what somebody asked to have erased.
    """
    storage = SupplyNotice._meta.get_field("photo").storage
    written = _written(storage)  # before the rows: what is certain by now is found among them
    named = set(SupplyNotice.objects.exclude(photo="").order_by().values_list("photo", flat=True).iterator())
    left = list(_left(storage, written - named, (now or clock.now()) - UNDER_WAY))
    for name in left:
        storage.delete(name)
    return len(left)


def _written(storage: Storage) -> set[str]:
    try:
        _folders, files = storage.listdir(PHOTOS)
    except FileNotFoundError:  # no photo was ever sent
        return set()
    return {f"{PHOTOS}{name}" for name in files}


def _left(storage: Storage, names: set[str], since: datetime) -> Iterator[str]:
    for name in sorted(names):
        try:
            if storage.get_modified_time(name) < since:
                yield name
        except FileNotFoundError:  # deleted meanwhile by the act that took it away
            continue
