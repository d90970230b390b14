"""Writing offers, putting them on sale, and taking them off again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock, ids
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError, Invalid, NotFound
from terrace.kernel.words import _
from terrace.market.domain import OfferStatus, Permission, Standing
from terrace.market.models import Offer
from terrace.market.services.finding import search_of
from terrace.market.services.offer_terms import (
    Goods,
    OfferTerms,
    ask_about_price,
    check_stock,
    columns_of,
    goods_of,
    origin_of,
)
from terrace.market.services.photos import write_photos
from terrace.market.services.selling import require_seller
from terrace.registry import queries as registry
from terrace.registry import services as parties
from terrace.registry.domain import Kind
from terrace.registry.models import Party
from terrace.sourcing import queries as sourcing
from terrace.sourcing.domain import Status
from terrace.sourcing.models import SupplyNotice

TERMS = (
    "product_id",
    "variety_id",
    "pack_id",
    "sale_unit",
    "content_steps",
    "unit",
    "titles",
    "stories",
    "price_minor",
    "currency",
    "freight_first_minor",
    "freight_more_minor",
    "freight_free_from_minor",
    "most_per_order",
    "opens_on",
    "closes_on",
    "area_id",
    "area_path",
    "county_code",
    "search",
)
NOT_TOLD = frozenset({"stories", "search", "area_path", "county_code"})
"""What the record of acts leaves out: long, or said by another column."""


class OfferEnded(DomainError):
    """The offer was ended or its last day has passed, so it can no longer be changed or sold."""

    code = "offer_ended"
    message = _("This offer has ended. Make a new one.")


class NothingInStock(DomainError):
    """An offer without stock is put on sale."""

    code = "nothing_in_stock"
    message = _("Put something into stock first.")


class SellerRests(DomainError):
    """The seller takes no part for a while, or was erased."""

    code = "seller_rests"
    message = _("This seller is resting. Let it take part again first.")


class NotPossibleNow(DomainError):
    """The offer does not stand where this act begins: on sale already, or never put on sale."""

    code = "not_possible_now"
    message = _("This cannot be done with the offer as it stands now.")


@transaction.atomic
def create_offer(
    *,
    by: Actor,
    seller: str,
    terms: OfferTerms,
    stock: int = 0,
    notice: str = "",
    photos: Sequence[File[bytes]] = (),
    now: datetime | None = None,
) -> Offer:
    """Write an offer of the party with the number `seller` as a draft, with `stock` of it and photos of it.

    `notice` is the number of the supply notice that it grew out of. Raises
    `Forbidden` outside the actor's area, `NotFound` for a seller or notice that the
    actor does not see, `Invalid` at the field that breaks a rule, `UnlikelyPrice`
    for a price to ask about, and `SellerRests`.
    """
    party = _seller(by, seller)
    goods = goods_of(terms)
    today = clock.today(now)
    grown = _notice(by, notice, goods, today) if notice else None
    columns = columns_of(terms, goods, today) | origin_of(terms, grown.area_id if grown else party.area_id)
    ask_about_price(terms, goods, columns["area_path"])
    check_stock(stock, least=0)
    offer = Offer(
        number=ids.reference("G"),
        seller_id=party.pk,
        seller_path=party.area_path,
        notice_id=grown.pk if grown else None,
        stocked=stock,
        available=stock,
        **columns,
    )
    offer.search = search_of([offer])[0]
    offer.save(force_insert=True)
    write_photos(offer, photos)
    details = {**_told(offer), "stock": stock, "notice": notice, "photos": len(photos)}
    audit.record(by=by, act="market.create_offer", subject=offer, area_path=offer.area_path, details=details, now=now)
    return offer


@transaction.atomic
def change_offer(*, by: Actor, offer: Offer, version: int, terms: OfferTerms, now: datetime | None = None) -> Offer:
    """Change what an offer that was loaded at `version` says; its product, seller and stock stay.

    What one holds stays too as soon as one was sold: the stock would count something else. Orders keep the price
    at which they were placed. Raises `Stale`, `OfferEnded`, and what `create_offer` raises.
    """
    kept = _locked(by, offer, clock.today(now))
    before = _told(kept)
    goods = goods_of(terms)
    if goods.product.pk != kept.product_id:
        raise Invalid(_("Another product is another offer."), field="product")
    if goods.content != kept.content and kept.sold:
        raise Invalid(_("Some were sold already, so what one holds stays. Make a new offer."), field="sold_as")
    columns = columns_of(terms, goods, clock.today(now)) | origin_of(terms, kept.area_id)
    ask_about_price(_asked_before(terms, goods, kept), goods, columns["area_path"])
    for name, value in columns.items():
        setattr(offer, name, value)
    offer.search = search_of([offer])[0]
    offer.save_version(version, TERMS)
    details = {"before": before, "after": _told(offer)}
    audit.record(by=by, act="market.change_offer", subject=offer, area_path=offer.area_path, details=details, now=now)
    return offer


@transaction.atomic
def put_on_sale(*, by: Actor, offer: Offer, version: int, now: datetime | None = None) -> Offer:
    """Sell a draft or paused offer from its first day on.

    Raises `Forbidden`, `Stale`, `OfferEnded`, `NothingInStock`, `SellerRests`, and `NotPossibleNow` when it is on sale.
    """
    kept = _locked(by, offer, clock.today(now))
    if kept.status == OfferStatus.ON_SALE:
        raise NotPossibleNow
    if kept.closes_on < clock.today(now):  # a draft's days have passed
        raise Invalid(_("Its last day has passed. Change the days first."))
    if not kept.available:
        raise NothingInStock
    if not parties.lock_active(registry.parties_by_id([kept.seller_id])[kept.seller_id]):
        raise SellerRests
    return _set_status(by, offer, version, OfferStatus.ON_SALE, "market.put_on_sale", now)


@transaction.atomic
def pause_offer(*, by: Actor, offer: Offer, version: int, now: datetime | None = None) -> Offer:
    """Take an offer off the market for a while. Raises `Forbidden`, `Stale`, `OfferEnded`, `NotPossibleNow`."""
    kept = _locked(by, offer, clock.today(now))
    if kept.status != OfferStatus.ON_SALE:
        raise NotPossibleNow
    return _set_status(by, offer, version, OfferStatus.PAUSED, "market.pause_offer", now)


@transaction.atomic
def end_offer(*, by: Actor, offer: Offer, version: int, now: datetime | None = None) -> Offer:
    """End an offer for good; orders that were placed go on. Raises `Forbidden`, `Stale`, `OfferEnded`."""
    _locked(by, offer, clock.today(now))
    return _set_status(by, offer, version, OfferStatus.ENDED, "market.end_offer", now)


def _seller(by: Actor, number: str) -> Party:
    party = registry.find_party(by, number)
    if party is None:
        raise NotFound(_("There is no party with this number in your area."), field="seller")
    by.require(Permission.SELL, party.area_path, or_party=party.pk)
    if not Kind(party.kind).produces:
        raise Invalid(_("Only farmers, cooperatives, workshops and shops sell here."), field="seller")
    if not parties.lock_active(party):
        raise SellerRests(field="seller")
    return party


def _notice(by: Actor, number: str, goods: Goods, today: date) -> SupplyNotice:
    try:
        found = sourcing.get_supply(by, number.strip().upper())
    except NotFound as refused:
        raise NotFound(refused.message, field="notice") from refused
    if found.standing_on(today) is not Status.OPEN:
        raise Invalid(_("This supply notice has ended."), field="notice")
    if found.product_id != goods.product.pk or (
        found.variety_id and goods.variety and found.variety_id != goods.variety.pk
    ):
        raise Invalid(_("This supply notice is about other goods."), field="notice")
    return found


def _locked(by: Actor, offer: Offer, today: date) -> Offer:
    """Lock the offer's row, so that nobody buys it while it is judged, and return it as it is now."""
    require_seller(by, offer)
    kept = Offer.objects.select_for_update().get(pk=offer.pk)
    if kept.standing_on(today) is Standing.ENDED:
        raise OfferEnded
    return kept


def _asked_before(terms: OfferTerms, goods: Goods, offer: Offer) -> OfferTerms:
    """Return the terms without a question about the price that the offer has already."""
    is_kept = terms.price == offer.price and goods.content == offer.content
    return replace(terms, sure_of_price=terms.sure_of_price or is_kept)


def _set_status(by: Actor, offer: Offer, version: int, status: OfferStatus, act: str, now: datetime | None) -> Offer:
    offer.status = status
    offer.save_version(version, ["status"])
    audit.record(by=by, act=act, subject=offer, area_path=offer.area_path, now=now)
    return offer


def _told(offer: Offer) -> dict[str, Any]:
    told = {name: getattr(offer, name) for name in TERMS if name not in NOT_TOLD}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in told.items()}
