"""Offers at work: the list of who sells, one offer, and writing one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.catalog import queries as catalog
from terrace.catalog.models import Product
from terrace.http import listing, pages, written
from terrace.http.access import needs
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Forbidden
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Names, Text, _, in_language
from terrace.market import queries, services
from terrace.market.domain import Permission, Standing
from terrace.market.forms.offers import OfferFilter, OfferForm, initial_new, initial_of
from terrace.market.models import Offer
from terrace.market.queries import OFFER_SORTS, Rating
from terrace.market.views.offer_page import TONES
from terrace.market.views.tiles import holds
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.sourcing import queries as sourcing
from terrace.sourcing.models import SupplyNotice

SHOWN_NOTICES = 6


@dataclass(frozen=True, slots=True)
class Card:
    """An offer with the names that belong to it, for who sells."""

    offer: Offer
    product: Product
    variety: str
    seller: str
    place: Names
    rating: Rating

    @property
    def goods(self) -> str:
        """Product and variety in one."""
        name = in_language(self.product.names)
        return f"{name} · {self.variety}" if self.variety else name


def cards(offers: Sequence[Offer]) -> list[Card]:
    """Return the cards of `offers`, all visible to their reader, with one look-up for each kind of name."""
    products = catalog.products_by_id({offer.product_id for offer in offers})
    varieties = catalog.varieties_by_id({offer.variety_id for offer in offers if offer.variety_id})
    sellers = registry.parties_by_id({offer.seller_id for offer in offers})
    places = network.names_of({offer.area_id for offer in offers})
    return [
        Card(
            offer=offer,
            product=products[offer.product_id],
            variety=in_language(varieties[offer.variety_id].names) if offer.variety_id else "",
            seller=sellers[offer.seller_id].name,
            place=places.get(offer.area_id, {}),
            rating=queries.rating_of(offer),
        )
        for offer in offers
    ]


def _stars(card: Card) -> Any:
    return card.rating.stars if card.rating.count else None


COLUMNS: tuple[Column[Card], ...] = (
    Column("goods", _("Offer"), lambda card: card.offer.title, sort=OFFER_SORTS["goods"]),
    Column(
        "price",
        _("Price"),
        lambda card: card.offer.price,
        Kind.MONEY,
        OFFER_SORTS["price"],
        per=lambda card: holds(card.offer),
    ),
    Column("available", _("Left"), lambda card: card.offer.available, Kind.NUMBER, OFFER_SORTS["available"]),
    Column("sold", _("Sold"), lambda card: card.offer.sold, Kind.NUMBER),
    Column("rating", _("Stars"), _stars, Kind.NUMBER, OFFER_SORTS["rating"]),
    Column("seller", _("Seller"), lambda card: card.seller),
    Column("place", _("Comes from"), lambda card: card.place, Kind.NAMES, OFFER_SORTS["place"]),
    Column("closes_on", _("Last day"), lambda card: card.offer.closes_on, Kind.DATE, OFFER_SORTS["closes_on"]),
    Column(
        "status",
        _("State"),
        lambda card: card.offer.standing,
        Kind.BADGE,
        OFFER_SORTS["status"],
        tone=lambda card: TONES[card.offer.standing],
    ),
    Column("number", _("Number"), lambda card: card.offer.number, Kind.CODE, sheet_only=True),
    Column("product", _("Product"), lambda card: card.goods, sheet_only=True),
    Column("product_code", _("Product code"), lambda card: card.product.code, sheet_only=True),
    Column("area_code", _("Area code"), lambda card: card.offer.area_id, sheet_only=True),
    Column("opens_on", _("First day"), lambda card: card.offer.opens_on, Kind.DATE, sheet_only=True),
)
"""What the list shows, and what a sheet has beside that: references and codes to sort and sum by."""


def _table(may_sell: bool) -> Table[Offer, Card]:
    empty = Empty(
        _("Nothing is offered yet"),
        _("Offers of your area and your own appear here, with what is left and what was sold."),
        reverse("market:offer_new") if may_sell else "",
        _("Offer goods") if may_sell else "",
        "no-supply",
    )
    return Table(
        name="offers",
        columns=COLUMNS,
        present=cards,
        first=queries.what_sells_first,
        order=("-id",),
        empty=empty,
        url=lambda card: reverse("market:offer", args=[card.offer.number]),
    )


@needs(Permission.VIEW, or_own=True)
def offers(request: Request) -> HttpResponse:
    """List the offers that the reader sees at work."""
    form = OfferFilter(request.GET, actor=request.actor)
    may_sell = _may_sell(request.actor)
    primary = {"url": reverse("market:offer_new"), "label": _("Offer goods"), "icon": "plus"}
    context = {
        "title": _("Offers"),
        "lead": _("What is for sale, what is left of it, and what was sold."),
        "primary": primary if may_sell else None,
        "actions": [{"url": reverse("market:market"), "label": _("The market"), "icon": "building-store"}],
    }
    rows = form.narrow(queries.offers_visible_to(request.actor))
    return listing.answer(request, "pages/list.html", _table(may_sell), rows, form, context)


@needs(Permission.SELL, or_party=True)
def choose_goods(request: Request) -> HttpResponse:
    """Ask what is to be offered: out of a supply notice that stands open, or a product of the catalogue."""
    _require_selling(request.actor)
    text = request.GET.get("text", "")
    month = clock.today().month
    found = catalog.by_name(catalog.search_products(text))
    tiles = [(product, _new_url(request, product), month in product.season.months) for product in found]
    context = {
        "title": _("Offer goods"),
        "notices": _open_notices(request, {product.pk for product in found} if text else None),
        "tiles": sorted(tiles, key=lambda tile: not tile[2]),
        "text": text,
        "seller": request.GET.get("seller", ""),
    }
    return pages.render(request, "market/choose_goods.html", context, fragment="goods")


@needs(Permission.SELL, or_party=True)
def write(request: Request, product: str) -> HttpResponse:
    """Write an offer of `product`, perhaps out of a supply notice or like an older offer."""
    _require_selling(request.actor)
    found = catalog.get_product(product)
    notice = _notice(request)
    form = OfferForm(
        pages.sent(request),
        request.FILES or None,
        initial=_initial(request, found, notice),
        product=found,
        actor=request.actor,
        notice=notice,
    )
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            offer = services.create_offer(
                by=request.actor,
                seller=form.values["seller"],
                terms=form.terms(),
                stock=form.values["stock"],
                notice=notice.number if notice else "",
                photos=[photo] if (photo := form.values.get("photo")) else [],
            )
            return redirect("market:offer", offer.number)
    if request.method == "POST":
        form.keep_files()
    title = _("Offer %(goods)s") % {"goods": in_language(found.names)}
    context = _form_context(form, found, title, reverse("market:offer_new")) | {
        "notice": _notice_line(notice),
        "submit_label": _("Save as a draft"),
    }
    return pages.render(request, "market/offer_form.html", context, status=pages.form_status(request))


@needs(Permission.SELL, or_party=True)
def change(request: Request, number: str) -> HttpResponse:
    """Change what an offer says."""
    offer = queries.get_offer(request.actor, number)
    if not queries.may_sell_for(request.actor, offer):
        raise Forbidden(permission=Permission.SELL.value)
    if offer.standing is Standing.ENDED and request.method != "POST":
        return redirect("market:offer", number)
    product = catalog.products_by_id([offer.product_id])[offer.product_id]
    form = OfferForm(
        pages.sent(request),
        initial=initial_of(offer),
        product=product,
        actor=request.actor,
        offer_changed=offer,
    )
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.change_offer(by=request.actor, offer=offer, version=form.version, terms=form.terms())
            return redirect("market:offer", number)
    back = reverse("market:offer", args=[number])
    context = _form_context(form, product, _("Change the offer"), back)
    return pages.render(request, "market/offer_form.html", context, status=pages.form_status(request))


def _may_sell(actor: Actor) -> bool:
    return actor.holds(Permission.SELL) or any(
        queries.sells(party) for party in registry.parties_by_id(actor.parties).values()
    )


def _require_selling(actor: Actor) -> None:
    if not _may_sell(actor):
        raise Forbidden(permission=Permission.SELL.value)


def _new_url(request: Request, product: Product, **more: str) -> str:
    seller = {"seller": request.GET["seller"]} if request.GET.get("seller") else {}
    query = urlencode({**seller, **more})
    return reverse("market:offer_new", args=[product.code]) + (f"?{query}" if query else "")


def _open_notices(request: Request, product_ids: set[int] | None) -> list[tuple[str, str, str]]:
    """Return (goods, what it says, address) of the open supply that the reader may offer, the nearest first."""
    today = clock.today()
    rows = sourcing.supply_visible_to(request.actor).filter(sourcing.open_on(today))
    if product_ids is not None:
        rows = rows.filter(product__in=product_ids)
    notices = list(rows.order_by(*sourcing.nearest_first(), "closes_on", "-id")[:SHOWN_NOTICES])
    own = registry.parties_by_id({notice.party_id for notice in notices})
    return [
        (
            goods.title,
            _notice_line(notice),
            _new_url(
                request,
                goods.product,
                notice=notice.number,
                **_seller_of(request.actor, own[notice.party_id].number, notice),
            ),
        )
        for notice, goods in zip(notices, sourcing.goods_of(notices), strict=True)
    ]


def _seller_of(actor: Actor, number: str, notice: SupplyNotice) -> dict[str, str]:
    """Name the notice's own party as the seller where the actor may sell for it; else the actor sells it on."""
    may = actor.may(Permission.SELL, notice.area_path) or actor.speaks_for(notice.party_id)
    return {"seller": number} if may else {}


def _notice_line(notice: SupplyNotice | None) -> str:
    if notice is None:
        return ""
    place = network.names_of([notice.area_id]).get(notice.area_id, {})
    asked = written.price(notice.price, notice.quantity.unit.one) if notice.price else ""
    days = f"{written.localdate(notice.opens_on, 'short')} – {written.localdate(notice.closes_on, 'short')}"
    said = [written.quantity(notice.quantity), in_language(place), days, asked]
    return " · ".join(part for part in said if part)


def _notice(request: Request) -> SupplyNotice | None:
    number = request.GET.get("notice", "")
    return sourcing.get_supply(request.actor, number) if number else None


def _initial(request: Request, product: Product, notice: SupplyNotice | None) -> dict[str, Any]:
    seller = {"seller": request.GET.get("seller", "")}
    if like := request.GET.get("like"):
        model = queries.get_offer(request.actor, like)
        again = initial_new(product, clock.today(), notice)
        days = {"opens_on": again["opens_on"], "closes_on": again["closes_on"]}
        number = registry.parties_by_id([model.seller_id])[model.seller_id].number
        return initial_of(model) | days | {"seller": number}
    return initial_new(product, clock.today(), notice) | seller


def _form_context(form: OfferForm, product: Product, title: Text, back: str) -> dict[str, Any]:
    reference = sourcing.latest_price(product.pk, network.root_path())
    return {
        "title": title,
        "form": form,
        "cancel_url": back,
        "product": product,
        "unit": Unit(product.unit).one,
        "reference": reference,
        "one": Quantity(Unit(product.unit).steps, Unit(product.unit)),
    }
