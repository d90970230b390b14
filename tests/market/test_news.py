"""Who is told what about orders, by which way, in which language, and who is left in peace."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from terrace.http import written
from terrace.kernel.actors import ANONYMOUS
from terrace.market import services
from terrace.market.services.links import signature
from terrace.messaging.domain import Channel
from terrace.messaging.models import Notice, OutgoingMessage
from tests.conftest import Cast, Member
from tests.journeys.harvest import begin, pack_and_ship
from tests.market.orders import make_offer, paid_order
from tests.market.settling import deliver, disputed, pack, sent_order, ship


def told(member: Member) -> list[str]:
    """Return what stands in somebody's list, the oldest first."""
    return list(Notice.objects.filter(person_id=member.person.pk).order_by("id").values_list("title", flat=True))


def test_the_first_paid_order_is_told_aloud_and_the_others_in_one_line(cast: Cast) -> None:
    assert cast.buyer.party
    cast.buyer.person.phone, cast.buyer.person.language = "+8613900139000", "en"
    cast.buyer.person.save()
    offer = make_offer(cast.buyer.party)
    first = paid_order(offer)
    to_seller = OutgoingMessage.objects.filter(address="+8613900139000", channel=Channel.SMS)
    assert to_seller.count() == 1
    for _order in range(3):
        paid_order(offer)
    assert told(cast.buyer) == [f"Order {first.number} is paid: pack it", "4 paid orders wait to be packed"]
    assert to_seller.count() == 1


def test_the_seller_is_told_in_its_own_language_whoever_books_the_payment(cast: Cast) -> None:
    assert cast.buyer.party
    cast.buyer.person.language = "zh-hans"
    cast.buyer.person.save()
    with override("en"):
        paid_order(make_offer(cast.buyer.party))
    assert "is paid" not in told(cast.buyer)[0]


def test_money_is_told_to_seller_and_grower_in_one_line_a_day_and_to_no_unit(cast: Cast) -> None:
    season = begin(cast)
    for member in (cast.farmer, cast.buyer):
        member.person.language = "en"
        member.person.save()
    Notice.objects.all().delete()
    for _order in range(2):
        order = deliver(pack_and_ship(season, paid_order(season.offer, 1)))
        services.confirm_receipt(by=ANONYMOUS, order=order, proof=signature(order.reference))

    (money,) = [title for title in told(cast.farmer) if "came to your account" in title]
    assert money.endswith("came to your account today, from 2 orders.")
    assert len([title for title in told(cast.buyer) if "came to your account" in title]) == 1
    for unit_member in (cast.keeper, cast.packer, cast.driver, cast.clerk, cast.centre):
        assert not [title for title in told(unit_member) if "account" in title]


def test_what_was_read_is_told_again_when_more_comes(cast: Cast) -> None:
    for _order in range(2):
        order = sent_order(cast)
        services.confirm_receipt(by=ANONYMOUS, order=order, proof=signature(order.reference))
        Notice.objects.filter(person_id=cast.buyer.person.pk).update(read_at=order.created_at)
    assert len(Notice.objects.filter(person_id=cast.buyer.person.pk, topic="money")) == 2


def test_a_dispute_is_told_aloud_to_its_seller_and_to_who_decides_when_it_is_their_turn(cast: Cast) -> None:
    cast.buyer.person.phone = "+8613900139000"
    cast.buyer.person.save()
    order = sent_order(cast)
    OutgoingMessage.objects.all().delete()
    dispute = disputed(order)
    assert OutgoingMessage.objects.filter(address="+8613900139000").count() == 1
    assert told(cast.clerk) == []

    services.pass_on_overdue(now=dispute.answer_by + timedelta(seconds=1))

    assert told(cast.clerk) == told(cast.centre) == ["A dispute waits for the decision of the centre"]
    for who in (cast.packer, cast.driver, cast.keeper, cast.stranger):
        assert told(who) == []


def test_a_review_is_told_to_its_seller_once_until_it_is_read(cast: Cast) -> None:
    assert cast.buyer.party
    cast.buyer.person.language = "en"
    cast.buyer.person.save()
    offer = make_offer(cast.buyer.party)
    for _order in range(2):
        order = ship(pack(paid_order(offer), by=cast.buyer.actor))
        services.confirm_receipt(by=ANONYMOUS, order=order, proof=signature(order.reference))
        said = services.ReviewGiven(5, "Crisp")
        services.review(by=ANONYMOUS, line=order.lines.get(), given=said, has_order=True)
    assert told(cast.buyer).count("A buyer wrote a review") == 1


@pytest.mark.parametrize("speaks", [True, False])
def test_a_buyer_with_an_account_is_told_in_the_app_too(cast: Cast, speaks: bool) -> None:
    reader = cast.buyer if speaks else cast.stranger
    reader.person.language = "en"
    reader.person.save()
    assert cast.farmer.party
    offer = make_offer(cast.farmer.party)
    buyer = cast.buyer.party.number if speaks and cast.buyer.party else ""
    order = paid_order(offer, by=reader.actor, buyer=buyer)
    ship(pack(order, by=cast.farmer.actor))

    about = [title for title in told(reader) if "our" in title]

    assert about == [
        f"Your payment of {written.money(order.total)} has come.",
        f"Your order {order.number} is on its way.",
    ]
    links = set(Notice.objects.filter(person_id=reader.person.pk).values_list("url", flat=True))
    assert services.order_path(order) in links
