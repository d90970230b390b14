"""Programs order by REST, once for each key, and read what they ordered."""

from typing import Any

import pytest
from django.test import Client

from terrace.http.models import KeptAnswer
from terrace.market.models import Offer, Order, Payment
from tests.conftest import Cast

PATH = "/api/v1/market/checkouts"


def body(offer: Offer, **changes: Any) -> dict[str, Any]:
    usual = {
        "wanted": [{"offer": offer.number, "quantity": 2}],
        "recipient": "Lin Yue",
        "phone": "13800138000",
        "region": "Shaanxi, Xi'an",
        "address": "12 Willow Lane",
        "provider": "bank",
        "total": {"minor": 10_400, "currency": "CNY"},
    }
    return {**usual, **changes}


def send(client: Client, given: dict[str, Any], key: str = "once") -> Any:
    return client.post(PATH, given, content_type="application/json", headers={"Idempotency-Key": key})


def test_a_program_orders_for_the_buyer_that_it_speaks_for(cast: Cast, offer: Offer) -> None:
    assert cast.farmer.party
    answer = send(cast.farmer.client, body(offer, buyer=cast.farmer.party.number))

    assert answer.status_code == 201
    placed = answer.json()
    assert placed["amount"] == {"minor": 10_400, "currency": "CNY"}
    mine = cast.farmer.client.get("/api/v1/market/my-orders").json()
    assert [one["number"] for one in mine["items"]] == [placed["orders"][0]["number"]]
    one = cast.farmer.client.get(f"/api/v1/market/my-orders/{placed['orders'][0]['number']}").json()
    assert (one["phone"], one["lines"][0]["quantity"], one["lines"][0]["offer"]) == ("+8613800138000", 2, offer.number)
    assert cast.buyer.client.get(f"/api/v1/market/my-orders/{one['number']}").status_code == 404


def test_the_same_key_again_is_the_same_order_and_is_kept_nowhere_else(cast: Cast, offer: Offer) -> None:
    first, second = (send(cast.farmer.client, body(offer)) for _time in range(2))

    assert first.json() == second.json()
    assert second["Idempotent-Replayed"] == "true"
    assert (Order.objects.count(), KeptAnswer.objects.count()) == (1, 0)


def test_the_same_key_finds_its_order_when_the_goods_are_gone(cast: Cast, offer: Offer) -> None:
    first = send(cast.farmer.client, body(offer))
    Offer.objects.update(available=0, stocked=2)

    assert send(cast.farmer.client, body(offer)).json() == first.json()


def test_the_same_key_of_somebody_else_is_another_order(cast: Cast, offer: Offer) -> None:
    first, second = send(cast.farmer.client, body(offer)), send(cast.buyer.client, body(offer))

    assert first.json()["payment"] != second.json()["payment"]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"total": {"minor": 1, "currency": "CNY"}}, 409, "price_changed"),
        ({"wanted": [{"offer": "T-NOTHING", "quantity": 1}]}, 404, "not_found"),
        ({"wanted": []}, 422, "invalid"),
        ({"phone": "1"}, 422, "invalid"),
        ({"note": "11010519491231002X"}, 422, "identity_number"),
        ({"buyer": "P-SOMEBODY"}, 404, "not_found"),
        ({"provider": "shells"}, 422, "invalid"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_changes_nothing(
    cast: Cast, offer: Offer, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = send(cast.farmer.client, body(offer, **changes))

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Payment.objects.exists()
    assert Offer.objects.get().available == offer.available


def test_who_saw_another_price_is_told_the_new_one(cast: Cast, offer: Offer) -> None:
    right = body(offer)["total"]

    answer = send(cast.farmer.client, body(offer, total={"minor": 1, "currency": "CNY"}))

    assert answer.json()["amounts"] == {"total": right}


def test_more_than_there_is_says_how_much_is_left(cast: Cast, offer: Offer) -> None:
    Offer.objects.update(available=1, stocked=1)

    answer = send(cast.farmer.client, body(offer))

    assert (answer.status_code, answer.json()["code"]) == (409, "sold_out")
    assert "only 1" in answer.content.decode()
    assert not Payment.objects.exists()


def test_the_same_key_with_other_values_is_refused(cast: Cast, offer: Offer) -> None:
    send(cast.farmer.client, body(offer))

    answer = send(cast.farmer.client, body(offer, address="13 Willow Lane"))

    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert Order.objects.count() == 1
