"""Photos of offers: cleaned, six at most, in order, and no file left behind."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from terrace.http import photo_files
from terrace.kernel.errors import Forbidden
from terrace.market import queries, services
from terrace.market.models import Offer, OfferPhoto
from terrace.market.services import TooManyPhotos
from tests.conftest import Cast
from tests.market.selling import NOW, a_photo, an_offer

pytestmark = pytest.mark.usefixtures("autumn")


def _order(offer: Offer) -> list[int]:
    return [photo.pk for photo in queries.photos_of([offer.pk]).get(offer.pk, [])]


def test_a_photo_comes_with_a_small_one_of_the_same_shape(cast: Cast) -> None:
    photo = an_offer(cast, photos=[a_photo(size=(1200, 800))]).photos.get()
    assert (photo.width, photo.height) == (1200, 800)
    with photo.small.open() as file, Image.open(file) as small:
        assert small.size == (480, 320)


def test_an_offer_shows_six_and_no_more(cast: Cast) -> None:
    offer = an_offer(cast, photos=[a_photo() for _each in range(5)])
    services.add_photo(by=cast.buyer.actor, offer=offer, photo=a_photo(), now=NOW)
    with pytest.raises(TooManyPhotos):
        services.add_photo(by=cast.buyer.actor, offer=offer, photo=a_photo(), now=NOW)
    assert OfferPhoto.objects.count() == 6


def test_photos_are_put_in_order(cast: Cast) -> None:
    offer = an_offer(cast, photos=[a_photo(), a_photo("green"), a_photo("blue")])
    first, second, third = _order(offer)
    services.move_photo(by=cast.buyer.actor, photo=OfferPhoto.objects.get(pk=third), place=0, now=NOW)
    assert _order(offer) == [third, first, second]
    services.move_photo(by=cast.buyer.actor, photo=OfferPhoto.objects.get(pk=third), place=9, now=NOW)
    assert _order(offer) == [first, second, third]


def test_only_who_sells_changes_photos(cast: Cast) -> None:
    offer = an_offer(cast, photos=[a_photo()])
    photo = offer.photos.get()
    for who in ("keeper", "farmer", "packer", "stranger"):
        by = getattr(cast, who).actor
        with pytest.raises(Forbidden):
            services.add_photo(by=by, offer=offer, photo=a_photo(), now=NOW)
        with pytest.raises(Forbidden):
            services.move_photo(by=by, photo=photo, place=0, now=NOW)
        with pytest.raises(Forbidden):
            services.remove_photo(by=by, photo=photo, now=NOW)
    assert OfferPhoto.objects.get() == photo


def test_a_removed_photos_files_go_when_that_is_certain(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    photo = an_offer(cast, photos=[a_photo()]).photos.get()
    names = (str(photo.photo.name), str(photo.small.name))
    with django_capture_on_commit_callbacks(execute=True):
        services.remove_photo(by=cast.buyer.actor, photo=photo, now=NOW)
        assert all(default_storage.exists(name) for name in names)
    assert not any(default_storage.exists(name) for name in names)


def test_a_sweep_leaves_the_photo_of_an_offer_and_its_small_one(cast: Cast, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path  # others of these tests keep files whose rows are not there now
    kept = an_offer(cast, photos=[a_photo()]).photos.get()
    later = default_storage.get_modified_time(str(kept.small.name)) + timedelta(days=2)
    photo_files.sweep(now=later)
    assert default_storage.exists(str(kept.photo.name))
    assert default_storage.exists(str(kept.small.name))
