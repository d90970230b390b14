"""From the packer's table to everybody's account: packing, shipping, delivery, confirmation, the split."""

import pytest

from terrace.kernel.actors import ANONYMOUS
from terrace.kernel.errors import Forbidden, NotFound
from terrace.logistics.models import Parcel
from terrace.market import services
from terrace.market.domain import OrderStatus
from terrace.market.domain.packing import Box, Content
from terrace.market.models import Settlement
from terrace.market.services.links import signature
from tests.conftest import Cast
from tests.market.orders import make_offer, paid_order
from tests.market.settling import balance, pack, sent_order


def test_a_seller_packs_his_own_goods_without_a_lot(cast: Cast) -> None:
    assert cast.buyer.party
    order = pack(paid_order(make_offer(cast.buyer.party), 2), by=cast.buyer.actor)
    assert order.status == OrderStatus.PACKED
    parcel = Parcel.objects.get(reference=order.reference)
    assert (parcel.sender_id, parcel.weight_grams) == (cast.buyer.party.pk, 11_000)


def test_what_is_not_exactly_what_was_bought_is_not_packed(cast: Cast) -> None:
    assert cast.buyer.party
    order = paid_order(make_offer(cast.buyer.party), 2)
    line = order.lines.get()
    box = Box((Content(line.pk, None, 9_999),), 10_500)
    with pytest.raises(services.NotExact):
        services.pack_order(by=cast.buyer.actor, order=order, version=order.version, boxes=[box], carrier_id=None)
    order.refresh_from_db()
    assert order.status == OrderStatus.PAID
    assert not Parcel.objects.filter(reference=order.reference).exists()


def test_nobody_else_packs(cast: Cast) -> None:
    assert cast.buyer.party
    order = paid_order(make_offer(cast.buyer.party))
    for actor in (cast.farmer.actor, cast.neighbour.actor, cast.stranger.actor, cast.bureau.actor, ANONYMOUS):
        with pytest.raises(Forbidden):
            pack(order, by=actor)
    order.refresh_from_db()
    assert order.status == OrderStatus.PAID


def test_the_buyer_confirms_by_the_link_and_the_seller_has_the_money(cast: Cast) -> None:
    assert cast.buyer.party
    order = sent_order(cast)
    proof = signature(order.reference)
    services.confirm_receipt(by=ANONYMOUS, order=order, proof=proof)
    order.refresh_from_db()
    assert order.status == OrderStatus.COMPLETED
    assert balance(reference=order.reference) == 0
    assert balance(party=cast.buyer.party) == order.total_minor
    settlement = Settlement.objects.get(order=order)
    assert settlement.escrow_minor == order.total_minor


def test_a_second_confirmation_changes_nothing(cast: Cast) -> None:
    assert cast.buyer.party
    order = sent_order(cast)
    for _again in range(2):
        services.confirm_receipt(by=ANONYMOUS, order=order, proof=signature(order.reference))
    assert balance(party=cast.buyer.party) == order.total_minor


def test_without_the_link_nobody_confirms(cast: Cast) -> None:
    order = sent_order(cast)
    with pytest.raises(NotFound):
        services.confirm_receipt(by=ANONYMOUS, order=order, proof="wrong")
    for actor in (ANONYMOUS, cast.buyer.actor, cast.clerk.actor):
        with pytest.raises(Forbidden):
            services.confirm_receipt(by=actor, order=order)
    assert balance(reference=order.reference) == order.total_minor
