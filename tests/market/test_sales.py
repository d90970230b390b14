"""What was sold: sums by day, place and product, and the rows behind them."""

from datetime import date

import pytest

from terrace.kernel import clock
from terrace.market import queries, services
from terrace.market.models import Offer, OrderLine
from terrace.market.queries import ProductSold, Sold
from tests import factories
from tests.conftest import NEIGHBOUR_VILLAGE, OTHER_COUNTY_VILLAGE, VILLAGE, Cast
from tests.journeys.harvest import begin, pack
from tests.market.orders import paid_order
from tests.statistics.sold import add_line, noon, sell

NOVEMBER = [(date(2026, 11, 1), date(2026, 11, 30))]
COUNTY = VILLAGE[:6]


def test_sales_count_on_the_day_of_payment_where_the_installation_is(cast: Cast) -> None:
    farmer = cast.farmer.party
    sell(farmer, noon(2026, 11, 3))
    sell(farmer, noon(2026, 11, 3).replace(hour=15, minute=59), boxes=1)
    sell(farmer, noon(2026, 11, 3).replace(hour=16), boxes=3)

    found = queries.sales_by_day(COUNTY, NOVEMBER)

    assert found == {date(2026, 11, 3): Sold(15_000, 0, 2, 3), date(2026, 11, 4): Sold(15_000, 0, 1, 3)}


@pytest.mark.parametrize("status", ["cancelled", "expired"])
def test_what_was_cancelled_is_no_sale(cast: Cast, status: str) -> None:
    sell(cast.farmer.party, noon(2026, 11, 3), status=status)

    assert queries.sales_by_day(COUNTY, NOVEMBER) == {}


def test_what_is_not_paid_yet_is_no_sale(cast: Cast) -> None:
    sell(cast.farmer.party, None)

    assert queries.sales_by_day(COUNTY, NOVEMBER) == {}


def test_several_spans_are_asked_for_at_once(cast: Cast) -> None:
    for year in (2024, 2025, 2026):
        sell(cast.farmer.party, noon(year, 11, 3))

    found = queries.sales_by_day(COUNTY, [*NOVEMBER, (date(2025, 11, 3), date(2025, 11, 3))])

    assert set(found) == {date(2026, 11, 3), date(2025, 11, 3)}


def test_no_span_sells_nothing(cast: Cast) -> None:
    sell(cast.farmer.party, noon(2026, 11, 3))

    assert queries.sales_by_day(COUNTY, []) == {}
    assert queries.top_products(COUNTY, [], 5) == []


def test_an_order_of_two_villages_is_one_of_each_and_one_of_their_county(cast: Cast) -> None:
    line = sell(cast.buyer.party, noon(2026, 11, 3), area=VILLAGE)
    other = sell(cast.buyer.party, None, area=NEIGHBOUR_VILLAGE).offer
    add_line(line.order, other, 4)

    villages = queries.sales_by_area(COUNTY, [12], NOVEMBER)

    assert villages == {VILLAGE: Sold(10_000, 0, 1, 2), NEIGHBOUR_VILLAGE: Sold(20_000, 0, 1, 4)}
    assert queries.sales_by_area(VILLAGE[:4], [6], NOVEMBER) == {COUNTY: Sold(30_000, 0, 1, 6)}


def test_goods_of_the_area_itself_are_of_no_area_below(cast: Cast) -> None:
    sell(cast.buyer.party, noon(2026, 11, 3))

    assert queries.sales_by_area(COUNTY, [9], NOVEMBER) == {}


def test_goods_of_another_county_are_its_own(cast: Cast) -> None:
    sell(cast.buyer.party, noon(2026, 11, 3), area=OTHER_COUNTY_VILLAGE)

    assert queries.sales_by_day(COUNTY, NOVEMBER) == {}
    assert len(queries.sales_by_day(OTHER_COUNTY_VILLAGE[:6], NOVEMBER)) == 1


def test_the_product_that_sold_for_most_comes_first(cast: Cast) -> None:
    walnut = factories.ProductFactory(code="walnut")
    apple = sell(cast.farmer.party, noon(2026, 11, 3)).product
    sell(cast.farmer.party, noon(2026, 11, 3), boxes=5, product=walnut)

    found = queries.top_products(COUNTY, NOVEMBER, 5)

    assert found == [ProductSold(walnut.pk, 25_000, 0, 1, 5), ProductSold(apple.pk, 10_000, 0, 1, 2)]
    assert queries.top_products(COUNTY, NOVEMBER, 1) == found[:1]
    assert set(queries.sales_by_day(COUNTY, NOVEMBER, apple.pk).values()) == {Sold(10_000, 0, 1, 2)}


@pytest.mark.parametrize(("who", "sees"), [("keeper", True), ("bureau", True), ("farmer", True), ("neighbour", False)])
def test_the_rows_are_for_who_sees_the_market_there_and_for_the_seller(cast: Cast, who: str, sees: bool) -> None:
    line = sell(cast.farmer.party, noon(2026, 11, 3))

    rows = queries.lines_sold_visible_to(getattr(cast, who).actor, COUNTY, NOVEMBER)

    assert list(rows) == ([line] if sees else [])


def test_what_was_given_back_stays_a_sale_and_is_told_beside_it(cast: Cast) -> None:
    line = sell(cast.farmer.party, noon(2026, 11, 3), status="refunded", refunded_minor=10_000)
    OrderLine.objects.filter(pk=line.pk).update(refunded_minor=10_000)
    sell(cast.farmer.party, noon(2026, 11, 3), boxes=1)

    assert queries.sales_by_day(COUNTY, NOVEMBER) == {date(2026, 11, 3): Sold(15_000, 10_000, 2, 3)}
    assert queries.top_products(COUNTY, NOVEMBER, 5) == [ProductSold(line.product_id, 15_000, 10_000, 2, 3)]


def test_each_order_is_one_row_with_what_it_holds_of_the_area(cast: Cast) -> None:
    line = sell(cast.buyer.party, noon(2026, 11, 3), area=VILLAGE)
    add_line(line.order, sell(cast.buyer.party, None, area=NEIGHBOUR_VILLAGE).offer, 4)
    add_line(line.order, sell(cast.buyer.party, None, area=VILLAGE).offer, 1)

    village = queries.orders_sold_visible_to(cast.keeper.actor, VILLAGE, NOVEMBER)
    county = queries.orders_sold_visible_to(cast.centre.actor, COUNTY, NOVEMBER)

    assert [(order.pk, order.goods_here, order.boxes_here) for order in village] == [(line.order_id, 15_000, 3)]
    assert [(order.pk, order.goods_here, order.boxes_here) for order in county] == [(line.order_id, 35_000, 7)]


def test_packed_goods_are_of_where_their_lots_grew_and_unpacked_again_of_the_offer(cast: Cast) -> None:
    season, today = begin(cast), [(clock.today(), clock.today())]
    Offer.objects.filter(pk=season.offer.pk).update(area_path=COUNTY)
    order = paid_order(season.offer, 2)
    order.lines.update(area_path=COUNTY)

    packed = pack(season, order)
    assert set(queries.sales_by_area(COUNTY, [12], today)) == {VILLAGE}

    services.unpack_order(by=cast.packer.actor, order=packed, version=packed.version)
    assert queries.sales_by_area(COUNTY, [12], today) == {}
    assert set(queries.sales_by_area(VILLAGE[:4], [6], today)) == {COUNTY}
