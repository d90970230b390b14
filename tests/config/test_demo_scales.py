"""What the larger demos add to the small one, on few villages: firms of every county trade, and all of it adds up."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from terrace.config import demo
from terrace.config.demo.cast import COUNTY, OTHER_COUNTY
from terrace.config.demo.moments import moment
from terrace.config.demo.scales import COUNTY_WIDE, PREFECTURE, SMALL, Extent, Scale, Sellers
from terrace.kernel import clock
from terrace.ledger.models import PayoutRun
from terrace.logistics.models import Tour
from terrace.market.models import Dispute, Offer, Order, Refund
from terrace.registry.models import Party
from terrace.sourcing.models import Purchase
from terrace.statistics import queries as statistics
from terrace.statistics.domain import Days, FigureKind
from terrace.statistics.models import OutletCost
from terrace.traceability.models import Lot
from tests.config.conftest import DAY, undone

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

COUNTIES = (COUNTY, OTHER_COUNTY)
WIDE = Scale(
    "wide",
    {COUNTY: Extent(2, 4), OTHER_COUNTY: Extent(1, 4)},
    (3, 4),
    0.3,
    has_members=False,
    purchases=6,
    orders=8,
    sellers=Sellers(2, points=2, purchases=8, orders=12),
)


@pytest.fixture(scope="module", autouse=True)
def wide(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A demo as large as two counties, shrunk to few villages and orders."""
    with django_db_blocker.unblock(), undone():
        demo.build(scale=WIDE, seed=5, day=DAY, language="en")
        with clock.told(moment(DAY, 8)):
            yield


def _of_many(county: str) -> list[int]:
    """Return the firms of a county that trade beside the cast's shop."""
    bought = Purchase.objects.filter(county_code=county).values("buyer")
    firms = Party.objects.filter(pk__in=bought, county_code=county).exclude(name="Cloud Ridge Shop")
    return list(firms.order_by("pk").values_list("pk", flat=True))


@pytest.mark.parametrize("county", COUNTIES)
def test_every_county_has_figures_of_what_it_sold_and_what_its_households_got(county: str) -> None:
    days = Days(DAY - timedelta(days=80), DAY)
    sums: Counter[FigureKind] = Counter()
    for tally in statistics.measure(county, [days]).values():
        sums.update(tally)

    for kind in (FigureKind.SALES, FigureKind.ORDERS, FigureKind.PURCHASES, FigureKind.INCOME, FigureKind.PARCELS_UP):
        assert sums[kind] > 0, kind


@pytest.mark.parametrize("county", COUNTIES)
def test_several_firms_of_a_county_buy_at_points_of_their_own_and_sell(county: str) -> None:
    firms = _of_many(county)

    assert len(firms) == WIDE.sellers.count
    points = {firm: set(Purchase.objects.filter(buyer=firm).values_list("unit", flat=True)) for firm in firms}
    assert all(points.values())
    assert not points[firms[0]] & points[firms[1]]
    assert set(Offer.objects.filter(status="on_sale", seller__in=firms).values_list("seller", flat=True)) == set(firms)
    sold = Counter(Order.objects.filter(seller__in=firms).values_list("seller", flat=True))
    assert sold == dict.fromkeys(firms, WIDE.sellers.orders)
    assert Order.objects.filter(seller__in=firms, status="completed").count() > 2
    assert Order.objects.filter(seller__in=firms, shipped_at__isnull=False).count() > sum(sold.values()) / 2


@pytest.mark.parametrize("county", COUNTIES)
def test_the_goods_of_a_county_come_by_tours_and_its_households_are_paid_out(county: str) -> None:
    fetched = Purchase.objects.filter(county_code=county, buyer__in=_of_many(county), voided_at=None)

    assert Tour.objects.filter(county_code=county, status="finished").exists()
    assert Lot.objects.filter(pk__in=fetched.values("lot")).exclude(grade="").exists()
    assert PayoutRun.objects.filter(area=county, state="settled").exists()


@pytest.mark.parametrize("county", COUNTIES)
def test_every_point_that_a_firm_buys_at_says_what_it_pays_to_be_open(county: str) -> None:
    bought_at = set(Purchase.objects.filter(buyer__in=_of_many(county)).values_list("unit", flat=True))

    assert bought_at
    assert not bought_at - set(OutletCost.objects.values_list("unit", flat=True))


def test_not_all_goes_well() -> None:
    assert Lot.objects.filter(recalled_at__isnull=False).exists()
    assert Refund.objects.exists()
    assert Dispute.objects.filter(order__seller__in=[*_of_many(COUNTY), *_of_many(OTHER_COUNTY)]).exists()


def test_no_two_offers_of_a_seller_are_for_the_same_goods() -> None:
    on_sale = Offer.objects.filter(status="on_sale").values_list("seller", "product")

    assert max(Counter(on_sale).values()) == 1


def test_nothing_is_wrong_with_the_books() -> None:
    told = StringIO()

    call_command("verify", stdout=told)

    assert " 0 problems" in told.getvalue()


def test_the_larger_a_demo_the_more_of_its_firms_trade() -> None:
    orders = [
        scale.orders + scale.sellers.count * scale.sellers.orders * sum(one.stations != 0 for one in counties)
        for scale in (SMALL, COUNTY_WIDE, PREFECTURE)
        for counties in [scale.counties.values()]
    ]

    assert SMALL.sellers.count == 0
    assert orders[0] * 3 < orders[1]
    assert orders[0] * 3 < orders[2]
