"""Sending a write twice does it once."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.http import HttpResponse
from django.shortcuts import redirect
from django.test import Client

from terrace.accounts.models import Person
from terrace.audit.models import Act
from terrace.catalog import queries
from terrace.catalog.models import Product
from terrace.http.access import signed_in
from terrace.http.idempotency import KEPT_FOR, IdempotencyMiddleware, forget_old
from terrace.http.models import KeptAnswer
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError
from tests.catalog.test_pages import PRODUCT
from tests.catalog.test_rest import QUINCE
from tests.conftest import Cast
from tests.http.conftest import request

NEW = "/catalog/new/"
FORM = {**PRODUCT, "idempotency_key": "once"}


def _count() -> tuple[int, int]:
    return Product.objects.count(), Act.objects.filter(act="catalog.add_product").count()


def test_a_form_sent_twice_is_done_once_and_answered_alike(cast: Cast) -> None:
    client = cast.administrator.client
    first, second = client.post(NEW, FORM), client.post(NEW, FORM)

    assert _count() == (1, 1)
    assert (
        (second.status_code, second["Location"]) == (first.status_code, first["Location"]) == (302, "/catalog/quince/")
    )
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"


def test_a_program_may_try_again_with_its_key(cast: Cast) -> None:
    client = cast.administrator.client

    def send() -> Any:
        body = json.dumps(QUINCE)
        return client.post("/api/v1/products", body, content_type="application/json", headers={"Idempotency-Key": "k1"})

    first, second = send(), send()
    assert _count() == (1, 1)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()


def test_two_keys_are_two_writes(cast: Cast) -> None:
    client = cast.administrator.client
    client.post(NEW, FORM)
    second = client.post(NEW, {**FORM, "code": "medlar", "idempotency_key": "twice"})
    assert second.status_code == 302
    assert _count() == (2, 2)


def test_a_refused_write_leaves_its_key_free(cast: Cast) -> None:
    client = cast.administrator.client
    assert client.post(NEW, {**FORM, "hs_code": "1"}).status_code == 422
    assert not KeptAnswer.objects.exists()

    assert client.post(NEW, FORM).status_code == 302
    assert _count() == (1, 1)


def test_a_form_with_other_values_comes_back_with_them_and_leads_to_what_was_done(cast: Cast) -> None:
    client = cast.administrator.client
    client.post(NEW, FORM)
    again = client.post(NEW, {**FORM, "code": "medlar"}, headers={"Accept-Language": "en"})
    page, form = again.content.decode(), again.context["form"]
    assert again.status_code == 422
    assert 'value="medlar"' in page
    assert '<a href="/catalog/quince/">See what was done</a>' in page
    assert form.errors.as_data()["__all__"][0].code == "key_reused"
    assert _count() == (1, 1)

    sent = {**FORM, "code": "medlar", "idempotency_key": form["idempotency_key"].value()}
    assert client.post(NEW, sent)["Location"] == "/catalog/medlar/"
    assert _count() == (2, 2)


def test_a_program_is_told_so_by_a_problem(cast: Cast) -> None:
    client = cast.administrator.client
    options: dict[str, Any] = {"content_type": "application/json", "headers": {"Idempotency-Key": "k1"}}
    client.post("/api/v1/products", json.dumps(QUINCE), **options)
    again = client.post("/api/v1/products", json.dumps({**QUINCE, "code": "medlar"}), **options)
    assert (again.status_code, again.json()["code"]) == (422, "key_reused")
    assert _count() == (1, 1)


def test_the_token_against_forgery_is_no_other_value(cast: Cast) -> None:
    client = cast.administrator.client
    client.post(NEW, {**FORM, "csrfmiddlewaretoken": "a"})
    again = client.post(NEW, {**FORM, "csrfmiddlewaretoken": "b"})
    assert again["Idempotent-Replayed"] == "true"


def test_one_persons_key_says_nothing_to_another(cast: Cast) -> None:
    cast.administrator.client.post(NEW, FORM)
    response = cast.keeper.client.post(NEW, FORM)
    assert response.status_code == 403
    assert "Idempotent-Replayed" not in response


# What the middleware does by itself, with a view that counts its calls.


def _counting(answer: Callable[[Any], HttpResponse]) -> tuple[Callable[..., HttpResponse], list[Any]]:
    calls: list[Any] = []

    def view(request: Any) -> HttpResponse:
        calls.append(request)
        return answer(request)

    return view, calls


def _perform(view: Callable[..., HttpResponse], made: Any) -> HttpResponse | None:
    return IdempotencyMiddleware(lambda request: HttpResponse()).process_view(made, view, (), {})


def _post(body: dict[str, Any], person_id: int = 1, token: str = "", key: str = "k") -> Any:
    headers = {"Idempotency-Key": key, **({"Authorization": token} if token else {})}
    actor = Actor(person_id=None if token else person_id, name="ERP")
    return request("/api/act/", actor=actor, method="post", data=body, headers=headers)


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["k", "\0", "k" * 500, "键", "a" * 63 + "\n"])
def test_any_key_is_held(key: str) -> None:
    view, calls = _counting(lambda request: HttpResponse("done"))
    answers = [_perform(view, _post({}, key=key)) for _ in range(2)]
    assert [answer and answer.content for answer in answers] == [b"done", b"done"]
    assert len(calls) == 1


@pytest.mark.django_db
def test_what_was_uploaded_tells_two_requests_apart() -> None:
    view, calls = _counting(lambda request: HttpResponse("done"))
    _perform(view, _post({"file": SimpleUploadedFile("a.xlsx", b"12")}))
    again = _perform(view, _post({"file": SimpleUploadedFile("a.xlsx", b"12")}))
    other = _perform(view, _post({"file": SimpleUploadedFile("b.xlsx", b"123")}))
    assert (again and again.content, other and other.status_code, len(calls)) == (b"done", 422, 1)


@pytest.mark.django_db
def test_two_tokens_of_one_name_keep_their_answers_apart() -> None:
    view, calls = _counting(lambda request: HttpResponse(request.headers["Authorization"]))
    answers = [_perform(view, _post({}, token=f"Bearer {secret}")) for secret in ("one", "two", "one")]
    assert [answer and answer.content for answer in answers] == [b"Bearer one", b"Bearer two", b"Bearer one"]
    assert len(calls) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_reading_is_never_kept(method: str) -> None:
    made = request("/act/", actor=Actor(person_id=1), method=method, headers={"Idempotency-Key": "k"})
    assert _perform(lambda request: HttpResponse(), made) is None
    assert not KeptAnswer.objects.exists()


@pytest.mark.django_db
def test_a_write_without_a_key_goes_its_usual_way() -> None:
    assert _perform(lambda request: HttpResponse(), request(method="post")) is None


@pytest.mark.django_db
def test_what_the_view_wrote_before_it_was_refused_is_undone() -> None:
    def write_and_refuse(request: Any) -> HttpResponse:
        Person.objects.create(username="half", name="Half")
        raise DomainError

    def write_and_answer_badly(request: Any) -> HttpResponse:
        Person.objects.create(username="half", name="Half")
        return HttpResponse(status=422)

    for view in (write_and_refuse, write_and_answer_badly):
        answer = _perform(view, _post({}))
        assert answer is not None
        assert answer.status_code >= 400
        assert not Person.objects.filter(username="half").exists()
        assert not KeptAnswer.objects.exists()


@pytest.mark.django_db
def test_what_a_page_that_reads_no_form_does_under_a_used_key_is_undone() -> None:
    @signed_in
    def write(request: Any) -> HttpResponse:
        Person.objects.create(username=request.POST["name"], name="Ma")
        return redirect("/done/")

    def send(name: str) -> HttpResponse | None:
        data = {"idempotency_key": "k", "name": name}
        return _perform(write, request("/act/", actor=Actor(person_id=1), method="post", data=data))

    first, other = send("first"), send("other")

    assert (first and first.status_code, other and other.status_code) == (302, 422)
    assert set(Person.objects.filter(name="Ma").values_list("username", flat=True)) == {"first"}


@pytest.mark.django_db
def test_old_answers_are_forgotten_and_young_ones_kept() -> None:
    _perform(lambda request: HttpResponse("done"), _post({}))
    assert forget_old(now=clock.now()) == 0
    assert forget_old(now=clock.now() + KEPT_FOR + timedelta(minutes=1)) == 1
    assert not KeptAnswer.objects.exists()


def _at_once(client: Client, forms: list[dict[str, str]]) -> list[Any]:
    """Send the forms in the same moment, each from a thread of its own."""
    start = Barrier(len(forms))

    def send(form: dict[str, str]) -> Any:
        own = Client()
        own.cookies = client.cookies
        start.wait(timeout=10)
        try:
            return own.post(NEW, form)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(forms)) as pool:
        return list(pool.map(send, forms))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_writes_of_one_key_in_the_same_moment_are_one_write(cast: Cast) -> None:
    answers = _at_once(cast.administrator.client, [FORM] * 6)
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, "/catalog/quince/")}
    assert sum("Idempotent-Replayed" in answer for answer in answers) == 5
    assert _count() == (1, 1)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_when_the_first_of_two_is_refused_the_second_is_done(cast: Cast) -> None:
    forms = [{**FORM, "hs_code": "1"}, FORM, {**FORM, "hs_code": "2"}, FORM]
    answers = _at_once(cast.administrator.client, forms)
    assert 302 in {answer.status_code for answer in answers}
    assert all(answer.status_code in (302, 422) for answer in answers)
    assert _count() == (1, 1)
    assert queries.get_product("quince").hs_code == PRODUCT["hs_code"]
