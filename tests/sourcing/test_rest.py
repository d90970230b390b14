"""The REST interface of sourcing."""

from typing import Any

import pytest
from django.test import Client

from terrace.sourcing import services
from terrace.sourcing.models import Advice, DemandNotice, ReferencePrice, SupplyNotice
from tests import factories
from tests.conftest import OTHER_COUNTY_VILLAGE, VILLAGE, Cast
from tests.sourcing.conftest import terms

API = "/api/v1"
GIVEN: dict[str, Any] = {
    "product": "apple",
    "variety": "fuji",
    "quantity": {"steps": 800_000, "unit": "KGM"},
    "opens_on": "2026-09-25",
    "closes_on": "2026-10-01",
    "price": {"minor": 520, "currency": "CNY"},
}
PRICE = {
    "product": "apple",
    "on": "2026-09-18",
    "area": VILLAGE[:6],
    "price": {"minor": 480, "currency": "CNY"},
}


def _send(client: Client, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    if method == "get":
        return client.get(f"{API}{path}", body or {})
    return getattr(client, method)(f"{API}{path}", body or {}, content_type="application/json")


def _sides(cast: Cast) -> dict[str, tuple[Client, str, Any]]:
    assert cast.farmer.party
    assert cast.buyer.party
    return {
        "supply": (cast.keeper.client, cast.farmer.party.number, SupplyNotice),
        "demand": (cast.buyer.client, cast.buyer.party.number, DemandNotice),
    }


@pytest.mark.parametrize("side", ["supply", "demand"])
def test_records_a_notice_and_refuses_one_that_ends_before_it_begins(cast: Cast, side: str) -> None:
    client, party, model = _sides(cast)[side]

    refused = _send(client, "post", f"/{side}-notices", {**GIVEN, "party": party, "closes_on": "2026-09-24"})
    assert (refused.status_code, model.objects.count()) == (422, 0)

    made = _send(client, "post", f"/{side}-notices", {**GIVEN, "party": party})
    notice = model.objects.get()
    assert made.status_code == 201
    assert {**made.json(), "created_at": ""} == {
        **GIVEN,
        "number": notice.number,
        "version": 1,
        "status": "open",
        "party": party,
        "note": "",
        "photo": "",
        "area": notice.area_id,
        "created_at": "",
    }
    assert _send(client, "get", f"/{side}-notices/{notice.number}").json() == made.json()


@pytest.mark.parametrize("side", ["supply", "demand"])
def test_changes_and_withdraws_only_what_was_read_last(cast: Cast, side: str) -> None:
    client, party, model = _sides(cast)[side]
    path = f"/{side}-notices/{_send(client, 'post', f'/{side}-notices', {**GIVEN, 'party': party}).json()['number']}"
    more = {**GIVEN, "quantity": {"steps": 900_000, "unit": "KGM"}, "version": 1}

    assert _send(client, "put", path, more).json()["version"] == 2
    assert _send(client, "put", path, {**more, "note": "late"}).status_code == 409
    assert _send(client, "post", f"{path}/withdraw", {"version": 1}).status_code == 409
    kept = model.objects.get()
    assert (kept.quantity_steps, kept.note, kept.status) == (900_000, "", "open")

    assert _send(client, "post", f"{path}/withdraw", {"version": 2}).json()["status"] == "withdrawn"
    assert _send(client, "put", path, {**more, "version": 3}).status_code == 409


def test_a_stranger_neither_reads_nor_ends_a_notice(cast: Cast) -> None:
    assert cast.farmer.party
    notice = services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms())
    client = cast.neighbour.client
    assert _send(client, "get", f"/supply-notices/{notice.number}").status_code == 404
    assert _send(client, "post", f"/supply-notices/{notice.number}/withdraw", {"version": 1}).status_code == 404
    notice.refresh_from_db()
    assert notice.is_open


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 1),
        ({"product": "apple", "status": "open", "area": VILLAGE}, 1),
        ({"status": "withdrawn"}, 0),
        ({"product": "egg"}, 0),
        ({"area": OTHER_COUNTY_VILLAGE[:6]}, 0),
        ({"first": "2026-10-01", "last": "2026-10-09"}, 1),
        ({"first": "2026-10-02"}, 0),
        ({"last": "2026-09-24"}, 0),
    ],
)
@pytest.mark.parametrize("side", ["supply", "demand"])
def test_lists_are_narrowed(cast: Cast, side: str, query: dict[str, str], found: int) -> None:
    factories.ProductFactory(code="egg", search="egg")
    assert cast.farmer.party
    services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms())
    shop = factories.PartyFactory(kind="enterprise", area=factories.AreaFactory(code=VILLAGE))
    services.record_demand(by=cast.centre.actor, party=shop.number, terms=terms())
    assert _send(cast.centre.client, "get", f"/{side}-notices", query).json()["total"] == found


@pytest.mark.parametrize(
    ("query", "status"), [({"status": "gone"}, 422), ({"first": "2026-13-45"}, 422), ({"product": "moon"}, 404)]
)
def test_a_wrong_filter_is_refused(cast: Cast, query: dict[str, str], status: int) -> None:
    assert _send(cast.keeper.client, "get", "/supply-notices", query).status_code == status


def test_reads_the_balance_of_an_area_that_is_ones_own(cast: Cast) -> None:
    assert cast.farmer.party
    services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms())
    weeks = _send(cast.keeper.client, "get", f"/balance/{VILLAGE}").json()
    assert sum(week["supply"]["steps"] for week in weeks) == 800_000
    assert _send(cast.neighbour.client, "get", f"/balance/{VILLAGE}").status_code == 403


def test_advice_is_given_read_and_taken_note_of(cast: Cast) -> None:
    given = {"area": VILLAGE[:6], "title": "Sell early", "text": "Rain is coming."}
    assert _send(cast.keeper.client, "post", "/advice", given).status_code == 403
    assert not Advice.objects.exists()

    number = _send(cast.centre.client, "post", "/advice", given).json()["number"]

    assert _send(cast.keeper.client, "get", f"/advice/{number}").json()["title"] == "Sell early"
    assert _send(cast.stranger.client, "get", f"/advice/{number}").status_code == 404
    assert _send(cast.stranger.client, "post", f"/advice/{number}/acknowledge").status_code in (403, 404)
    assert _send(cast.keeper.client, "post", f"/advice/{number}/acknowledge").json()["acknowledged"] == 1
    assert _send(cast.centre.client, "get", "/advice").json()["items"][0]["acknowledged"] == 1


def test_prices_are_entered_listed_and_drawn_as_a_line(cast: Cast) -> None:
    assert _send(cast.keeper.client, "post", "/reference-prices", PRICE).status_code == 403
    assert not ReferencePrice.objects.exists()

    assert _send(cast.clerk.client, "post", "/reference-prices", PRICE).status_code == 201

    listed = _send(cast.keeper.client, "get", "/reference-prices", {"product": "apple"}).json()
    assert [(price["on"], price["price"]["minor"]) for price in listed["items"]] == [("2026-09-18", 480)]
    line = _send(cast.clerk.client, "get", "/price-lines/apple").json()
    assert len(line) == 52
    assert line[-1] == {"week": "2026-09-14", "price": PRICE["price"], "year_before": None}
    of_fuji = _send(cast.clerk.client, "get", "/price-lines/apple", {"variety": "fuji", "area": VILLAGE[:6]}).json()
    assert of_fuji[-1]["price"] is None
    assert _send(cast.clerk.client, "get", "/price-lines/moon").status_code == 404
