"""Finding products by what people call them."""

from datetime import date

import pytest

from terrace.catalog import queries as catalog
from terrace.catalog.models import Product
from terrace.kernel.errors import NotFound
from tests.factories import PackFactory, ProductFactory, VarietyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def apple() -> Product:
    return ProductFactory()


@pytest.fixture
def walnut() -> Product:
    names = {"en": "Walnut", "zh-hans": "核桃"}
    return ProductFactory(code="walnut", names=names, search="walnut 核桃 hetao ht", season_from=11, season_to=2)


@pytest.mark.parametrize("text", ["apple", "APP", "苹果", "pingguo", "ping guo", "pg", "", "  "])
def test_finds_a_product_by_any_of_its_names(apple: Product, walnut: Product, text: str) -> None:
    assert apple in catalog.search_products(text)


@pytest.mark.parametrize("text", ["walnuts", "pingguo hetao", "%", "_"])
def test_finds_nothing_by_a_word_that_no_name_holds(apple: Product, walnut: Product, text: str) -> None:
    assert not catalog.search_products(text).exists()


def test_a_retired_product_is_not_offered_but_still_told_by_id_and_code(apple: Product) -> None:
    retired = ProductFactory(code="lychee", is_active=False)

    assert list(catalog.products()) == [apple]
    assert list(catalog.search_products("")) == [apple]
    assert catalog.products_by_id([retired.pk, apple.pk]) == {retired.pk: retired, apple.pk: apple}
    assert catalog.get_product("lychee") == retired


def test_refuses_a_code_that_no_product_has(apple: Product) -> None:
    with pytest.raises(NotFound):
        catalog.get_product("quince")


def test_products_stand_by_code(walnut: Product, apple: Product) -> None:
    assert list(catalog.products()) == [apple, walnut]


@pytest.mark.parametrize(
    ("month", "found"), [(9, {"apple"}), (12, {"walnut"}), (2, {"walnut"}), (11, {"apple", "walnut"}), (3, set())]
)
def test_a_season_may_run_over_the_turn_of_the_year(
    apple: Product, walnut: Product, month: int, found: set[str]
) -> None:
    assert {product.code for product in catalog.products_in_season(date(2026, month, 15))} == found


def test_varieties_and_packs_are_those_in_use_of_one_product(apple: Product, walnut: Product) -> None:
    fuji = VarietyFactory(product=apple)
    gala = VarietyFactory(product=apple, code="gala", is_active=False)
    VarietyFactory(product=walnut, code="xiangling")
    large = PackFactory(product=apple, code="box-10kg", content=10_000)
    small = PackFactory(product=apple)
    PackFactory(product=apple, code="sack", is_active=False)

    assert list(catalog.varieties_of(apple.pk)) == [fuji]
    assert catalog.varieties_by_id([gala.pk]) == {gala.pk: gala}
    assert list(catalog.packs_of(apple.pk)) == [small, large]
