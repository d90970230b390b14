"""Whenever a demo is loaded, it shows a season: the harvest, and the festival on which most is ordered."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from terrace.config import demo
from terrace.config.demo.cast import COUNTY, OTHER_COUNTY
from terrace.config.demo.moments import first_day, moment
from terrace.config.demo.scales import Extent, Scale
from terrace.config.demo.seasons import WEEKS_OF_ORDERS, festival_before, is_near, last_season
from terrace.config.demo.trade import BEGINS
from terrace.kernel import clock
from terrace.logistics.models import Tour
from terrace.market.models import Order
from terrace.sourcing.models import Purchase
from terrace.statistics import queries as statistics
from terrace.statistics.domain import Days, FigureKind
from tests.config.conftest import undone

LAST, BEFORE = date(2026, 11, 11), date(2025, 11, 11)
FEW = Scale("few", {COUNTY: Extent(2, 2), OTHER_COUNTY: Extent(0, 0)}, (3, 4), 0.3, purchases=16, orders=40)


@pytest.mark.parametrize(
    ("day", "festival", "season"),
    [
        (date(2026, 3, 15), BEFORE, date(2025, 11, 23)),
        (date(2026, 7, 1), BEFORE, date(2025, 11, 23)),
        (date(2026, 11, 11), BEFORE, date(2025, 11, 23)),
        (date(2026, 11, 12), LAST, None),
        (date(2026, 12, 31), LAST, None),
        (date(2027, 1, 1), LAST, None),
        (date(2027, 1, 7), LAST, None),
        (date(2027, 1, 8), LAST, date(2026, 11, 23)),
    ],
)
def test_every_day_has_a_festival_before_it_in_its_last_weeks_or_in_a_season_of_its_own(
    day: date, festival: date, season: date | None
) -> None:
    assert festival_before(day) == festival
    assert last_season(day) == season
    assert is_near(season or day, festival)
    assert (season or day) <= day


def test_a_season_is_never_before_the_installation_began() -> None:
    for days in range(366):
        day = date(2026, 1, 1) + timedelta(days=days)
        season = last_season(day)
        assert season is None or season - timedelta(days=BEGINS) > first_day(day) + timedelta(days=120)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("day", [date(2026, 3, 15), date(2027, 1, 1)])
def test_most_is_ordered_at_the_festival_and_most_is_bought_in_the_weeks_of_the_harvest(day: date) -> None:
    festival, season = festival_before(day), last_season(day) or day
    with undone():
        demo.build(scale=FEW, seed=3, day=day)
        with clock.told(moment(day, 8)):
            assert max(orders := _orders_by_day(season), key=lambda on: orders[on]) == festival
            assert _bought(season, 60, 20) > _bought(season, 80, 60) + _bought(season, 20, 2) > 0
            assert Order.objects.filter(created_at__gte=moment(day - timedelta(days=20), 0)).exists()
            assert not Order.objects.filter(created_at__gte=moment(day, 0)).exists()
            assert not Tour.objects.filter(on__lt=day).exclude(status="finished").exists()
            assert _verified().endswith(" 0 problems")


def _orders_by_day(season: date) -> dict[date, int]:
    weeks = Days(season - WEEKS_OF_ORDERS, season)
    return {on: one.get(FigureKind.ORDERS, 0) for on, one in statistics.measure(COUNTY, [weeks]).items()}


def _bought(season: date, first: int, last: int) -> int:
    days = [moment(season - timedelta(days=days), 0) for days in (first, last)]
    return Purchase.objects.filter(purchased_at__gte=days[0], purchased_at__lt=days[1]).count()


def _verified() -> str:
    told = StringIO()
    call_command("verify", stdout=told)
    return told.getvalue().strip()
