"""Photos of forms that were refused: kept for who sent them, for a day, a handful at once."""

from __future__ import annotations

import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from terrace.http import tasks, waiting_photos
from terrace.kernel import clock

pytestmark = pytest.mark.django_db
OWNER, OTHER = 7, 8


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Keep the files of this test in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "waiting"


def _photo(name: str = "first.jpg") -> ContentFile[bytes]:
    written = BytesIO()
    Image.new("RGB", (400, 300), (30, 90, 30)).save(written, "JPEG")
    return ContentFile(written.getvalue(), name=name)


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*/*")}


def _age(folder: Path, age: timedelta) -> None:
    for path in folder.glob("*/*"):
        moment = (clock.now() - age).timestamp()
        os.utime(path, (moment, moment))


def test_who_put_a_photo_aside_has_it_back_and_its_file_goes_with_the_act(
    folder: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    photo = _photo()
    token = waiting_photos.put_aside(photo, owner=OWNER)

    with django_capture_on_commit_callbacks(execute=True):
        found = waiting_photos.take_back(token, owner=OWNER)
        assert _names(folder) == {"first.jpg"}

    assert found
    assert (found.name, found.read()) == ("first.jpg", _photo().read())
    assert _names(folder) == set()
    assert waiting_photos.take_back(token, owner=OWNER) is None


@pytest.mark.parametrize("change", ["owner", "name", "signature", "path"])
def test_nobody_else_has_it_back(folder: Path, change: str) -> None:
    token = waiting_photos.put_aside(_photo(), owner=OWNER)
    waiting_photos.put_aside(_photo("second.jpg"), owner=OTHER)
    asked = {
        "owner": token,
        "name": token.replace("first", "second"),
        "signature": token[:-2],
        "path": token.replace("first", f"../{OTHER}/second"),
    }[change]

    assert waiting_photos.take_back(asked, owner=OTHER if change == "owner" else OWNER) is None
    assert _names(folder) == {"first.jpg", "second.jpg"}


def test_a_photo_put_aside_again_is_one_file(folder: Path) -> None:
    for _time in range(2):
        waiting_photos.put_aside(_photo(), owner=OWNER)
    assert _names(folder) == {"first.jpg"}


def test_only_a_handful_waits_for_one_person(folder: Path) -> None:
    waiting_photos.put_aside(_photo("of-another.jpg"), owner=OTHER)
    waiting_photos.put_aside(_photo("oldest.jpg"), owner=OWNER)
    _age(folder, timedelta(hours=1))
    for number in range(waiting_photos.MOST):
        waiting_photos.put_aside(_photo(f"{number}.jpg"), owner=OWNER)

    assert _names(folder) == {"of-another.jpg", *(f"{number}.jpg" for number in range(waiting_photos.MOST))}


def test_what_was_never_sent_again_goes_after_a_day(folder: Path) -> None:
    assert waiting_photos.sweep(now=clock.now()) == 0
    waiting_photos.put_aside(_photo("old.jpg"), owner=OWNER)
    _age(folder, waiting_photos.KEPT_FOR + timedelta(minutes=1))
    waiting_photos.put_aside(_photo("new.jpg"), owner=OWNER)

    assert tasks.sweep_waiting_photos.func(0) == 1
    assert _names(folder) == {"new.jpg"}


def test_its_small_picture_is_small_and_no_address() -> None:
    shown = waiting_photos.thumbnail(_photo())
    assert shown.startswith("data:image/jpeg;base64,")
    assert len(shown) < 8_000
