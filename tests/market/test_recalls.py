"""Recalled goods in orders: nothing of them is packed or leaves, and who has to tell the buyers has their list."""

import re

import pytest
from django.test import Client
from django.utils.translation import override

from terrace.market import queries, services
from terrace.market.domain import OrderStatus
from terrace.market.domain.packing import Box, into_boxes
from terrace.market.models import Order, OrderParcel
from terrace.market.services.links import order_path, order_url
from terrace.market.services.packing import NotYours
from terrace.market.services.recalls import _BUYER as BUYER
from terrace.market.services.shipping import HoldsRecalledGoods
from terrace.messaging.models import Notice, OutgoingMessage
from terrace.traceability import services as traceability
from terrace.traceability.models import Lot, LotUse
from tests.conftest import Cast, Member
from tests.journeys.harvest import Season, begin, pack_and_ship, parcels_of
from tests.market.orders import paid_order
from tests.market.settling import carrier, deliver

_RECALLED = re.compile("recalled|召回")


@pytest.fixture
def season(cast: Cast) -> Season:
    """Return a season in which goods lie at the centre and are on sale."""
    return begin(cast)


def _boxes(season: Season, order: Order) -> list[Box]:
    chosen = queries.proposal(order, season.centre_id)
    return [Box(contents, sum(one.steps for one in contents) + 500) for contents in into_boxes(chosen, 1)]


def _pack(season: Season, order: Order, boxes: list[Box]) -> Order:
    return services.pack_order(
        by=season.cast.packer.actor,
        order=order,
        version=order.version,
        boxes=boxes,
        carrier_id=carrier().pk,
        unit_id=season.centre_id,
    )


def _recall(season: Season) -> Lot:
    lot = Lot.objects.get(pk=season.at_sale.lot_id)
    traceability.recall(by=season.cast.centre.actor, lot=lot, reason="Bring it back to any service point")
    return lot


def _titles(member: Member) -> list[str]:
    return [notice.title for notice in Notice.objects.filter(person_id=member.person.pk).order_by("pk")]


def test_a_recalled_lot_is_neither_proposed_nor_packed(season: Season) -> None:
    order = paid_order(season.offer, 2)
    boxes = _boxes(season, order)
    lot = _recall(season)
    assert lot.pk not in {content.lot_id for box in _boxes(season, order) for content in box.contents}
    with pytest.raises(NotYours, match="recalled"):
        _pack(season, order, boxes)
    order.refresh_from_db()
    assert (order.status, OrderParcel.objects.count(), LotUse.objects.count()) == (OrderStatus.PAID, 0, 0)


def test_what_was_packed_before_the_recall_does_not_leave(season: Season) -> None:
    order = paid_order(season.offer, 2)
    packed = _pack(season, order, _boxes(season, order))
    _recall(season)
    waybills = {parcel.number: "SV-1" for parcel in parcels_of(packed)}
    with pytest.raises(HoldsRecalledGoods):
        services.ship_order(by=season.cast.packer.actor, order=packed, version=packed.version, waybills=waybills)
    packed.refresh_from_db()
    assert (packed.status, parcels_of(packed)[0].waybill) == (OrderStatus.PACKED, "")
    services.unpack_order(by=season.cast.packer.actor, order=packed, version=packed.version)
    assert list(queries.recalled_orders(season.cast.clerk.actor)) == []
    again = Order.objects.get(pk=order.pk)
    pack_and_ship(season, again)
    again.refresh_from_db()
    assert again.status == OrderStatus.SHIPPED


def test_the_seller_and_the_centre_hear_of_it_and_nobody_else(season: Season) -> None:
    deliver(pack_and_ship(season, paid_order(season.offer, 2)))
    lot = _recall(season)
    cast = season.cast
    assert _titles(cast.buyer)[-2:] == [
        f"Lot {lot.number} was recalled: nobody packs it. See whether your offers still have enough.",
        "Orders with goods of recalled lots: 1",
    ]
    assert _titles(cast.centre)[-1:] == ["Orders with goods of recalled lots: 1"]
    for member in (cast.neighbour, cast.stranger, cast.farmer):
        assert not any("recalled" in title for title in _titles(member))


def test_the_centre_reads_whom_to_call(season: Season) -> None:
    order = deliver(pack_and_ship(season, paid_order(season.offer, 2)))
    lot, cast = _recall(season), season.cast
    page = _page(cast.clerk.client)
    for words in (order.number, lot.number, order.recipient, order.phone):
        assert words in page
    assert "Orders with recalled goods" in cast.clerk.client.get("/market/desk/").content.decode()
    assert order.number in _page(cast.buyer.client)
    assert order.number not in _page(cast.clerk.client, f"?lot={season.now.lot.number}")
    assert order.number in _page(cast.clerk.client, f"?lot={lot.number}")
    assert order.number not in _page(cast.clerk.client, "?status=packed")
    listed = cast.clerk.client.get("/api/v1/market/sales?recalled=true").json()
    assert [one["number"] for one in listed["items"]] == [order.number]


def test_who_may_not_know_the_buyer_is_told_of_the_order_alone(season: Season) -> None:
    order = deliver(pack_and_ship(season, paid_order(season.offer, 2)))
    _recall(season)
    page = _page(season.cast.bureau.client)
    assert order.number in page
    assert order.phone not in page
    assert order.number not in _page(season.cast.stranger.client)


def test_when_the_recall_ends_the_order_is_off_the_list(season: Season) -> None:
    order = deliver(pack_and_ship(season, paid_order(season.offer, 2)))
    lot = _recall(season)
    assert list(queries.recalled_orders(season.cast.clerk.actor)) == [order]
    traceability.end_recall(by=season.cast.centre.actor, lot=lot)
    assert list(queries.recalled_orders(season.cast.clerk.actor)) == []


def _told(order: Order) -> list[str]:
    """Return what the buyer was told of a recall by SMS."""
    sent = OutgoingMessage.objects.filter(address=order.phone, text__contains=order.number).order_by("pk")
    return [message.text for message in sent if order.number in message.text and _RECALLED.search(message.text)]


def test_who_has_recalled_goods_is_told_once_with_what_to_do_and_in_the_language_of_the_order(season: Season) -> None:
    order = deliver(pack_and_ship(season, paid_order(season.offer, 12)))
    Order.objects.filter(pk=order.pk).update(language="zh-hans")

    _recall(season)
    other = Lot.objects.get(pk=season.now.lot_id)
    traceability.recall(by=season.cast.centre.actor, lot=other, reason="Bring this back too")

    order.refresh_from_db()
    (told,) = _told(order)
    assert order_url(order) in told
    with override("zh-hans"):
        assert told == f"{BUYER % {'number': order.number}} {order_url(order)}"
    assert order.warned_at is not None
    page = Client().get(order_path(order)).content.decode()
    assert "Bring it back to any service point" in page
    assert "Bring this back too" in page


def test_after_a_recall_has_ended_a_new_one_is_told_again(season: Season) -> None:
    order = deliver(pack_and_ship(season, paid_order(season.offer, 2)))
    lot = _recall(season)
    traceability.end_recall(by=season.cast.centre.actor, lot=lot)

    _recall(season)

    assert len(_told(order)) == 2


def test_who_gets_other_goods_or_left_no_phone_is_told_nothing_and_the_list_says_so(season: Season) -> None:
    packed, order = paid_order(season.offer, 1), pack_and_ship(season, paid_order(season.offer, 1))
    packed = _pack(season, packed, _boxes(season, packed))
    nameless = deliver(pack_and_ship(season, paid_order(season.offer, 1)))
    Order.objects.filter(pk=nameless.pk).update(phone="")

    _recall(season)

    warned = dict(Order.objects.values_list("pk", "warned_at"))
    assert (warned[packed.pk], warned[nameless.pk]) == (None, None)
    assert warned[order.pk] is not None
    assert "Buyer told" in _page(season.cast.clerk.client)


def _page(client: Client, query: str = "") -> str:
    answer = client.get(f"/market/recalled/{query}")
    assert answer.status_code == 200
    return answer.content.decode()
