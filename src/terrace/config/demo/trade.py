"""The trade of the cast's county: a shop with money, a carrier, a vehicle, tariffs, and what is for sale.

`harvest` brings goods in, `orders` sells them; both play over the last weeks, `Trade` is what they share.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from terrace.accounts.models import Person
from terrace.catalog.models import Product
from terrace.config.demo import names
from terrace.config.demo.cast import COUNTY
from terrace.config.demo.moments import moment
from terrace.config.demo.notices import money
from terrace.config.demo.packs import size_of, stories_of, titles_of
from terrace.config.demo.photos import HEAPED, photo_of
from terrace.config.demo.prices import Quotes
from terrace.config.demo.produce import CROPS, GROWN
from terrace.config.demo.timeline import Timeline
from terrace.config.demo.wording import Wording
from terrace.config.demo.world import World
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.kernel.quantity import Unit
from terrace.ledger import services as ledger
from terrace.logistics import services as logistics
from terrace.logistics.domain import TariffKind
from terrace.logistics.models import Vehicle
from terrace.logistics.services import TariffGiven, VehicleGiven
from terrace.market import services as market
from terrace.market.domain import FreightRule, SaleUnit
from terrace.market.models import Offer
from terrace.market.services import AgreementGiven, OfferTerms
from terrace.network.models import ServiceUnit
from terrace.registry import services as registry
from terrace.registry.domain import Kind
from terrace.registry.models import Party
from terrace.registry.services import Profile

BEGINS, OPENS = 80, 70
"""How many days before the demo's day the shop begins to trade, and its offers open."""
GOODS = 3
"""How many products the shop sells."""
DEPOSITS = (79, 45, 20)
STOCK = 600
MARGIN = 1.9
"""What goods cost on the market, over their price at the scales."""
CARRIER = Wording("云鹤快递", "Swift Crane Express")


@dataclass(slots=True)
class Trade:
    """What purchases, tours and orders of a demo share; some of it comes to be while it is played."""

    world: World
    quotes: Quotes
    goods: tuple[str, ...]
    carrier: Party | None = None
    vehicle: Vehicle | None = None
    offers: dict[str, Offer] = field(default_factory=dict)
    own_offer: Offer | None = None
    """What the cast's farmer sells herself."""

    @property
    def shop(self) -> Party:
        """The cast's shop: it buys at the points and sells on the market."""
        return self.world.own["shop"]

    @property
    def seller(self) -> Actor:
        """Who speaks for the shop."""
        return self.world.as_actor(self.world.speakers["shop"])

    @property
    def centre(self) -> ServiceUnit:
        """Where goods are graded and packed."""
        return self.world.units[COUNTY]

    @property
    def farmer(self) -> Actor:
        """Who grows and sells herself."""
        return self.world.as_actor(self.world.speakers["farmer"])

    @property
    def clerk(self) -> Actor:
        """Who plans tours, confirms payments and pays out."""
        return self.at_centre("centre-clerk")

    @property
    def packer(self) -> Actor:
        """Who takes in, grades and packs."""
        return self.at_centre("packer")

    @property
    def driver(self) -> Person:
        """Who drives."""
        return self.world.staff["driver", COUNTY]

    def at_centre(self, role: str) -> Actor:
        """Return who holds a post at the centre."""
        return self.world.at_post(role, COUNTY)


def note_trade(world: World, timeline: Timeline, quotes: Quotes) -> Trade:
    """Note how the trade is set up; what it needs later is in the `Trade` that comes back."""
    trade = Trade(world, quotes, goods_on(world))
    first = world.day - timedelta(days=BEGINS)
    timeline.note(moment(first, 9), partial(_begin, trade))
    for number, days in enumerate(DEPOSITS):
        timeline.note(moment(world.day - timedelta(days=days), 9.5), partial(_deposit, trade, number))
    for product in trade.goods:
        seed = world.random.randrange(2**32)
        at = moment(world.day - timedelta(days=OPENS), 10)
        timeline.note(at, partial(_offer, trade, product, seed))
    return trade


def goods_on(world: World) -> tuple[str, ...]:
    """Return what the shop sells: what the county grows by the kilogram, and has had all the time it trades."""
    weeks = [world.day - timedelta(days=days) for days in range(0, BEGINS + 1, 10)]
    fitting = (code for code in GROWN[COUNTY] if world.goods.products[code].unit == Unit.KILOGRAM)
    return tuple(code for code in fitting if all(world.goods.for_sale(code, on) for on in weeks))[:GOODS]


def _begin(trade: Trade) -> None:
    """Register the carrier, buy a van, set the tariffs: what everybody is paid by."""
    manager, unit = trade.at_centre("centre-manager"), trade.centre
    phone = names.mobile(next(trade.world.mobiles))
    profile = Profile(trade.world.write(CARRIER), COUNTY, phone=phone, email="dispatch@example.org")
    trade.carrier = registry.register_party(by=trade.clerk, kind=Kind.ENTERPRISE, profile=profile)
    logistics.add_carrier(by=manager, unit_id=unit.pk, party=trade.carrier.number)
    trade.vehicle = logistics.add_vehicle(by=manager, unit_id=unit.pk, given=VehicleGiven("甘K1A26", 6_000_000))
    on = trade.world.day - timedelta(days=BEGINS)
    currency = current().currency
    given = AgreementGiven(COUNTY, on, platform_permille=20, packing=Money(150, currency), confirm_days=7)
    market.make_agreement(by=manager, given=given)
    for kind, parcel, kilo in ((TariffKind.CARRIER, 250, 60), (TariffKind.FLEET, 30, 8), (TariffKind.OUTLET, 120, 30)):
        _set_tariff(manager, kind, on, parcel, kilo)


def _set_tariff(by: Actor, kind: TariffKind, on: date, parcel: int, kilo: int) -> None:
    currency = current().currency
    given = TariffGiven(kind, COUNTY, on, Money(parcel, currency), Money(kilo, currency))
    logistics.set_tariff(by=by, given=given)


def _deposit(trade: Trade, number: int) -> None:
    """Let the shop and the carrier have money to pay with."""
    for party, yuan in ((trade.shop, 120_000), (trade.carrier, 1_000)):
        if party is not None:
            amount = Money(yuan * 100, current().currency)
            reference = f"BANK-{party.number}-{number + 1}"
            ledger.deposit(by=trade.clerk, party=party, amount=amount, bank_reference=reference)


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
    world.tell("Offers", len(trade.offers), len(trade.goods))


def _terms(trade: Trade, product: Product) -> OfferTerms:
    world, size = trade.world, size_of(product)
    if size is None:
        raise ValueError("the shop sells by weight")
    on = world.day - timedelta(days=OPENS)
    ours = money(trade.quotes.latest(COUNTY, product.code, on) * size.steps / size.unit.steps * MARGIN)
    freight = FreightRule(Money(600, ours.currency), Money(200, ours.currency), Money(12_800, ours.currency))
    return OfferTerms(
        product=product.code,
        sold_as=SaleUnit.PACK,
        titles=titles_of(product),
        stories=stories_of(product),
        price=ours,
        opens_on=on,
        closes_on=world.day + timedelta(days=30),
        content=size,
        freight=freight,
        area=COUNTY,
        sure_of_price=True,
    )


def price_of(trade: Trade, product: str, on: date) -> Money:
    """Return what the shop pays for a kilogram on a day: a little above the market."""
    market_price = trade.quotes.latest(COUNTY, product, on)
    return money(market_price * trade.world.random.uniform(1.03, 1.12))


def most_of(product: str) -> int:
    """Return how many kilograms one household brings at most at a time."""
    return min(80, max(16, CROPS[product].most // 8))
