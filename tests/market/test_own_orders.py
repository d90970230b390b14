"""Somebody with an account: own orders, those of before claimed by phone, addresses that are kept."""

import json
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from terrace.accounts import services as accounts
from terrace.accounts.models import Person
from terrace.accounts.services.sign_in import self_of
from terrace.kernel.actors import ANONYMOUS, SYSTEM, Actor
from terrace.kernel.errors import Forbidden, Invalid, NotFound
from terrace.kernel.phones import read_phone
from terrace.market import services
from terrace.market.domain import OrderStatus
from terrace.market.models import Address, Offer, Order, Review
from terrace.market.queries import buying
from terrace.market.queries.own import addresses_of, claimable
from terrace.market.services import Delivery
from tests import factories
from tests.conftest import Cast
from tests.market.orders import DELIVERY, paid_order, place
from tests.market.settling import deliver, pack, ship


def buyer(**values: Any) -> Person:
    """Somebody of no area, post or party."""
    person: Person = factories.PersonFactory(area_path="", **values)
    return person


@pytest.fixture
def holder(db: None) -> Actor:
    """Somebody who has shown to hold the phone that orders of the tests are placed with."""
    return self_of(buyer(phone=DELIVERY.phone, proven_phone=DELIVERY.phone))


def moved(address: str) -> Delivery:
    """Where the same person lives now."""
    return replace(DELIVERY, address=address)


def numbers(actor: Actor) -> list[str]:
    return list(buying.orders_bought_by(actor).order_by("pk").values_list("number", flat=True))


def test_what_is_bought_signed_in_is_among_ones_own_and_nobody_elses(offer: Offer) -> None:
    one, other = self_of(buyer()), self_of(buyer())

    order = place({offer: 1}, by=one).orders[0]

    assert (numbers(one), numbers(other), numbers(ANONYMOUS)) == ([order.number], [], [])
    version = Order.objects.get().version
    with pytest.raises(Forbidden):
        services.cancel_order(by=other, order=order, version=version)
    assert Order.objects.get().status == OrderStatus.PLACED
    services.cancel_order(by=one, order=order, version=version)
    assert Order.objects.get().status == OrderStatus.CANCELLED


def test_orders_of_before_are_claimed_by_the_phone_that_was_shown(offer: Offer, holder: Actor) -> None:
    before = paid_order(offer)
    assert list(claimable(holder)) == [before]

    claimed = [services.claim_orders(by=holder) for _time in range(2)]

    assert claimed == [[before], []]
    assert numbers(holder) == [before.number]


def test_a_phone_that_was_only_typed_claims_nothing(offer: Offer) -> None:
    paid_order(offer)
    typed = self_of(buyer(phone=DELIVERY.phone))

    assert services.claim_orders(by=typed) == []

    assert Order.objects.get().person_id is None


def test_an_order_of_somebody_else_or_of_a_party_is_not_claimed(cast: Cast, offer: Offer, holder: Actor) -> None:
    assert cast.farmer.party
    place({offer: 1}, by=self_of(buyer()))
    place({offer: 1}, by=cast.farmer.actor, buyer=cast.farmer.party.number)

    assert services.claim_orders(by=holder) == []

    assert numbers(holder) == []


def test_a_visitor_claims_and_keeps_nothing(offer: Offer) -> None:
    paid_order(offer)

    with pytest.raises(Forbidden):
        services.claim_orders(by=ANONYMOUS)
    with pytest.raises(Forbidden):
        services.keep_address(by=ANONYMOUS, given=DELIVERY)

    assert Order.objects.get().person_id is None
    assert not Address.objects.exists()


def test_an_address_is_kept_once_and_seen_by_its_owner_alone(holder: Actor) -> None:
    kept = [services.keep_address(by=holder, given=DELIVERY) for _time in range(2)]
    stranger = self_of(buyer())

    assert kept[0] == kept[1] == addresses_of(holder).get()
    assert not addresses_of(stranger).exists()
    with pytest.raises(Forbidden):
        services.remove_address(by=stranger, address=kept[0])
    assert Address.objects.exists()
    services.remove_address(by=holder, address=kept[0])
    assert not Address.objects.exists()


def test_ten_addresses_are_kept_and_no_more(holder: Actor) -> None:
    given = [DELIVERY.__class__("Lin Yue", DELIVERY.phone, "Shaanxi", f"Willow Lane {n}") for n in range(11)]
    for one in given[:10]:
        services.keep_address(by=holder, given=one)

    with pytest.raises(Invalid):
        services.keep_address(by=holder, given=given[10])

    assert addresses_of(holder).count() == 10


def test_an_address_is_changed_by_its_owner_alone_and_never_into_another_one(holder: Actor) -> None:
    kept = services.keep_address(by=holder, given=DELIVERY)
    other = services.keep_address(by=holder, given=moved("7 Poplar Road"))
    stranger = self_of(buyer())

    with pytest.raises(Forbidden):
        services.change_address(by=stranger, address=kept, given=moved("9 Elm Street"))
    with pytest.raises(Invalid) as refused:
        services.change_address(by=holder, address=other, given=DELIVERY)

    assert refused.value.field == "address"
    assert list(addresses_of(holder).order_by("pk").values_list("address", flat=True)) == [
        DELIVERY.address,
        "7 Poplar Road",
    ]
    services.change_address(by=holder, address=kept, given=moved("9 Elm Street"))
    kept.refresh_from_db()
    assert (kept.address, kept.phone) == ("9 Elm Street", DELIVERY.phone)


def test_an_address_that_is_gone_is_not_changed(holder: Actor) -> None:
    kept = services.keep_address(by=holder, given=DELIVERY)
    services.remove_address(by=holder, address=kept)

    with pytest.raises(NotFound):
        services.change_address(by=holder, address=kept, given=moved("9 Elm Street"))

    assert not Address.objects.exists()


def test_an_order_keeps_the_address_that_it_was_placed_with(offer: Offer, holder: Actor) -> None:
    kept = services.keep_address(by=holder, given=DELIVERY)
    order = place({offer: 1}, by=holder).orders[0]

    services.change_address(by=holder, address=kept, given=moved("9 Elm Street"))

    order.refresh_from_db()
    assert order.address == DELIVERY.address


def test_what_is_wrong_with_an_address_is_told_at_its_field(holder: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        services.keep_address(by=holder, given=DELIVERY.__class__("Lin", "12", "Shaanxi", "Willow Lane 1"))

    assert refused.value.field == "phone"
    assert not Address.objects.exists()


def test_with_the_account_go_its_addresses_and_what_is_personal_in_orders_that_are_over(
    offer: Offer, holder: Actor
) -> None:
    services.keep_address(by=holder, given=DELIVERY)
    over, under_way = (place({offer: 1}, by=holder).orders[0] for _order in range(2))
    services.cancel_order(by=holder, order=over, version=Order.objects.get(pk=over.pk).version)

    accounts.close_account(by=holder)

    assert not Address.objects.exists()
    assert list(Order.objects.order_by("pk").values_list("person_id", "recipient")) == [
        (None, ""),
        (None, DELIVERY.recipient),
    ]
    assert Order.objects.get(pk=under_way.pk).status == OrderStatus.PLACED


def test_with_the_account_go_text_and_name_of_its_reviews_and_the_stars_stay(offer: Offer, holder: Actor) -> None:
    order = deliver(ship(pack(paid_order(offer, by=holder), by=SYSTEM)))
    services.review(by=holder, line=order.lines.get(), given=services.ReviewGiven(4, "Crisp", "Lin Yue"))

    accounts.close_account(by=holder)

    written = Review.objects.get()
    assert (written.rating, written.text, written.signed) == (4, "", "")


def test_what_is_handed_out_of_an_account_holds_orders_and_addresses(offer: Offer, holder: Actor) -> None:
    services.keep_address(by=holder, given=DELIVERY)
    order = place({offer: 1}, by=holder).orders[0]

    held = accounts.export_account(by=holder)

    assert [row["address"] for row in held["addresses"]] == [DELIVERY.address]
    assert [row["number"] for row in held["orders"]] == [order.number]


def test_pages_keep_an_address_claim_orders_and_fill_in_the_checkout(offer: Offer, holder: Actor) -> None:
    client = Client()
    client.force_login(Person.objects.get(pk=holder.person_id))
    before = paid_order(offer)
    assert "1 order was placed" in _html(client.get(reverse("market:orders_mine")))

    client.post(reverse("market:orders_claim"))
    fields = {name: getattr(DELIVERY, name) for name in ("recipient", "phone", "region", "address")}
    client.post(reverse("market:addresses"), fields)
    client.post(reverse("market:basket_add", args=[offer.number]), {"quantity": 1})

    assert before.number in _html(client.get(reverse("market:orders_mine")))
    assert f'value="{DELIVERY.address}"' in _html(client.get(reverse("market:checkout")))
    kept = Address.objects.get()
    client.post(reverse("market:address", args=[kept.pk]), {**fields, "address": "9 Elm Street"})
    assert "9 Elm Street" in _html(client.get(reverse("market:addresses")))
    client.post(reverse("market:address_remove", args=[kept.pk]))
    assert not Address.objects.exists()


def test_over_rest_one_keeps_changes_and_removes_addresses_and_claims_orders(offer: Offer, holder: Actor) -> None:
    client = Client()
    client.force_login(Person.objects.get(pk=holder.person_id))
    before = paid_order(offer)
    fields = {name: getattr(DELIVERY, name) for name in ("recipient", "phone", "region", "address")}

    kept = _sent(client, "post", "/my-addresses", fields).json()
    changed = _sent(client, "put", f"/my-addresses/{kept['id']}", {**fields, "address": "9 Elm Street"}).json()
    refused = _sent(client, "put", f"/my-addresses/{kept['id']}", {**fields, "phone": "12"})

    assert changed == {**kept, "address": "9 Elm Street"}
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "phone")
    assert _sent(client, "get", "/my-addresses").json() == [changed]
    assert _sent(client, "get", "/my-claim").json()["waiting"] == 1
    assert _sent(client, "post", "/my-claim", {}).json() == {"waiting": 0, "claimed": [before.number]}
    assert [row["number"] for row in _sent(client, "get", "/my-orders").json()["items"]] == [before.number]
    assert _sent(client, "post", f"/my-addresses/{kept['id']}/remove", {}).status_code == 204
    assert not Address.objects.exists()


def test_over_rest_nobody_finds_somebody_elses_address(holder: Actor) -> None:
    kept = services.keep_address(by=holder, given=DELIVERY)
    client = Client()
    client.force_login(buyer())
    fields = {name: getattr(DELIVERY, name) for name in ("recipient", "phone", "region", "address")}

    answers = [
        _sent(client, "put", f"/my-addresses/{kept.pk}", {**fields, "address": "9 Elm Street"}),
        _sent(client, "post", f"/my-addresses/{kept.pk}/remove", {}),
        client.post(reverse("market:address", args=[kept.pk]), {**fields, "address": "9 Elm Street"}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert _sent(client, "get", "/my-addresses").json() == []
    assert Address.objects.get().address == DELIVERY.address


def _sent(client: Client, method: str, path: str, body: dict[str, object] | None = None) -> Any:
    return client.generic(method.upper(), f"/api/v1/market{path}", json.dumps(body), content_type="application/json")


def _html(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_checkout_begins_with_the_phone_that_was_shown(offer: Offer) -> None:
    client = Client()
    client.force_login(
        buyer(phone=DELIVERY.phone, proven_phone=DELIVERY.phone),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    client.post(reverse("market:basket_add", args=[offer.number]), {"quantity": 1})

    form = client.get(reverse("market:checkout")).context["form"]

    assert read_phone(form.initial["phone"], "CN") == DELIVERY.phone
