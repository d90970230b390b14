"""Firms of every county that buy at points of their own and sell on the market: many at once, as the cast's shop does.

How many there are, and how much each of them does, is the scale's to say; the small demo has none.
"""

from datetime import timedelta
from functools import partial
from itertools import islice

from terrace.config.demo.arrangements import note_operators
from terrace.config.demo.cast import COUNTY
from terrace.config.demo.centre import Centre
from terrace.config.demo.costs import note_costs
from terrace.config.demo.harvest import TOUR_EVERY, Fetching, note_purchases, note_tours
from terrace.config.demo.moments import moment
from terrace.config.demo.orders import note_orders
from terrace.config.demo.payouts import note_payouts
from terrace.config.demo.places import County
from terrace.config.demo.timeline import Timeline
from terrace.config.demo.trade import BEGINS, GOODS, Trade, goods_on, note_trade
from terrace.config.demo.units import let_in
from terrace.config.demo.world import World
from terrace.registry import services as registry
from terrace.registry.domain import Kind
from terrace.registry.models import Party

STOPS = 12
"""At how many points a tour for all of them stops."""
FETCHED = range(BEGINS - 3, 0, -TOUR_EVERY)
"""How many days before the demo's day tours go: not on those of the cast's, for the van and the driver are the same."""
PURCHASES_FOR_GOODS = 8
"""So many purchases bring enough of one product for the orders of it."""
BUYS = (Kind.COOPERATIVE, Kind.ENTERPRISE)


def trades_of_many(home: Trade) -> list[Trade]:
    """Return the trades of the scale's sellers in every county, those of the cast's beside the trade at `home`."""
    found = []
    for county in home.world.counties:
        centre = home.centre if county.code == COUNTY else Centre(home.world, county.code)
        found += _trades_in(centre, county, home)
    return found


def note_many(timeline: Timeline, trades: list[Trade]) -> None:
    """Note what the sellers do, and for each county the tours that fetch for all of them."""
    for trade in trades:
        begins = moment(trade.day - timedelta(days=BEGINS), 8.5)
        timeline.note(begins, partial(_let_speak, trade))
        note_trade(timeline, trade)
        note_operators(timeline, trade)
        note_orders(timeline, trade, trade.world.scale.sellers.orders)
        note_costs(timeline, trade)
    for county in dict.fromkeys(trade.county for trade in trades):
        _note_county(timeline, [trade for trade in trades if trade.county == county])


def _note_county(timeline: Timeline, trades: list[Trade]) -> None:
    centre, day = trades[0].centre, trades[0].day
    given = centre.world.scale.sellers
    fetching = Fetching(centre, STOPS)
    for trade in trades:
        note_purchases(timeline, trade, fetching, given.purchases)
    note_tours(timeline, fetching, [day - timedelta(days=days) for days in FETCHED[:: given.tours_apart]])
    if centre.county != COUNTY:
        note_payouts(timeline, centre, [village for trade in trades for village in trade.villages])


def _trades_in(centre: Centre, county: County, home: Trade) -> list[Trade]:
    """Return the trades of a county's sellers: each all over the county, at points where nobody else buys."""
    world, given = home.world, home.world.scale.sellers
    villages = [village.code for village in county.villages if village.code not in home.villages]
    chosen = villages[:: max(1, len(villages) // (given.count * given.points or 1))][: given.count * given.points]
    shares = [chosen[number :: given.count] for number in range(given.count)]
    firms = islice(_firms(world, county), given.count)
    return [
        Trade(centre, home.quotes, firm, None, _goods_of(world, county, firm, number), share, world.day)
        for number, (firm, share) in enumerate(zip(firms, shares, strict=False))
        if share
    ]


def _firms(world: World, county: County) -> list[Party]:
    """Return who may trade: of a county's firms those that came last, for the first have goods on the shelf."""
    return [party for party in reversed(world.traders.get(county.code, [])) if Kind(party.kind) in BUYS]


def _goods_of(world: World, county: County, firm: Party, number: int) -> tuple[str, ...]:
    """Return what a firm sells: what it deals in, then the county's goods in turn; as many as it buys enough of."""
    fitting = goods_on(world, county.code, world.day)
    own = [code for one in world.firms[county.code] if one.party == firm for code in one.crops if code in fitting]
    turned = [fitting[(number + place) % len(fitting)] for place in range(len(fitting))]
    few = max(1, world.scale.sellers.purchases // PURCHASES_FOR_GOODS)
    return tuple(dict.fromkeys((*own, *turned)))[: min(GOODS, few)]


def _let_speak(trade: Trade) -> None:
    """Open an account for who is going to speak for the firm."""
    area = next(county.area for county in trade.world.counties if county.code == trade.county)
    trade.speaker = let_in(trade.world, trade.centre.manager, area)
    registry.add_representative(by=trade.clerk, party=trade.shop, person_id=trade.speaker.pk)
