"""Reference prices: entered, imported, drawn."""

import re
from base64 import b64decode
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from terrace.http import workbooks
from terrace.http.workbooks import RowsRefused
from terrace.kernel.errors import Forbidden, Invalid, NotFound
from terrace.kernel.identity import IdentityNumber
from terrace.kernel.money import Money
from terrace.sourcing import queries, services
from terrace.sourcing.models import ReferencePrice
from terrace.sourcing.services import PriceGiven
from terrace.sourcing.services.price_rows import SHEET
from tests import factories
from tests.conftest import OTHER_COUNTY_VILLAGE, VILLAGE, Cast
from tests.sourcing.conftest import NOW, TODAY

COUNTY = VILLAGE[:6]


def _price(minor: int = 500, **changes: Any) -> PriceGiven:
    usual = PriceGiven(product="apple", on=TODAY, area=COUNTY, price=Money(minor, "CNY"))
    return replace(usual, **changes)


def test_a_second_price_of_a_day_replaces_the_first(cast: Cast) -> None:
    services.set_reference_price(by=cast.clerk.actor, given=_price(500), now=NOW)
    services.set_reference_price(by=cast.clerk.actor, given=_price(520), now=NOW)
    assert [price.price for price in ReferencePrice.objects.all()] == [Money(520, "CNY")]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"area": OTHER_COUNTY_VILLAGE[:6]}, Forbidden),
        ({"area": "999"}, NotFound),
        ({"product": "moon"}, NotFound),
        ({"variety": "gala"}, Invalid),
        ({"price": Money(0, "CNY")}, Invalid),
        ({"price": Money(500, "USD")}, Invalid),
        ({"on": TODAY + timedelta(days=1)}, Invalid),
        ({"source": "Told by 621226188501011233"}, IdentityNumber),
    ],
)
def test_refuses_a_price_that_cannot_be_and_keeps_none(
    cast: Cast, changes: dict[str, Any], reason: type[Exception]
) -> None:
    with pytest.raises(reason):
        services.set_reference_price(by=cast.clerk.actor, given=_price(**changes), now=NOW)
    assert not ReferencePrice.objects.exists()


def test_the_keeper_enters_no_prices(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        services.set_reference_price(by=cast.keeper.actor, given=_price(), now=NOW)
    assert not ReferencePrice.objects.exists()


def _file(*rows: list[object]) -> list[workbooks.GivenRow]:
    return workbooks.read(BytesIO(workbooks.write(workbooks.Sheet("prices", SHEET, rows))), SHEET)


def test_a_sheet_is_taken_whole(cast: Cast) -> None:
    rows = _file(
        ["apple", "", date(2026, 9, 1), COUNTY, 5.2, "county market"],
        ["apple", "fuji", "2026-09-02", COUNTY, "5.35", ""],
    )
    assert services.import_reference_prices(by=cast.clerk.actor, rows=rows, now=NOW) == 2
    assert sorted(ReferencePrice.objects.values_list("price_minor", flat=True)) == [520, 535]


def test_of_two_rows_for_a_day_and_market_the_later_counts_and_replaces_what_was_there(cast: Cast) -> None:
    services.set_reference_price(by=cast.clerk.actor, given=_price(480), now=NOW)
    rows = _file(["apple", "", TODAY, COUNTY, "5.20", "one"], ["apple", "", TODAY, COUNTY, "5.30", "two"])
    services.import_reference_prices(by=cast.clerk.actor, rows=rows, now=NOW)
    assert list(ReferencePrice.objects.values_list("price_minor", "source")) == [(530, "two")]


def test_a_long_sheet_takes_no_more_statements_than_a_short_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    clerk = cast.clerk.actor
    short, long = (
        _file(*[["apple", "fuji", TODAY - timedelta(days=day), COUNTY, "5.20", ""] for day in range(days)])
        for days in (1, 100)
    )
    for rows in (short, long):
        with django_assert_num_queries(11):
            services.import_reference_prices(by=clerk, rows=rows, now=NOW)
    assert ReferencePrice.objects.count() == 100


def test_a_sheet_with_bad_rows_is_refused_whole_and_each_row_is_told(cast: Cast) -> None:
    rows = _file(
        ["apple", "", "2026-09-01", COUNTY, "5.20", ""],
        ["moon", "", "2026-09-01", COUNTY, "5.20", ""],
        ["apple", "", "yesterday", COUNTY, "5.20", ""],
        ["apple", "", "2026-09-01", COUNTY, "dear", ""],
        ["apple", "", "2026-09-01", COUNTY, "5.205", ""],
        ["apple", "", "2026-09-01", COUNTY, "5.20", "x" * 121],
        ["apple", "", "2026-09-01", OTHER_COUNTY_VILLAGE[:6], "5.20", ""],
        ["apple", "", "2026-09-01", "999", "5.20", ""],
        ["apple", "", "2026-13-45", COUNTY, "5.20", ""],
    )
    with override("en"), pytest.raises(RowsRefused) as refused:
        services.import_reference_prices(by=cast.clerk.actor, rows=rows, now=NOW)
    assert [(p.row, p.column) for p in refused.value.problems] == [
        (3, "Product code"),
        (4, "Day"),
        (5, "Price"),
        (6, "Price"),
        (7, "Source"),
        (8, "Area code"),
        (9, "Area code"),
        (10, "Day"),
    ]
    assert not ReferencePrice.objects.exists()


def test_a_sheet_of_heads_alone_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        services.import_reference_prices(by=cast.clerk.actor, rows=_file(), now=NOW)
    assert refused.value.field == "file"


@pytest.mark.parametrize("day", ["2026/9/1", "2026/09/01", "2026-09-01", "2026.9.1", "2026年9月1日"])
def test_a_day_is_read_as_offices_write_it(cast: Cast, day: str) -> None:
    rows = _file(["apple", "", day, COUNTY, "5.20", ""])
    services.import_reference_prices(by=cast.clerk.actor, rows=rows, now=NOW)
    assert ReferencePrice.objects.get().on == date(2026, 9, 1)


def _send(client: Client, *rows: list[object]) -> Any:
    sheet = workbooks.write(workbooks.Sheet("prices", SHEET, rows))
    file = SimpleUploadedFile("p.xlsx", sheet)
    client.cookies["language"] = "en"
    return client.post("/sourcing/prices/import/", {"file": file}, follow=True)


def test_the_page_says_how_many_prices_it_took(cast: Cast) -> None:
    answer = _send(cast.clerk.client, *[["apple", "", date(2026, 9, day), COUNTY, "5.20", ""] for day in (1, 2)])
    assert "2 prices were imported." in answer.content.decode()


def test_the_page_shows_fifty_rows_to_correct_and_gives_all_as_a_file(cast: Cast) -> None:
    answer = _send(cast.clerk.client, *[["moon", "", date(2026, 9, 1), COUNTY, "5.20", n] for n in range(60)])
    text = answer.content.decode()
    file = re.search(r'href="data:[^;]+;base64,([^"]+)"', text)
    assert file is not None
    assert answer.status_code == 422
    assert text.count('<td data-label="Reason"') == 50
    assert "10 more stand in the workbook." in text
    assert "Nothing was taken. Correct these rows and send the file again." in text
    assert 'download="to-correct.xlsx"' in text
    assert len(workbooks.read(BytesIO(b64decode(file[1])), SHEET)) == 60


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_exported_sheet_is_taken_as_it_is(cast: Cast, language: str) -> None:
    factories.ProductFactory(code="pear", names={"en": "Pear", "zh-hans": "梨"}, unit="C62", search="pear")
    services.set_reference_price(by=cast.clerk.actor, given=_price(435, variety="fuji", source="one"), now=NOW)
    services.set_reference_price(by=cast.clerk.actor, given=_price(170, product="pear"), now=NOW)
    said = list(ReferencePrice.objects.order_by("id").values("product", "variety", "on", "area", "price_minor"))
    client = cast.clerk.client
    client.cookies["language"] = language
    exported = client.get("/sourcing/prices/", {"export": "xlsx"})
    ReferencePrice.objects.all().delete()

    rows = workbooks.read(BytesIO(exported.content), SHEET)
    services.import_reference_prices(by=cast.clerk.actor, rows=rows[::-1], now=NOW)

    kept = ReferencePrice.objects.order_by("id").values("product", "variety", "on", "area", "price_minor")
    assert sorted(kept, key=str) == sorted(said, key=str)


def test_the_line_shows_the_mean_of_a_week_beside_last_years(cast: Cast) -> None:
    monday = date(2026, 9, 14)
    for on, minor in ((monday, 500), (monday + timedelta(days=2), 511), (monday - timedelta(weeks=52), 400)):
        services.set_reference_price(by=cast.clerk.actor, given=_price(minor, on=on), now=NOW)
    line = queries.price_line(factories.ProductFactory().pk, VILLAGE[:4], TODAY, weeks=2)
    assert [week.week for week in line] == [monday - timedelta(weeks=1), monday]
    assert line[1].price == Money(506, "CNY")
    assert line[1].year_before == Money(400, "CNY")
    assert line[0].price is None


def test_the_nearest_markets_latest_price_is_the_reference(cast: Cast) -> None:
    product = factories.ProductFactory()
    services.set_reference_price(by=cast.bureau.actor, given=_price(400, area=VILLAGE[:4]), now=NOW)
    services.set_reference_price(by=cast.clerk.actor, given=_price(450), now=NOW)
    latest = queries.latest_price(product.pk, VILLAGE)
    assert latest is not None
    assert latest.price == Money(450, "CNY")
    elsewhere = queries.latest_price(product.pk, OTHER_COUNTY_VILLAGE)
    assert elsewhere is not None
    assert elsewhere.price == Money(400, "CNY")


def test_a_varietys_own_price_goes_before_a_younger_one_of_the_product(cast: Cast) -> None:
    fuji, gala = factories.VarietyFactory(), factories.VarietyFactory(code="gala")
    yesterday = TODAY - timedelta(days=1)
    services.set_reference_price(by=cast.clerk.actor, given=_price(600, variety="fuji", on=yesterday), now=NOW)
    services.set_reference_price(by=cast.clerk.actor, given=_price(450), now=NOW)
    found = [queries.latest_price(fuji.product_id, VILLAGE, variety) for variety in (fuji.pk, gala.pk, None)]
    assert [price and price.price_minor for price in found] == [600, 450, 450]


def _page(client: Client, path: str, language: str = "en") -> str:
    client.cookies["language"] = language
    return " ".join(client.get(path).content.decode().replace("\N{NO-BREAK SPACE}", " ").split())


def test_form_and_line_tell_a_reader_the_same_price_and_of_which_market(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    elsewhere = OTHER_COUNTY_VILLAGE[:6]
    services.set_reference_price(by=cast.clerk.actor, given=_price(480, on=TODAY - timedelta(days=1)), now=NOW)
    services.set_reference_price(by=cast.bureau.actor, given=_price(440, area=elsewhere), now=NOW)
    for who in (cast.keeper, cast.clerk):
        text = _page(who.client, "/sourcing/prices/apple/")
        assert "<b>CN¥4.80 / kg</b>" in text
        assert f"the markets of Place {COUNTY}" in text
        assert 'data-value="4.80"' in text
        assert "4.40" not in text
    assert "<b>CN¥4.80 / kg</b>" in _page(cast.farmer.client, "/sourcing/supply/new/apple/")


def test_a_varietys_prices_have_their_own_line(cast: Cast) -> None:
    product = factories.ProductFactory()
    fuji = factories.VarietyFactory()
    services.set_reference_price(by=cast.clerk.actor, given=_price(400), now=NOW)
    services.set_reference_price(by=cast.clerk.actor, given=_price(600, variety="fuji"), now=NOW)
    plain = queries.price_line(product.pk, COUNTY, TODAY, weeks=1)
    own = queries.price_line(product.pk, COUNTY, TODAY, weeks=1, variety_id=fuji.pk)
    assert [week.price for week in (*plain, *own)] == [Money(400, "CNY"), Money(600, "CNY")]
    assert "CN¥6.00" in _page(cast.clerk.client, "/sourcing/prices/apple/?variety=fuji")
    assert "CN¥6.00" not in _page(cast.clerk.client, "/sourcing/prices/apple/")
    assert cast.clerk.client.get("/sourcing/prices/apple/?variety=gala").status_code == 404


def test_the_form_takes_the_price_of_a_variety_of_its_product_only(cast: Cast) -> None:
    factories.VarietyFactory(product=factories.ProductFactory(code="pear", search="pear"), code="snow")
    sent = {"product": "apple", "on": "2026-09-01", "area": COUNTY, "price": "5.20"}
    refused = cast.clerk.client.post("/sourcing/prices/new/", {**sent, "variety": "pear/snow"})
    assert (refused.status_code, ReferencePrice.objects.count()) == (422, 0)
    taken = cast.clerk.client.post("/sourcing/prices/new/", {**sent, "variety": "apple/fuji"})
    assert taken.headers["Location"] == "/sourcing/prices/apple/?variety=fuji"
    assert ReferencePrice.objects.get().variety_id == factories.VarietyFactory().pk


@pytest.mark.parametrize(("language", "sign"), [("en", "CN¥"), ("zh-hans", "¥")])
def test_forms_and_charts_write_the_currency_as_prices_do(cast: Cast, language: str, sign: str) -> None:
    services.set_reference_price(by=cast.clerk.actor, given=_price(), now=NOW)
    form = _page(cast.clerk.client, "/sourcing/prices/new/", language)
    chart = _page(cast.clerk.client, "/sourcing/prices/apple/", language)
    assert f'aria-hidden="true">{sign}</span>' in form
    assert f'data-unit="{sign} / ' in chart
    assert "CNY" not in form + chart
