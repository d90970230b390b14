"""What an offer says, and the rules that it has to keep before it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from terrace.catalog import queries as catalog
from terrace.catalog.models import Pack, Product, Variety
from terrace.http import written
from terrace.kernel.deployment import current, require_own_currency
from terrace.kernel.errors import Invalid, NotFound
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Names, _
from terrace.market.domain import FreightRule, SaleUnit
from terrace.market.domain.offers import (
    FARTHEST_OPENING_DAYS,
    LARGEST_CONTENT_UNITS,
    LARGEST_PRICE_MINOR,
    LARGEST_STOCK,
    LONGEST_STORY,
    LONGEST_TITLE,
    LONGEST_WINDOW_DAYS,
    MOST_PER_ORDER,
    USUAL_MOST_PER_ORDER,
)
from terrace.network import queries as network
from terrace.sourcing import queries as sourcing
from terrace.sourcing.domain import LIKELY_PRICE_MINOR, is_far


class UnlikelyPrice(Invalid):
    """The price of one kg, litre or piece lies far from the reference price, or is very high where there is none.

    It is taken from who says `sure_of_price`.
    """

    code = "unlikely_price"


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """What an offer says. `price` is of one pack, piece, kilogram or litre.

    What one holds: a `pack` of the catalogue by its code, else `content`; of goods by weight it is one
    unit of trade, and a piece of what is counted in pieces is one. `titles` and `stories` are by language, one
    suffices. `freight` None is free. `area` is the code of where the goods come from, "" for the seller's home, or
    where the supply notice lies. `sure_of_price`: who gives the terms was asked whether it is right, and said yes.
    """

    product: str
    sold_as: SaleUnit
    titles: Names
    price: Money
    opens_on: date
    closes_on: date
    variety: str = ""
    pack: str = ""
    content: Quantity | None = None
    stories: Names = field(default_factory=dict)
    freight: FreightRule | None = None
    most_per_order: int = USUAL_MOST_PER_ORDER
    area: str = ""
    sure_of_price: bool = False


@dataclass(frozen=True, slots=True)
class Goods:
    """What is offered, looked up: product, variety, and what one of it holds."""

    product: Product
    variety: Variety | None
    pack: Pack | None
    content: Quantity


def goods_of(terms: OfferTerms) -> Goods:
    """Look up what the terms name; raise `Invalid` or `NotFound` at the field that names nothing."""
    product = catalog.get_product(terms.product)
    if not product.is_active:
        raise Invalid(_("This product is no longer traded."), field="product")
    variety = next((v for v in catalog.varieties_of(product.pk) if v.code == terms.variety), None)
    if terms.variety and variety is None:
        raise Invalid(_("This product has no such variety."), field="variety")
    pack = _pack(terms, product)
    unit = Unit(product.unit)
    return Goods(product, variety, pack, Quantity(pack.content, unit) if pack else _content(terms, unit))


def _pack(terms: OfferTerms, product: Product) -> Pack | None:
    if not terms.pack:
        return None
    pack = next((p for p in catalog.packs_of(product.pk) if p.code == terms.pack), None)
    if pack is None or terms.sold_as is not SaleUnit.PACK:
        raise Invalid(_("This product has no such pack."), field="pack")
    return pack


def _content(terms: OfferTerms, unit: Unit) -> Quantity:
    """Return what one holds where no pack of the catalogue says so."""
    if terms.sold_as is SaleUnit.WEIGHT:
        if unit is Unit.PIECE:
            raise Invalid(_("This product is counted in pieces, so it is not sold by weight."), field="sold_as")
        return Quantity(unit.steps, unit)
    if terms.sold_as is SaleUnit.PIECE and unit is Unit.PIECE:
        return Quantity(1, unit)
    if terms.content is None:
        raise Invalid(_("Say how much one holds."), field="content")
    if terms.content.unit is not unit:
        raise Invalid(_("This product is traded in another unit."), field="content")
    if terms.content.steps <= 0:
        raise Invalid(_("Enter a quantity above zero."), field="content")
    if terms.content.steps > LARGEST_CONTENT_UNITS * unit.steps:
        raise Invalid(_("Nobody can send so much as one."), field="content")
    return terms.content


def columns_of(terms: OfferTerms, goods: Goods, today: date) -> dict[str, Any]:
    """Return the columns that the terms fill, but those of the place; raise `Invalid` at the field that is wrong."""
    _check_words(terms)
    _check_window(terms, today)
    freight = _freight(terms)
    if terms.price.minor <= 0:
        raise Invalid(_("Enter a price above zero."), field="price")
    if terms.price.minor > LARGEST_PRICE_MINOR:
        raise Invalid(_("Nothing on this market costs so much. Is it a slip?"), field="price")
    require_own_currency(terms.price)
    if not 1 <= terms.most_per_order <= MOST_PER_ORDER:
        raise Invalid(
            _("Enter a number from 1 to %(most)s.") % {"most": written.number(MOST_PER_ORDER)}, field="most_per_order"
        )
    return {
        "product_id": goods.product.pk,
        "variety_id": goods.variety.pk if goods.variety else None,
        "pack_id": goods.pack.pk if goods.pack else None,
        "sale_unit": terms.sold_as.value,
        "content_steps": goods.content.steps,
        "unit": goods.content.unit.value,
        "titles": _filled(terms.titles),
        "stories": _filled(terms.stories),
        "price_minor": terms.price.minor,
        "currency": terms.price.currency,
        "freight_first_minor": freight.first.minor,
        "freight_more_minor": freight.more.minor,
        "freight_free_from_minor": freight.free_from.minor if freight.free_from else None,
        "most_per_order": terms.most_per_order,
        "opens_on": terms.opens_on,
        "closes_on": terms.closes_on,
    }


def origin_of(terms: OfferTerms, fallback: str) -> dict[str, Any]:
    """Return the columns of where the goods come from; raise at `area` for a place that is none of this network."""
    try:
        place = network.get_area(terms.area or fallback)
    except NotFound as refused:
        raise NotFound(refused.message, field="area") from refused
    if not place.tier or not place.path.startswith(network.root_path()):
        raise Invalid(_("Choose a place of this service network."), field="area")
    return {"area_id": place.code, "area_path": place.path, "county_code": place.county_code}


def ask_about_price(terms: OfferTerms, goods: Goods, path: str) -> None:
    """Raise `UnlikelyPrice` where one kg, litre or piece costs far more or less than the reference price near `path`.

    A buyer's price holds the box and the work in it, so it lies above what a grower is paid; three times as much,
    or a third of it, is likelier a slip of the point.
    """
    if terms.sure_of_price:
        return
    unit = goods.content.unit
    per_unit = terms.price.per(unit.steps, goods.content.steps)
    reference = sourcing.latest_price(goods.product.pk, path, goods.variety.pk if goods.variety else None)
    if reference is None:
        if per_unit.minor > LIKELY_PRICE_MINOR:
            raise UnlikelyPrice(_("This price is very high. Is it right?"), field="price")
    elif is_far(per_unit.minor, reference.price_minor):
        told = {"price": written.price(per_unit, unit.one), "reference": written.money(reference.price)}
        reason = _("That is %(price)s, far from the reference price of %(reference)s. Is it right?")
        raise UnlikelyPrice(reason % told, field="price")


def check_stock(quantity: int, *, least: int = 1, field: str = "stock") -> None:
    """Raise `Invalid` at `field` unless `quantity` is so many as a seller has, `least` or more."""
    if quantity < least:
        raise Invalid(_("Enter a quantity above zero.") if least else _("Enter nought or more."), field=field)
    if quantity > LARGEST_STOCK:
        raise Invalid(_("This is more than any seller has. Is it a slip?"), field=field)


def _filled(words: Names) -> dict[str, str]:
    return {language: text.strip() for language, text in words.items() if text.strip()}


def _check_words(terms: OfferTerms) -> None:
    _check_texts(terms.titles, "title", LONGEST_TITLE)
    _check_texts(terms.stories, "story", LONGEST_STORY)
    if not _filled(terms.titles):
        raise Invalid(_("Give it a title in one language at least."), field=f"title_{current().languages[0]}")


def _check_texts(texts: Names, field: str, most: int) -> None:
    for language, text in texts.items():
        if language not in current().languages:
            raise Invalid(_("These words are in a language that nobody reads here."), field=f"{field}_{language}")
        refuse_identity_number(text, field=f"{field}_{language}")
        if len(text.strip()) > most:
            reason = _("This text is longer than %(most)d characters.") % {"most": most}
            raise Invalid(reason, field=f"{field}_{language}")


def _check_window(terms: OfferTerms, today: date) -> None:
    if terms.closes_on < terms.opens_on:
        raise Invalid(_("The last day cannot be before the first."), field="closes_on")
    if terms.closes_on < today:
        raise Invalid(_("The last day has already passed."), field="closes_on")
    if terms.opens_on > today + timedelta(days=FARTHEST_OPENING_DAYS):
        raise Invalid(_("A sale can begin at most a year from now."), field="opens_on")
    if (terms.closes_on - terms.opens_on).days >= LONGEST_WINDOW_DAYS:
        raise Invalid(_("A window can be at most a year long."), field="closes_on")


def _freight(terms: OfferTerms) -> FreightRule:
    nothing = Money(0, terms.price.currency)
    freight = terms.freight or FreightRule(nothing, nothing)
    amounts: Mapping[str, Money | None] = {
        "freight_first": freight.first,
        "freight_more": freight.more,
        "freight_free_from": freight.free_from,
    }
    for name, amount in amounts.items():
        if amount is None:
            continue
        require_own_currency(amount, field=name)
        if amount.minor < 0:
            raise Invalid(_("Freight costs nothing or more."), field=name)
    if freight.free_from is not None and freight.free_from.minor == 0:
        raise Invalid(_("Leave this empty, or enter an amount above zero."), field="freight_free_from")
    return freight
