"""What the jobs do while people sleep: payments that never came, orders that count as confirmed, money that is due."""

from collections.abc import Iterable
from datetime import date, timedelta

from terrace.config.demo.moments import moment
from terrace.config.demo.seasons import WEEKS_OF_ORDERS
from terrace.config.demo.timeline import Timeline
from terrace.config.demo.trade import Trade
from terrace.kernel import clock
from terrace.logistics import services as logistics
from terrace.market import services as market

LONGER = timedelta(days=30)
"""How long after a trade's day the last of its orders is completed."""


def note_market_nights(timeline: Timeline, trades: Iterable[Trade]) -> None:
    """Note every night in which there are orders of the trades; each once, and the demo's eve as it ends."""
    trading = [trade for trade in trades if trade.goods]
    for on in sorted({on for trade in trading for on in _nights(trade)}):
        timeline.note(moment(on, 3), _night)
    for trade in trading[:1]:
        timeline.note(moment(trade.world.day, -0.1), _night)


def _nights(trade: Trade) -> list[date]:
    first, last = trade.day - WEEKS_OF_ORDERS, min(trade.day + LONGER, trade.world.day)
    return [first + timedelta(days=days) for days in range((last - first).days)]


def _night() -> None:
    logistics.post_fees()
    logistics.reckon_costs()
    market.presume_arrived()
    market.expire_payments()
    market.complete_due_orders()
    market.pass_on_overdue()
    market.make_good()
    market.pay_back_waiting(now=clock.now())
