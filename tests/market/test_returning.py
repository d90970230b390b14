"""Goods that a buyer hands in at a counter go back to where they were packed, and both sides see where they are."""

import pytest
from django.test import Client

from terrace.kernel.actors import ANONYMOUS
from terrace.kernel.errors import Forbidden, Invalid
from terrace.kernel.money import Money
from terrace.logistics import services as logistics
from terrace.logistics.domain import ParcelStatus, ScanKind
from terrace.logistics.models import Parcel
from terrace.market import services
from terrace.market.domain import DisputeStatus, OrderStatus, ReturnState
from terrace.market.models import Dispute
from terrace.market.queries.brought_back import orders_brought_back
from terrace.market.queries.returning import way_back
from terrace.market.services.links import signature
from terrace.messaging.models import Notice, OutgoingMessage
from terrace.network.models import ServiceUnit
from tests.conftest import VILLAGE, Cast, Member
from tests.market.settling import deliver, disputed, sent_order


def unit(area: str) -> ServiceUnit:
    """Return the unit of the cast at an area."""
    return ServiceUnit.objects.filter(area_id=area).order_by("id")[0]


@pytest.fixture
def dispute(cast: Cast) -> Dispute:
    """Return a dispute in which the seller asked for the goods."""
    found = disputed(deliver(sent_order(cast)))
    asked = {"amount": Money(4_800, "CNY"), "words": "Please send them back"}
    return services.ask_goods_back(by=cast.buyer.actor, dispute=found, version=found.version, **asked)


def take_in(cast: Cast, dispute: Dispute, where: str = VILLAGE) -> Parcel:
    """Let the keeper take the goods in."""
    return services.take_in_return(by=cast.keeper.actor, dispute=dispute, unit=unit(where), weight_grams=5_300)


def test_goods_handed_in_at_a_point_go_back_to_where_they_were_packed_and_the_buyer_gets_the_money(
    cast: Cast, dispute: Dispute
) -> None:
    parcel = take_in(cast, dispute)
    home = Parcel.objects.get(reference=dispute.order.reference).from_unit
    assert (parcel.from_unit_id, parcel.to_unit_id, parcel.sender_id) == (
        unit(VILLAGE).pk,
        home.pk,
        dispute.order.seller_id,
    )
    logistics.scan(by=cast.packer.actor, code=parcel.number, kind=ScanKind.ARRIVED, unit=home)
    parcel.refresh_from_db()
    dispute.refresh_from_db()
    assert (parcel.status, dispute.return_waybill) == (ParcelStatus.DELIVERED, parcel.number)
    assert Notice.objects.filter(title__contains="are back", url__endswith=f"{dispute.number}/").exists()
    services.take_back_goods(by=cast.buyer.actor, dispute=dispute, state=ReturnState.SOUND)
    dispute.refresh_from_db()
    assert dispute.status == DisputeStatus.SETTLED
    dispute.order.refresh_from_db()
    assert dispute.order.status == OrderStatus.DELIVERED


def test_buyer_and_seller_see_where_the_goods_are_without_any_name(cast: Cast, dispute: Dispute) -> None:
    parcel = take_in(cast, dispute)
    order = dispute.order
    pages = (
        Client().get(f"/market/orders/{order.number}/{signature(order.reference)}/dispute/"),
        cast.buyer.client.get(f"/market/disputes/{dispute.number}/"),
    )
    for page in pages:
        told = page.content.decode()
        assert parcel.number in told
        assert "Handed in" in told
        assert cast.keeper.person.name not in told
    assert "handed in" in OutgoingMessage.objects.latest("id").text


def test_goods_are_taken_in_once_and_again_only_when_they_were_lost(cast: Cast, dispute: Dispute) -> None:
    parcel = take_in(cast, dispute)
    with pytest.raises(services.HandedIn):
        take_in(cast, dispute)
    assert Parcel.objects.filter(reference=f"return/{dispute.number}").count() == 1
    logistics.scan(by=cast.keeper.actor, code=parcel.number, kind=ScanKind.LOST, unit=unit(VILLAGE))
    dispute.refresh_from_db()
    assert dispute.status == DisputeStatus.WITH_CENTRE


def test_nobody_takes_goods_in_elsewhere_than_at_an_own_counter(cast: Cast, dispute: Dispute) -> None:
    for actor in (cast.farmer.actor, cast.neighbour.actor, ANONYMOUS):
        with pytest.raises(Forbidden):
            services.take_in_return(by=actor, dispute=dispute, unit=unit(VILLAGE), weight_grams=5_300)
    dispute.refresh_from_db()
    assert dispute.return_waybill == ""
    assert way_back(dispute) is None


def test_goods_that_nobody_asked_for_are_not_taken_in(cast: Cast) -> None:
    found = disputed(deliver(sent_order(cast)))
    with pytest.raises(services.NotYourTurn):
        take_in(cast, found)
    assert not Parcel.objects.filter(reference__startswith="return/").exists()


def test_goods_brought_to_where_they_were_packed_are_there(cast: Cast, dispute: Dispute) -> None:
    home = Parcel.objects.get(reference=dispute.order.reference).from_unit
    with pytest.raises(Invalid, match="packed here"):
        services.take_in_return(by=cast.packer.actor, dispute=dispute, unit=home, weight_grams=5_300)
    assert not Parcel.objects.filter(reference__startswith="return/").exists()


def test_the_keeper_takes_goods_in_on_a_page_and_by_rest(cast: Cast, dispute: Dispute) -> None:
    client, where = cast.keeper.client, unit(VILLAGE).number
    wrong = client.post("/market/returns/new/", {"number": "J-NOTHERE", "unit": where, "weight": "5.3"})
    assert (wrong.status_code, Parcel.objects.filter(reference__startswith="return/").count()) == (422, 0)
    done = client.post("/market/returns/new/", {"number": dispute.number.lower(), "unit": where, "weight": "5.3"})
    parcel = Parcel.objects.get(reference=f"return/{dispute.number}")
    assert (done.status_code, done["Location"]) == (302, f"/logistics/parcels/{parcel.number}/")
    again = client.post(
        "/api/v1/market/returns",
        {"number": dispute.number, "unit": where, "weight_grams": 900},
        content_type="application/json",
    )
    assert (again.status_code, again.json()["code"]) == (409, "handed_in")


def test_a_number_that_is_no_returns_is_not_found(cast: Cast) -> None:
    answer = cast.keeper.client.post(
        "/api/v1/market/returns",
        {"number": "J-NOTHERE", "unit": unit(VILLAGE).number, "weight_grams": 900},
        content_type="application/json",
    )
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (404, "number")


def _waits_for(member: Member) -> tuple[bool, int]:
    """Return whether the first page leads somebody to goods that came back, and to how many orders the list does."""
    page = member.client.get("/").content.decode()
    return "Put away goods that came back" in page, orders_brought_back(member.actor).count()


def _arrives(cast: Cast, parcel: Parcel) -> None:
    home = ServiceUnit.objects.get(pk=parcel.to_unit_id)
    logistics.scan(by=cast.packer.actor, code=parcel.number, kind=ScanKind.ARRIVED, unit=home)


def test_who_packs_is_told_of_goods_that_arrived_and_led_to_them(cast: Cast, dispute: Dispute) -> None:
    parcel = take_in(cast, dispute)
    assert _waits_for(cast.packer) == (False, 0)

    _arrives(cast, parcel)

    assert _waits_for(cast.packer) == (True, 1)
    assert _waits_for(cast.buyer) == (False, 0), "the seller, whose turn it is, answers in the dispute"
    told = Notice.objects.filter(person_id=cast.packer.person.pk, url=f"/market/disputes/{dispute.number}/")
    assert "are back" in told.get().title
    services.take_back_goods(by=cast.packer.actor, dispute=dispute, state=ReturnState.SOUND)
    assert _waits_for(cast.packer) == (False, 0)


@pytest.mark.parametrize("is_decided", [True, False])
def test_goods_that_arrive_when_it_is_nobodys_turn_wait_on_the_first_page_too(
    cast: Cast, dispute: Dispute, is_decided: bool
) -> None:
    parcel = take_in(cast, dispute)
    services.pass_on_dispute(by=cast.buyer.actor, dispute=dispute)
    dispute.refresh_from_db()
    if is_decided:
        services.decide_dispute(
            by=cast.clerk.actor,
            dispute=dispute,
            version=dispute.version,
            amount=dispute.order.escrow,
            words_to_buyer="It comes back",
            words_to_seller="It goes back",
        )

    _arrives(cast, parcel)

    assert _waits_for(cast.packer) == _waits_for(cast.buyer) == (True, 1)
