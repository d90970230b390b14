"""The lists of sourcing: their filters, their order and their sheets."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override
from python_calamine import CalamineWorkbook

from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import in_language
from terrace.sourcing import services
from terrace.sourcing.forms.choosing import product_choices
from terrace.sourcing.models import SupplyNotice
from tests import factories
from tests.conftest import VILLAGE, Cast
from tests.sourcing.conftest import TODAY, terms


@pytest.fixture
def supply(cast: Cast) -> tuple[SupplyNotice, SupplyNotice]:
    """Record apples by the kilogram and eggs by the piece."""
    factories.ProductFactory(
        code="egg", names={"en": "Egg", "zh-hans": "鸡蛋"}, search="egg", unit="C62", storage="cool"
    )
    assert cast.farmer.party
    number, eggs = cast.farmer.party.number, Quantity(3_000, Unit.PIECE)
    return (
        services.record_supply(by=cast.keeper.actor, party=number, terms=terms()),
        services.record_supply(
            by=cast.keeper.actor,
            party=number,
            terms=terms(product="egg", variety="", quantity=eggs, price=Money(170, "CNY")),
        ),
    )


def _sheet(client: Client, path: str, **query: str) -> list[dict[str, Any]]:
    client.cookies["language"] = "en"
    answer = client.get(path, {"export": "xlsx", **query})
    assert answer.status_code == 200
    heads, *rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]


@pytest.mark.parametrize(
    ("sort", "order"),
    [("quantity", [3000, 800, 900]), ("-quantity", [900, 800, 3000])],
)
def test_quantities_are_ordered_within_their_unit(
    cast: Cast, supply: tuple[SupplyNotice, SupplyNotice], sort: str, order: list[int]
) -> None:
    assert cast.farmer.party
    more = terms(quantity=Quantity(900_000, Unit.KILOGRAM))
    services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=more)
    assert [line["Quantity"] for line in _sheet(cast.keeper.client, "/sourcing/supply/", sort=sort)] == order


def test_the_list_is_filtered_by_product_state_and_days(cast: Cast, supply: tuple[SupplyNotice, SupplyNotice]) -> None:
    def codes(**query: str) -> list[str]:
        return [line["Product code"] for line in _sheet(cast.keeper.client, "/sourcing/supply/", **query)]

    assert codes(product="egg") == ["egg"]
    assert codes(status="withdrawn") == []
    assert codes(first="2026-10-01", last="2026-10-05") == ["egg", "apple"]
    assert codes(first="2026-10-02") == []


def test_a_filter_that_names_nothing_is_told_and_never_exported(
    cast: Cast, supply: tuple[SupplyNotice, SupplyNotice]
) -> None:
    for query in ({"product": "nosuch"}, {"status": "xx"}, {"first": "2026-13-45"}):
        page = cast.keeper.client.get("/sourcing/supply/", query)
        assert 'class="field field-wrong"' in page.content.decode()
        assert cast.keeper.client.get("/sourcing/supply/", {**query, "export": "xlsx"}).status_code == 422


def test_the_sheet_of_supply_says_units_currencies_and_codes(
    cast: Cast, supply: tuple[SupplyNotice, SupplyNotice]
) -> None:
    eggs, apples = _sheet(cast.keeper.client, "/sourcing/supply/")
    assert (apples["Quantity"], apples["Quantity: unit"]) == (800, "kg")
    assert (apples["Asking price"], apples["Asking price: unit"]) == (5.2, "CNY / kg")
    assert (apples["Product code"], apples["Variety code"], apples["Area code"]) == ("apple", "fuji", VILLAGE)
    assert (eggs["Quantity"], eggs["Quantity: unit"]) == (3000, "pieces")
    assert eggs["Asking price: unit"] == "CNY / piece"
    assert (eggs["Product code"], eggs["Variety code"]) == ("egg", "")


def test_the_sheet_of_the_balance_says_its_units(cast: Cast, supply: tuple[SupplyNotice, SupplyNotice]) -> None:
    lines = _sheet(cast.keeper.client, f"/sourcing/balance/{VILLAGE}/")
    assert {line["Product"]: line["Unit"] for line in lines} == {"Apple": "kg", "Egg": "pieces"}


GOODS = {"potato": {"en": "Potato", "zh-hans": "土豆"}, "walnut": {"en": "Walnut", "zh-hans": "核桃"}, "apple": {}}
ORDERS = [
    ("en", "", ["Apple", "Potato", "Walnut"]),
    ("en", "-", ["Walnut", "Potato", "Apple"]),
    ("zh-hans", "", ["核桃", "苹果", "土豆"]),  # hetao, pingguo, tudou; by code point it would be 土, 核, 苹
    ("zh-hans", "-", ["土豆", "苹果", "核桃"]),
]


@pytest.fixture
def goods() -> None:
    """Put potatoes and walnuts into the catalogue beside the apples."""
    for code, names in GOODS.items():
        if names:
            factories.ProductFactory(code=code, names=names, search=code)


def _products(client: Client, language: str, path: str, **query: str) -> list[str]:
    """Return what the first column of the list says, or the one about the product where that is another."""
    client.cookies["language"] = language
    listing = client.get(path, query).context["listing"]
    place = next(n for n, head in enumerate(listing.columns) if head.name in ("goods", "product"))
    with override(language):
        return [_said(row.cells[place].value) for row in listing.rows]


def _said(value: Any) -> str:
    return in_language(value) if isinstance(value, dict) else str(value or "")


@pytest.mark.parametrize(("language", "sign", "order"), ORDERS)
@pytest.mark.parametrize("side", ["supply", "demand"])
def test_notices_are_sorted_by_product_in_the_readers_language(
    cast: Cast, goods: None, side: str, language: str, sign: str, order: list[str]
) -> None:
    assert cast.buyer.party
    assert cast.farmer.party
    record, party = {
        "supply": (services.record_supply, cast.farmer.party),
        "demand": (services.record_demand, cast.buyer.party),
    }[side]
    for product in GOODS:
        record(by=cast.centre.actor, party=party.number, terms=terms(product=product, variety=""))
    found = _products(cast.centre.client, language, f"/sourcing/{side}/", sort=f"{sign}goods")
    assert found == order


def test_notices_of_one_product_are_sorted_by_variety_those_of_none_first(cast: Cast) -> None:
    gala = {"en": "Gala", "zh-hans": "嘎啦"}
    factories.VarietyFactory(code="gala", names=gala)  # after Fuji by id, and in both languages
    assert cast.farmer.party
    for variety in ("gala", "", "fuji"):
        services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms(variety=variety))
    found = _products(cast.keeper.client, "en", "/sourcing/supply/", sort="goods")
    assert found == ["Apple", "Apple · Fuji", "Apple · Gala"]


@pytest.mark.parametrize(("language", "sign", "order"), ORDERS)
def test_prices_are_sorted_by_product_in_the_readers_language(
    cast: Cast, goods: None, language: str, sign: str, order: list[str]
) -> None:
    for product in GOODS:
        price = services.PriceGiven(product, TODAY, VILLAGE[:6], Money(500, "CNY"))
        services.set_reference_price(by=cast.clerk.actor, given=price)
    assert _products(cast.clerk.client, language, "/sourcing/prices/", sort=f"{sign}product") == order


@pytest.mark.parametrize(("language", "sign", "order"), ORDERS)
def test_advice_is_sorted_by_product_and_what_is_about_none_comes_last(
    cast: Cast, goods: None, language: str, sign: str, order: list[str]
) -> None:
    for product in ("potato", "", "walnut", "apple"):
        services.give_advice(by=cast.centre.actor, area=VILLAGE[:6], title="x", text="y", product=product)
    found = _products(cast.centre.client, language, "/sourcing/advice/", sort=f"{sign}product")
    assert found == [*order, ""]


def test_products_are_offered_by_pinyin_to_a_chinese_reader(cast: Cast, goods: None) -> None:
    with override("zh-hans"):
        assert [name for _code, name in product_choices()] == ["核桃", "苹果", "土豆"]
    with override("en"):
        assert [name for _code, name in product_choices()] == ["Apple", "Potato", "Walnut"]


@pytest.mark.parametrize("side", ["supply", "demand"])
def test_products_in_season_stand_first_each_group_by_name(cast: Cast, side: str) -> None:
    for code, name, months in (("ash", "Ash", (3, 4)), ("zest", "Zest", (9, 9)), ("beet", "Beet", (1, 2))):
        names = {"en": name, "zh-hans": name}
        season = {"season_from": months[0], "season_to": months[1]}
        factories.ProductFactory(code=code, names=names, search=code, **season)
    who = cast.keeper if side == "supply" else cast.buyer
    tiles = who.client.get(f"/sourcing/{side}/new/", headers={"Accept-Language": "en"}).context["tiles"]
    assert [(product.code, in_season) for product, _url, in_season in tiles] == [
        ("apple", True),
        ("zest", True),
        ("ash", False),
        ("beet", False),
    ]
