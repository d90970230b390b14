"""A seller gives back what is the seller's own, and nothing that growers, carriers and points are due."""

import pytest

from terrace.kernel.actors import ANONYMOUS
from terrace.market import services
from terrace.market.domain import OrderStatus
from terrace.market.models import Order, Refund, Settlement
from terrace.market.services.links import signature
from tests.amounts import fen
from tests.conftest import Cast
from tests.journeys.harvest import Season, begin, pack_and_ship
from tests.market.orders import paid_order
from tests.market.settling import balance, deliver


@pytest.fixture
def season(cast: Cast) -> Season:
    return begin(cast)


def test_more_than_the_sellers_own_part_does_not_go_back(season: Season) -> None:
    order = pack_and_ship(season, paid_order(season.offer, 2))
    own = services.own_part(order)
    assert fen(0) < own < order.escrow

    for amount in (own + fen(1), order.escrow):
        with pytest.raises(services.OfOthers):
            services.refund_order(by=season.cast.buyer.actor, order=order, version=order.version, amount=amount)

    assert not Refund.objects.exists()
    assert balance(reference=order.reference) == order.total_minor


def test_who_gives_all_of_the_own_part_back_leaves_everybody_else_whole(season: Season) -> None:
    order = pack_and_ship(season, paid_order(season.offer, 2))
    own = services.own_part(order)

    services.refund_order(by=season.cast.buyer.actor, order=order, version=order.version, amount=own)

    order = deliver(Order.objects.get(pk=order.pk))
    services.confirm_receipt(by=ANONYMOUS, order=order, proof=signature(order.reference))
    settled = Settlement.objects.get()
    assert settled.missing_minor == 0
    others = settled.lines.exclude(party=season.shop)
    assert {line.due_minor - line.amount_minor for line in others} == {0}


def test_before_it_is_packed_nobody_knows_what_is_the_sellers_own(season: Season) -> None:
    order = paid_order(season.offer)

    with pytest.raises(services.NotPackedYet):
        services.refund_order(by=season.cast.buyer.actor, order=order, version=order.version, amount=fen(1))

    assert Order.objects.get().status == OrderStatus.PAID
    assert not Refund.objects.exists()


def test_the_pages_refuse_before_they_ask(season: Season) -> None:
    unpacked, sent = paid_order(season.offer), pack_and_ship(season, paid_order(season.offer))
    client = season.cast.buyer.client

    answers = [
        client.get(f"/market/sell/orders/{unpacked.number}/refund/"),
        client.get(f"/market/sell/orders/{sent.number}/cancel/"),
    ]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert "/refund/" not in client.get(f"/market/sell/orders/{unpacked.number}/").content.decode()
    asked = client.get(f"/market/sell/orders/{sent.number}/refund/").content.decode()
    assert str(services.own_part(sent).amount) in asked
