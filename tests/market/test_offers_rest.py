"""Offers through the REST interface: the same acts, the same refusals."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from terrace.market import services
from terrace.market.models import Offer
from tests.conftest import Cast
from tests.market.selling import NOW, a_line, a_photo, an_offer, goods

pytestmark = pytest.mark.usefixtures("autumn")
API = "/api/v1/market"
PRICE = {"minor": 300, "currency": "CNY"}


def _given(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "seller": cast.buyer.party.number,
        "product": "apple",
        "variety": "fuji",
        "sold_as": "pack",
        "pack": "box-5kg",
        "titles": {"en": "Fuji apples"},
        "price": {"minor": 4900, "currency": "CNY"},
        "freight": {"first": {"minor": 800, "currency": "CNY"}, "more": {"minor": 300, "currency": "CNY"}},
        "opens_on": "2026-10-01",
        "closes_on": "2026-11-30",
        "stock": 12,
        **changes,
    }


def _send(client: Client, path: str, body: dict[str, Any] | None = None, method: str = "post") -> HttpResponse:
    call = getattr(client, method)
    answer: HttpResponse = call(f"{API}{path}", json.dumps(body or {}), content_type="application/json")
    return answer


def test_an_offer_is_written_sold_restocked_and_ended(cast: Cast) -> None:
    goods()
    made = _send(cast.buyer.client, "/offers", _given(cast))
    assert made.status_code == 201
    said = made.json()
    assert (said["status"], said["available"], said["seller"]) == ("draft", 12, cast.buyer.party.number)
    path = f"/offers/{said['number']}"
    sold = _send(cast.buyer.client, f"{path}/sell", {"version": said["version"]}).json()
    assert (sold["status"], sold["version"]) == ("on_sale", 2)
    assert _send(cast.buyer.client, f"{path}/restock", {"quantity": 3}).json()["available"] == 15
    assert _send(cast.buyer.client, f"{path}/take-out", {"quantity": 5}).json()["stocked"] == 10
    changed = _given(cast, version=2, price={"minor": 5200, "currency": "CNY"})
    assert _send(cast.buyer.client, path, changed, "put").json()["price"]["minor"] == 5200
    assert _send(cast.buyer.client, f"{path}/end", {"version": 3}).json()["status"] == "ended"


def test_a_refusal_names_its_field_and_writes_nothing(cast: Cast) -> None:
    goods()
    refused = _send(cast.buyer.client, "/offers", _given(cast, pack="sack"))
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "pack")
    assert not Offer.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"titles": {"xx": "Apples"}}, "titles.xx"),
        ({"stories": {"xx": "Sweet"}}, "stories.xx"),
        ({"freight": {"first": {"minor": -1, "currency": "CNY"}, "more": PRICE}}, "freight.first"),
    ],
)
def test_a_refusal_is_told_at_the_place_of_the_body(cast: Cast, wrong: dict[str, Any], place: str) -> None:
    goods()
    refused = _send(cast.buyer.client, "/offers", _given(cast, **wrong))
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, place)
    assert not Offer.objects.exists()


def test_stale_and_foreign_writes_are_refused(cast: Cast) -> None:
    offer = an_offer(cast)
    path = f"/offers/{offer.number}"
    assert _send(cast.buyer.client, f"{path}/pause", {"version": 1}).status_code == 409
    assert _send(cast.keeper.client, f"{path}/pause", {"version": 2}).status_code == 404
    assert _send(cast.packer.client, f"{path}/pause", {"version": 2}).status_code == 403
    assert Offer.objects.get().version == 2


def test_everybody_who_is_known_reads_goods_and_a_household_stays_unnamed(cast: Cast) -> None:
    an_offer(cast)
    home = an_offer(cast, seller=cast.farmer)
    listed = cast.stranger.client.get(f"{API}/goods?text=fuji&sort=-price&month=10&lowest=100").json()
    assert listed["total"] == 2
    assert "Zhao Suqin" not in json.dumps(listed)
    assert cast.stranger.client.get(f"{API}/goods/{home.number}").json()["price"]["minor"] == 4900
    assert Client().get(f"{API}/goods").status_code == 401


def test_offers_are_listed_to_who_sells_them(cast: Cast) -> None:
    offer = an_offer(cast)
    for who, count in (("buyer", 1), ("centre", 1), ("keeper", 0), ("stranger", 0)):
        assert getattr(cast, who).client.get(f"{API}/offers").json()["total"] == count
    found = cast.buyer.client.get(f"{API}/offers?status=on_sale&product=apple&own=true&sort=-available").json()
    assert [item["number"] for item in found["items"]] == [offer.number]
    assert cast.buyer.client.get(f"{API}/offers?text=nothing").json()["total"] == 0


def test_photos_are_added_moved_and_removed(cast: Cast) -> None:
    offer = an_offer(cast)
    photo = SimpleUploadedFile("apples.jpg", a_photo().read(), content_type="image/jpeg")
    client = cast.buyer.client
    added = client.post(f"{API}/offers/{offer.number}/photos", {"photo": photo})
    assert (added.status_code, len(added.json()["photos"])) == (201, 1)
    second = services.add_photo(by=cast.buyer.actor, offer=offer, photo=a_photo("green"), now=NOW)
    moved = client.post(f"{API}/offers/{offer.number}/photos/{second.pk}/move?place=0").json()
    assert f"/photos/{second.pk}/" in moved["photos"][0]
    assert len(client.delete(f"{API}/offers/{offer.number}/photos/{second.pk}").json()["photos"]) == 1


def test_reviews_are_read_answered_and_hidden(cast: Cast) -> None:
    line = a_line(an_offer(cast))
    given = services.ReviewGiven(4, "Crisp.", "Lin")
    written = services.review(by=cast.stranger.actor, line=line, given=given, has_order=True, now=NOW)
    path = f"/offers/{line.offer.number}/reviews/{written.pk}"
    assert _send(cast.buyer.client, f"{path}/answer", {"answer": "Thank you."}).json()["answer"] == "Thank you."
    read = cast.farmer.client.get(f"{API}/goods/{line.offer.number}/reviews").json()
    assert [item["text"] for item in read["items"]] == ["Crisp."]
    assert _send(cast.buyer.client, f"{path}/hide", {"reason": "I do not like it"}).status_code == 403
    assert _send(cast.clerk.client, f"{path}/hide", {"reason": "Insulting"}).status_code == 200
    assert cast.farmer.client.get(f"{API}/goods/{line.offer.number}/reviews").json()["total"] == 0
    _send(cast.clerk.client, f"{path}/show")
    assert cast.farmer.client.get(f"{API}/goods/{line.offer.number}/reviews").json()["total"] == 1
