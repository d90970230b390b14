"""Photos of offers: added, put in order, removed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.core.files.base import File
from django.db import transaction

from terrace.audit import services as audit
from terrace.http.photos import size_of, smaller
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError
from terrace.kernel.words import _
from terrace.market.domain.offers import MOST_PHOTOS
from terrace.market.models import Offer, OfferPhoto
from terrace.market.services.selling import require_seller

SMALL_SIDE = 480
"""Pixels of the longer side of what tiles and telephones are shown."""


class TooManyPhotos(DomainError):
    """An offer shows as many photos as it can."""

    code = "too_many_photos"
    message = _("An offer shows six photos. Remove one first.")


@transaction.atomic
def add_photo(*, by: Actor, offer: Offer, photo: File[bytes], now: datetime | None = None) -> OfferPhoto:
    """Add a cleaned photo as the last one. Raises `Forbidden`, `TooManyPhotos`."""
    _lock(by, offer)
    added = write_photos(offer, [photo])[0]
    audit.record(by=by, act="market.add_photo", subject=offer, area_path=offer.area_path, now=now)
    return added


@transaction.atomic
def move_photo(*, by: Actor, photo: OfferPhoto, place: int, now: datetime | None = None) -> None:
    """Put a photo at `place` among its offer's, 0 for the first; beyond the last it is the last. Raises `Forbidden`."""
    offer = photo.offer
    _lock(by, offer)
    others = [p for p in offer.photos.order_by("place", "id") if p.pk != photo.pk]
    others.insert(max(0, place), photo)
    for number, each in enumerate(others):
        OfferPhoto.objects.filter(pk=each.pk).update(place=number)
    audit.record(by=by, act="market.move_photo", subject=offer, area_path=offer.area_path, now=now)


@transaction.atomic
def remove_photo(*, by: Actor, photo: OfferPhoto, now: datetime | None = None) -> None:
    """Remove a photo; its files go when that is certain. Raises `Forbidden`."""
    offer = photo.offer
    _lock(by, offer)
    for file in (photo.photo, photo.small):
        transaction.on_commit(partial(file.storage.delete, str(file.name)))
    photo.delete()
    audit.record(by=by, act="market.remove_photo", subject=offer, area_path=offer.area_path, now=now)


def write_photos(offer: Offer, photos: Sequence[File[bytes]]) -> list[OfferPhoto]:
    """Write cleaned photos after those that the offer has, each with its small rendition. Raises `TooManyPhotos`."""
    taken = list(offer.photos.order_by("-place").values_list("place", flat=True)) if photos else []
    if len(taken) + len(photos) > MOST_PHOTOS:
        raise TooManyPhotos(field="photo")
    first = taken[0] + 1 if taken else 0
    return [_write(offer, photo, first + number) for number, photo in enumerate(photos)]


def _lock(by: Actor, offer: Offer) -> None:
    """Let one at a time change an offer's photos: two could else become a seventh, or have one place."""
    require_seller(by, offer)
    Offer.objects.select_for_update(no_key=True).get(pk=offer.pk)


def _write(offer: Offer, photo: File[bytes], place: int) -> OfferPhoto:
    small = smaller(photo, SMALL_SIDE)
    width, height = size_of(photo)
    row = OfferPhoto(offer=offer, place=place, width=width, height=height)
    row.photo.save(photo.name or offer.number, photo, save=False)
    row.small.save(small.name or offer.number, small, save=False)
    row.save(force_insert=True)
    return row
