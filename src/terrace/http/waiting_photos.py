"""Photos that came with a form that was refused: kept until it is sent again, for who sent them and nobody else.

A browser never sends a file twice by itself, so the form would come back
without it and be recorded without it. Kept is the cleaned photo, small and
without metadata; the form carries a signed name of it.
"""

from __future__ import annotations

import contextlib
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from posixpath import basename

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from PIL import Image

FOLDER = "waiting/"
KEPT_FOR = timedelta(days=1)
MOST = 5
"""Photos of one person that wait at once: who sends more is trying things out, and the oldest go."""
THUMBNAIL = (160, 160)


def put_aside(photo: ContentFile[bytes], *, owner: int) -> str:
    """Keep a cleaned `photo` for a day, and return the signed name by which `owner` alone can have it back."""
    name = basename(str(photo.name))
    path = f"{_folder(owner)}{name}"
    if not default_storage.exists(path):
        _make_room(owner)
        photo.seek(0)
        default_storage.save(path, photo)
    return _signer(owner).sign(name)


def take_back(token: str, *, owner: int) -> ContentFile[bytes] | None:
    """Return the photo that `owner` put aside, None when it is gone; its file goes when the act is certain."""
    try:
        name = _signer(owner).unsign(token, max_age=KEPT_FOR)
        with default_storage.open(f"{_folder(owner)}{name}", "rb") as file:
            photo = ContentFile(file.read(), name=name)
    except (BadSignature, FileNotFoundError):
        return None
    transaction.on_commit(partial(default_storage.delete, f"{_folder(owner)}{name}"))
    return photo


def thumbnail(photo: ContentFile[bytes]) -> str:
    """Return a small picture of the photo as an address that holds it: nobody else can ask for it."""
    photo.seek(0)
    target = BytesIO()
    with Image.open(photo, formats=["JPEG"]) as image:
        image.thumbnail(THUMBNAIL)
        image.save(target, "JPEG", quality=70)
    return f"data:image/jpeg;base64,{b64encode(target.getvalue()).decode()}"


def sweep(*, now: datetime) -> int:
    """Delete the photos whose form never came again; return how many. Safe to repeat."""
    old = [path for folder in _folders() for at, path in _files(folder) if at < now - KEPT_FOR]
    for path in old:
        default_storage.delete(path)
    return len(old)


def _signer(owner: int) -> TimestampSigner:
    return TimestampSigner(salt=f"http.waiting_photos/{owner}")


def _folder(owner: int) -> str:
    return f"{FOLDER}{owner}/"


def _folders() -> list[str]:
    with contextlib.suppress(FileNotFoundError):  # no form with a photo was ever refused
        return [f"{FOLDER}{name}/" for name in default_storage.listdir(FOLDER)[0]]
    return []


def _files(folder: str) -> Iterator[tuple[datetime, str]]:
    """Yield (when, path) of each photo in `folder` that another process did not just take away."""
    with contextlib.suppress(FileNotFoundError):
        for name in default_storage.listdir(folder)[1]:
            with contextlib.suppress(FileNotFoundError):
                yield default_storage.get_modified_time(f"{folder}{name}"), f"{folder}{name}"


def _make_room(owner: int) -> None:
    newest_first = sorted(_files(_folder(owner)), reverse=True)
    for _at, path in newest_first[MOST - 1 :]:
        default_storage.delete(path)
