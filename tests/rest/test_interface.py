"""What all operations of the REST interface have in common, and what their description says of it."""

from collections import Counter
from typing import Any

import pytest
from ninja import Schema

from terrace.registry.models import Party
from tests.conftest import Cast
from tests.described import description

OPERATIONS = [(method, operation) for path in description()["paths"].values() for method, operation in path.items()]
WRITES = {"post", "put", "patch", "delete"}


def test_every_write_and_no_read_may_carry_a_key() -> None:
    def has_key(operation: dict[str, Any]) -> bool:
        return any(one["name"] == "Idempotency-Key" and one["in"] == "header" for one in operation["parameters"])

    assert {(method, has_key(operation)) for method, operation in OPERATIONS} == {
        (method, method in WRITES) for method, _operation in OPERATIONS
    }


def test_every_operation_takes_a_token_or_a_session_and_a_write_by_session_the_csrf_token() -> None:
    schemes = description()["components"]["securitySchemes"]
    assert {name: (scheme["type"], scheme.get("in")) for name, scheme in schemes.items()} == {
        "Token": ("http", None),
        "Session": ("apiKey", "cookie"),
        "CsrfToken": ("apiKey", "header"),
    }
    for method, operation in OPERATIONS:
        by_session = {"Session", "CsrfToken"} if method in WRITES else {"Session"}
        assert [set(way) for way in operation["security"]] == [{"Token"}, by_session]


@pytest.mark.parametrize(
    "path", ["/parties?status=inactive&text=", "/products/apple?x=1", "/units?texts=a", "/me?page=1"]
)
def test_a_name_that_the_operation_does_not_know_is_refused(cast: Cast, path: str) -> None:
    answer: Any = cast.administrator.client.get(f"/api/v1{path}")
    name = path.partition("?")[2].partition("=")[0]
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, name)
    assert answer["Content-Type"] == "application/problem+json"


def test_a_write_with_a_name_that_is_not_known_does_nothing(cast: Cast) -> None:
    before = Party.objects.count()
    given = {"kind": "household", "name": "Ma Lanying", "area": "621226101200"}
    answer = cast.keeper.client.post("/api/v1/parties?is_new=true", given, content_type="application/json")
    assert (answer.status_code, Party.objects.count()) == (422, before)


PARTY = {"kind": "household", "name": "Ma Lanying", "area": "621226101200"}


@pytest.mark.parametrize(
    ("path", "body", "fields"),
    [
        ("/parties", {**PARTY, "name": "Ma\0Lanying"}, ["name"]),
        ("/parties", {**PARTY, "phone": "\0", "address": "a\0"}, ["address", "phone"]),
        ("/products", {"names": {"en": "A", "zh-hans": "\0"}, "code": "\0"}, ["code", "names.zh-hans"]),
        ("/products", {"names": {"e\0": "A"}}, ["names"]),
        ("/units", {"hours": [{"opens": "\0"}]}, ["hours.0.opens"]),
    ],
)
def test_a_null_character_is_refused_at_its_field(
    cast: Cast, path: str, body: dict[str, Any], fields: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    before = Party.objects.count()

    answer: Any = cast.keeper.client.post(f"/api/v1{path}", body, content_type="application/json")

    told = [(error["field"], error["code"]) for error in answer.json()["errors"]]
    assert (answer.status_code, told) == (422, [(field, "null_character") for field in fields])
    assert answer["Content-Type"] == "application/problem+json"
    assert Party.objects.count() == before
    assert "the database refused" not in caplog.text


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/parties?text=%00", "text"),
        ("/products?text=a%00", "text"),
        ("/parties/%00", "number"),
        ("/products/%00", "code"),
    ],
)
def test_a_null_character_in_an_address_is_refused_by_its_name(
    cast: Cast, path: str, field: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer: Any = cast.keeper.client.get(f"/api/v1{path}")
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, [field])
    assert "the database refused" not in caplog.text


def test_what_only_looks_like_a_null_character_is_taken(cast: Cast) -> None:
    given = {**PARTY, "name": r"Ma \u0000 Lanying"}
    answer = cast.keeper.client.post("/api/v1/parties", given, content_type="application/json")
    assert (answer.status_code, answer.json()["name"]) == (201, given["name"])


def test_a_refusal_names_a_field_of_the_body_as_its_sender_and_the_domain_do(cast: Cast) -> None:
    def fields(**wrong: Any) -> list[str]:
        answer = cast.keeper.client.post("/api/v1/parties", {**PARTY, **wrong}, content_type="application/json")
        return [error["field"] for error in answer.json()["errors"]]

    assert fields(name=5, phone=[]) == ["name", "phone"]
    assert fields(phone="12") == ["phone"]
    assert fields(area="999") == ["area"]


def test_filters_that_belong_together_are_all_known(cast: Cast) -> None:
    assert cast.centre.client.get("/api/v1/units?text=a&page=1").status_code == 200
    assert cast.centre.client.get("/api/v1/parties?text=&kind=household&size=10").status_code == 200


def test_nobody_is_told_first_that_they_are_nobody(client: Any, db: None) -> None:
    assert client.get("/api/v1/products?nothing=1").status_code == 401


def test_no_two_schemas_share_a_name() -> None:
    """In the description the second would stand for both."""
    found: list[type[Schema]] = [Schema]
    for one in found:
        found.extend(one.__subclasses__())
    names = Counter(one.__name__ for one in set(found) if one.__module__.startswith("terrace."))
    assert [name for name, count in names.items() if count > 1] == []
