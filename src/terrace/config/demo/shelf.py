"""What else is on the market: goods of cooperatives, firms and workshops of every county, and of the cast's farmer."""

from collections.abc import Container, Iterator
from datetime import timedelta
from functools import partial

from terrace.catalog.models import Product
from terrace.config.demo.cast import COUNTY
from terrace.config.demo.moments import moment
from terrace.config.demo.notices import money
from terrace.config.demo.packs import size_of, stories_of, titles_of
from terrace.config.demo.photos import HEAPED, photo_of
from terrace.config.demo.produce import GROWN
from terrace.config.demo.timeline import Timeline
from terrace.config.demo.trade import Trade
from terrace.kernel.actors import Actor
from terrace.kernel.money import Money
from terrace.kernel.quantity import Unit
from terrace.market import services as market
from terrace.market.domain import SaleUnit
from terrace.market.models import Offer
from terrace.market.services import OfferTerms
from terrace.registry.models import Party

OPENS, FARMER_OPENS, STOCK = 12, 45, 60
MOST_PER_COUNTY, MOST_PER_FIRM = 6, 2
MARGIN = 1.8
"""What goods cost on the market, over their price at the scales."""


def note_shelf(timeline: Timeline, trade: Trade, busy: Container[Party]) -> None:
    """Note the offers: of the farmer some weeks before the demo's day, of everybody else but who is `busy` days before.

    Who is busy has offers of a trade already.
    """
    for county in trade.world.counties:
        clerk = trade.world.at_post("centre-clerk", county.code)
        for number, (party, product) in enumerate(list(_goods_of(trade, county.code, busy))[:MOST_PER_COUNTY]):
            at = moment(trade.world.day - timedelta(days=OPENS - number), 11)
            timeline.note(at, partial(_offer, trade, clerk, party, product, county.code, OPENS - number))
    if trade.goods:
        farmer = trade.world.as_actor(trade.world.speakers["farmer"])
        at, own = moment(trade.world.day - timedelta(days=FARMER_OPENS), 11), trade.world.own["farmer"]
        timeline.note(at, partial(_offer_of_farmer, trade, farmer, own))


def _goods_of(trade: Trade, county: str, busy: Container[Party]) -> Iterator[tuple[Party, str]]:
    """Yield what each firm of a county sells on the demo's day: of its own, or what grows there; no two the same."""
    taken: set[str] = set()
    for firm in (one for one in trade.world.firms.get(county, []) if one.party not in busy):
        known = dict.fromkeys((*firm.crops, *GROWN[county]))
        fitting = [code for code in known if _is_sold(trade, code) and code not in taken]
        for product in fitting[:MOST_PER_FIRM]:
            taken.add(product)
            yield firm.party, product


def _is_sold(trade: Trade, code: str) -> bool:
    return trade.world.goods.for_sale(code, trade.world.day)


def _offer_of_farmer(trade: Trade, by: Actor, party: Party) -> None:
    trade.own_offer = _offer(trade, by, party, trade.goods[0], COUNTY, FARMER_OPENS)


def _offer(trade: Trade, by: Actor, party: Party, product: str, county: str, days: int) -> Offer:
    found = trade.world.goods.products[product]
    photos = [photo_of(product, party.pk)] if product in HEAPED else []
    terms = OfferTerms(
        product=product,
        sold_as=SaleUnit.PIECE if found.unit == Unit.PIECE else SaleUnit.PACK,
        titles=titles_of(found),
        stories=stories_of(found),
        price=_price(trade, found, county, days),
        opens_on=trade.world.day - timedelta(days=days),
        closes_on=trade.world.day + timedelta(days=40),
        content=size_of(found),
        area=party.area_id,
        sure_of_price=True,
    )
    offer = market.create_offer(by=by, seller=party.number, terms=terms, stock=STOCK, photos=photos)
    return market.put_on_sale(by=by, offer=offer, version=offer.version)


def _price(trade: Trade, product: Product, county: str, days: int) -> Money:
    on, size = trade.world.day - timedelta(days=days), size_of(product)
    units = size.steps / size.unit.steps if size else 1
    return money(trade.quotes.latest(county, product.code, on) * units * MARGIN)
