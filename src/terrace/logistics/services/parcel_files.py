"""A carrier's file of parcels on its way in: taken, its columns named once, looked at, handed over or thrown away."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from io import BytesIO

from django.db import transaction

from terrace.audit import services as audit
from terrace.http.text_tables import either_table
from terrace.http.workbooks import MOST_BYTES, GivenRow, Head, rows_of
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError, Invalid
from terrace.kernel.words import _
from terrace.logistics.domain import Permission
from terrace.logistics.domain.handing_in import MOST_ROWS, FileState, header_mark, lacking
from terrace.logistics.models import Carrier, ColumnMap, ParcelFile, UnplacedParcel
from terrace.logistics.services.announcing import Checked, announce_many, check_rows
from terrace.logistics.services.authority import require_any

KEPT_FOR = timedelta(days=30)
"""So long a file waits to be handed over, and a parcel for somebody to say its village: both hold recipients."""


class FileClosed(DomainError):
    """The file was handed over already."""

    code = "file_closed"
    message = _("This file was handed over already.")


@transaction.atomic
def take_file(*, by: Actor, carrier: Carrier, content: bytes, file_name: str) -> ParcelFile:
    """Take in a carrier's file without handing anything over; the same file again is the same row.

    Raises `Forbidden`, `Invalid` at `file` for what is no table, is empty or too large.
    """
    require_over_carrier(by, carrier)
    if len(content) > MOST_BYTES:
        raise Invalid(_("This file is too large. Split it."), field="file")
    rows = _table(content, file_name)
    titles = [str(title).strip() for title in rows[0]] if rows else []
    total = sum(any(str(cell).strip() for cell in row) for row in rows[1:])
    if not total:
        raise Invalid(_("This file has no rows."), field="file")
    if total > MOST_ROWS:
        raise Invalid(_("At most %(most)s rows at a time. Split the file.") % {"most": MOST_ROWS}, field="file")
    known = ColumnMap.objects.filter(carrier=carrier, header=header_mark(titles)).exists()
    taken, is_new = ParcelFile.objects.get_or_create(
        carrier=carrier,
        mark=hashlib.sha256(content).hexdigest(),
        defaults={
            "file_name": file_name[-200:],
            "titles": titles,
            "state": FileState.TO_CHECK if known else FileState.TO_MAP,
            "content": content,
            "total": total,
            "person_id": by.person_id,
            "area_path": carrier.area_path,
        },
    )
    if is_new:
        details = {"rows": total}
        audit.record(by=by, act="logistics.take_file", subject=carrier, area_path=carrier.area_path, details=details)
    return taken


@transaction.atomic
def map_columns(*, by: Actor, file: ParcelFile, columns: Mapping[str, str]) -> ParcelFile:
    """Say which column of the file tells what: `{need: title}`; remembered for all files of the carrier like it.

    Raises `Forbidden`, `FileClosed`, `Invalid` for a column that is not there, chosen twice, or lacking.
    """
    require_over_carrier(by, file.carrier)
    locked = _lock(file)
    chosen = {need: title for need, title in columns.items() if title}
    for need, title in chosen.items():
        if title not in locked.titles:
            raise Invalid(_("The file has no such column."), field=need)
        if list(chosen.values()).count(title) > 1:
            raise Invalid(_("This column was chosen for something else already."), field=need)
    if missing := lacking(chosen):
        raise Invalid(_("Say in which column these stand: %(names)s") % {"names": ", ".join(map(str, missing))})
    ColumnMap.objects.update_or_create(
        carrier=locked.carrier, header=header_mark(locked.titles), defaults={"columns": chosen}
    )
    locked.state = FileState.TO_CHECK
    locked.save(update_fields=["state"])
    audit.record(by=by, act="logistics.map_columns", subject=locked.carrier, area_path=locked.area_path, details=chosen)
    return locked


def look_at(*, by: Actor, file: ParcelFile, now: datetime | None = None) -> Checked:
    """Judge the rows of a file whose columns are known; write nothing. Raises `Forbidden`, `FileClosed`, `Invalid`."""
    require_over_carrier(by, file.carrier)
    return check_rows(file.carrier, rows_in(file), now or clock.now())


@transaction.atomic
def hand_in(*, by: Actor, file: ParcelFile, takes_good_rows: bool = False, now: datetime | None = None) -> ParcelFile:
    """Announce the parcels of a file; all, or none where a row is bad and the good ones were not asked for.

    Raises `Forbidden`, `FileClosed`, `Invalid`, `RowsRefused`.
    """
    require_over_carrier(by, file.carrier)
    moment = now or clock.now()
    locked = _lock(file)
    rows = rows_in(locked)
    checked = announce_many(by=by, carrier=locked.carrier, rows=rows, takes_good_rows=takes_good_rows, now=moment)
    locked.new_count, locked.known_count = len(checked.parcels), checked.known
    locked.open_count, locked.bad_count = len(checked.unplaced), checked.bad_rows
    locked.state, locked.content, locked.ended_at = FileState.DONE, None, moment
    locked.save()
    details = {
        "new": locked.new_count,
        "known": locked.known_count,
        "open": locked.open_count,
        "bad": locked.bad_count,
    }
    place = locked.area_path
    audit.record(by=by, act="logistics.hand_in", subject=locked.carrier, area_path=place, details=details, now=moment)
    return locked


@transaction.atomic
def drop_file(*, by: Actor, file: ParcelFile) -> None:
    """Throw away a file that was not handed over. Raises `Forbidden`, `FileClosed`."""
    require_over_carrier(by, file.carrier)
    locked = _lock(file)
    audit.record(by=by, act="logistics.drop_file", subject=locked.carrier, area_path=locked.area_path)
    locked.delete()


def forget_files(*, now: datetime | None = None) -> int:
    """Delete files that nobody handed over, and parcels that nobody placed, of long ago; return how many."""
    before = (now or clock.now()) - KEPT_FOR
    files = ParcelFile.objects.filter(created_at__lt=before, content__isnull=False).delete()[0]
    return files + UnplacedParcel.objects.filter(created_at__lt=before).delete()[0]


def rows_in(file: ParcelFile) -> list[GivenRow]:
    """Return the rows of a file by what its columns were named. Raises `FileClosed`, `Invalid` before they were."""
    if file.content is None:
        raise FileClosed
    known = ColumnMap.objects.filter(carrier=file.carrier_id, header=header_mark(file.titles)).first()
    if known is None or file.state == FileState.TO_MAP:
        raise Invalid(_("Say first which column tells what."))
    heads = [Head(f"\0{need}", title) for need, title in known.columns.items()]
    rows = rows_of(file.file_name, _table(bytes(file.content), file.file_name), heads)
    return [GivenRow(row.sheet, row.number, {name[1:]: value for name, value in row.values.items()}) for row in rows]


def require_over_carrier(by: Actor, carrier: Carrier) -> None:
    """Raise `Forbidden` unless `by` handles parcels at the carrier's centre, or speaks for the carrier."""
    require_any(by, Permission.HANDLE, [carrier.area_path], [carrier.party_id])


def _lock(file: ParcelFile) -> ParcelFile:
    locked = ParcelFile.objects.select_for_update(of=("self",)).select_related("carrier").get(pk=file.pk)
    if locked.state == FileState.DONE:
        raise FileClosed
    return locked


def _table(content: bytes, file_name: str) -> Sequence[Sequence[object]]:
    return either_table(BytesIO(content), file_name)[1]
