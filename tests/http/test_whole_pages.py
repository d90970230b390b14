"""What a script gets that asked for a part of a page and would get a whole one."""

from typing import Any

import pytest
from django.test import Client

from tests.conftest import Cast

LIST = {"HX-Request": "true", "HX-Target": "div#list"}
PART = {"HX-Request": "true", "HX-Target": "section#personal", "HX-Current-URL": "http://testserver/registry/P-1/?a=1"}


@pytest.mark.parametrize("path", ["/sourcing/supply/?product=pear", "/sourcing/supply/new/?text=a"])
@pytest.mark.django_db
def test_who_is_signed_out_is_led_to_sign_in_and_gets_no_page_into_a_list(path: str) -> None:
    response: Any = Client().get(path, headers=LIST)

    assert response["HX-Redirect"].startswith("/account/login/?next=/sourcing/supply/")
    assert (response.status_code, response.has_header("Location")) == (200, False)
    assert b"<html" not in response.content


@pytest.mark.parametrize(
    ("path", "status"), [("/sourcing/supply/S-0/", 404), ("/nowhere/?a=1", 404), ("/people/tokens/", 403)]
)
def test_a_page_that_says_why_not_is_opened_as_a_page(cast: Cast, path: str, status: int) -> None:
    response: Any = cast.keeper.client.get(path, headers=LIST)

    assert (response.status_code, response["HX-Redirect"]) == (status, path)
    assert b"<html" not in response.content
    assert b"<html" in cast.keeper.client.get(path).content


def test_what_was_sent_and_refused_takes_the_place_of_its_page(cast: Cast) -> None:
    response: Any = cast.keeper.client.post("/registry/P-0/personal/", headers=PART)

    assert (response.status_code, response["HX-Retarget"]) == (404, "body")
    assert not response.has_header("HX-Redirect")
    assert b"<html" in response.content


@pytest.mark.django_db
def test_after_sending_a_part_one_comes_back_to_its_page() -> None:
    response: Any = Client().post("/registry/P-1/personal/", headers=PART)

    assert response["HX-Redirect"] == "/account/login/?next=/registry/P-1/%3Fa%3D1"


def test_a_part_stays_a_part(cast: Cast) -> None:
    response: Any = cast.keeper.client.get("/sourcing/supply/", headers=LIST)

    assert (response.status_code, response.has_header("HX-Redirect")) == (200, False)
    assert b'id="list"' in response.content
