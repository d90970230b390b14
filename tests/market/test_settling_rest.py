"""Sales, disputes, settlements and agreements through the REST interface."""

from typing import Any

from django.test import Client

from terrace.kernel.actors import ANONYMOUS
from terrace.market import services
from terrace.market.domain import DisputeKind, OrderStatus
from terrace.market.models import Dispute, Order
from terrace.market.services.links import signature
from terrace.network import queries as network
from tests.amounts import fen
from tests.conftest import Cast
from tests.journeys.harvest import begin, parcels_of
from tests.market.orders import make_offer, paid_order
from tests.market.settling import carrier, deliver, pack, sent_order


def send(client: Client, path: str, **values: Any) -> Any:
    """Send JSON, and return the answer."""
    return client.post(f"/api/v1/market{path}", values, content_type="application/json")


def test_an_order_is_packed_and_shipped(cast: Cast) -> None:
    season = begin(cast)
    order = paid_order(season.offer, 2)
    packer = cast.packer.client
    listed = packer.get("/api/v1/market/sales?status=paid").json()["items"]
    assert [one["number"] for one in listed] == [order.number]
    assert listed[0]["recipient"] == order.recipient
    (line,) = listed[0]["lines"]
    unit = network.units_by_id([season.centre_id])[season.centre_id].number
    contents = [{"line": line["id"], "steps": 10_000, "lot": season.at_sale.lot.number}]
    parcel = {"weight_grams": 10_500, "contents": contents}
    path = f"/sales/{order.number}"
    packed = send(packer, f"{path}/pack", version=order.version, parcels=[parcel], unit=unit)
    assert packed.status_code == 200, packed.content
    (made,) = parcels_of(order)
    made.carrier = carrier()
    made.save(update_fields=["carrier"])
    shipped = send(packer, f"{path}/ship", version=packed.json()["version"], waybills={made.number: "SV-1"})
    assert shipped.json()["status"] == OrderStatus.SHIPPED
    assert shipped.json()["parcels"][0]["waybill"] == "SV-1"


def test_who_looks_after_an_area_without_a_task_there_reads_no_address(cast: Cast) -> None:
    assert cast.buyer.party
    order = paid_order(make_offer(cast.buyer.party))
    seen = cast.bureau.client.get(f"/api/v1/market/sales/{order.number}").json()
    assert (seen["recipient"], seen["phone"], seen["address"]) == ("", "", "")
    assert cast.stranger.client.get(f"/api/v1/market/sales/{order.number}").status_code == 404


def test_a_refund_and_a_cancellation(cast: Cast) -> None:
    assert cast.buyer.party
    order = pack(paid_order(make_offer(cast.buyer.party)), by=cast.buyer.actor)
    amount = {"minor": 100, "currency": "CNY"}
    seller, path = cast.buyer.client, f"/sales/{order.number}"
    refunded = send(seller, f"{path}/refund", version=order.version, amount=amount)
    assert refunded.json()["refunded"] == amount
    stale = send(seller, f"{path}/cancel", version=order.version)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    ended = send(seller, f"{path}/cancel", version=refunded.json()["version"])
    assert ended.json()["status"] == OrderStatus.CANCELLED


def test_a_dispute_is_answered_and_decided(cast: Cast) -> None:
    order = deliver(sent_order(cast))
    given = services.DisputeGiven(DisputeKind.SPOILT, "Rotten", fen(1_000))
    services.open_dispute(by=ANONYMOUS, order=order, given=given, proof=signature(order.reference))
    dispute = Dispute.objects.get()
    path = f"/disputes/{dispute.number}"
    offered = {"minor": 100, "currency": "CNY"}
    answered = send(cast.buyer.client, f"{path}/answer", version=1, offered=offered, words="Sorry")
    assert answered.json()["status"] == "offered"
    services.pass_on_dispute(by=ANONYMOUS, dispute=dispute, proof=signature(order.reference))
    dispute.refresh_from_db()
    words = {"words_to_buyer": "a", "words_to_seller": "b"}
    decided = send(cast.clerk.client, f"{path}/decide", version=dispute.version, amount=offered, **words)
    assert decided.json()["decided"] == offered
    assert (decided.json()["words_to_buyer"], decided.json()["words_to_seller"]) == ("a", "b")
    read = cast.buyer.client.get(f"/api/v1/market{path}").json()
    assert (read["words_to_buyer"], read["words_to_seller"], read["decided_at"] is None) == ("", "b", False)
    order = Order.objects.get(pk=order.pk)
    services.confirm_receipt(by=ANONYMOUS, order=order, proof=signature(order.reference))
    shared = cast.buyer.client.get(f"/api/v1/market/settlements/{order.number}").json()
    (line,) = shared["lines"]
    assert cast.buyer.party
    assert (line["receiver"], line["number"], line["due"]) == ("party", cast.buyer.party.number, line["amount"])
    assert shared["parts"] == {"seller": {"minor": order.total_minor - 100, "currency": "CNY"}}
    assert cast.buyer.client.get("/api/v1/market/disputes").json()["total"] == 1


def test_an_agreement_is_made_and_listed(cast: Cast) -> None:
    given = {"area": "621226", "starts_on": "2099-01-01", "platform_permille": 20, "confirm_days": 7}
    made = send(cast.centre.client, "/agreements", **given, packing={"minor": 150, "currency": "CNY"})
    assert made.status_code == 201, made.content
    for reader in (cast.centre, cast.buyer, cast.farmer):
        assert reader.client.get("/api/v1/market/agreements").json()["items"] == [made.json()]
    assert cast.stranger.client.get("/api/v1/market/agreements").json()["items"] == []
