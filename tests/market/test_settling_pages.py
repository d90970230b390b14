"""Packing, shipping, disputes and settlements through the pages, as each of their readers."""

import re
from urllib.parse import urlencode

import pytest
from django.test import Client

from terrace.http.ways import urls_of
from terrace.kernel.actors import ANONYMOUS
from terrace.ledger.queries import find_account_of_party
from terrace.market import services
from terrace.market.domain import DisputeStatus, OrderStatus
from terrace.market.models import Agreement, Dispute, Order
from terrace.market.services.links import signature
from tests.conftest import Cast
from tests.journeys.harvest import Season, begin, pack_and_ship, parcels_of
from tests.market.orders import make_offer, paid_order
from tests.market.settling import carrier, deliver, disputed, pack, sent_order


@pytest.fixture
def season(cast: Cast) -> Season:
    """Return a season in which goods lie at the centre and are on sale."""
    return begin(cast)


def page(client: Client, url: str, status: int = 200) -> str:
    """Return the text of a page."""
    answer = client.get(url)
    assert answer.status_code == status, url
    return answer.content.decode()


def sent(client: Client, url: str, **values: object) -> int:
    """Send a form, and return the status of the answer."""
    return client.post(url, {name: str(value) for name, value in values.items()}).status_code


def link(order: Order, *parts: str) -> str:
    """Return the address of a buyer's page of the order."""
    return "/".join(["/market/orders", order.number, signature(order.reference), *parts, ""])


@pytest.mark.parametrize("act", ["cancel", "refund"])
def test_nobody_is_asked_about_money_that_was_shared_already(cast: Cast, act: str) -> None:
    order = deliver(sent_order(cast))
    services.confirm_receipt(by=ANONYMOUS, order=order, proof=signature(order.reference))

    asked = cast.buyer.client.get(f"/market/sell/orders/{order.number}/{act}/")

    assert asked.status_code == 409
    assert not order.refunds.exists()


def test_a_packer_packs_prints_and_ships_on_the_pages(season: Season) -> None:
    order, packer = paid_order(season.offer, 2), season.cast.packer.client
    assert order.number in page(packer, "/market/pack/")
    url = f"/market/sell/orders/{order.number}/"
    form = page(packer, f"{url}pack/")
    lots = dict.fromkeys(_fields(form, "line"), "")
    first = next(iter(lots))
    values = {**lots, first: "10", "parcels": "2", "weight": "5.5", "version": order.version}
    assert sent(packer, f"{url}pack/", **values) == 302
    order.refresh_from_db()
    assert order.status == OrderStatus.PACKED
    parcels = parcels_of(order)
    assert [parcel.weight_grams for parcel in parcels] == [5_500, 5_500]
    label = packer.get(f"{url}parcels/{parcels[0].number}/label/")
    assert (label.status_code, label["Content-Type"]) == (200, "application/pdf")
    waybills = {f"waybill_{parcel.number}": f"SV{parcel.pk}" for parcel in parcels}
    for parcel in parcels:
        parcel.carrier = carrier()
        parcel.save(update_fields=["carrier"])
    page(packer, f"{url}ship/")
    assert sent(packer, f"{url}ship/", version=order.version, **waybills) == 302
    order.refresh_from_db()
    assert order.status == OrderStatus.SHIPPED


def _fields(form: str, begin_: str) -> list[str]:
    return re.findall(rf'name="({begin_}[^"]*)"', form)


def test_what_does_not_add_up_comes_back_with_what_was_typed(season: Season) -> None:
    order, packer = paid_order(season.offer, 2), season.cast.packer.client
    url = f"/market/sell/orders/{order.number}/pack/"
    lots = dict.fromkeys(_fields(page(packer, url), "line"), "1")
    answer = packer.post(url, {**lots, "parcels": "1", "weight": "5", "version": order.version})
    assert answer.status_code == 422
    assert "are chosen" in answer.content.decode()
    order.refresh_from_db()
    assert order.status == OrderStatus.PAID


def test_a_packed_order_is_unpacked_again(season: Season) -> None:
    order = paid_order(season.offer, 1)
    packer, url = season.cast.packer.client, f"/market/sell/orders/{order.number}/"
    (first, *_others) = _fields(page(packer, f"{url}pack/"), "line")
    values = {first: "5", "parcels": "1", "weight": "5.5", "version": order.version}
    assert sent(packer, f"{url}pack/", **values) == 302
    order.refresh_from_db()
    assert sent(packer, f"{url}unpack/", version=order.version) == 302
    order.refresh_from_db()
    assert order.status == OrderStatus.PAID
    season.at_sale.lot.refresh_from_db()
    assert season.at_sale.lot.steps == 40_000


def test_a_buyer_confirms_on_the_page_of_the_link(cast: Cast) -> None:
    order = sent_order(cast)
    page(Client(), link(order, "confirm"))
    assert sent(Client(), link(order, "confirm")) == 302
    order.refresh_from_db()
    assert order.status == OrderStatus.COMPLETED
    page(Client(), "/market/orders/" + order.number + "/wrong/confirm/", 404)


def test_a_buyer_cancels_what_was_not_packed(cast: Cast) -> None:
    assert cast.buyer.party
    order = paid_order(make_offer(cast.buyer.party))
    page(Client(), link(order, "cancel"))
    assert sent(Client(), link(order, "cancel")) == 302
    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    assert order.refunded_minor == order.total_minor


def test_a_dispute_goes_from_the_buyer_to_the_seller_to_the_centre(cast: Cast) -> None:
    order = deliver(sent_order(cast))
    stranger, seller, clerk = Client(), cast.buyer.client, cast.clerk.client
    page(stranger, link(order, "dispute"))
    given = {"kind": "spoilt", "text": "Two are rotten", "wanted": "10"}
    assert sent(stranger, link(order, "dispute"), **given) == 302
    dispute = Dispute.objects.get(order=order)
    assert "Two are rotten" in page(stranger, link(order, "dispute"))
    url = f"/market/disputes/{dispute.number}/"
    assert dispute.number in page(seller, "/market/disputes/")
    assert "Answer" in page(seller, url)
    page(seller, f"{url}answer/")
    answer = {"offered": "2", "words": "We are sorry", "version": dispute.version}
    assert sent(seller, f"{url}answer/", **answer) == 302
    assert "We are sorry" in page(stranger, link(order, "dispute"))
    page(stranger, link(order, "dispute", "accept"))
    assert sent(stranger, link(order, "dispute", "pass-on")) == 302
    dispute.refresh_from_db()
    assert dispute.number in page(clerk, "/market/disputes/?" + urlencode({"status": "with_centre"}))
    assert f"{url}decide/" in page(clerk, "/market/desk/")
    page(clerk, f"{url}decide/")
    decision = {"amount": "5", "words_to_buyer": "Five", "words_to_seller": "It shows", "version": dispute.version}
    assert sent(clerk, f"{url}decide/", **decision) == 302
    dispute.refresh_from_db()
    assert (dispute.status, dispute.decided_minor) == (DisputeStatus.SETTLED, 500)
    assert "Five" in page(stranger, link(order, "dispute"))
    assert "It shows" in page(seller, url)


def test_a_seller_asks_for_the_goods_and_takes_them_back(cast: Cast) -> None:
    order = deliver(sent_order(cast))
    given = {"kind": "other", "text": "Not for me", "wanted": "10"}
    sent(Client(), link(order, "dispute"), **given)
    dispute = Dispute.objects.get(order=order)
    url = f"/market/disputes/{dispute.number}/"
    page(cast.buyer.client, f"{url}ask-back/")
    asked = {"offered": "48", "words": "Please send it back", "version": dispute.version}
    assert sent(cast.buyer.client, f"{url}ask-back/", **asked) == 302
    page(Client(), link(order, "dispute", "return"))
    assert sent(Client(), link(order, "dispute", "return"), waybill="SV-1") == 302
    page(cast.buyer.client, f"{url}arrived/")
    assert sent(cast.buyer.client, f"{url}arrived/", state="spoilt") == 302
    dispute.refresh_from_db()
    assert dispute.status == DisputeStatus.SETTLED


def test_each_reads_the_settlement_as_far_as_it_concerns_it(season: Season) -> None:
    order = deliver(pack_and_ship(season, paid_order(season.offer, 2)))
    sent(Client(), link(order, "confirm"))
    url = f"/market/settlements/{order.number}/"
    cast = season.cast
    seller = page(cast.buyer.client, url)
    assert "¥5.60" in seller
    assert "2 % of CN¥96.00" in seller
    assert cast.farmer.party
    assert cast.farmer.party.number in seller
    assert cast.farmer.party.name not in seller
    farmer = page(cast.farmer.client, url)
    assert season.at_sale.number in farmer
    assert "Cloud Ridge Shop" not in farmer
    assert f"/sourcing/purchases/{season.at_sale.number}/" in farmer
    assert "Your part" in farmer
    page(cast.keeper.client, url)
    assert cast.farmer.party.name in page(cast.clerk.client, url)
    page(cast.neighbour.client, url, 404)
    page(cast.stranger.client, url, 404)
    lot = season.at_sale.lot
    trace = page(Client(), f"/01/{lot.gtin}/10/{lot.number}")
    assert "Where the money went" in trace


def test_a_buyer_goes_from_a_packed_order_to_who_grew_it(season: Season) -> None:
    order, lot = paid_order(season.offer, 2), season.at_sale.lot
    assert "/01/" not in page(Client(), link(order))
    pack_and_ship(season, order)
    assert f'href="/01/{lot.gtin}/10/{lot.number}"' in page(Client(), link(order))


def test_a_seller_cancels_and_refunds_on_the_pages(cast: Cast) -> None:
    assert cast.buyer.party
    offer = make_offer(cast.buyer.party)
    order, other = pack(paid_order(offer), by=cast.buyer.actor), paid_order(offer)
    page(cast.buyer.client, f"/market/sell/orders/{order.number}/refund/")
    refund = {"amount": "1.50", "note": "A late start", "version": order.version}
    assert sent(cast.buyer.client, f"/market/sell/orders/{order.number}/refund/", **refund) == 302
    order.refresh_from_db()
    assert order.refunded_minor == 150
    page(cast.buyer.client, f"/market/sell/orders/{other.number}/cancel/")
    assert sent(cast.buyer.client, f"/market/sell/orders/{other.number}/cancel/", version=other.version) == 302
    offer.refresh_from_db()
    assert offer.available == 9


def test_the_centre_makes_an_agreement_and_takes_it_back_before_it_begins(cast: Cast) -> None:
    centre = cast.centre.client
    page(centre, "/market/agreements/")
    page(centre, "/market/agreements/new/")
    given = {
        "area": "621226",
        "starts_on": "2099-01-01",
        "platform_permille": "2",
        "packing": "1.50",
        "confirm_days": "7",
    }
    assert sent(centre, "/market/agreements/new/", **given) == 302
    agreement = Agreement.objects.get()
    assert agreement.platform_permille == 20
    page(centre, f"/market/agreements/{agreement.number}/withdraw/")
    assert sent(centre, f"/market/agreements/{agreement.number}/withdraw/") == 302
    assert not Agreement.objects.exists()


def test_the_books_lead_everybody_who_got_money_to_how_the_order_was_shared(season: Season) -> None:
    order = deliver(pack_and_ship(season, paid_order(season.offer, 2)))
    cast = season.cast
    sale, shared = f"/market/sell/orders/{order.number}/", f"/market/settlements/{order.number}/"
    assert cast.buyer.client.get(shared)["Location"] == sale
    page(cast.farmer.client, shared, 404)
    page(cast.stranger.client, shared, 404)
    sent(Client(), link(order, "confirm"))
    for who in (cast.buyer, cast.farmer, cast.keeper, cast.clerk):
        assert urls_of(who.actor, [order.reference]) == {order.reference: shared}
        page(who.client, shared)
    assert urls_of(ANONYMOUS, [order.reference]) == {}
    page(cast.stranger.client, shared, 404)
    assert cast.farmer.party
    account = find_account_of_party(cast.farmer.party.pk)
    assert account
    assert shared in page(cast.farmer.client, f"/ledger/accounts/{account.number}/")


def test_the_buyer_reads_what_became_of_a_dispute_as_long_as_the_order_is_read(cast: Cast) -> None:
    order = sent_order(cast)
    own = link(order)
    dispute = disputed(order, order.total_minor)
    assert "See how the dispute stands" in page(Client(), own)
    assert "I have the goods, all is well" not in page(Client(), own)
    services.pass_on_dispute(by=cast.buyer.actor, dispute=dispute)
    dispute.refresh_from_db()
    services.decide_dispute(
        by=cast.clerk.actor,
        dispute=dispute,
        version=dispute.version,
        amount=order.total,
        words_to_buyer="You get it all back",
        words_to_seller="The photo shows it",
    )
    assert link(order, "dispute") in page(Client(), own)
    said = page(Client(), link(order, "dispute"))
    assert "You get it all back" in said
    assert "The photo shows it" not in said
    both = page(cast.clerk.client, f"/market/disputes/{dispute.number}/")
    assert "You get it all back" in both
    assert "The photo shows it" in both
    assert "You get it all back" not in page(cast.buyer.client, f"/market/disputes/{dispute.number}/")


def test_a_buyer_says_what_else_is_wrong_when_the_first_dispute_is_over(cast: Cast) -> None:
    order = sent_order(cast)
    first = disputed(order)
    services.answer_dispute(by=cast.buyer.actor, dispute=first, version=1, amount=first.wanted, words="Sorry")
    again = f"{link(order, 'dispute')}?again=1"
    assert again in page(Client(), link(order))
    wrong = {"kind": "other", "text": "One box is empty", "wanted": "2.00"}
    assert sent(Client(), again, **wrong) == 302
    assert Dispute.objects.filter(order=order, ended_at=None).get().wanted_minor == 200
