"""The page of an area's figures: what it counts, compares, lists and refuses."""

from io import BytesIO

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from tests import factories
from tests.conftest import NEIGHBOUR_VILLAGE, VILLAGE, Cast
from tests.statistics.sold import give_back, noon, pay, sell

COUNTY, TOWNSHIP = VILLAGE[:6], VILLAGE[:9]
NOVEMBER = "?span=month&on=2026-11-01"


@pytest.fixture(autouse=True)
def _on_a_day_in_november() -> object:
    with time_machine.travel(noon(2026, 11, 22), tick=False):
        yield


def _page(client: Client, address: str) -> str:
    response = client.get(f"/figures/{address}")
    assert response.status_code == 200, response.status_code
    return " ".join(response.content.decode().split())


def test_sales_move_as_soon_as_an_order_is_paid(cast: Cast) -> None:
    before = _page(cast.keeper.client, "")
    sell(cast.farmer.party, noon(2026, 11, 22), boxes=2, price=5_000)
    after = _page(cast.keeper.client, "")

    assert "CN¥0.00" in before
    assert "CN¥100.00" in after
    assert "CN¥100.00" not in before


def test_a_month_not_over_is_compared_with_as_many_days_of_the_one_before(cast: Cast) -> None:
    sell(cast.farmer.party, noon(2026, 11, 22), boxes=3)
    sell(cast.farmer.party, noon(2026, 10, 22), boxes=2)
    sell(cast.farmer.party, noon(2026, 10, 23), boxes=9)
    sell(cast.farmer.party, noon(2025, 11, 1), boxes=6)

    page = _page(cast.centre.client, "")

    assert "+50 %" in page
    assert "against the month before · −50 % against a year before" in page
    assert "so far, against as many days before" in page


def test_a_month_that_is_over_is_compared_with_all_of_the_one_before(cast: Cast) -> None:
    sell(cast.farmer.party, noon(2026, 10, 31), boxes=4)
    sell(cast.farmer.party, noon(2026, 9, 30), boxes=2)

    page = _page(cast.centre.client, f"{COUNTY}/?span=month&on=2026-10-05")

    assert "+100 %" in page
    assert "so far" not in page
    assert "October 2026" in page


def test_each_number_leads_to_rows_that_add_up_to_it(cast: Cast) -> None:
    sell(cast.farmer.party, noon(2026, 11, 3), boxes=2)
    sell(cast.farmer.party, noon(2026, 11, 9), boxes=1, price=700)
    page = _page(cast.centre.client, f"{COUNTY}/{NOVEMBER}")
    assert f'href="/figures/{COUNTY}/sales/?span=month&amp;on=2026-11-01"' in page
    assert "CN¥107.00" in page

    response = cast.centre.client.get(f"/figures/{COUNTY}/sales/{NOVEMBER}&export=xlsx")

    sheet = CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_index(0).to_python()
    amounts = [row[sheet[0].index("Amount")] for row in sheet[1:]]
    assert sum(amounts) == 107


@pytest.mark.parametrize(
    ("figure", "column", "rows", "comes_to", "shown"),
    [
        ("sales", "Amount", 3, 157, "CN¥157.00"),
        ("refunded", "Given back", 2, 103.01, "CN¥103.01"),
        ("net_sales", "Net", 3, 53.99, "CN¥53.99"),
        ("orders", "Goods from here", 3, 157, "3"),
        ("boxes", "Boxes", 3, 4, "4"),
    ],
)
def test_gross_given_back_and_net_have_rows_that_add_up_to_the_cent(
    cast: Cast, figure: str, column: str, rows: int, comes_to: float, shown: str
) -> None:
    part = sell(cast.farmer.party, noon(2026, 11, 3), boxes=1)
    give_back(part, 301)
    give_back(sell(cast.farmer.party, noon(2026, 11, 4), boxes=2, status="refunded"), 10_000)
    sell(cast.farmer.party, noon(2026, 11, 9), boxes=1, price=700, status="cancelled")
    sell(cast.farmer.party, noon(2026, 11, 9), boxes=1, price=700, status="completed")

    page = _page(cast.centre.client, f"{COUNTY}/{NOVEMBER}")
    response = cast.centre.client.get(f"/figures/{COUNTY}/{figure}/{NOVEMBER}&export=xlsx")

    sheet = CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_index(0).to_python()
    amounts = [row[sheet[0].index(column)] for row in sheet[1:]]
    assert len(amounts) == rows
    assert round(sum(amounts), 2) == comes_to
    assert f'{figure}/{NOVEMBER.replace("&", "&amp;")}">{shown} </a>' in page


def test_areas_below_are_told_and_handed_out_as_a_sheet(cast: Cast) -> None:
    sell(cast.farmer.party, noon(2026, 11, 3), boxes=2)

    response = cast.centre.client.get(f"/figures/{COUNTY}/{NOVEMBER}&export=xlsx")

    sheet = CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_index(0).to_python()
    rows = {row[0]: row for row in sheet[1:]}
    assert rows[TOWNSHIP][sheet[0].index("Sales")] == 100
    assert rows[TOWNSHIP][sheet[0].index("Orders")] == 1
    assert rows[NEIGHBOUR_VILLAGE[:9]][sheet[0].index("Sales")] == 0


def test_areas_below_are_sorted_by_any_figure(cast: Cast) -> None:
    sell(cast.farmer.party, noon(2026, 11, 3), boxes=1)
    names = [f"Place {TOWNSHIP}", f"Place {NEIGHBOUR_VILLAGE[:9]}"]

    page = _page(cast.centre.client, f"{COUNTY}/{NOVEMBER}&sort=orders")

    below = page.partition('id="list"')[2]
    assert below.index(names[1]) < below.index(names[0])


def test_what_sold_best_leads_to_the_product_alone(cast: Cast) -> None:
    walnut = factories.ProductFactory(code="walnut", names={"en": "Walnut", "zh-hans": "核桃"})
    sell(cast.farmer.party, noon(2026, 11, 3), boxes=5)
    sell(cast.farmer.party, noon(2026, 11, 3), boxes=2, product=walnut)

    page = _page(cast.centre.client, f"{COUNTY}/{NOVEMBER}")
    alone = _page(cast.centre.client, f"{COUNTY}/{NOVEMBER}&product=walnut")

    assert page.index(">Apple</a>") < page.index(">Walnut</a>")
    assert "CN¥100.00" in alone
    assert "Household income" not in alone
    assert "Season" in alone


def test_each_context_is_asked_once_however_many_areas_and_products_there_are(cast: Cast) -> None:
    sell(cast.farmer.party, noon(2026, 11, 22), boxes=2)
    cast.centre.client.get("/figures/")
    with CaptureQueriesContext(connection) as sent:
        page = _page(cast.centre.client, "")
    assert "Sold best" in page
    for table in ("market_orderline", "sourcing_purchase", "ledger_entry", "logistics_parcel"):
        assert sum(f'FROM "{table}"' in one["sql"] for one in sent) == 1, table


def test_a_season_is_told_week_by_week(cast: Cast) -> None:
    sell(cast.farmer.party, noon(2026, 9, 3), boxes=2)
    sell(cast.farmer.party, noon(2025, 9, 3), boxes=1)

    page = _page(cast.centre.client, f"{COUNTY}/?span=season&on=2026-11-01&product=apple")

    assert "Sep 1, 2026 – Nov 30, 2026" in page
    assert "against the season before" in page
    assert "Week from" in page


def test_a_season_of_no_product_is_a_year(cast: Cast) -> None:
    assert "against the year" not in _page(cast.centre.client, f"{COUNTY}/?span=season")
    assert "<strong>2026</strong>" in _page(cast.centre.client, f"{COUNTY}/?span=season")


def test_income_is_that_of_households_and_its_rows_are_for_who_sees_accounts(cast: Cast) -> None:
    cooperative = factories.PartyFactory(area=factories.AreaFactory(code=VILLAGE))
    pay(cast.farmer.party.pk, 7_700, noon(2026, 11, 3))
    pay(cooperative.pk, 99_900, noon(2026, 11, 3))
    rows = f"/figures/{VILLAGE}/income/"

    assert "CN¥77.00" in _page(cast.keeper.client, NOVEMBER)
    assert rows in _page(cast.centre.client, f"{VILLAGE}/{NOVEMBER}")
    assert rows not in _page(cast.keeper.client, f"{VILLAGE}/{NOVEMBER}")
    listed = _page(cast.centre.client, f"{VILLAGE}/income/{NOVEMBER}")
    assert "Zhao Suqin" in listed
    assert "CN¥77.00" in listed
    assert cooperative.number not in listed
    assert cast.keeper.client.get(f"{rows}{NOVEMBER}").status_code == 403


@pytest.mark.parametrize("span", ["day", "week", "month", "year"])
def test_every_span_has_its_page(cast: Cast, span: str) -> None:
    sell(cast.farmer.party, noon(2026, 11, 22))

    assert "CN¥100.00" in _page(cast.station.client, f"?span={span}")


@pytest.mark.parametrize("query", ["span=hour", "on=tomorrow", "on=0001-01-01", "product=moon", "on=9999-12-31"])
def test_what_was_mistyped_counts_as_not_given(cast: Cast, query: str) -> None:
    assert "November 2026" in _page(cast.keeper.client, f"?{query}")


def test_a_village_has_no_areas_below(cast: Cast) -> None:
    assert "No areas below" in _page(cast.keeper.client, f"{VILLAGE}/")


@pytest.mark.parametrize(
    ("who", "area", "status"),
    [
        ("keeper", VILLAGE, 200),
        ("keeper", TOWNSHIP, 403),
        ("keeper", NEIGHBOUR_VILLAGE, 403),
        ("neighbour", VILLAGE, 403),
        ("stranger", COUNTY, 403),
        ("bureau", VILLAGE, 200),
        ("driver", COUNTY, 403),
        ("packer", COUNTY, 403),
        ("farmer", VILLAGE, 403),
        ("keeper", "999999", 404),
    ],
)
def test_figures_are_for_staff_of_the_area_and_above(cast: Cast, who: str, area: str, status: int) -> None:
    client = getattr(cast, who).client

    assert client.get(f"/figures/{area}/").status_code == status
    assert client.get(f"/figures/{area}/sales/").status_code == status


def test_there_is_no_list_behind_a_figure_that_is_none(cast: Cast) -> None:
    assert cast.keeper.client.get(f"/figures/{VILLAGE}/moons/").status_code == 404
