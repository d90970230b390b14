"""What the REST interface of offers takes and gives."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from ninja import Field, Schema

from terrace.catalog import queries as catalog
from terrace.http.rest import MoneyValue, QuantityValue
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.market import queries
from terrace.market.domain import FreightRule, SaleUnit, Standing
from terrace.market.domain.offers import (
    LONGEST_REVIEW,
    MOST_PER_ORDER,
    USUAL_MOST_PER_ORDER,
)
from terrace.market.models import Offer, OfferPhoto, Review
from terrace.market.queries.sellers import seller_names
from terrace.market.services import OfferTerms
from terrace.registry import queries as registry
from terrace.sourcing import queries as sourcing


class FreightValue(Schema):
    """Freight of an order line: of the first, of each further one, and from how much of goods on it is free."""

    first: MoneyValue
    more: MoneyValue
    free_from: MoneyValue | None = None

    def rule(self) -> FreightRule:
        """Return the freight as the services take it."""
        return FreightRule(self.first.money, self.more.money, self.free_from.money if self.free_from else None)


class OfferIn(Schema):
    """What an offer says. `price` is of one pack, piece, kilogram or litre; `titles` and `stories` are by language.

    `pack` is a code of the catalogue; without one, `content` says what a pack or a weighed piece holds. `area` is the
    code of where the goods come from, "" for the seller's home. A price far from the reference price is refused as
    `unlikely_price` until it is sent with `sure_of_price`.
    """

    product: str = Field(max_length=40)
    variety: str = Field("", max_length=40)
    sold_as: SaleUnit
    pack: str = Field("", max_length=40)
    content: QuantityValue | None = None
    titles: dict[str, str]
    stories: dict[str, str] = {}
    price: MoneyValue
    freight: FreightValue | None = None
    most_per_order: int = Field(USUAL_MOST_PER_ORDER, ge=1, le=MOST_PER_ORDER)
    opens_on: date
    closes_on: date
    area: str = Field("", max_length=32)
    sure_of_price: bool = False

    def terms(self) -> OfferTerms:
        """Return the terms as the services take them."""
        return OfferTerms(
            product=self.product,
            variety=self.variety,
            sold_as=self.sold_as,
            pack=self.pack,
            content=self.content.quantity if self.content else None,
            titles=self.titles,
            stories=self.stories,
            price=self.price.money,
            freight=self.freight.rule() if self.freight else None,
            most_per_order=self.most_per_order,
            opens_on=self.opens_on,
            closes_on=self.closes_on,
            area=self.area,
            sure_of_price=self.sure_of_price,
        )


class NewOfferIn(OfferIn):
    """A new offer of the party with the number `seller`, with so many in `stock`, out of a supply notice or none."""

    seller: str = Field(max_length=20)
    stock: int = Field(0, ge=0)
    notice: str = Field("", max_length=20)


class ChangedOfferIn(OfferIn):
    """A change of an offer that was read at `version`."""

    version: int = Field(ge=1)


class OfferVersionIn(Schema):
    """The version that the offer was read at."""

    version: int = Field(ge=1)


class StockIn(Schema):
    """How many are put into stock, or taken out."""

    quantity: int = Field(ge=1)


class ReviewAnswerIn(Schema):
    """What the seller answers to a review; empty, the answer is taken away."""

    answer: str = Field("", max_length=LONGEST_REVIEW)


class ReasonIn(Schema):
    """Why a review is hidden."""

    reason: str = Field(min_length=1, max_length=200)


class GoodsOut(Schema):
    """Goods of the market, as everybody sees them. `photos` are addresses of JPEG pictures."""

    number: str
    product: str
    variety: str
    sold_as: SaleUnit
    content: QuantityValue
    titles: dict[str, str]
    stories: dict[str, str]
    price: MoneyValue
    freight: FreightValue
    most_per_order: int
    available: int
    opens_on: date
    closes_on: date
    area: str
    seller: str
    ratings: int
    rating_tenths: int
    photos: list[str]


class OfferOut(GoodsOut):
    """An offer as who sells it sees it. `seller` is the party's number here; `notice` is a supply notice's, or ""."""

    version: int
    status: Standing
    stocked: int
    sold: int
    notice: str
    created_at: datetime


class ReviewOut(Schema):
    """What a buyer said, and what the seller answered."""

    id: int
    rating: int
    text: str
    signed: str
    answer: str
    created_at: datetime


class GoodsFilters(Schema):
    """What narrows the market: words, a county and a product by their codes, a month of the season, prices of one."""

    text: str = Field("", max_length=80)
    county: str = Field("", max_length=32)
    product: str = Field("", max_length=40)
    month: int = Field(0, ge=0, le=12)
    lowest: int | None = Field(None, ge=0, le=10**15)
    highest: int | None = Field(None, ge=0, le=10**15)

    def bound(self, minor: int | None) -> Money | None:
        """Return a bound of the price as money of the installation's currency, None for none."""
        return None if minor is None else Money(minor, current().currency)


class OfferFilters(Schema):
    """What narrows the list of offers; `text` is a number, words that it is found by, or a seller's name."""

    text: str = Field("", max_length=80)
    own: bool = False
    product: str = Field("", max_length=40)
    status: Standing | None = None
    area: str = Field("", max_length=32)


def goods_out(offers: Sequence[Offer]) -> list[GoodsOut]:
    """Return goods as JSON, with one look-up for each kind of code and name."""
    sellers = seller_names(registry.parties_by_id({offer.seller_id for offer in offers}).values())
    named = {pk: str(name) for pk, name in sellers.items()}
    return [GoodsOut(**said, seller=named[offer.seller_id]) for offer, said in zip(offers, _said(offers), strict=True)]


def offers_out(offers: Sequence[Offer]) -> list[OfferOut]:
    """Return offers as JSON for who sells them, with one look-up for each kind of code."""
    sellers = registry.parties_by_id({offer.seller_id for offer in offers})
    notices = sourcing.supply_by_id({offer.notice_id for offer in offers if offer.notice_id})
    return [
        OfferOut(
            **said,
            seller=sellers[offer.seller_id].number,
            version=offer.version,
            status=offer.standing,
            stocked=offer.stocked,
            sold=offer.sold,
            notice=notices[offer.notice_id].number if offer.notice_id else "",
            created_at=offer.created_at,
        )
        for offer, said in zip(offers, _said(offers), strict=True)
    ]


def reviews_out(reviews: Sequence[Review]) -> list[ReviewOut]:
    """Return reviews as JSON."""
    return [
        ReviewOut(
            id=review.pk,
            rating=review.rating,
            text=review.text,
            signed=review.signed,
            answer=review.answer,
            created_at=review.created_at,
        )
        for review in reviews
    ]


def _said(offers: Sequence[Offer]) -> list[dict[str, Any]]:
    """Return what all see of each offer, but who sells it."""
    products = catalog.products_by_id({offer.product_id for offer in offers})
    varieties = catalog.varieties_by_id({offer.variety_id for offer in offers if offer.variety_id})
    photos = queries.photos_of({offer.pk for offer in offers})
    return [
        {
            "number": offer.number,
            "product": products[offer.product_id].code,
            "variety": varieties[offer.variety_id].code if offer.variety_id else "",
            "sold_as": SaleUnit(offer.sale_unit),
            "content": QuantityValue.of(offer.content),
            "titles": offer.titles,
            "stories": offer.stories,
            "price": MoneyValue.of(offer.price),
            "freight": _freight(offer.freight),
            "most_per_order": offer.most_per_order,
            "available": offer.available,
            "opens_on": offer.opens_on,
            "closes_on": offer.closes_on,
            "area": offer.area_id,
            "ratings": offer.rating_count,
            "rating_tenths": queries.rating_of(offer).tenths,
            "photos": [_photo(offer, photo) for photo in photos.get(offer.pk, [])],
        }
        for offer in offers
    ]


def _freight(rule: FreightRule) -> dict[str, MoneyValue | None]:
    return {
        "first": MoneyValue.of(rule.first),
        "more": MoneyValue.of(rule.more),
        "free_from": MoneyValue.of(rule.free_from),
    }


def _photo(offer: Offer, photo: OfferPhoto) -> str:
    return reverse("market:goods_photo", kwargs={"number": offer.number, "photo_id": photo.pk, "size": "large"})
