"""Lists: pages, fragments, sorting and sheets from one definition."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import pytest
from django import forms
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import NullIf
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from terrace.catalog.models import Product, Variety
from terrace.http import listing
from terrace.http.forms import FilterForm
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.kernel.money import Money
from tests.conftest import Cast
from tests.factories import ProductFactory, VarietyFactory
from tests.guards import same_but_for_secrets
from tests.http.conftest import request

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Line:
    product: Product
    varieties: int


def _lines(products: Sequence[Product]) -> list[Line]:
    codes = Variety.objects.filter(product__in=products).values_list("product_id", flat=True)
    count = [*codes.order_by("pk")].count
    return [Line(product, count(product.pk)) for product in products]


TABLE: Table[Product, Line] = Table(
    name="things",
    columns=(
        Column("name", "Name", lambda line: line.product.names, Kind.NAMES),
        Column("keeps", "Keeps", lambda line: line.product.keeps_days, Kind.NUMBER, sort="keeps_days", unit="days"),
        Column("price", "Price", lambda line: Money(line.product.keeps_days, "CNY"), Kind.MONEY, per=lambda _: "kg"),
        Column("varieties", "Varieties", lambda line: line.varieties, Kind.NUMBER),
        Column("picture", "Picture", lambda line: "/x.svg", Kind.IMAGE),
    ),
    present=_lines,
    order=("code",),
    empty=Empty("Nothing yet", "Things appear here."),
    url=lambda line: f"/things/{line.product.code}/",
)


SPARSE = replace(
    TABLE,
    columns=(
        Column("degrees", "Degrees", lambda line: line.product.min_celsius, Kind.NUMBER, sort="min_celsius"),
        Column("note", "Note", lambda line: line.product.hs_code, sort=lambda: [NullIf(F("hs_code"), Value("000000"))]),
    ),
)
"""Columns that say nothing of some rows: one of the database's, one that is reckoned."""


def _products(count: int) -> None:
    for n in range(count):
        product = ProductFactory(
            code=f"p{n:03}",
            names={"en": f"Thing {n:03}", "zh-hans": f"物{n}"},
            search=f"thing {n}",
            keeps_days=1 + n % 7,
        )
        VarietyFactory(product=product)


def _answer(path: str = "/list/", **headers: str) -> HttpResponse:
    asked = request(path, headers=headers)
    return listing.answer(
        asked, "pages/list.html", TABLE, Product.objects.all(), FilterForm(asked.GET), {"title": "Things"}
    )


def _built(path: str, table: Table[Product, Line] = TABLE) -> listing.Listing:
    asked = request(path)
    ordered = listing._ordered(table, Product.objects.all(), asked.GET)
    return listing.build(asked, table, ordered, FilterForm(asked.GET))


def _codes(path: str, table: Table[Product, Line] = TABLE) -> list[str]:
    return [row.url.split("/")[2] for row in _built(path, table).rows]


@pytest.mark.parametrize("query", ["size=100", "size=100&sort=-keeps", "export=xlsx"])
def test_a_list_makes_the_same_number_of_queries_for_1_and_100_rows(query: str) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            _answer(f"/list/?{query}")
        return len(queries)

    _products(1)
    few = count()
    Variety.objects.all().delete()
    Product.objects.all().delete()
    _products(100)
    assert count() == few


def test_the_fragment_is_the_part_of_the_page() -> None:
    _products(30)
    page = same_but_for_secrets(_answer("/list/?page=2&sort=keeps").content)
    part = _answer("/list/?page=2&sort=keeps", HX_Request="true", HX_Target="list").content
    assert b"<html" not in part
    assert same_but_for_secrets(part) in page


def test_htmx_that_asks_for_another_element_gets_the_whole_page() -> None:
    assert b"<html" in _answer("/list/", HX_Request="true", HX_Target="body").content


def test_a_page_and_its_fragment_are_not_mixed_up_by_a_cache() -> None:
    assert {"HX-Request", "HX-Target"} <= set(_answer()["Vary"].replace(" ", "").split(","))


def test_the_pages_hold_every_row_once_in_order() -> None:
    _products(60)
    pages = [_codes(f"/list/?page={n}") for n in (1, 2, 3)]
    assert [len(page) for page in pages] == [25, 25, 10]
    assert [code for page in pages for code in page] == [f"p{n:03}" for n in range(60)]


def test_rows_of_equal_rank_stand_in_the_lists_own_order() -> None:
    _products(60)
    codes = [code for n in (1, 2, 3) for code in _codes(f"/list/?sort=keeps&page={n}")]
    assert codes == sorted(codes, key=lambda code: (1 + int(code[1:]) % 7, code))
    assert codes[::-1][:1] != _codes("/list/?sort=-keeps")[:1]


@pytest.mark.parametrize("sort", ["hs_code", "name", "product__code", "-", "password", "keeps_days", "?", "keeps;--"])
def test_only_a_column_that_says_so_is_sorted_by(sort: str) -> None:
    _products(3)
    assert _codes(f"/list/?sort={sort}") == ["p000", "p001", "p002"]


@pytest.mark.parametrize(
    ("sort", "codes"),
    [
        ("note", ["p002", "p000", "p001"]),
        ("-note", ["p000", "p002", "p001"]),
        ("degrees", ["p001", "p000", "p002"]),
        ("-degrees", ["p000", "p001", "p002"]),
    ],
)
def test_what_is_not_there_comes_last_up_and_down(sort: str, codes: list[str]) -> None:
    for code, hs_code, degrees in (("p000", "080830", 4), ("p001", "000000", -2), ("p002", "080810", None)):
        ProductFactory(code=code, hs_code=hs_code, min_celsius=degrees, max_celsius=degrees)
    assert _codes(f"/list/?sort={sort}", SPARSE) == codes


def test_a_list_may_be_sorted_by_a_column_from_the_start_and_its_head_says_so() -> None:
    _products(9)
    built = _built("/list/", replace(TABLE, sorted_by="keeps"))
    assert [row.url for row in built.rows[:3]] == ["/things/p000/", "/things/p007/", "/things/p001/"]
    assert {head.name: (head.sorted, head.sort_url) for head in built.columns}["keeps"] == ("asc", "/list/?sort=-keeps")


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=abc", "page=99999999999999", "size=7", "size=", "page="])
def test_an_odd_page_or_size_is_the_nearest_that_exists(query: str) -> None:
    _products(30)
    assert len(_codes(f"/list/?{query}")) in (5, 25)


def test_links_keep_filters_and_order_and_begin_anew_where_they_must() -> None:
    _products(60)
    built = _built("/list/?page=2&sort=keeps&text=thing")
    head = {column.name: column for column in built.columns}["keeps"]
    assert built.page.next_url == "/list/?sort=keeps&text=thing&page=3"
    assert built.page.previous_url == "/list/?sort=keeps&text=thing&page=1"
    assert head.sort_url == "/list/?text=thing&sort=-keeps"
    assert head.sorted == "asc"
    assert built.export_url == "/list/?sort=keeps&text=thing&export=xlsx"
    assert (built.page.first, built.page.last, built.page.total) == (26, 50, 60)


def test_the_ends_of_a_list_lead_nowhere() -> None:
    _products(3)
    page = _built("/list/").page
    assert (page.previous_url, page.next_url, page.pages) == ("", "", 1)


def test_the_sheet_holds_every_row_of_the_list_as_numbers_and_words() -> None:
    _products(30)
    response = _answer("/list/?export=xlsx&sort=-keeps&page=2")
    rows = CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert response["Content-Disposition"] == 'attachment; filename="things.xlsx"'
    assert rows[0] == ["Name", "Keeps (days)", "Price", "Price: unit", "Varieties"]
    assert len(rows) == 31
    assert rows[1] == ["Thing 006", 7.0, 0.07, "CNY / kg", 1.0]


def test_a_phone_has_the_order_as_links_of_its_own() -> None:
    _products(3)
    page = " ".join(_answer("/list/?sort=keeps").content.decode().split())
    offered = page.partition('<details class="sort-toggle">')[2].partition("</details>")[0]
    assert offered.count("<li>") == 1
    assert 'href="/list/?sort=-keeps"' in offered
    assert 'aria-current="true"' in offered


class KeepsFilter(FilterForm):
    keeps = forms.IntegerField(label="Keeps", required=False)


def _filtered(query: str) -> HttpResponse:
    asked = request(f"/list/?{query}")
    form = KeepsFilter(asked.GET)
    return listing.answer(asked, "pages/list.html", TABLE, Product.objects.all(), form, {"title": "Things"})


def test_filtering_keeps_the_order_and_the_size() -> None:
    _products(3)
    page = _filtered("keeps=2&sort=-keeps&size=50&page=2").content.decode()
    assert '<input type="hidden" name="sort" value="-keeps">' in page
    assert '<input type="hidden" name="size" value="50">' in page
    assert 'name="sort"' not in _filtered("keeps=2").content.decode()


def test_a_wrong_filter_says_so_in_sight_and_no_sheet_is_made_of_it() -> None:
    _products(3)
    page, sheet = _filtered("keeps=long"), _filtered("keeps=long&export=xlsx")
    for answer in (page, sheet):
        assert "Enter a whole number such as 12." in answer.content.decode()
        assert '<details class="filter-toggle" open>' in answer.content.decode()
    assert (page.status_code, sheet.status_code) == (200, 422)
    assert _filtered("keeps=2&export=xlsx").status_code == 200


def test_an_empty_list_says_what_will_be_here() -> None:
    assert "Things appear here." in _answer().content.decode()


def test_a_real_list_answers_htmx_with_its_fragment(cast: Cast) -> None:
    ProductFactory()
    client: Any = cast.keeper.client
    page = client.get("/catalog/", {"text": "apple"})
    part = client.get("/catalog/", {"text": "apple"}, headers={"HX-Request": "true", "HX-Target": "list"})
    assert same_but_for_secrets(part.content) in same_but_for_secrets(page.content)


@pytest.mark.parametrize(("most", "status"), [(2, 422), (3, 200)])
def test_a_sheet_of_too_many_rows_is_refused_and_says_how_to_have_fewer(
    monkeypatch: pytest.MonkeyPatch, most: int, status: int
) -> None:
    monkeypatch.setattr(listing, "MOST_EXPORTED", most)
    _products(3)

    response = _filtered("export=xlsx")

    assert response.status_code == status
    assert (b"Narrow the filter" in response.content) is (status == 422)
    assert ("Content-Disposition" in response) is (status == 200)
