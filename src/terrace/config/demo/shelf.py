"""What else is on the market: goods of cooperatives, firms and workshops of every county, and of the cast's farmer."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from terrace.config.demo.cast import COUNTY
from terrace.config.demo.moments import moment
from terrace.config.demo.notices import money
from terrace.config.demo.timeline import Timeline
from terrace.config.demo.trade import STORY, Trade
from terrace.kernel.actors import Actor
from terrace.kernel.quantity import Quantity, Unit
from terrace.market import services as market
from terrace.market.domain import SaleUnit
from terrace.market.services import OfferTerms
from terrace.registry.models import Party

OPENS, STOCK = 12, 40
MOST_PER_COUNTY = 6


def note_shelf(timeline: Timeline, trade: Trade) -> None:
    """Note the offers, all put on sale some days before the demo's."""
    at = moment(trade.world.day - timedelta(days=OPENS), 11)
    for county in trade.world.counties:
        clerk = trade.world.at_post("centre-clerk", county.code)
        for party, product in list(_goods_of(trade, county.code))[:MOST_PER_COUNTY]:
            timeline.note(at, partial(_offer, trade, clerk, party, product, county.code))
    if trade.goods:
        farmer = trade.world.as_actor(trade.world.speakers["farmer"])
        timeline.note(at, partial(_offer, trade, farmer, trade.world.own["farmer"], trade.goods[0], COUNTY))


def _goods_of(trade: Trade, county: str) -> Iterator[tuple[Party, str]]:
    """Yield what each firm of a county has to sell on the demo's day."""
    for firm in trade.world.firms.get(county, []):
        for product in firm.crops[:2]:
            if trade.world.goods.for_sale(product, trade.world.day):
                yield firm.party, product


def _offer(trade: Trade, by: Actor, party: Party, product: str, county: str) -> None:
    world, found = trade.world, trade.world.goods.products[product]
    unit, on = Unit(found.unit), world.day - timedelta(days=OPENS)
    size = trade.kilos(product) if unit is Unit.KILOGRAM else 1
    chinese, english = found.names["zh-hans"], found.names["en"]
    terms = OfferTerms(
        product=product,
        sold_as=SaleUnit.PIECE if unit is Unit.PIECE else SaleUnit.PACK,
        titles={
            "zh-hans": f"{chinese} {size}公斤装" if size > 1 else chinese,
            "en": f"{english}, {size} kg box" if size > 1 else english,
        },
        stories={"zh-hans": STORY.chinese, "en": STORY.latin},
        price=money(trade.quotes.latest(county, product, on) * size * 1.8),
        opens_on=on,
        closes_on=world.day + timedelta(days=40),
        content=None if unit is Unit.PIECE else Quantity(size * unit.steps, unit),
        area=party.area_id,
        sure_of_price=True,
    )
    offer = market.create_offer(by=by, seller=party.number, terms=terms, stock=STOCK)
    market.put_on_sale(by=by, offer=offer, version=offer.version)
