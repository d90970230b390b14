"""What narrows and sorts offers: on the public market, and in the list of who sells."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Case, DecimalField, Expression, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from terrace.catalog import queries as catalog
from terrace.catalog.models import Product
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.db import found_by, in_order_of, within
from terrace.kernel.money import Money
from terrace.kernel.words import Names
from terrace.market.domain import Standing
from terrace.market.models import Offer
from terrace.market.queries.offers import public_offers
from terrace.market.queries.standing import on_sale, standing_at
from terrace.network import queries as network
from terrace.registry import queries as registry

EXACT = DecimalField(max_digits=30, decimal_places=9)
Sorts = Mapping[str, str | Callable[[], Sequence[Expression]]]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the market has today, to choose among: counties by code, and products, each by name."""

    counties: Sequence[tuple[str, Names]]
    products: Sequence[Product]


def choices_of() -> Choices:
    """Return the counties and products of what can be bought today."""
    rows = public_offers()
    codes = rows.order_by("county_code").values_list("county_code", flat=True).distinct()
    ids = rows.order_by("product_id").values_list("product_id", flat=True).distinct()
    return Choices(
        counties=sorted(network.names_of(codes).items()),
        products=catalog.by_name(catalog.products_by_id(ids).values()),
    )


def public_shelf(
    *,
    text: str = "",
    county: str = "",
    product: str = "",
    month: int = 0,
    lowest: Money | None = None,
    highest: Money | None = None,
) -> QuerySet[Offer]:
    """Return what everybody can buy today and what was asked for fits: `month` is one of its season, 0 for any.

    `text` is found in titles, product, variety, place, seller and number, in characters, pinyin or initials. Prices
    are of one, as it is sold. An unknown county or product has nothing.
    """
    rows = public_offers().filter(found_by(text))
    if county:
        rows = rows.filter(county_code=county)
    if product:
        rows = rows.filter(product__in=[found.pk for found in catalog.products().filter(code=product)])
    if month:
        rows = rows.filter(_in_season(month))
    if lowest:
        rows = rows.filter(price_minor__gte=lowest.minor)
    return rows.filter(price_minor__lte=highest.minor) if highest else rows


def _in_season(month: int) -> Q:
    """Return the condition that `month` lies in the season of the goods: the variety's own, else the product's."""
    in_season = list(catalog.products().filter(catalog.in_season_in(month)).values_list("pk", flat=True))
    return Q(product__in=in_season) & ~Q(variety__in=catalog.variety_ids_out_of_season(month))


def by_rating() -> Sequence[Expression]:
    """Return what sorts offers by the mean of their reviews; without any, they come last."""
    mean = Cast(F("rating_sum"), EXACT) / F("rating_count")
    return [Case(When(rating_count__gt=0, then=mean), default=Value(None), output_field=EXACT)]


def by_unit_price() -> Sequence[Expression]:
    """Return what sorts offers by the price of one step of their unit: boxes of all sizes side by side."""
    return [Cast(F("price_minor"), EXACT) / F("content_steps")]


def by_goods() -> Sequence[Expression]:
    """Return what sorts offers by their product's name in the reader's language."""
    return [in_order_of("product", catalog.product_ids_by_name())]


def by_standing() -> Sequence[Expression]:
    """Return what sorts offers by where they stand today, in the order of `domain.Standing`."""
    today = clock.today()
    return [Case(*(When(standing_at(each, today), then=Value(place)) for place, each in enumerate(Standing)))]


def what_sells_first() -> Sequence[Expression]:
    """Return what puts what can be bought before what waits, and what has ended last."""
    today = clock.today()
    ended = When(standing_at(Standing.ENDED, today), then=Value(2))
    return [Case(When(on_sale(today), then=Value(0)), ended, default=Value(1))]


PUBLIC_SORTS: Sorts = {"new": "id", "price": "price_minor", "unit_price": by_unit_price, "rating": by_rating}
"""What the market sorts by, on its page and through the REST interface alike."""
OFFER_SORTS: Sorts = {
    "goods": by_goods,
    "price": "price_minor",
    "available": "available",
    "closes_on": "closes_on",
    "place": "area_path",
    "status": by_standing,
    "rating": by_rating,
}
"""What the sellers' list sorts by."""


def offers_narrowed(
    rows: QuerySet[Offer],
    actor: Actor,
    *,
    text: str = "",
    own: bool = False,
    product: str = "",
    status: str = "",
    area: str = "",
) -> QuerySet[Offer]:
    """Return the offers of a product, standing at `status` today, with goods of an area.

    `text` is an offer's number, words that the market finds it by, or the name or number of its seller as far as
    `actor` may know that; `own` keeps those of the actor's own parties. Raises `NotFound` for an unknown product or
    area.
    """
    if text.strip():
        sellers = registry.search(actor, registry.visible_to(actor), text)
        rows = rows.filter(found_by(text) | Q(seller__in=sellers))
    if own:
        rows = rows.filter(seller__in=actor.own_parties)
    if product:
        rows = rows.filter(product=catalog.get_product(product))
    if status:
        rows = rows.filter(standing_at(Standing(status), clock.today()))
    return rows.filter(within([network.get_area(area).path])) if area else rows
