"""Which offers an actor sees at work, and which everybody sees on the market."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Q, QuerySet

from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.errors import NotFound
from terrace.market.domain import OfferStatus, Permission
from terrace.market.models import Offer, OfferPhoto
from terrace.market.queries.standing import on_sale


def offers_visible_to(actor: Actor) -> QuerySet[Offer]:
    """Return the offers of goods and of sellers of the areas below the actor's posts, and the actor's own.

    What everybody may read of an offer is on the market (`public_offers`); this is with drafts and figures.
    """
    paths = actor.paths(Permission.VIEW)
    own = Q(seller_id__in=actor.own_parties)
    return Offer.objects.filter(within(paths) | within(paths, "seller_path") | own)


def get_offer(actor: Actor, number: str) -> Offer:
    """Return the offer `number`, or raise `NotFound` when the actor does not see it at work."""
    found = offers_visible_to(actor).filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def may_sell_for(actor: Actor, offer: Offer) -> bool:
    """Say whether the actor may change the offer and sell it."""
    return actor.may(Permission.SELL, offer.seller_path) or actor.speaks_for(offer.seller_id)


def public_offers(today: date | None = None) -> QuerySet[Offer]:
    """Return what everybody can buy today: on sale, within its days, and not sold out."""
    return Offer.objects.filter(on_sale(today or clock.today()), available__gt=0)


def get_public_offer(number: str) -> Offer:
    """Return the offer `number` if it was ever put on sale, for everybody; raise `NotFound` for a draft.

    One that is paused or has ended stays readable, for who has bought of it.
    """
    found = Offer.objects.exclude(status=OfferStatus.DRAFT).filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def find_offer_shown_to(actor: Actor, number: str) -> Offer:
    """Return the offer `number` to everybody, a draft only to who sees it at work; raise `NotFound`."""
    found = Offer.objects.filter(number=number).first()
    if found is None or found.status == OfferStatus.DRAFT:
        return get_offer(actor, number)
    return found


def offers_by_id(ids: Iterable[int]) -> dict[int, Offer]:
    """Return the offers by id. The caller has authorised the look."""
    return Offer.objects.in_bulk(set(ids))


def photos_of(offer_ids: Collection[int]) -> dict[int, list[OfferPhoto]]:
    """Return the photos of each offer in the order in which they are shown, in one query; one without is left out."""
    found: dict[int, list[OfferPhoto]] = {}
    for photo in OfferPhoto.objects.filter(offer_id__in=set(offer_ids)).order_by("place", "id"):
        found.setdefault(photo.offer_id, []).append(photo)
    return found


def get_photo(offer: Offer, photo_id: int) -> OfferPhoto:
    """Return a photo of the offer, or raise `NotFound`. The caller has authorised the look."""
    found = OfferPhoto.objects.select_related("offer").filter(offer=offer, pk=photo_id).first()
    if found is None:
        raise NotFound
    return found
