"""The files of photos: exchanged with the change, and swept where an act left one behind."""

from __future__ import annotations

import os
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from terrace.http import photo_files
from terrace.kernel import clock, events
from terrace.kernel.errors import Stale
from terrace.sourcing import services
from terrace.sourcing.domain import SupplyRecorded
from terrace.sourcing.models import SupplyNotice
from tests.conftest import Cast
from tests.sourcing.conftest import NOW, terms


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """Keep the photos of this test in a folder of its own, and return it."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "supply"


def _photo(name: str) -> ContentFile[bytes]:
    return ContentFile(b"pixels", name)


def _recorded(cast: Cast, photo: str = "first.jpg") -> SupplyNotice:
    number = cast.farmer.party.number
    return services.record_supply(by=cast.keeper.actor, party=number, terms=terms(), photo=_photo(photo))


def _files(folder: Path, *, age: timedelta | None = None) -> set[str]:
    """Return the files in `folder`; with `age`, after making each that old."""
    found = list(folder.iterdir())
    for path in found if age is not None else ():
        moment = (NOW - (age or timedelta())).timestamp()
        os.utime(path, (moment, moment))
    return {path.name for path in found}


def test_the_old_file_goes_when_a_photo_is_exchanged_or_taken_away(
    cast: Cast, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    notice = _recorded(cast)
    change: dict[str, Any] = {"by": cast.keeper.actor, "notice": notice, "terms": terms()}
    with django_capture_on_commit_callbacks(execute=True):
        services.change_supply(**change, version=1, photo=_photo("second.jpg"))
        assert _files(folder) == {"first.jpg", "second.jpg"}
    assert _files(folder) == {"second.jpg"}
    with django_capture_on_commit_callbacks(execute=True):
        services.change_supply(**change, version=2)
    assert (_files(folder), SupplyNotice.objects.get().photo.name) == ({"second.jpg"}, "supply/second.jpg")
    with django_capture_on_commit_callbacks(execute=True):
        services.change_supply(**change, version=3, drop_photo=True)
    assert (_files(folder), SupplyNotice.objects.get().photo.name) == (set(), "")


def test_a_stale_change_keeps_the_photo(cast: Cast, folder: Path, django_capture_on_commit_callbacks: Any) -> None:
    notice = _recorded(cast)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Stale):
        services.change_supply(
            by=cast.keeper.actor, notice=notice, version=2, terms=terms(), photo=_photo("second.jpg")
        )
    assert SupplyNotice.objects.get().photo.name == "supply/first.jpg"
    assert "first.jpg" in _files(folder)


def test_what_a_refusal_leaves_behind_is_swept_after_a_day(
    cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _recorded(cast, "kept.jpg")

    def refuse(event: SupplyRecorded) -> None:
        raise RuntimeError("the last step failed")

    monkeypatch.setattr(events, "_handlers", defaultdict(list, {SupplyRecorded: [refuse]}))
    with pytest.raises(RuntimeError, match="the last step"):
        _recorded(cast, "left.jpg")
    assert SupplyNotice.objects.get().photo.name == "supply/kept.jpg"
    assert _files(folder, age=timedelta(hours=23)) == {"kept.jpg", "left.jpg"}

    assert photo_files.sweep(now=clock.now()) == 0  # it may be an act under way
    assert _files(folder, age=timedelta(hours=25)) == {"kept.jpg", "left.jpg"}
    assert photo_files.sweep(now=clock.now()) == 1

    assert _files(folder) == {"kept.jpg"}
    assert photo_files.sweep(now=clock.now()) == 0
