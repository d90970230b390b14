"""What a key must never do: undo a count of wrong tries, keep somebody's data, or answer who may no longer ask."""

from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from procrastinate.contrib.django import app

from terrace.accounts.domain import LOCK_AFTER
from terrace.accounts.models import Person, Post
from terrace.http.models import KeptAnswer
from terrace.kernel import clock
from tests import factories
from tests.catalog.test_pages import PRODUCT
from tests.conftest import Cast
from tests.factories import PASSWORD

KEY = {"Idempotency-Key": "one"}
FORM = {"variety": "", "quantity": "800", "price": "5.20", "note": ""}


def _form(cast: Cast) -> dict[str, str]:
    assert cast.farmer.party is not None
    today = clock.today()
    days = {"opens_on": today.isoformat(), "closes_on": (today + timedelta(days=6)).isoformat()}
    return {**FORM, **days, "party": cast.farmer.party.number}


def test_a_key_does_not_undo_the_count_of_wrong_passwords(cast: Cast) -> None:
    username = cast.keeper.person.username
    for attempt in range(LOCK_AFTER):
        sent = {"login": username, "password": "wrong", "idempotency_key": f"{attempt}"}
        Client().post("/account/login/", sent, headers={"Idempotency-Key": f"{attempt}"})
    assert Person.objects.get(username=username).failed_sign_ins >= LOCK_AFTER
    client = Client()
    client.post("/account/login/", {"login": username, "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert not KeptAnswer.objects.exists()


def test_what_a_page_shows_is_not_kept(cast: Cast) -> None:
    assert cast.farmer.party is not None
    answer = cast.keeper.client.post(f"/registry/{cast.farmer.party.number}/personal/", headers=KEY)
    assert answer.status_code == 200
    assert not KeptAnswer.objects.exists()


def test_who_lost_the_post_is_not_answered_again(cast: Cast) -> None:
    factories.ProductFactory()
    client, form = cast.keeper.client, _form(cast)
    assert client.post("/sourcing/supply/new/apple/", form, headers=KEY).status_code == 302
    Post.objects.filter(person=cast.keeper.person).update(ends_on=date(2021, 1, 1))
    again = client.post("/sourcing/supply/new/apple/", form, headers=KEY)
    assert again.status_code == 409
    assert "Idempotent-Replayed" not in again


def test_another_file_or_query_is_another_request(cast: Cast) -> None:
    factories.ProductFactory()
    client, form = cast.keeper.client, _form(cast)
    assert client.post("/sourcing/supply/new/apple/?party=x", form, headers=KEY).status_code == 302
    assert client.post("/sourcing/supply/new/apple/?party=y", form, headers=KEY).status_code == 422
    one, other = (SimpleUploadedFile("a.xlsx", content) for content in (b"one", b"two"))
    clerk = cast.clerk.client
    first = clerk.post("/sourcing/prices/import/", {"file": one}, headers=KEY)
    second = clerk.post("/sourcing/prices/import/", {"file": other}, headers=KEY)
    assert (first.status_code, second.status_code) == (422, 422)


def test_a_job_forgets_old_answers() -> None:
    assert "http.forget_answers" in app.tasks


def test_only_what_was_done_is_told_to_the_next_page(cast: Cast) -> None:
    client, sent = cast.administrator.client, {"idempotency_key": "k" * 43}

    refused = client.post("/catalog/new/", {**PRODUCT, **sent, "code": ""})
    asked_to_sign_in = Client().post("/catalog/new/", {**PRODUCT, **sent})
    assert (refused.status_code, asked_to_sign_in.status_code) == (422, 302)
    assert "done" not in refused.cookies
    assert "done" not in asked_to_sign_in.cookies

    done = client.post("/catalog/new/", {**PRODUCT, **sent})
    again = client.post("/catalog/new/", {**PRODUCT, **sent})
    assert done.cookies["done"].value == again.cookies["done"].value == "k" * 43
    assert done.cookies["done"]["httponly"]
    assert f'data-done="{"k" * 43}"' in client.get("/").content.decode()


def test_a_key_that_no_form_of_ours_carries_is_not_told(cast: Cast) -> None:
    done = cast.administrator.client.post("/catalog/new/", {**PRODUCT, "idempotency_key": "a\nb; Path=/"})
    assert done.status_code == 302
    assert "done" not in done.cookies
