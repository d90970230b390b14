"""Sheets of prices as offices make them themselves: names, reckoned cells, days in every spelling."""

from datetime import date
from io import BytesIO

import pytest
from django.utils.translation import override
from xlsxwriter import Workbook

from terrace.catalog.models import Product
from terrace.http import workbooks
from terrace.http.workbooks import RowsRefused
from terrace.kernel.errors import Invalid
from terrace.kernel.money import Money
from terrace.sourcing import services
from terrace.sourcing.models import ReferencePrice
from terrace.sourcing.services.price_rows import SHEET, read_day
from tests import factories
from tests.conftest import OTHER_COUNTY_VILLAGE, VILLAGE, Cast
from tests.sourcing.conftest import NOW

COUNTY = VILLAGE[:6]
HEADS = ["product", "variety", "on", "area", "price", "source"]
CODES = ["apple", "", "2026-09-01", COUNTY, "5.20", ""]


def _sheet(*rows: list[object], heads: list[str] = HEADS) -> list[workbooks.GivenRow]:
    target = BytesIO()
    with Workbook(target, {"strings_to_formulas": False}) as book:
        page = book.add_worksheet("prices")
        for number, row in enumerate([heads, *rows]):
            for column, value in enumerate(row):
                if isinstance(value, float):  # reckoned, and so kept with all the digits that the machine has
                    page.write_formula(number, column, "=1.1*1.1", None, value)
                else:
                    page.write(number, column, value)
    target.seek(0)
    return workbooks.read(target, SHEET)


def _taken(cast: Cast, *rows: list[object], heads: list[str] = HEADS) -> ReferencePrice:
    services.import_reference_prices(by=cast.clerk.actor, rows=_sheet(*rows, heads=heads), now=NOW)
    return ReferencePrice.objects.get()


def _problems(cast: Cast, *rows: list[object]) -> list[workbooks.RowProblem]:
    with override("en"), pytest.raises(RowsRefused) as refused:
        services.import_reference_prices(by=cast.clerk.actor, rows=_sheet(*rows), now=NOW)
    assert not ReferencePrice.objects.exists()
    return list(refused.value.problems)


@pytest.mark.parametrize(
    ("cell", "minor"),
    [(1.1 * 1.1, 121), (0.1 + 0.2, 30), (5.2, 520), (5, 500), ("5，20", 520), ("¥5.20", 520), ("５．２０元", 520)],
)
def test_a_price_is_read_as_the_cell_shows_it(cast: Cast, cell: object, minor: int) -> None:
    assert _taken(cast, ["apple", "", "2026-09-01", COUNTY, cell, ""]).price == Money(minor, "CNY")


@pytest.mark.parametrize("cell", ["20260901", 20260901, 46266, "46266", "2026-09-01 00:00:00", "２０２６年９月１日"])
def test_a_day_is_read_without_marks_and_as_a_spreadsheet_counts_it(cast: Cast, cell: object) -> None:
    assert _taken(cast, ["apple", "", cell, COUNTY, "5.20", ""]).on == date(2026, 9, 1)


@pytest.mark.parametrize("cell", ["2026091", "20261301", "202609", "9/1/2026", "12345", "", "2026-9"])
def test_what_may_be_two_days_or_none_is_refused(cell: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_day(cell)
    assert refused.value.field == "on"


def test_products_varieties_and_places_are_named_as_well_as_coded(cast: Cast) -> None:
    price = _taken(cast, ["苹果", "Fuji", "2026-09-01", f"地方{COUNTY}", "5.20", ""])
    assert (price.product.code, price.variety and price.variety.code, price.area_id) == ("apple", "fuji", COUNTY)


def test_a_sheet_that_calls_its_columns_product_and_market_is_understood(cast: Cast) -> None:
    with override("zh-hans"):
        heads = [str(head.also or head.label) for head in SHEET]
    assert _taken(cast, ["苹果", "", "2026-09-01", COUNTY, "5.20", ""], heads=heads).product.code == "apple"


def test_a_retired_product_is_known_by_its_code(cast: Cast) -> None:
    Product.objects.update(is_active=False)
    assert _taken(cast, [*CODES]).product.code == "apple"


def test_every_wrong_cell_of_a_row_is_told_at_once_in_plain_words(cast: Cast) -> None:
    problems = _problems(cast, [*CODES], ["moon", "", "soon", "Atlantis", "1,200", ""], ["apple", "gala", *CODES[2:]])
    assert [(p.row, p.column, p.reason) for p in problems] == [
        (3, "Product code", "There is no such product. Write its name or its code."),
        (3, "Day", "Enter a day such as 2026-09-30."),
        (3, "Area code", "There is no such place in your area."),
        (3, "Price", "Is this 1200 or 1.200? Write it without a comma."),
        (4, "Variety code", "This product has no such variety."),
    ]


def test_a_name_that_two_products_bear_asks_for_the_code(cast: Cast) -> None:
    factories.ProductFactory(code="crab", names={"en": "Crab apple", "zh-hans": "苹果"}, search="crab")
    problems = _problems(cast, ["苹果", "", "2026-09-01", COUNTY, "5.20", ""])
    assert [(p.column, p.reason) for p in problems] == [
        ("Product code", "More than one has this name. Write the code.")
    ]


def test_a_place_of_another_county_is_not_found_by_its_name(cast: Cast) -> None:
    factories.AreaFactory(code=OTHER_COUNTY_VILLAGE)
    problems = _problems(cast, ["apple", "", "2026-09-01", f"Place {OTHER_COUNTY_VILLAGE[:6]}", "5.20", ""])
    assert [(p.row, p.column) for p in problems] == [(2, "Area code")]
