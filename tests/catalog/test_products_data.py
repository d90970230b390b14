"""The first catalogue as it ships: a farmer and a customs clerk will read it."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import terrace.catalog

ROOM = Path(terrace.catalog.__file__).parent
ILLUSTRATIONS = ROOM / "static/catalog/illustrations"
PRODUCTS: list[dict[str, Any]] = json.loads((ROOM / "data/products.json").read_text(encoding="utf-8"))

CATEGORIES = {
    "fruit",
    "nuts-spices",
    "herbs",
    "grain-oil",
    "fungi-vegetables",
    "animal",
    "processed",
    "handicraft",
}
FIELDS = {
    "code",
    "names",
    "category",
    "unit",
    "hs_code",
    "storage",
    "season",
    "varieties",
    "packs",
    "moisture_matters",
    "illustration",
}
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
HAN = re.compile(r"[\u4e00-\u9fff]")

every_product = pytest.mark.parametrize("product", PRODUCTS, ids=[p["code"] for p in PRODUCTS])


def assert_in_both_languages(names: dict[str, str]) -> None:
    assert set(names) == {"en", "zh-hans"}
    assert names["en"].strip()
    assert not HAN.search(names["en"])
    assert HAN.search(names["zh-hans"])


def assert_unique_slugs(codes: list[str]) -> None:
    assert all(SLUG.fullmatch(code) for code in codes)
    assert [code for code, times in Counter(codes).items() if times > 1] == []


def assert_season(season: dict[str, int]) -> None:
    assert set(season) == {"from", "to"}
    assert all(type(month) is int and 1 <= month <= 12 for month in season.values())


def months(season: dict[str, int]) -> set[int]:
    """Name the months of a season; one that ends before it begins runs over the New Year."""
    length = (season["to"] - season["from"]) % 12 + 1
    return {(season["from"] - 1 + i) % 12 + 1 for i in range(length)}


def test_codes_are_unique_slugs() -> None:
    assert_unique_slugs([product["code"] for product in PRODUCTS])


def test_every_category_has_products() -> None:
    assert {product["category"] for product in PRODUCTS} == CATEGORIES


def test_names_are_unique_in_each_language() -> None:
    for language in ("en", "zh-hans"):
        names = [product["names"][language] for product in PRODUCTS]
        assert len(set(names)) == len(names)


@every_product
def test_product_has_exactly_the_agreed_fields(product: dict[str, Any]) -> None:
    assert set(product) - {"gi", "standard_moisture"} == FIELDS
    assert product["unit"] in {"KGM", "C62", "LTR"}
    assert type(product["moisture_matters"]) is bool
    assert product["moisture_matters"] or "standard_moisture" not in product
    assert 0 < product.get("standard_moisture", 100) < 400  # thousandths of the weight of dry goods


@every_product
def test_product_is_named_in_both_languages(product: dict[str, Any]) -> None:
    assert_in_both_languages(product["names"])
    for part in (*product["varieties"], *product["packs"]):
        assert_in_both_languages(part["names"])
    if "gi" in product:
        assert_in_both_languages(product["gi"])


@every_product
def test_hs_code_is_a_six_digit_subheading(product: dict[str, Any]) -> None:
    assert re.fullmatch(r"\d{6}", product["hs_code"])
    assert 1 <= int(product["hs_code"][:2]) <= 97


@every_product
def test_storage_keeps_its_degrees_in_order(product: dict[str, Any]) -> None:
    storage = product["storage"]
    coldest, warmest = storage["min_c"], storage["max_c"]

    assert set(storage) == {"kind", "min_c", "max_c", "days"}
    assert storage["kind"] in {"ambient", "cool", "cold", "frozen"}
    assert type(storage["days"]) is int
    assert storage["days"] > 0
    assert (coldest is None) == (warmest is None)
    assert coldest is None or coldest < warmest


@every_product
def test_varieties_ripen_within_the_season_of_their_product(product: dict[str, Any]) -> None:
    assert_season(product["season"])
    assert product["varieties"]
    assert_unique_slugs([variety["code"] for variety in product["varieties"]])
    for variety in product["varieties"]:
        assert set(variety) - {"season"} == {"code", "names"}
        if "season" in variety:
            assert_season(variety["season"])
            assert months(variety["season"]) <= months(product["season"])


@every_product
def test_packs_hold_a_positive_content(product: dict[str, Any]) -> None:
    assert product["packs"]
    assert_unique_slugs([pack["code"] for pack in product["packs"]])
    for pack in product["packs"]:
        assert set(pack) == {"code", "names", "content"}
        assert type(pack["content"]) is int
        assert pack["content"] > 0


@every_product
def test_illustration_is_named_after_its_product(product: dict[str, Any]) -> None:
    assert product["illustration"] == f"{product['code']}.svg"


def test_illustrations_and_products_are_one_to_one() -> None:
    drawn = {path.name for path in ILLUSTRATIONS.iterdir()}

    assert drawn == {product["illustration"] for product in PRODUCTS}


@every_product
def test_illustration_is_small_and_drawn_by_the_same_hand(product: dict[str, Any]) -> None:
    svg = (ILLUSTRATIONS / product["illustration"]).read_text(encoding="utf-8")

    assert len(svg.encode()) < 4096
    assert 'viewBox="0 0 96 96"' in svg
    assert 'stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round"' in svg
    assert not re.search(r"<(script|style|image|text)|\sstyle=|href|\son\w+=", svg)
