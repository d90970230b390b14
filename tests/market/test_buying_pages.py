"""What buyers see: basket, checkout, payment and orders, without an account."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from terrace.market import services
from terrace.market.domain import OrderStatus, PaymentStatus, Provider
from terrace.market.models import Offer, Order, Payment, SandboxCharge
from terrace.market.services.links import signature
from terrace.messaging.models import OutgoingMessage
from tests import factories
from tests.conftest import Cast
from tests.market.orders import DELIVERY, make_offer, paid_order, place
from tests.market.settling import sent_order
from tests.market.test_payments import post_to_us

FIELDS = {name: getattr(DELIVERY, name) for name in ("recipient", "phone", "region", "address", "note")}


@pytest.fixture(autouse=True)
def _no_counts(db: None) -> None:
    """Begin with no tries counted."""
    cache.clear()


def put(client: Client, offer: Offer, quantity: object = 1) -> Any:
    return client.post(reverse("market:basket_add", args=[offer.number]), {"quantity": quantity})


def html(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def hidden(answer: Any, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', html(answer))
    assert found, name
    return found[1]


def order_by_page(client: Client, **changes: str) -> Any:
    """Fill in the checkout's form as it is shown, and send it."""
    page = client.get(reverse("market:checkout"))
    sent = {**FIELDS, "provider": "sandbox", "total": hidden(page, "total")}
    return client.post(
        reverse("market:checkout"), {**sent, "idempotency_key": hidden(page, "idempotency_key"), **changes}
    )


def test_from_the_basket_to_a_paid_order_without_an_account(offer: Offer) -> None:
    client = Client()
    other = make_offer(factories.HouseholdFactory(name="Wang Fude"), price=1_000)
    put(client, offer, 2)
    put(client, other)
    basket = html(client.get(reverse("market:basket")))
    assert "Cloud Ridge Shop" in basket
    assert "A household of" in basket
    assert "Wang Fude" not in basket

    placed = order_by_page(client)
    payment_page = client.get(placed["Location"])
    to_cashier = client.post(placed["Location"])
    cashier = client.get(to_cashier["Location"])
    back = client.post(to_cashier["Location"], {"answer": "pay", "sending": "once"})
    waiting = client.get(back["Location"])
    services.send_notices(send=post_to_us)
    done = client.get(back["Location"])

    assert placed.status_code == to_cashier.status_code == back.status_code == 302
    assert "Pay now" in html(payment_page)
    assert "No money moves" in html(cashier)
    assert "not told us of your payment yet" in html(waiting)
    assert "Thank you for your order" in html(done)
    assert set(Order.objects.values_list("status", flat=True)) == {OrderStatus.PAID}
    assert "Your basket is empty" in html(client.get(reverse("market:basket")))


def test_who_refuses_at_the_cashier_comes_back_unpaid(offer: Offer) -> None:
    client = Client()
    put(client, offer)
    placed = order_by_page(client)
    to_cashier = client.post(placed["Location"])

    client.post(to_cashier["Location"], {"answer": "refuse", "sending": "once"})
    services.send_notices(send=post_to_us)

    assert Payment.objects.get().status == PaymentStatus.WAITING
    assert SandboxCharge.objects.get().state == "refused"


def test_quantities_change_and_lines_go(offer: Offer) -> None:
    client = Client()
    put(client, offer)
    client.post(reverse("market:basket"), {f"quantity-{offer.number}": "3"})
    assert 'value="3"' in html(client.get(reverse("market:basket")))

    client.post(reverse("market:basket"), {f"quantity-{offer.number}": "3", "remove": offer.number})

    assert "Your basket is empty" in html(client.get(reverse("market:basket")))


def test_what_is_typed_in_the_basket_goes_along_to_the_checkout(offer: Offer) -> None:
    client = Client()
    put(client, offer, 1)

    answer = client.post(reverse("market:basket"), {f"quantity-{offer.number}": "3", "go": "checkout"})

    assert answer["Location"] == reverse("market:checkout")
    assert "× 3" in html(client.get(answer["Location"]))


@pytest.mark.parametrize("quantity", ["-1", "x", "", "1.5", "99999999999999999999999"])
def test_no_wrong_quantity_gets_into_the_basket(offer: Offer, quantity: str) -> None:
    client = Client()
    assert put(client, offer, quantity).status_code in (302, 422)
    held = client.session.get("basket", {})
    assert held.get(offer.number, 0) <= offer.most_per_order


def test_a_changed_price_is_told_before_anything_is_ordered(offer: Offer) -> None:
    client = Client()
    put(client, offer)
    page = client.get(reverse("market:checkout"))
    Offer.objects.filter(pk=offer.pk).update(price_minor=9_900)
    sent = {**FIELDS, "provider": "sandbox", "total": hidden(page, "total")}

    refused = client.post(reverse("market:checkout"), sent)

    assert refused.status_code == 422
    assert "have changed" in html(refused)
    assert "105.00" in html(refused)
    assert hidden(refused, "total") == "10500"
    assert not Payment.objects.exists()
    assert Offer.objects.get().available == offer.available


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "12345"),
        ("phone", ""),
        ("recipient", ""),
        ("region", "1"),
        ("address", "12"),
        ("note", "ID 11010519491231002X"),
        ("provider", "shells"),
        ("provider", "nothing"),
    ],
)
def test_a_wrong_delivery_is_refused_at_its_field(offer: Offer, field: str, value: str) -> None:
    client = Client()
    put(client, offer)

    refused = order_by_page(client, **{field: value})

    assert refused.status_code == 422
    assert "errorlist" in html(refused)
    assert not Payment.objects.exists()
    assert Offer.objects.get().available == offer.available


def test_a_checkout_sent_twice_is_one_order(offer: Offer) -> None:
    client = Client()
    put(client, offer)
    page = client.get(reverse("market:checkout"))
    sent = {
        **FIELDS,
        "provider": "sandbox",
        "total": hidden(page, "total"),
        "idempotency_key": hidden(page, "idempotency_key"),
    }

    first, second = (client.post(reverse("market:checkout"), sent) for _time in range(2))

    assert first["Location"] == second["Location"]
    assert Order.objects.count() == 1


def test_an_order_opens_by_its_link_and_by_nothing_near_it(offer: Offer) -> None:
    order = paid_order(offer)
    link = services.order_path(order)
    assert DELIVERY.recipient in html(Client().get(link))
    other = place({offer: 1}).orders[0]
    signs = link.rstrip("/").rpartition("/")[2]

    for wrong in (reverse("market:order", args=[other.number, signs]), link[:-2] + "x/"):
        answer = Client().get(wrong)
        assert answer.status_code == 404
        assert DELIVERY.recipient not in html(answer)


def test_an_order_opens_by_number_and_phone(offer: Offer) -> None:
    order = paid_order(offer)
    given = {"number": f" {order.number.lower()} ", "phone": "138 0013 8000"}

    client = Client()
    answer = client.post(reverse("market:orders_find"), given)

    assert answer["Location"] != services.order_path(order)
    assert DELIVERY.recipient in html(client.get(answer["Location"]))


def test_number_and_phone_let_one_look_and_not_act(offer: Offer) -> None:
    order = paid_order(offer)
    found = Client().post(reverse("market:orders_find"), {"number": order.number, "phone": order.phone})["Location"]
    signs = found.rstrip("/").rsplit("/", 1)[1]

    page = html(Client().get(found))

    assert signature(order.reference) not in page
    assert "Cancel the order" not in page
    for act in ("order_cancel", "order_confirm", "order_dispute"):
        assert Client().post(reverse(f"market:{act}", args=[order.number, signs])).status_code == 404
    order.refresh_from_db()
    assert order.status == OrderStatus.PAID


def test_the_link_is_sent_to_the_phone_of_the_order_a_few_times(offer: Offer) -> None:
    order = paid_order(offer)
    OutgoingMessage.objects.all().delete()
    look = Client().post(reverse("market:orders_find"), {"number": order.number, "phone": order.phone})["Location"]
    url, client = f"{look}send-link/", Client()

    answers = [client.post(url) for _try in range(5)]

    assert [answer.status_code for answer in answers] == [302] * 3 + [429] * 2
    sent = OutgoingMessage.objects.filter(address=order.phone)
    assert sent.count() == 3
    assert services.order_path(order) in sent.first().text
    assert "8000" in html(client.get(answers[0]["Location"]))


def test_a_wrong_phone_says_nothing_and_tries_are_counted(offer: Offer) -> None:
    order = paid_order(offer)
    client = Client()
    given = {"number": order.number, "phone": "139 0013 8000"}

    answers = [client.post(reverse("market:orders_find"), given) for _try in range(10)]

    assert [answer.status_code for answer in answers] == [422] * 8 + [429] * 2
    assert DELIVERY.recipient not in html(answers[0])
    assert "no order with this number" in html(answers[0])
    right = client.post(reverse("market:orders_find"), {"number": order.number, "phone": DELIVERY.phone})
    assert right.status_code == 429


def test_who_speaks_for_a_buyer_finds_its_orders(cast: Cast, offer: Offer) -> None:
    assert cast.farmer.party
    order = paid_order(offer, by=cast.farmer.actor, buyer=cast.farmer.party.number)

    assert order.number in html(cast.farmer.client.get(reverse("market:orders_mine")))
    assert order.number not in html(cast.buyer.client.get(reverse("market:orders_mine")))


def test_a_clerk_confirms_a_transfer_on_the_page(cast: Cast, offer: Offer) -> None:
    payment = place({offer: 1}, provider=Provider.BANK).payment
    assert payment.number in html(cast.clerk.client.get(reverse("market:payments")))
    where = reverse("market:payment_confirm", args=[payment.number])
    day = payment.created_at.date().isoformat()

    wrong = cast.clerk.client.post(where, {"amount": "1.00", "on": day, "reference": "B-1"})
    assert (wrong.status_code, Payment.objects.get().status) == (422, PaymentStatus.WAITING)
    nameless = cast.clerk.client.post(where, {"amount": str(payment.amount.amount), "on": day})
    assert (nameless.status_code, Payment.objects.get().status) == (422, PaymentStatus.WAITING)
    right = cast.clerk.client.post(where, {"amount": str(payment.amount.amount), "on": day, "reference": "B-1"})

    assert right.status_code == 302
    assert Payment.objects.get().status == PaymentStatus.PAID


def test_a_clerk_elsewhere_finds_no_payment_of_here(cast: Cast, offer: Offer) -> None:
    payment = place({offer: 1}, provider=Provider.BANK).payment
    elsewhere = factories.PostFactory(
        unit=factories.UnitFactory(area=factories.AreaFactory(code="621227")), role="centre-clerk"
    )
    client = Client()
    client.force_login(elsewhere.person, backend="allauth.account.auth_backends.AuthenticationBackend")
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(elsewhere.person, "TERRACETERRACETERRACETERRACETERR")

    assert payment.number not in html(client.get(reverse("market:payments")))
    assert client.get(reverse("market:payment_confirm", args=[payment.number])).status_code == 404


def test_the_bank_details_stand_on_the_page_of_a_transfer(offer: Offer) -> None:
    payment = place({offer: 1}, provider=Provider.BANK).payment

    page = html(Client().get(services.payment_path(payment)))

    assert "no real bank" in page
    assert payment.number in page
    assert "Pay now" not in page


def test_an_order_under_way_shows_its_parcels_and_asks_for_the_receipt(cast: Cast) -> None:
    order = sent_order(cast)

    page = html(Client().get(services.order_path(order)))

    assert "I have the goods, all is well" in page
    assert "Something is wrong" in page
    assert "Cancel the order" not in page
    assert "W-" in page
