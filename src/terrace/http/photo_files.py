"""The files of photos: sent to who may see them, and swept where no row names them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.apps import apps
from django.core.files.storage import Storage
from django.db.models import FileField
from django.db.models.fields.files import FieldFile
from django.http import HttpResponse

from terrace.kernel.errors import NotFound

A_DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
UNDER_WAY = timedelta(days=1)
"""A younger file may belong to an act that is not finished yet."""


def send_photo(photo: FieldFile, *, kept: timedelta | None = None, to_everybody: bool = False) -> HttpResponse:
    """Answer with a photo; the reader's browser keeps it for as long as `kept`, or not at all.

    `to_everybody` lets caches between them keep it as well. A photo is never
    changed: another one has another name. Raises `NotFound` where there is none.
    """
    if not photo:
        raise NotFound
    try:
        with photo.open("rb") as file:  # cleaned photos are at most 1600 px a side, so they fit in memory
            response = HttpResponse(file.read(), content_type="image/jpeg")
    except FileNotFoundError:  # taken away since its row was read
        raise NotFound from None
    if kept is None:
        response["Cache-Control"] = "private, no-store"
    else:
        response["Cache-Control"] = f"{'public' if to_everybody else 'private'}, max-age={kept // SECOND}"
    return response


def sweep(*, now: datetime) -> int:
    """Delete the files that no row names, in the folder of every column of files; return how many. Safe to repeat.

    A photo is written before its row is certain, and deleted after: an act that
    is refused at its end, or a server that stops there, leaves a file that nobody
    reaches any more. It may show what somebody asked to have erased.
    """
    return sum(_sweep(folder, columns, now - UNDER_WAY) for folder, columns in _folders().items())


def _folders() -> dict[str, list[FileField]]:
    """Return the columns that name files, by the folder that they share."""
    found: dict[str, list[FileField]] = defaultdict(list)
    for model in apps.get_models():
        for column in model._meta.concrete_fields:
            if isinstance(column, FileField):
                found[str(column.upload_to)].append(column)
    return found


def _sweep(folder: str, columns: list[FileField], since: datetime) -> int:
    storage = columns[0].storage
    written = _written(storage, folder)  # before the rows: what is certain by now is found among them
    left = written - {name for column in columns for name in _named(column)} if written else set()
    old = list(_old(storage, left, since))
    for name in old:
        storage.delete(name)
    return len(old)


def _named(column: FileField) -> Iterator[str]:
    rows = column.model._base_manager.exclude(**{column.name: ""}).order_by()
    return rows.values_list(column.name, flat=True).iterator()


def _written(storage: Storage, folder: str) -> set[str]:
    try:
        _folders, files = storage.listdir(folder)
    except FileNotFoundError:  # no photo was ever sent
        return set()
    return {f"{folder}{name}" for name in files}


def _old(storage: Storage, names: set[str], since: datetime) -> Iterator[str]:
    for name in sorted(names):
        try:
            if storage.get_modified_time(name) < since:
                yield name
        except FileNotFoundError:  # deleted meanwhile by the act that took it away
            continue
