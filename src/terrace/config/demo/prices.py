"""Reference prices: each county's market quotes weekly, on a curve that falls with the harvest and rises after."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from math import cos, tau
from random import Random

from terrace.config.demo.moments import YEARS_OF_PRICES, moment
from terrace.config.demo.produce import CROPS, quoted_in
from terrace.config.demo.timeline import Timeline
from terrace.config.demo.wording import Wording
from terrace.config.demo.world import World
from terrace.http.workbooks import GivenRow
from terrace.kernel import clock
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.sourcing import services as sourcing

WEEK = timedelta(weeks=1)
GROWTH = 0.03
"""How much dearer things are than a year before."""
SOURCE = Wording("县城农贸市场", "County market")


@dataclass(frozen=True, slots=True)
class Quotes:
    """Every quoted price in fen, by county and product, in the order of `days`."""

    days: list[date]
    prices: Mapping[tuple[str, str], list[int]]

    def latest(self, county: str, product: str, on: date) -> int:
        """Return the price last quoted on or before `on`; what is not quoted there costs what it usually does."""
        series = self.prices.get((county, product))
        return series[max(0, bisect_right(self.days, on) - 1)] if series else CROPS[product].price


def quote(world: World) -> Quotes:
    """Draw the prices of two years for every county that takes part."""
    days = market_days(world.day)
    series = {
        (county.code, product): _series(world, product, days)
        for county in world.counties
        for product in quoted_in(county.code)
    }
    return Quotes(days, series)


def market_days(day: date) -> list[date]:
    """Return the Mondays of two years, the last one before `day`."""
    last = clock.week_of(day - timedelta(days=1))
    return [last - WEEK * n for n in range(YEARS_OF_PRICES // WEEK, -1, -1)]


def note_prices(world: World, timeline: Timeline, quotes: Quotes) -> None:
    """Let every county's clerk import a sheet of each month's prices on the month's last market day."""
    for county in world.counties:
        clerk = world.at_post("centre-clerk", county.code)
        for _month, days in groupby(quotes.days, key=lambda day: (day.year, day.month)):
            market_days = list(days)
            rows = [row for day in market_days for row in _rows(county.code, day, quotes, world.write(SOURCE))]
            at = moment(market_days[-1], world.random.uniform(10, 12))
            timeline.note(at, partial(sourcing.import_reference_prices, by=clerk, rows=rows))


def _series(world: World, product: str, days: list[date]) -> list[int]:
    crop, season = CROPS[product], world.goods.products[product].season
    months = season.months
    cheapest = (months[len(months) // 2] - 0.5) / 12
    level = crop.price * world.random.uniform(0.94, 1.06)
    drift, prices = 0.0, []
    for day in days:
        drift = _drift(world.random, drift, crop.swing)
        prices.append(_rounded(level * _of_year(day, cheapest, crop.swing) * (1 + drift) * _trend(day, world.day)))
    return prices


def _of_year(day: date, cheapest: float, swing: float) -> float:
    """Return the part of the year in the price: lowest in the middle of the season, highest half a year from it."""
    return 1 - swing * cos(tau * (day.timetuple().tm_yday / 365 - cheapest))


def _drift(random: Random, before: float, swing: float) -> float:
    """Return this week's difference from the curve: last week's for the most part, and a little news."""
    return 0.8 * before + random.gauss(0, 0.1 * swing)


def _trend(day: date, last: date) -> float:
    return float((1 + GROWTH) ** ((day - last).days / 365))


def _rounded(fen: float) -> int:
    """Return a price as markets quote it: to the jiao, dear goods to the yuan."""
    step = 10 if fen < 2000 else 100
    return max(step, round(fen / step) * step)


def _rows(county: str, day: date, quotes: Quotes, source: str) -> Iterator[GivenRow]:
    """Yield a market day's rows of the clerk's sheet."""
    number = quotes.days.index(day)
    for product in quoted_in(county):
        price = Money(quotes.prices[county, product][number], current().currency)
        values = {"product": product, "on": day, "area": county, "price": str(price.amount), "source": source}
        yield GivenRow("prices", number + 2, values)
