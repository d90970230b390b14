"""The trade of one firm: money, offers on the market, and the points at which it buys.

`harvest` brings goods in, `orders` sells them; both play over some weeks, `Trade` is what they share. The cast's shop
trades like this, and in larger demos firms of every county (`sellers`).
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from terrace.accounts.models import Person
from terrace.catalog.models import Product
from terrace.config.demo.cast import VILLAGE
from terrace.config.demo.centre import Centre
from terrace.config.demo.moments import moment
from terrace.config.demo.notices import money
from terrace.config.demo.packs import size_of, stories_of, titles_of
from terrace.config.demo.photos import HEAPED, photo_of
from terrace.config.demo.prices import Quotes
from terrace.config.demo.produce import CROPS, GROWN
from terrace.config.demo.timeline import Timeline
from terrace.config.demo.world import World
from terrace.kernel.actors import Actor
from terrace.kernel.money import Money
from terrace.kernel.quantity import Unit
from terrace.market import services as market
from terrace.market.domain import FreightRule, SaleUnit
from terrace.market.models import Offer
from terrace.market.services import OfferTerms
from terrace.registry.models import Party

BEGINS, OPENS = 80, 70
"""How many days before the trade's day a firm begins to trade, and its offers open."""
GOODS = 3
"""How many products a firm sells at most."""
DEPOSITS = (79, 45, 20)
STOCK = 600
MARGIN = 1.9
"""What goods cost on the market, over their price at the scales."""
OTHER_VILLAGES = 4
"""At how many points beside that of the cast's village the cast's shop buys."""


@dataclass(slots=True)
class Trade:
    """What purchases, tours and orders of a firm share; some of it comes to be while it is played."""

    centre: Centre
    quotes: Quotes
    shop: Party
    """Who buys at the points and sells on the market."""
    speaker: Person | None
    """Who speaks for the firm; None until it begins."""
    goods: tuple[str, ...]
    villages: list[str]
    """Where it buys."""
    day: date
    """The trade is that of the weeks before this day."""
    offers: dict[str, Offer] = field(default_factory=dict)
    own_offer: Offer | None = None
    """What the cast's farmer sells herself."""

    @property
    def world(self) -> World:
        """The demo in the making."""
        return self.centre.world

    @property
    def county(self) -> str:
        """The code of the county."""
        return self.centre.county

    @property
    def is_story(self) -> bool:
        """Whether the cast takes part: it is their shop's trade, of the weeks before the demo's day."""
        return self.shop == self.world.own.get("shop") and self.day == self.world.day

    @property
    def seller(self) -> Actor:
        """Who speaks for the firm."""
        if self.speaker is None:
            raise RuntimeError("nobody sells before the trade begins")
        return self.world.as_actor(self.speaker)

    @property
    def farmer(self) -> Actor:
        """Who grows and sells herself."""
        return self.world.as_actor(self.world.speakers["farmer"])

    @property
    def clerk(self) -> Actor:
        """Who confirms payments, hears from carriers and decides disputes."""
        return self.centre.clerk

    @property
    def packer(self) -> Actor:
        """Who packs."""
        return self.centre.packer


def trade_of_cast(centre: Centre, quotes: Quotes, day: date) -> Trade:
    """Return the trade of the cast's shop in the weeks before `day`: at the cast's point and some of its county."""
    world = centre.world
    others = [village.code for village in world.home.villages if village.code != VILLAGE]
    villages = [VILLAGE, *others[:OTHER_VILLAGES]]
    goods = goods_on(world, centre.county, day)[:GOODS]
    return Trade(centre, quotes, world.own["shop"], world.speakers["shop"], goods, villages, day)


def goods_on(world: World, county: str, day: date) -> tuple[str, ...]:
    """Return what a firm can sell: what the county grows by the kilogram, and has had all the weeks before `day`."""
    weeks = [day - timedelta(days=days) for days in range(0, BEGINS + 1, 10)]
    fitting = (code for code in GROWN[county] if world.goods.products[code].unit == Unit.KILOGRAM)
    return tuple(code for code in fitting if all(world.goods.for_sale(code, on) for on in weeks))


def note_trade(timeline: Timeline, trade: Trade) -> None:
    """Note how the trade is set up: the centre if nobody did before, money, offers."""
    first = trade.day - timedelta(days=BEGINS)
    timeline.note(moment(first, 9), partial(trade.centre.open, first))
    for days in DEPOSITS:
        timeline.note(moment(trade.day - timedelta(days=days), 9.5), partial(_deposit, trade))
    for product in trade.goods:
        seed = trade.world.random.randrange(2**32)
        at = moment(trade.day - timedelta(days=OPENS), 10)
        timeline.note(at, partial(_offer, trade, product, seed))


def _deposit(trade: Trade) -> None:
    """Let the firm and the carrier have money to pay with."""
    trade.centre.deposit(trade.shop, 120_000)
    if trade.centre.carrier is not None:
        trade.centre.deposit(trade.centre.carrier, 1_000)


def _offer(trade: Trade, product: str, seed: int) -> None:
    """Put a product on sale, with a photo where one can be drawn."""
    world = trade.world
    photos = [photo_of(product, seed)] if product in HEAPED else []
    offer = market.create_offer(
        by=trade.seller,
        seller=trade.shop.number,
        terms=_terms(trade, world.goods.products[product]),
        stock=STOCK,
        photos=photos,
    )
    trade.offers[product] = market.put_on_sale(by=trade.seller, offer=offer, version=offer.version)


def _terms(trade: Trade, product: Product) -> OfferTerms:
    size = size_of(product)
    if size is None:
        raise ValueError("the shop sells by weight")
    on = trade.day - timedelta(days=OPENS)
    ours = money(trade.quotes.latest(trade.county, product.code, on) * size.steps / size.unit.steps * MARGIN)
    freight = FreightRule(Money(600, ours.currency), Money(200, ours.currency), Money(12_800, ours.currency))
    return OfferTerms(
        product=product.code,
        sold_as=SaleUnit.PACK,
        titles=titles_of(product),
        stories=stories_of(product),
        price=ours,
        opens_on=on,
        closes_on=trade.day + timedelta(days=30),
        content=size,
        freight=freight,
        area=trade.county,
        sure_of_price=True,
    )


def price_of(trade: Trade, product: str, on: date) -> Money:
    """Return what the shop pays for a kilogram on a day: a little above the market."""
    market_price = trade.quotes.latest(trade.county, product, on)
    return money(market_price * trade.world.random.uniform(1.03, 1.12))


def most_of(product: str) -> int:
    """Return how many kilograms one household brings at most at a time."""
    return min(80, max(16, CROPS[product].most // 8))
