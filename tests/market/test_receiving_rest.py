"""What a buyer does after buying, and a seller with goods that came back, through the REST interface."""

from typing import Any

import pytest

from terrace.audit.models import Act
from terrace.kernel import clock
from terrace.market.domain import DisputeKind, DisputeStatus, OrderStatus
from terrace.market.models import Agreement, Dispute, Order, Refund, Review
from terrace.market.services import AgreementGiven, make_agreement
from tests import factories
from tests.amounts import fen
from tests.conftest import VILLAGE, Cast, Member
from tests.market.orders import make_offer, paid_order
from tests.market.settling import balance, pack, ship
from tests.market.test_settling_rest import send


@pytest.fixture
def buyer(cast: Cast) -> Member:
    """Return somebody who buys here with an account."""
    party = factories.PartyFactory(kind="buyer", name="Riverside Group Buy")
    return Member(factories.RepresentativeFactory(party=party).person, party)


def bought(cast: Cast, buyer: Member) -> Order:
    """Return an order of the shop that the buyer has paid."""
    assert cast.buyer.party
    assert buyer.party
    return paid_order(make_offer(cast.buyer.party), by=buyer.actor, buyer=buyer.party.number)


def on_its_way(cast: Cast, buyer: Member) -> Order:
    """Return one that was sent."""
    return ship(pack(bought(cast, buyer), by=cast.buyer.actor))


def said(buyer: Member, order: Order, minor: int = 1_000) -> Any:
    """Let the buyer say that something is wrong."""
    wanted = {"minor": minor, "currency": "CNY"}
    return send(buyer.client, f"/my-orders/{order.number}/dispute", kind="spoilt", text="Two are rotten", wanted=wanted)


def test_the_buyer_confirms_and_reviews(cast: Cast, buyer: Member) -> None:
    order = on_its_way(cast, buyer)
    path = f"/my-orders/{order.number}"
    assert send(buyer.client, f"{path}/confirm").json()["status"] == OrderStatus.COMPLETED
    assert send(buyer.client, f"{path}/confirm").status_code == 200
    assert balance(party=cast.buyer.party) == order.total_minor
    offer = order.lines.get().offer.number
    assert send(buyer.client, f"{path}/reviews", offer=offer, rating=5, text="Crisp").status_code == 201
    assert send(buyer.client, f"{path}/reviews", offer=offer, rating=1).json()["code"] == "already_reviewed"
    assert Review.objects.get().rating == 5
    acts = set(Act.objects.values_list("act", flat=True))
    assert {"market.confirm_receipt", "market.complete_order", "market.review"} <= acts


@pytest.mark.parametrize("path", ["confirm", "dispute/accept", "dispute/pass-on", "dispute/withdraw"])
def test_nobody_else_acts_for_the_buyer(cast: Cast, buyer: Member, path: str) -> None:
    order = on_its_way(cast, buyer)
    said(buyer, order)
    for who in (cast.buyer, cast.farmer, cast.clerk, cast.stranger):
        assert send(who.client, f"/my-orders/{order.number}/{path}").status_code in (403, 404)
    order.refresh_from_db()
    assert order.status == OrderStatus.SHIPPED
    assert Dispute.objects.get().status == DisputeStatus.OPEN


def test_the_buyer_cancels_before_it_is_packed_and_not_after(cast: Cast, buyer: Member) -> None:
    first, second = bought(cast, buyer), pack(bought(cast, buyer), by=cast.buyer.actor)
    assert (
        send(buyer.client, f"/my-orders/{first.number}/cancel", version=first.version).json()["status"] == "cancelled"
    )
    late = send(buyer.client, f"/my-orders/{second.number}/cancel", version=second.version)
    assert (late.status_code, late.json()["code"]) == (409, "not_now")
    second.refresh_from_db()
    assert second.status == OrderStatus.PACKED
    assert [refund.order_id for refund in Refund.objects.all()] == [first.pk]


def test_a_dispute_goes_its_way_to_an_offer_that_is_accepted(cast: Cast, buyer: Member) -> None:
    order = on_its_way(cast, buyer)
    opened = said(buyer, order)
    assert opened.status_code == 201
    assert said(buyer, order).json()["code"] == "already_open"
    path = f"/disputes/{opened.json()['number']}"
    offered = {"minor": 400, "currency": "CNY"}
    send(cast.buyer.client, f"{path}/answer", version=1, offered=offered, words="Sorry")
    accepted = send(buyer.client, f"/my-orders/{order.number}/dispute/accept").json()
    assert (accepted["status"], accepted["decided"]) == (DisputeStatus.SETTLED, offered)
    assert Refund.objects.get().amount == fen(400)


def test_a_dispute_is_passed_on_by_either_side_and_withdrawn(cast: Cast, buyer: Member) -> None:
    first, second = on_its_way(cast, buyer), on_its_way(cast, buyer)
    said(buyer, first)
    assert send(buyer.client, f"/my-orders/{first.number}/dispute/pass-on").json()["status"] == "with_centre"
    number = said(buyer, second).json()["number"]
    assert send(cast.buyer.client, f"/disputes/{number}/pass-on").json()["status"] == "with_centre"
    assert send(buyer.client, f"/my-orders/{second.number}/dispute/withdraw").json()["status"] == "withdrawn"
    assert not Refund.objects.exists()


def test_goods_go_back_and_are_taken_back(cast: Cast, buyer: Member) -> None:
    order = on_its_way(cast, buyer)
    number = said(buyer, order, 5_400).json()["number"]
    offered = {"minor": 5_400, "currency": "CNY"}
    early = send(cast.buyer.client, f"/disputes/{number}/arrived", state="sound")
    assert early.json()["code"] == "not_your_turn"
    send(cast.buyer.client, f"/disputes/{number}/answer", version=1, offered=offered, words="Back", goods_back=True)
    assert send(buyer.client, f"/my-orders/{order.number}/dispute/return", waybill=" ").status_code == 422
    assert send(buyer.client, f"/my-orders/{order.number}/dispute/return", waybill="SF-1").status_code == 200
    assert send(cast.keeper.client, f"/disputes/{number}/arrived", state="sound").status_code in (403, 404)
    assert not Refund.objects.exists()
    taken = send(cast.buyer.client, f"/disputes/{number}/arrived", state="spoilt").json()
    assert (taken["status"], taken["kind"]) == (DisputeStatus.SETTLED, DisputeKind.SPOILT)
    assert Refund.objects.get().amount == fen(5_400)


def test_an_agreement_is_taken_back_before_it_begins_by_who_made_it(cast: Cast) -> None:
    begins = clock.today().replace(year=clock.today().year + 1)
    given = AgreementGiven(VILLAGE[:6], begins, 20, fen(150), 7)
    number = make_agreement(by=cast.centre.actor, given=given).number
    for who in (cast.clerk, cast.buyer, cast.stranger):
        assert send(who.client, f"/agreements/{number}/withdraw").status_code in (403, 404)
    assert Agreement.objects.count() == 1
    assert send(cast.centre.client, f"/agreements/{number}/withdraw").status_code == 204
    assert not Agreement.objects.exists()


def test_a_seller_reads_the_standard_that_shares_its_money(cast: Cast) -> None:
    make_agreement(by=cast.centre.actor, given=AgreementGiven(VILLAGE[:6], clock.today(), 20, fen(150), 7))
    listed = cast.buyer.client.get("/api/v1/market/agreements").json()["items"]
    assert [one["platform_permille"] for one in listed] == [20]
    assert cast.stranger.client.get("/api/v1/market/agreements").json()["items"] == []
