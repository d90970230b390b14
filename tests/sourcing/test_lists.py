"""The lists of sourcing: their filters, their order and their sheets."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.sourcing import services
from terrace.sourcing.models import SupplyNotice
from tests import factories
from tests.conftest import VILLAGE, Cast
from tests.sourcing.conftest import terms


@pytest.fixture(autouse=True)
def september(time_machine: Any) -> None:
    """Let it be the day of the story."""
    time_machine.move_to("2026-09-20T02:00:00Z", tick=False)


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
