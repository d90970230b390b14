"""Files of photos: sent as the pictures they are, and swept where no row names them."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from pytest_django import Settings

from terrace.http import tasks
from terrace.http.photo_files import A_DAY, send_photo
from terrace.kernel import clock
from terrace.kernel.errors import NotFound
from terrace.market.models import OfferPhoto

FOLDERS = ("supply", "offers", "disputes", "scans", "tests")


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    """Keep the files of this test in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def photo(name: str = "") -> FieldFile:
    """Return the photo of an offer as its column gives it; without a name there is none."""
    return FieldFile(OfferPhoto(), OfferPhoto._meta.get_field("photo"), name)


@pytest.mark.parametrize(
    ("kept", "to_everybody", "told"),
    [
        (None, False, {"private", "no-store"}),
        (A_DAY, False, {"private", "max-age=86400"}),
        (A_DAY, True, {"public", "max-age=86400"}),
    ],
)
def test_a_photo_is_sent_as_a_picture_and_kept_only_as_long_as_it_may_be(
    kept: timedelta | None, to_everybody: bool, told: set[str]
) -> None:
    name = default_storage.save("offers/apples.jpg", ContentFile(b"pixels"))
    answer = send_photo(photo(name), kept=kept, to_everybody=to_everybody)
    assert (answer.content, answer["Content-Type"]) == (b"pixels", "image/jpeg")
    assert set(answer["Cache-Control"].split(", ")) == told


@pytest.mark.parametrize("name", ["", "offers/gone.jpg"])
def test_a_photo_that_is_not_there_is_not_found(name: str) -> None:
    with pytest.raises(NotFound):
        send_photo(photo(name))


@pytest.mark.django_db
def test_what_no_row_names_is_swept_after_a_day_from_every_folder_of_photos(media: Path) -> None:
    assert tasks.sweep_photos.func(0) == 0  # no photo was ever sent
    for folder in (*FOLDERS, "waiting/7"):
        old = media / default_storage.save(f"{folder}/old.jpg", ContentFile(b"pixels"))
        moment = (clock.now() - timedelta(hours=25)).timestamp()
        os.utime(old, (moment, moment))
        default_storage.save(f"{folder}/young.jpg", ContentFile(b"pixels"))  # it may be an act under way
    assert tasks.sweep_photos.func(0) == len(FOLDERS)
    for folder in FOLDERS:
        assert [path.name for path in (media / folder).iterdir()] == ["young.jpg"]
    assert (media / "waiting/7/old.jpg").exists()
    assert tasks.sweep_photos.func(0) == 0
