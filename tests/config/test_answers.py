"""What every answer has in common, whichever view gave it."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from terrace.http import problems
from tests.conftest import Cast


@pytest.mark.parametrize(
    "path", ["/", "/registry/", "/registry/?export=xlsx", "/people/me/", "/audit/", "/api/v1/parties"]
)
def test_no_browser_keeps_what_somebody_signed_in_was_shown(cast: Cast, path: str) -> None:
    answer = cast.station.client.get(path)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_what_everybody_may_see_may_be_kept() -> None:
    assert "Cache-Control" not in Client().get("/network/points/")


def test_a_map_is_kept_by_its_readers_own_browser(cast: Cast) -> None:
    answer = cast.centre.client.get("/network/areas/621226/units.json")
    assert "max-age" in answer["Cache-Control"]
    assert "no-store" not in answer["Cache-Control"]


@pytest.mark.parametrize(("method", "path"), [("delete", "/api/v1/products"), ("patch", "/api/v1/me")])
def test_a_program_is_told_of_a_wrong_method_by_a_problem(cast: Cast, method: str, path: str) -> None:
    answer: Any = getattr(cast.administrator.client, method)(path)
    assert (answer.status_code, answer["Content-Type"]) == (405, problems.CONTENT_TYPE)
    assert (answer.json()["code"], "GET" in answer["Allow"]) == ("method_not_allowed", True)


def test_a_program_is_told_by_a_problem_that_its_body_is_too_large(cast: Cast) -> None:
    body = '{"code": "' + "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE + '"}'
    answer: Any = cast.administrator.client.post("/api/v1/products", body, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, problems.CONTENT_TYPE)
    assert answer.json()["code"] == "too_large"


@pytest.mark.django_db
def test_a_program_is_told_by_a_problem_that_the_name_of_the_server_is_wrong() -> None:
    answer: Any = Client().get("/api/v1/products", headers={"Host": "elsewhere.example"})
    assert (answer.status_code, answer["Content-Type"]) == (400, problems.CONTENT_TYPE)
    assert answer.json()["code"] == "unreadable"


@pytest.mark.django_db
def test_a_person_is_told_so_by_a_page() -> None:
    answer = Client().get("/", headers={"Host": "elsewhere.example", "Accept": "text/html"})
    assert answer.status_code == 400
    assert b"<html" in answer.content


@pytest.mark.parametrize(("language", "said"), [("en", "open too long"), ("zh-hans", "打开太久")])
def test_a_form_that_stood_open_too_long_says_so_in_the_readers_language(cast: Cast, language: str, said: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.keeper.person, backend="allauth.account.auth_backends.AuthenticationBackend")
    before = cast.keeper.person.name

    answer = client.post(
        "/people/me/change/", {"name": "Else", "language": "en"}, headers={"Accept-Language": language}
    )

    cast.keeper.person.refresh_from_db()
    assert (answer.status_code, cast.keeper.person.name) == (403, before)
    assert said in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


def test_a_program_is_told_by_a_problem_what_a_library_forbids(cast: Cast) -> None:
    # Without an address to count tries by, allauth lets nobody in.
    answer: Any = cast.keeper.client.get("/api/v1/products", REMOTE_ADDR="")
    assert (answer.status_code, answer["Content-Type"]) == (403, problems.CONTENT_TYPE)
