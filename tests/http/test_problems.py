"""Refusals told to programs and to people."""

import json
from typing import Any

import pytest
from django.test import Client

from terrace.accounts import services as accounts
from terrace.catalog.models import Product
from terrace.http import problems, refusals
from terrace.kernel.errors import DomainError, Forbidden, Invalid, NotFound, Stale
from tests.catalog.test_rest import QUINCE
from tests.conftest import VILLAGE, Cast
from tests.http.conftest import request

REFUSALS = [(Invalid(field="price"), 422), (Forbidden(), 403), (NotFound(), 404), (Stale(), 409), (DomainError(), 409)]


@pytest.mark.parametrize(("error", "status"), REFUSALS)
def test_a_refusal_is_a_problem_document_with_code_and_field(error: DomainError, status: int) -> None:
    response = problems.from_error(error)
    document = json.loads(response.content)
    assert (response.status_code, document["status"], document["code"]) == (status, status, error.code)
    assert response["Content-Type"] == "application/problem+json"
    assert document["title"]
    assert [found["field"] for found in document["errors"]] == ([error.field] if error.field else [])


@pytest.mark.parametrize(
    ("path", "accept", "is_problem"),
    [
        ("/api/v1/things", "text/html", True),
        ("/things/", "application/json", True),
        ("/things/", "text/html", False),
        ("/things/", "*/*", False),
    ],
)
@pytest.mark.django_db
def test_programs_get_a_document_and_people_a_page(path: str, accept: str, is_problem: bool) -> None:
    response = refusals.answer(request(path, headers={"Accept": accept}), Stale())
    assert response.status_code == 409
    assert (response["Content-Type"] == problems.CONTENT_TYPE) is is_problem


@pytest.mark.parametrize(("error", "status"), REFUSALS)
@pytest.mark.django_db
def test_the_page_of_a_refusal_says_why(error: DomainError, status: int) -> None:
    response = refusals.answer(request("/things/", headers={"Accept": "text/html"}), error)
    assert response.status_code == status
    assert str(error) in response.content.decode()


@pytest.mark.parametrize("path", ["/nowhere/", "/catalog/no-such-thing/"])
def test_an_address_that_leads_nowhere_is_a_page_of_ours(cast: Cast, path: str) -> None:
    response = cast.keeper.client.get(path)
    assert response.status_code == 404
    assert 'href="/"' in response.content.decode()


@pytest.mark.parametrize("body", ["", "{", "[]", '{"code": 5}', "null"])
def test_a_broken_body_is_a_problem_that_names_what_is_wrong(cast: Cast, body: str) -> None:
    response: Any = cast.administrator.client.post("/api/v1/products", body, content_type="application/json")
    assert response["Content-Type"] == problems.CONTENT_TYPE
    assert response.status_code in (400, 422)
    assert response.json()["code"]


FORM = "multipart/form-data; boundary=a"
FORM_BODY = '--a\r\nContent-Disposition: form-data; name="code"\r\n\r\nquince\r\n--a--\r\n'


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (FORM, FORM_BODY),
        ("multipart/form-data", FORM_BODY),
        (f"{FORM}; boundary=b", ""),
        ("application/x-www-form-urlencoded", "code=quince"),
        ("text/plain", "code: quince"),
        ("application/xml", "<code>quince</code>"),
        ("", "quince"),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k"}])
def test_a_body_of_another_kind_is_a_problem_and_not_a_fault(
    cast: Cast, kind: str, body: str, headers: dict[str, str]
) -> None:
    response: Any = cast.administrator.client.post("/api/v1/products", body, content_type=kind, headers=headers)
    assert (response["Content-Type"], response.status_code in (400, 422)) == (problems.CONTENT_TYPE, True)
    assert not Product.objects.exists()


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "k"}])
def test_what_a_token_or_a_session_sends_as_a_form_is_told_to_be_no_json(cast: Cast, key: dict[str, str]) -> None:
    issued = accounts.issue_token(
        by=cast.administrator.actor, name="Shop", permissions=["catalog.manage"], area_path=VILLAGE[:4]
    )
    by_token: Any = Client().post(
        "/api/v1/products", FORM_BODY, content_type=FORM, headers={"Authorization": f"Bearer {issued.secret}", **key}
    )
    by_session: Any = cast.administrator.client.post("/api/v1/products", FORM_BODY, content_type=FORM, headers=key)
    assert [(answer.status_code, answer.json()["code"]) for answer in (by_token, by_session)] == [
        (400, "unreadable")
    ] * 2


@pytest.mark.django_db
def test_nobody_known_is_told_to_send_a_token() -> None:
    response = Client().get("/api/v1/products")
    assert (response.status_code, response.json()["code"]) == (401, "unauthenticated")
    assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["/catalog/%00/", "/sourcing/supply/%00/", "/api/v1/supply-notices/%00", "/?a=%00"])
def test_a_null_character_finds_nothing_and_breaks_nothing(cast: Cast, path: str) -> None:
    assert cast.keeper.client.get(path).status_code in (200, 302, 400, 404, 422)


def test_a_value_that_no_column_holds_is_refused_and_not_a_fault(cast: Cast) -> None:
    broken = {**QUINCE, "names": {"en": "Qu\0ince", "zh-hans": "榅桲"}}
    for headers in ({}, {"Idempotency-Key": "k"}):
        response: Any = cast.administrator.client.post(
            "/api/v1/products", json.dumps(broken), content_type="application/json", headers=headers
        )
        assert (response.status_code, response.json()["code"]) == (422, "invalid")
    assert not Product.objects.exists()


def test_a_fault_of_ours_is_no_refusal() -> None:
    assert refusals.refusal_in(LookupError()) is None


@pytest.mark.parametrize(
    "path", ["/catalog/?text=%00", "/api/v1/products?text=%00", "/sourcing/supply/?text=%00&product=%00"]
)
def test_a_null_character_in_a_search_breaks_nothing(cast: Cast, path: str) -> None:
    assert cast.keeper.client.get(path).status_code in (200, 422)
