"""Offers as buyers see them: picture, title, price, place and rating, fetched for a whole page at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language

from terrace.catalog import queries as catalog
from terrace.catalog.models import Product
from terrace.http import written
from terrace.kernel.quantity import Quantity
from terrace.kernel.words import Names, in_language
from terrace.market import queries
from terrace.market.domain import SaleUnit
from terrace.market.models import Offer, OfferPhoto
from terrace.market.queries import Rating
from terrace.market.services.photos import SMALL_SIDE
from terrace.network import queries as network

SMALL, LARGE = "small", "large"


@dataclass(frozen=True, slots=True)
class Worded:
    """Words that a seller wrote, and their language where it is not the reader's: a screen reader then changes voice.

    `lang` is "" for the reader's own.
    """

    text: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """What an offer is shown by: its photo, else the drawing of its product."""

    url: str
    width: int
    height: int
    is_photo: bool


@dataclass(frozen=True, slots=True)
class Tile:
    """An offer with the names that belong to it. `per_unit` is "" where the price is already that of one unit."""

    offer: Offer
    product: Product
    title: Worded
    url: str
    picture: Picture
    holds: str
    per_unit: str
    place: Names
    county: Names
    rating: Rating


def tiles(offers: Sequence[Offer]) -> list[Tile]:
    """Return the tiles of `offers` in their order, with one look-up for each kind of name."""
    products = catalog.products_by_id({offer.product_id for offer in offers})
    places = network.names_of({code for offer in offers for code in (offer.area_id, offer.county_code)})
    photos = queries.photos_of({offer.pk for offer in offers})
    return [
        Tile(
            offer=offer,
            product=products[offer.product_id],
            title=worded(offer.titles),
            url=reverse("market:goods", args=[offer.number]),
            picture=_picture(offer, products[offer.product_id], photos.get(offer.pk, [])),
            holds=holds(offer),
            per_unit=per_unit(offer),
            place=places.get(offer.area_id, {}),
            county=places.get(offer.county_code, {}) if offer.county_code != offer.area_id else {},
            rating=queries.rating_of(offer),
        )
        for offer in offers
    ]


def worded(words: Names) -> Worded:
    """Return the words for the reader, with their language where the seller wrote none in the reader's."""
    text, wanted = in_language(words), (get_language() or "en").lower()
    written_in = next((language for language, each in words.items() if each == text), "")
    return Worded(text, "" if written_in in ("", wanted) else written_in)


def holds(offer: Offer) -> str:
    """Say what the price is of: "5 kg", "1 piece"; the unit alone where it is sold by weight."""
    unit = offer.content.unit
    if offer.sale_unit == SaleUnit.WEIGHT or offer.content == Quantity(1, unit):
        return str(unit.one)
    return written.quantity(offer.content)


def per_unit(offer: Offer) -> str:
    """Write the price of one kg, litre or piece, "" where that is the price itself."""
    unit = offer.content.unit
    return "" if offer.content_steps == unit.steps else written.price(offer.price_per_unit, unit.one)


def photo_url(offer: Offer, photo: OfferPhoto, size: str) -> str:
    """Return where everybody finds a photo of the offer, "small" or "large"."""
    return reverse("market:goods_photo", kwargs={"number": offer.number, "photo_id": photo.pk, "size": size})


def _picture(offer: Offer, product: Product, photos: Sequence[OfferPhoto]) -> Picture:
    if not photos:
        return Picture(static(product.picture), 160, 160, is_photo=False)
    first = photos[0]
    width, height = small_size(first)
    return Picture(photo_url(offer, first, SMALL), width, height, is_photo=True)


def small_size(photo: OfferPhoto) -> tuple[int, int]:
    """Return width and height of the small rendition, which keeps the shape of the large one."""
    longest = max(photo.width, photo.height)
    if longest <= SMALL_SIDE:
        return photo.width, photo.height
    return max(1, photo.width * SMALL_SIDE // longest), max(1, photo.height * SMALL_SIDE // longest)
