"""Taking offers off the market without their seller: its last day, a seller that rests, one that was erased."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from terrace.audit import services as audit
from terrace.catalog import queries as catalog
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM, Actor
from terrace.market.domain import OfferStatus
from terrace.market.models import Offer, OfferPhoto, Review
from terrace.registry import queries as registry

SOLD = (OfferStatus.ON_SALE, OfferStatus.PAUSED)


@transaction.atomic
def end_passed_offers(*, now: datetime | None = None) -> int:
    """End every offer whose last day has passed; return how many. Run each hour, safe to repeat.

    Only the books wait for it: past its last day an offer is sold to nobody (`domain.standing`).
    """
    passed = Offer.objects.filter(status__in=SOLD, closes_on__lt=clock.today(now))
    locked = passed.select_for_update(skip_locked=True).order_by("id")
    return _set_all(locked, OfferStatus.ENDED, SYSTEM, "market.expire_offer")


@transaction.atomic
def pause_of_resting(*, by: Actor, party_id: int) -> int:
    """Pause what a party that rests has on sale; return how many. The seller puts them on sale again itself."""
    on_sale = Offer.objects.filter(seller_id=party_id, status=OfferStatus.ON_SALE)
    return _set_all(on_sale.select_for_update().order_by("id"), OfferStatus.PAUSED, by, "market.rest_offer")


@transaction.atomic
def forget_party(*, by: Actor, party_id: int) -> int:
    """End the offers of a party that was erased, and empty what it wrote and showed there; return how many they were.

    Numbers, prices and stock stay: orders and sums of the past need them. What it wrote as a buyer goes as well;
    the rating stays, without a name.
    """
    offers = list(Offer.objects.filter(seller_id=party_id).select_for_update().order_by("id"))
    products = catalog.products_by_id({offer.product_id for offer in offers})
    for offer in offers:
        offer.status, offer.stories, offer.search = OfferStatus.ENDED, {}, offer.number.casefold()
        offer.titles = products[offer.product_id].names
        offer.save_version(offer.version, ["status", "stories", "search", "titles"])
    _delete_photos(OfferPhoto.objects.filter(offer__in=offers))
    Review.objects.filter(offer__in=offers).update(answer="")
    Review.objects.filter(line__order__buyer_id=party_id).update(text="", signed="")
    _record(by, "market.forget_seller", offers)
    return len(offers)


def follow_seller(*, party_id: int) -> int:
    """Let the offers of a party that moved be looked after where it lives now; return how many. Goods stay in place."""
    path = registry.parties_by_id([party_id])[party_id].area_path
    return Offer.objects.filter(seller_id=party_id).exclude(seller_path=path).update(seller_path=path)


def _delete_photos(photos: QuerySet[OfferPhoto]) -> None:
    for photo in photos.order_by("id"):
        for file in (photo.photo, photo.small):
            transaction.on_commit(partial(file.storage.delete, str(file.name)))
    photos.delete()


def _set_all(locked: QuerySet[Offer], status: OfferStatus, by: Actor, act: str) -> int:
    offers = list(locked)
    for offer in offers:
        offer.status = status
        offer.save_version(offer.version, ["status"])
    _record(by, act, offers)
    return len(offers)


def _record(by: Actor, act: str, offers: list[Offer]) -> None:
    nothing: dict[str, Any] = {}
    audit.record_many(by=by, act=act, subjects=[(offer, offer.area_path, nothing) for offer in offers])
