"""What the points of the trade's villages pay to be open, entered by their keepers month by month."""

from datetime import date, timedelta
from functools import partial

from terrace.config.demo.moments import moment
from terrace.config.demo.timeline import Timeline
from terrace.config.demo.trade import Trade
from terrace.config.demo.wording import Wording
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.statistics import services as statistics
from terrace.statistics.domain import CostKind, month_of
from terrace.statistics.services import CostGiven

MONTHS = 3
"""For how many months costs are entered, the one of the demo's eve the last."""
USUAL = {CostKind.POWER: 1_200, CostKind.PHONE: 1_900, CostKind.MATERIAL: 600}
"""In fen: most points are a corner of a village house."""
RENT = 30_000
SHOP_FRONT = Wording("路口门面房", "A shop front at the crossroads")


def note_costs(timeline: Timeline, trade: Trade) -> None:
    """Note the costs of the point of each village of a trade; the second of them rents its room, and has a loss."""
    if not trade.goods:
        return
    for number, village in enumerate(trade.villages):
        for on in _days(trade.world.day):
            timeline.note(moment(on, 17), partial(_enter, trade, village, on, pays_rent=number == 1))


def _days(day: date) -> list[date]:
    """Return on which days costs are entered: on the demo's eve, and on the last day of each month before."""
    days = [day - timedelta(days=1)]
    while len(days) < MONTHS:
        days.append(month_of(days[-1]) - timedelta(days=1))
    return days


def _enter(trade: Trade, village: str, month: date, *, pays_rent: bool) -> None:
    world = trade.world
    costs = {kind: fen + world.random.randrange(0, 100, 10) for kind, fen in USUAL.items()}
    for kind, fen in (costs | ({CostKind.RENT: RENT} if pays_rent else {})).items():
        note = world.write(SHOP_FRONT) if kind is CostKind.RENT else ""
        given = CostGiven(month, kind, Money(fen, current().currency), note)
        statistics.record_cost(by=world.keeper(village), unit=world.units[village], given=given)
