"""The catalogue for programs."""

import json
from typing import Any

import pytest
from django.test import Client

from terrace.catalog import queries, services
from terrace.catalog.models import Pack, Product, Variety
from terrace.kernel.actors import SYSTEM
from tests.catalog.conftest import terms
from tests.conftest import Cast

PRODUCTS = "/api/v1/products"
QUINCE: dict[str, Any] = {
    "code": "quince",
    "names": {"en": "Quince", "zh-hans": "榅桲"},
    "category": "fruit",
    "unit": "KGM",
    "hs_code": "080840",
    "season": {"first": 9, "last": 11},
    "storage": "cold",
    "keeps_days": 90,
    "min_celsius": 0,
    "max_celsius": 2,
}
SMYRNA = {"code": "smyrna", "names": {"en": "Smyrna", "zh-hans": "士麦那"}}


def _send(client: Client, method: str, path: str, body: dict[str, Any]) -> Any:
    return client.generic(method, f"{PRODUCTS}{path}", data=json.dumps(body), content_type="application/json")


@pytest.fixture
def quince(db: None) -> Product:
    return services.add_product(by=SYSTEM, code="quince", terms=terms())


def test_who_is_known_reads_products(cast: Cast, quince: Product) -> None:
    listed = cast.buyer.client.get(PRODUCTS).json()
    assert (listed["total"], listed["items"][0]["code"]) == (1, "quince")
    read = cast.farmer.client.get(f"{PRODUCTS}/quince").json()
    assert read == listed["items"][0]
    assert read["season"] == {"first": 9, "last": 11}


def test_nobody_unknown_reads_products(quince: Product) -> None:
    assert Client().get(PRODUCTS).status_code == 401


@pytest.mark.parametrize(
    ("query", "total"),
    [({"text": "wp"}, 1), ({"text": "hetao"}, 0), ({"category": "fruit"}, 1), ({"category": "herbs"}, 0)],
)
def test_products_are_searched(cast: Cast, quince: Product, query: dict[str, str], total: int) -> None:
    assert cast.keeper.client.get(PRODUCTS, query).json()["total"] == total


def test_a_missing_product_is_a_problem(cast: Cast) -> None:
    response = cast.keeper.client.get(f"{PRODUCTS}/medlar")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert response["Content-Type"] == "application/problem+json"


def test_the_administrator_adds_changes_retires_and_restores(cast: Cast) -> None:
    client = cast.administrator.client

    assert _send(client, "POST", "", QUINCE).status_code == 201
    changed = _send(client, "PUT", "/quince", {**QUINCE, "version": 1, "keeps_days": 60})
    assert (changed.status_code, changed.json()["version"], changed.json()["keeps_days"]) == (200, 2, 60)
    assert _send(client, "POST", "/quince/retire", {"version": 2}).json()["is_active"] is False
    assert _send(client, "POST", "/quince/restore", {"version": 3}).json()["is_active"] is True


def test_a_variety_and_a_pack_are_added(cast: Cast, quince: Product) -> None:
    client = cast.administrator.client
    variety = _send(client, "POST", "/quince/varieties", {**SMYRNA, "season": {"first": 10, "last": 10}})
    pack = _send(client, "POST", "/quince/packs", {**SMYRNA, "content": {"steps": 5000, "unit": "KGM"}})

    assert (variety.status_code, pack.status_code) == (201, 201)
    read = client.get(f"{PRODUCTS}/quince").json()
    assert read["varieties"] == [variety.json()]
    assert read["packs"] == [pack.json()]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "", {**QUINCE, "code": "medlar", "hs_code": "abc"}, 422, "invalid"),
        ("POST", "", {**QUINCE, "code": "medlar", "names": {"en": "Medlar"}}, 422, "invalid"),
        ("POST", "", {**QUINCE, "code": "medlar", "season": {"first": 0, "last": 3}}, 422, "invalid"),
        ("POST", "", QUINCE, 409, "code_taken"),
        ("PUT", "/quince", {**QUINCE, "version": 9}, 409, "stale"),
        ("PUT", "/quince", {**QUINCE, "version": 1, "unit": "C62"}, 422, "invalid"),
        ("POST", "/quince/packs", {**SMYRNA, "content": {"steps": 5, "unit": "C62"}}, 422, "invalid"),
        ("POST", "/quince/packs", {**SMYRNA, "content": {"steps": 10**12, "unit": "KGM"}}, 422, "invalid"),
        ("POST", "/medlar/varieties", SMYRNA, 404, "not_found"),
    ],
)
def test_a_refusal_is_a_problem_and_changes_nothing(
    cast: Cast, quince: Product, method: str, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    response = _send(cast.administrator.client, method, path, body)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert Product.objects.get().version == 1
    assert not Variety.objects.exists()
    assert not Pack.objects.exists()


def test_nobody_else_changes_the_catalogue(cast: Cast, quince: Product) -> None:
    for member in (cast.bureau, cast.centre, cast.keeper, cast.buyer):
        assert _send(member.client, "POST", "", {**QUINCE, "code": "medlar"}).status_code == 403
        assert _send(member.client, "POST", "/quince/retire", {"version": 1}).status_code == 403
    assert queries.get_product("quince").is_active
    assert Product.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin_note": {f"x{n}": "note" for n in range(5000)}},
        {"origin_note": {"xx": "note"}},
        {"names": {**QUINCE["names"], "xx": "Quince"}},
    ],
    ids=["very many languages", "a note in an unknown language", "a name in an unknown language"],
)
def test_refuses_words_in_languages_that_the_installation_does_not_speak(cast: Cast, wrong: dict[str, Any]) -> None:
    answer = _send(cast.administrator.client, "POST", "", {**QUINCE, **wrong})
    assert (answer.status_code, answer.json()["errors"][0]["field"].rpartition(".")[2]) == (422, next(iter(wrong)))
    assert not Product.objects.exists()


@pytest.mark.parametrize("part", ["varieties", "packs"])
def test_a_variety_and_a_pack_are_retired_and_restored(cast: Cast, quince: Product, part: str) -> None:
    client = cast.administrator.client
    more = {"content": {"steps": 5000, "unit": "KGM"}} if part == "packs" else {}
    _send(client, "POST", f"/quince/{part}", {**SMYRNA, **more})

    retired = _send(client, "POST", f"/quince/{part}/smyrna/retire", {"version": 1})
    stale = _send(client, "POST", f"/quince/{part}/smyrna/restore", {"version": 1})

    assert (retired.status_code, retired.json()[part], retired.json()["version"]) == (200, [], 2)
    assert (stale.status_code, client.get(f"{PRODUCTS}/quince").json()[part]) == (409, [])

    restored = _send(client, "POST", f"/quince/{part}/smyrna/restore", {"version": 2})
    assert [one["code"] for one in restored.json()[part]] == ["smyrna"]
    assert _send(client, "POST", f"/quince/{part}/medlar/retire", {"version": 3}).status_code == 404


def test_who_may_not_manage_the_catalogue_retires_no_part_of_it(cast: Cast, quince: Product) -> None:
    _send(cast.administrator.client, "POST", "/quince/varieties", SMYRNA)
    answer = _send(cast.centre.client, "POST", "/quince/varieties/smyrna/retire", {"version": 1})
    assert (answer.status_code, Variety.objects.get(code="smyrna").is_active) == (403, True)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"names": {"en": "Medlar"}}, "names.zh-hans"),
        ({"names": {**QUINCE["names"], "fr": "Coing"}}, "names"),
        ({"hs_code": "1"}, "hs_code"),
        ({"season": {"first": 0, "last": 1}}, "season.first"),
    ],
)
def test_a_refusal_names_the_place_in_the_body(cast: Cast, wrong: dict[str, Any], field: str) -> None:
    answer: Any = _send(cast.administrator.client, "post", "", {**QUINCE, **wrong})
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, [field])
    assert not Product.objects.exists()


def test_a_season_that_leaves_a_varietys_outside_is_refused_at_its_place(cast: Cast, quince: Product) -> None:
    services.add_variety(
        by=SYSTEM, product=quince, code="early", names={"en": "E", "zh-hans": "早"}, season=quince.season
    )
    body = {**{name: value for name, value in QUINCE.items() if name != "code"}, "season": {"first": 1, "last": 1}}
    answer = _send(cast.administrator.client, "put", "/quince", {**body, "version": 1})
    assert [error["field"] for error in answer.json()["errors"]] == ["season.first"]
