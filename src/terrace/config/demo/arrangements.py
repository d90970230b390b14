"""What people agreed on before the season: who runs points and stations, and what points buy on the shop's account."""

from datetime import timedelta
from functools import partial

from terrace.config.demo.cast import TOWNSHIP, VILLAGE
from terrace.config.demo.moments import moment
from terrace.config.demo.timeline import Timeline
from terrace.config.demo.trade import BEGINS, Trade
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.ledger import services as ledger
from terrace.sourcing import services as sourcing
from terrace.sourcing.services import MandateGiven

A_DAY, IN_ALL = 600_000, 3_000_000
"""What a point may spend of the shop's money on a day, and the cast's point on its village's goods, in fen."""


def note_arrangements(timeline: Timeline, trade: Trade) -> None:
    """Note the mandates on the day on which the trade begins, and who runs what before the first money goes out."""
    if not trade.goods:
        return
    timeline.note(moment(trade.day - timedelta(days=BEGINS), 9.8), partial(_give_mandates, trade))
    note_operators(timeline, trade)


def note_operators(timeline: Timeline, trade: Trade) -> None:
    """Note who runs the points at which a firm buys."""
    if trade.goods:
        first = trade.day - timedelta(days=BEGINS)
        timeline.note(moment(first + timedelta(days=2), 10), partial(_name_operators, trade))


def _give_mandates(trade: Trade) -> None:
    """Let every point of the county buy within a day's limit, and the cast's its village's goods for a season."""
    ends_on, currency = trade.world.day + timedelta(days=30), current().currency
    shop, unit = trade.shop.number, trade.world.units[VILLAGE].number
    everywhere = MandateGiven(shop, ends_on, a_day=Money(A_DAY, currency))
    here = MandateGiven(shop, ends_on, unit=unit, product=trade.goods[0], in_all=Money(IN_ALL, currency))
    for given in (everywhere, here):
        sourcing.give_mandate(by=trade.seller, given=given)


def _name_operators(trade: Trade) -> None:
    """Let a household of the village run each point, and a firm of the county the cast's station."""
    world = trade.world
    runs = {village: world.households[village][1].party for village in trade.villages}
    firms = [firm.party for firm in world.firms.get(trade.county, ())]
    if firms and trade.is_story:
        runs[TOWNSHIP] = firms[0]
    for area, party in runs.items():
        ledger.set_operator(by=trade.clerk, unit=world.units[area], party=party)
