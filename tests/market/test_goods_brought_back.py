"""Goods that a carrier brought back wait on the packer's page until somebody looks into them, order over or not."""

import pytest
from django.test import Client

from terrace.config.management.commands.verify import CHECKS
from terrace.kernel.actors import ANONYMOUS, SYSTEM, Actor
from terrace.kernel.errors import Forbidden, Invalid, Stale
from terrace.logistics.domain import ParcelStatus
from terrace.logistics.services import carrier_says
from terrace.market import queries, services
from terrace.market.domain import DisputeStatus, OrderStatus, ReturnState
from terrace.market.models import Dispute, Order
from terrace.market.services.links import signature
from terrace.messaging.models import Notice
from terrace.traceability.queries import lots_by_id
from tests.conftest import Cast
from tests.journeys.harvest import Season, begin, pack, pack_and_ship, parcels_of
from tests.market.orders import paid_order
from tests.market.returned import half_lost_half_sent_back

WAITING = "Put away goods that came back"


@pytest.fixture
def season(cast: Cast) -> Season:
    """Return a season with goods at the centre."""
    return begin(cast)


def bring_back(order: Order, which: int = 0) -> None:
    """Let the carrier say that it brought a parcel of the order back."""
    carrier_says(by=SYSTEM, parcel=parcels_of(order)[which], status=ParcelStatus.RETURNED)


@pytest.fixture
def order(season: Season) -> Order:
    """Return an order that came back, and whose money the centre has given back since: it is over."""
    order = pack_and_ship(season, paid_order(season.offer, 2))
    bring_back(order)
    dispute = Dispute.objects.get()
    services.decide_dispute(
        by=season.cast.clerk.actor,
        dispute=dispute,
        version=dispute.version,
        amount=order.escrow,
        words_to_buyer="It comes back",
        words_to_seller="It goes back",
    )
    order.refresh_from_db()
    assert order.status == OrderStatus.REFUNDED
    return order


def left(season: Season) -> int:
    """Return how much lies in the lot that orders are packed from first."""
    return lots_by_id([season.at_sale.lot_id])[season.at_sale.lot_id].steps


def problems() -> list[str]:
    """Return what verify finds."""
    return [f"{check.name}: {found}" for check in CHECKS for found in check.find()]


def told(client: Client, url: str) -> str:
    """Return a page as its reader sees it."""
    return client.get(url).content.decode()


@pytest.mark.parametrize("who", ["packer", "buyer"])
def test_who_packs_or_sells_is_led_from_the_first_page_to_the_goods_and_puts_them_away(
    season: Season, order: Order, who: str
) -> None:
    client: Client = getattr(season.cast, who).client
    for first in ("/", "/market/sell/"):
        assert WAITING in told(client, first)
    assert order.number in told(client, "/market/sell/orders/?back=on")
    url = f"/market/sell/orders/{order.number}/put-away/"
    assert url in told(client, f"/market/sell/orders/{order.number}/")
    assert parcels_of(order)[0].number in told(client, url)

    assert client.post(url, {"state": "sound", "version": order.version}).status_code == 302

    assert left(season) == 40_000
    page = told(client, f"/market/sell/orders/{order.number}/")
    assert "Sound: back into the lots" in page
    assert url not in page
    assert order.number not in told(client, "/market/sell/orders/?back=on")
    for first in ("/", "/market/sell/"):
        assert WAITING not in told(client, first)
    assert "put away goods that a carrier brought back" in page or who == "buyer"
    assert problems() == []


def test_the_centre_finds_them_on_the_orders_page_beside_the_dispute_that_is_not_over(season: Season) -> None:
    order = pack_and_ship(season, paid_order(season.offer, 2))
    bring_back(order)
    page = told(season.cast.clerk.client, f"/market/sell/orders/{order.number}/")
    assert f"/market/sell/orders/{order.number}/put-away/" in page
    assert f"/market/disputes/{Dispute.objects.get().number}/" in page
    services.put_away(by=season.cast.clerk.actor, order=order, state=ReturnState.SOUND)
    assert Dispute.objects.get().status == DisputeStatus.WITH_CENTRE
    assert not queries.waits_for_goods(Dispute.objects.get())


def test_spoilt_goods_are_written_off_and_no_money_moves(season: Season, order: Order) -> None:
    services.put_away(by=season.cast.packer.actor, order=order, state=ReturnState.SPOILT)
    order.refresh_from_db()
    assert (left(season), order.parcels.get().returned, order.escrow.minor) == (30_000, "spoilt", 0)
    assert problems() == []


@pytest.mark.parametrize("given", [{}, {"state": "lost"}])
def test_goods_that_are_here_are_not_lost(season: Season, order: Order, given: dict[str, str]) -> None:
    url = f"/market/sell/orders/{order.number}/put-away/"
    assert season.cast.packer.client.post(url, given).status_code == 422
    rest = f"/api/v1/market/sales/{order.number}/put-away"
    assert season.cast.packer.client.post(rest, given, content_type="application/json").status_code == 422
    with pytest.raises(Invalid):
        services.put_away(by=season.cast.packer.actor, order=order, state=ReturnState.LOST)
    assert (left(season), order.parcels.get().returned) == (30_000, "")


def test_nobody_else_puts_goods_away_or_sees_that_they_wait(season: Season, order: Order) -> None:
    cast = season.cast
    others: list[Actor] = [cast.farmer.actor, cast.neighbour.actor, cast.stranger.actor, cast.bureau.actor, ANONYMOUS]
    for actor in others:
        with pytest.raises(Forbidden):
            services.put_away(by=actor, order=order, state=ReturnState.SOUND)
        assert not queries.orders_brought_back(actor).exists()
    url = f"/market/sell/orders/{order.number}/put-away/"
    for person in (cast.stranger, cast.bureau):
        assert person.client.post(url, {"state": "sound"}).status_code in (403, 404)
        assert order.number not in told(person.client, "/market/sell/orders/?back=on")
    assert (left(season), order.parcels.get().returned) == (30_000, "")


def test_they_are_put_away_once(season: Season, order: Order) -> None:
    services.put_away(by=season.cast.packer.actor, order=order, state=ReturnState.SOUND)
    with pytest.raises(services.NothingCameBack):
        services.put_away(by=season.cast.packer.actor, order=order, state=ReturnState.SPOILT)
    again = season.cast.packer.client.get(f"/market/sell/orders/{order.number}/put-away/")
    assert (again.status_code, left(season), order.parcels.get().returned) == (409, 40_000, "sound")


def test_they_are_found_and_put_away_over_rest(season: Season, order: Order) -> None:
    client = season.cast.packer.client
    listed = client.get("/api/v1/market/sales?brought_back=true").json()["items"]
    assert [(row["number"], row["parcels"][0]["returned"]) for row in listed] == [(order.number, "")]
    url = f"/api/v1/market/sales/{order.number}/put-away"
    given = {"state": "spoilt", "version": order.version}
    answer = client.post(url, given, content_type="application/json")
    assert (answer.status_code, answer.json()["parcels"][0]["returned"]) == (200, "spoilt")
    assert client.get("/api/v1/market/sales?brought_back=true").json()["items"] == []
    again = client.post(url, given, content_type="application/json")
    assert (again.status_code, again.json()["code"], left(season)) == (409, "stale", 30_000)
    given["version"] = Order.objects.get(pk=order.pk).version
    again = client.post(url, given, content_type="application/json")
    assert (again.status_code, again.json()["code"], left(season)) == (409, "nothing_came_back", 30_000)


def test_who_read_of_other_parcels_looks_again(season: Season) -> None:
    order = pack_and_ship(season, paid_order(season.offer, 2), parcels=2)
    services.confirm_receipt(by=ANONYMOUS, order=order, proof=signature(order.reference))
    bring_back(order)
    seen = Order.objects.get(pk=order.pk).version
    services.put_away(by=season.cast.packer.actor, order=order, state=ReturnState.SPOILT, version=seen)
    bring_back(order, 1)

    with pytest.raises(Stale):
        services.put_away(by=season.cast.packer.actor, order=order, state=ReturnState.SOUND, version=seen)

    assert [row.returned for row in order.parcels.order_by("pk")] == ["spoilt", ""]


def test_goods_that_come_back_after_the_order_is_over_are_told_to_the_seller_and_put_away(season: Season) -> None:
    order = pack_and_ship(season, paid_order(season.offer, 2))
    services.confirm_receipt(by=ANONYMOUS, order=order, proof=signature(order.reference))

    bring_back(order)

    assert not Dispute.objects.exists()
    assert Notice.objects.filter(title__contains="after it was over", url__endswith=f"{order.number}/").exists()
    assert WAITING in told(season.cast.packer.client, "/market/sell/")
    services.put_away(by=season.cast.packer.actor, order=order, state=ReturnState.SOUND)
    assert left(season) == 40_000
    assert problems() == []


def test_of_two_parcels_the_one_that_came_back_is_put_away(season: Season) -> None:
    order = pack_and_ship(season, paid_order(season.offer, 2), parcels=2)
    bring_back(order, 1)
    services.put_away(by=season.cast.packer.actor, order=order, state=ReturnState.SOUND)
    assert [row.returned for row in order.parcels.order_by("pk")] == ["", "sound"]
    assert left(season) == 35_000


def test_a_parcel_that_was_lost_does_not_come_back_with_the_others(season: Season) -> None:
    order = half_lost_half_sent_back(season, ReturnState.SOUND)

    assert [row.returned for row in order.parcels.order_by("pk")] == ["", "sound"]
    assert left(season) == 35_000


def test_an_order_that_was_unpacked_does_not_wait(season: Season) -> None:
    order = pack(season, paid_order(season.offer, 2))
    services.unpack_order(by=season.cast.packer.actor, order=order, version=order.version)
    assert parcels_of(order)[0].status == ParcelStatus.RETURNED
    assert not queries.orders_brought_back(season.cast.packer.actor).exists()
