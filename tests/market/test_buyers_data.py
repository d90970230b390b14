"""What is personal in orders is handed out, and goes in time."""

from base64 import b64decode
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.urls import reverse
from python_calamine import CalamineWorkbook

from terrace.audit.models import Act
from terrace.kernel import clock, events
from terrace.kernel.actors import ANONYMOUS, SYSTEM
from terrace.kernel.money import Money
from terrace.market import services
from terrace.market.domain import DisputeKind, OrderStatus
from terrace.market.models import Dispute, Offer, Order
from terrace.market.services import DisputeGiven
from terrace.market.services.links import signature
from terrace.registry.domain import DataRequested, PartyErased
from tests.conftest import Cast
from tests.market.orders import DELIVERY, paid_order, place
from tests.market.selling import a_photo
from tests.market.settling import sent_order


def ended(offer: Offer, days: int) -> Order:
    order = place({offer: 1}).orders[0]
    at = clock.now() - timedelta(days=days)
    Order.objects.filter(pk=order.pk).update(status=OrderStatus.EXPIRED, ended_at=at)
    return order


def test_recipients_are_emptied_some_time_after_the_end(offer: Offer) -> None:
    old, young, open_one = ended(offer, 181), ended(offer, 179), paid_order(offer)

    assert services.empty_old_orders() == 1

    old.refresh_from_db()
    assert (old.recipient, old.phone, old.address, old.note) == ("", "", "", "")
    assert old.region == DELIVERY.region
    kept = Order.objects.filter(pk__in=[young.pk, open_one.pk], recipient=DELIVERY.recipient)
    assert kept.count() == 2
    assert Act.objects.filter(act="market.empty_order").count() == 1
    assert services.empty_old_orders() == 0


def test_what_was_said_in_a_dispute_goes_with_the_recipient_and_amounts_stay(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    order = sent_order(cast)
    proof, wanted = signature(order.reference), Money(500, "CNY")
    given = DisputeGiven(DisputeKind.SPOILT, "Two are rotten, says Lin Yue", wanted, a_photo(size=(30, 20)))
    dispute = services.open_dispute(by=ANONYMOUS, order=order, given=given, proof=proof)
    photo, storage = str(dispute.photo.name), dispute.photo.storage
    services.withdraw_dispute(by=ANONYMOUS, dispute=dispute, proof=proof)
    ended_at = clock.now() - timedelta(days=181)
    Order.objects.filter(pk=order.pk).update(status=OrderStatus.COMPLETED, completed_at=ended_at)

    with django_capture_on_commit_callbacks(execute=True):
        assert services.empty_old_orders() == 1

    dispute.refresh_from_db()
    assert (dispute.text, dispute.photo.name, dispute.wanted, dispute.kind) == ("", "", wanted, DisputeKind.SPOILT)
    assert not storage.exists(photo)


def test_a_buyer_that_is_erased_leaves_no_name_in_its_orders(cast: Cast, offer: Offer) -> None:
    assert cast.farmer.party
    order = place({offer: 1}, by=cast.farmer.actor, buyer=cast.farmer.party.number).orders[0]

    events.publish(PartyErased(cast.farmer.party.pk))

    order = Order.objects.get(pk=order.pk)
    assert (order.recipient, order.phone, order.emptied_at is None) == ("", "", False)
    assert services.forget_buyer(by=SYSTEM, party_id=cast.farmer.party.pk) == 0


def disputed_by(cast: Cast, **buyer: Any) -> Dispute:
    """Return a dispute with words and a photo about an order of a buyer, decided by the centre."""
    order = sent_order(cast)
    Order.objects.filter(pk=order.pk).update(**buyer)
    given = DisputeGiven(DisputeKind.SPOILT, "Two are rotten", Money(500, "CNY"), a_photo(size=(30, 20)))
    dispute = services.open_dispute(by=ANONYMOUS, order=order, given=given, proof=signature(order.reference))
    dispute = services.pass_on_dispute(by=cast.buyer.actor, dispute=dispute)
    words = {"words_to_buyer": "You are right", "words_to_seller": "Pack better"}
    amount = Money(300, "CNY")
    return services.decide_dispute(by=SYSTEM, dispute=dispute, version=dispute.version, amount=amount, **words)


def is_all_of(dispute: Dispute, row: dict[str, Any]) -> bool:
    """Say whether a row has all that the buyer said and read, and nothing that only the seller reads."""
    prefix, _comma, photo = row["photo"].partition(",")
    with dispute.photo.open("rb") as file:
        assert (prefix, b64decode(photo)) == ("data:image/jpeg;base64", file.read())
    told = (row["order"], row["text"], row["what is wrong"], row["words of the centre"], row["given back"])
    assert told == (dispute.order.number, "Two are rotten", DisputeKind.SPOILT, "You are right", "3.00 CNY")
    return "Pack better" not in str(row)


def test_a_person_is_handed_what_they_said_and_showed_in_disputes(cast: Cast, offer: Offer) -> None:
    dispute = disputed_by(cast, person=cast.stranger.person)
    disputed_by(cast, person=cast.neighbour.person)

    handed = cast.stranger.client.post(reverse("accounts:data")).json()

    (row,) = handed["disputes"]
    assert is_all_of(dispute, row)
    assert [one["number"] for one in handed["orders"]] == [dispute.order.number]
    sheet = cast.stranger.client.post(reverse("accounts:data"), {"format": "xlsx"})
    rows = CalamineWorkbook.from_filelike(BytesIO(sheet.content)).get_sheet_by_name("Disputes").to_python()
    assert "In the file for programs" in rows[1]
    assert "base64" not in str(rows)


def test_a_buying_party_is_handed_what_it_said_and_showed_in_disputes(cast: Cast, offer: Offer) -> None:
    assert cast.farmer.party
    dispute = disputed_by(cast, buyer=cast.farmer.party)
    handed: dict[str, Any] = {}

    events.publish(DataRequested(cast.farmer.party.pk, lambda name, rows: handed.update({name: rows})))

    (row,) = handed["disputes"]
    assert is_all_of(dispute, row)


def test_a_buyer_is_handed_what_its_orders_hold(cast: Cast, offer: Offer) -> None:
    assert cast.farmer.party
    order = place({offer: 1}, by=cast.farmer.actor, buyer=cast.farmer.party.number).orders[0]
    handed: dict[str, Any] = {}

    events.publish(DataRequested(cast.farmer.party.pk, lambda name, rows: handed.update({name: rows})))

    (row,) = handed["orders"]
    assert (row["number"], row["recipient"], row["phone"]) == (order.number, DELIVERY.recipient, DELIVERY.phone)
