"""Whose turn it is in a dispute: to-dos lead to what is still to be done, and nobody to a door that stays shut."""

from datetime import timedelta

from terrace.market import services
from terrace.market.models import Dispute, Order
from terrace.web.trade import counted
from tests.conftest import Cast, Member
from tests.market.orders import make_offer, paid_order
from tests.market.settling import deliver, disputed, pack, sent_order, ship

ANSWER, TAKE_IN = "Answer buyers", "Take in what buyers send back"


def _todo(member: Member) -> dict[str, tuple[str, int]]:
    return {str(one.title): (one.url, one.count) for one in counted(member.actor)}


def _with_centre(cast: Cast, order: Order) -> Dispute:
    dispute = disputed(deliver(order))
    services.pass_on_dispute(by=cast.buyer.actor, dispute=dispute)
    return dispute


def test_the_desk_leads_no_clerk_to_a_dispute_about_the_own_purchase(cast: Cast) -> None:
    assert cast.buyer.party
    bought = paid_order(make_offer(cast.buyer.party), by=cast.clerk.actor)
    own = _with_centre(cast, ship(pack(bought, by=cast.buyer.actor)))
    assert cast.clerk.client.get(f"/market/disputes/{own.number}/decide/").status_code == 403
    assert "Decide disputes" not in _todo(cast.clerk)
    other = _with_centre(cast, sent_order(cast))

    desk = cast.clerk.client.get("/market/desk/").content.decode()

    assert f"/market/disputes/{own.number}/" not in desk
    assert cast.clerk.client.get(f"/market/disputes/{other.number}/decide/").status_code == 200
    assert f"/market/disputes/{other.number}/decide/" in desk
    assert _todo(cast.clerk)["Decide disputes"][1] == 1


def test_who_asked_for_the_goods_has_answered_and_takes_them_in_next(cast: Cast) -> None:
    order = deliver(sent_order(cast))
    dispute = disputed(order)
    url, count = _todo(cast.buyer)[ANSWER]
    assert (count, dispute.number in cast.buyer.client.get(url).content.decode()) == (1, True)
    services.ask_goods_back(
        by=cast.buyer.actor, dispute=dispute, version=dispute.version, amount=order.escrow, words="Send them back"
    )

    todo = _todo(cast.buyer)

    assert ANSWER not in todo
    url, count = todo[TAKE_IN]
    assert (count, dispute.number in cast.buyer.client.get(url).content.decode()) == (1, True)
    assert TAKE_IN in cast.buyer.client.get("/market/sell/").content.decode()


def test_the_dispute_that_is_due_first_stands_first_and_says_when(cast: Cast) -> None:
    early, late = (disputed(deliver(sent_order(cast))) for _ in range(2))
    Dispute.objects.filter(pk=late.pk).update(answer_by=late.answer_by - timedelta(days=9))

    page = cast.buyer.client.get("/market/disputes/?status=open").content.decode()

    assert page.index(late.number) < page.index(early.number)
    assert "Answer by" in page
