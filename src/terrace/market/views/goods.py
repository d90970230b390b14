"""The page of goods on the market: what they are, where from, what they cost, and what buyers say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.fields.files import FieldFile
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from terrace.catalog import queries as catalog
from terrace.catalog.models import Variety
from terrace.http import pages, written
from terrace.http.access import public
from terrace.http.photo_files import A_DAY, send_photo
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.errors import NotFound
from terrace.kernel.words import Names, Text, _, in_language
from terrace.market import queries
from terrace.market.domain import Standing
from terrace.market.models import Offer, OfferPhoto
from terrace.market.queries.sellers import seller_names
from terrace.market.views.origin import origin_map
from terrace.market.views.review_list import review_list
from terrace.market.views.tiles import LARGE, SMALL, Tile, photo_url, small_size, tiles, worded
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.registry.domain import Kind
from terrace.registry.models import Party
from terrace.sourcing import queries as sourcing

KEPT = 30 * A_DAY
MONTHS = range(1, 13)
UNSOLD = {
    Standing.COMING: _("It is not on sale yet."),
    Standing.SOLD_OUT: _("It is sold out. It may come again: look in some days later."),
    Standing.PAUSED: _("The seller has taken it off the market for a while."),
    Standing.ENDED: _("It is no longer sold."),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A photo with the addresses and sizes that a browser chooses among."""

    small: str
    large: str
    small_width: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Strip:
    """The months of a season, as the strip of twelve shows them."""

    months: Sequence[tuple[int, bool]]
    text: str


@require_safe
@public
def goods(request: Request, number: str) -> HttpResponse:
    """Show goods of the market to everybody: also when they are no longer sold, for who has bought of them."""
    offer = _found(number)
    seller = registry.parties_by_id([offer.seller_id])[offer.seller_id]
    if seller.erased_at:
        raise NotFound
    tile, standing = tiles([offer])[0], offer.standing_on(clock.today())
    context = {
        "title": tile.title.text,
        "tile": tile,
        "offer": offer,
        "story": worded(offer.stories),
        "photos": [_shown(offer, photo) for photo in queries.photos_of([offer.pk]).get(offer.pk, [])],
        "facts": _facts(offer, tile, seller),
        "can_be_bought": standing is Standing.ON_SALE,
        "unsold": UNSOLD.get(standing, ""),
        "most": min(offer.most_per_order, offer.available),
        "season": _season(tile, offer),
        "map": origin_map(offer),
        "rating": queries.rating_with_shares(offer),
        "reviews": review_list(request, queries.reviews_of(offer)),
        "manage_url": _manage_url(request, offer),
    }
    return pages.render(request, "market/goods.html", context, fragment="list")


@require_safe
@public
def photo(request: Request, number: str, photo_id: int, size: str) -> HttpResponse:
    """Send a photo to everybody, or that of a draft to who sees the draft."""
    offer = queries.find_offer_shown_to(request.actor, number)
    found = next((p for p in queries.photos_of([offer.pk]).get(offer.pk, []) if p.pk == photo_id), None)
    if found is None:
        raise NotFound
    file: FieldFile = found.small if size == SMALL else found.photo
    return send_photo(file, kept=KEPT, to_everybody=offer.standing is not Standing.DRAFT)


def _found(number: str) -> Offer:
    return queries.get_public_offer(number.upper())


def _shown(offer: Offer, photo: OfferPhoto) -> Shown:
    small_width, _height = small_size(photo)
    return Shown(
        small=photo_url(offer, photo, SMALL),
        large=photo_url(offer, photo, LARGE),
        small_width=small_width,
        width=photo.width,
        height=photo.height,
    )


def _facts(offer: Offer, tile: Tile, seller: Party) -> list[tuple[Text, str, Any]]:
    """What a buyer wants to know, as (label, kind, value) for the template to write in the reader's manner."""
    varieties = catalog.varieties_by_id([offer.variety_id] if offer.variety_id else [])
    variety: Variety | None = varieties.get(offer.variety_id or 0)
    facts: list[tuple[Text, str, Any]] = [
        (_("Product"), "text", _goods(tile.product.names, variety)),
        (_("One holds"), "quantity", offer.content),
        (_("Freight"), "text", freight_text(offer)),
        (_("Comes from"), "text", _origin(offer)),
        (_("Grown by"), "text", _grower(offer, seller)),
        (_("Sold by"), "text", seller_names([seller])[seller.pk]),
        (_("On sale until"), "date", offer.closes_on),
        (_("Number"), "text", offer.number),
    ]
    return [fact for fact in facts if fact[2]]  # who grew it is not always known


def freight_text(offer: Offer) -> str:
    """Say what sending the offer costs, in one line."""
    freight = offer.freight
    if not freight.first and not freight.more:
        return str(_("included in the price"))
    told = {"first": written.money(freight.first), "more": written.money(freight.more)}
    text = _("%(first)s for the first, %(more)s for each further one") if freight.more else _("%(first)s an order")
    if freight.free_from is None:
        return str(text % told)
    told["amount"] = written.money(freight.free_from)
    return str(_("%(freight)s; free from %(amount)s on") % {**told, "freight": text % told})


def _goods(product: Names, variety: Variety | None) -> str:
    return f"{in_language(product)} · {in_language(variety.names)}" if variety else in_language(product)


def _origin(offer: Offer) -> str:
    """Write the place with what lies above it, the largest first, as the map's table does."""
    above = network.names_above([offer.area_path])[offer.area_path]
    own = network.names_of([offer.area_id]).get(offer.area_id, {})
    return " › ".join(in_language(names) for names in [*above, own])


def _grower(offer: Offer, seller: Party) -> str:
    """Say who grew it as far as it is known and may be told: of a household, its village."""
    notice = sourcing.supply_by_id([offer.notice_id]).get(offer.notice_id) if offer.notice_id else None
    grower = registry.parties_by_id([notice.party_id])[notice.party_id] if notice else seller
    if grower.kind == Kind.ENTERPRISE:
        return ""  # a shop sells; who grew what it sells is not known
    return str(seller_names([grower])[grower.pk])


def _season(tile: Tile, offer: Offer) -> Strip:
    varieties = catalog.varieties_by_id([offer.variety_id] if offer.variety_id else [])
    variety = varieties.get(offer.variety_id or 0)
    own = variety.season if variety else None
    season = own or tile.product.season
    return Strip([(month, month in season.months) for month in MONTHS], catalog.season_text(season))


def _manage_url(request: Request, offer: Offer) -> str:
    return reverse("market:offer", args=[offer.number]) if queries.may_sell_for(request.actor, offer) else ""
