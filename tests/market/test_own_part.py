"""In a dispute, too, a seller alone gives back what is the seller's own; what goes beyond it the centre grants."""

import pytest

from terrace.kernel.actors import ANONYMOUS
from terrace.kernel.errors import Forbidden, Invalid
from terrace.market import services
from terrace.market.domain import DisputeKind, DisputeStatus, OrderStatus, ReturnState
from terrace.market.models import Dispute, Order, Refund
from terrace.market.services import DisputeGiven
from terrace.market.services.links import signature
from tests.amounts import fen
from tests.conftest import Cast
from tests.journeys.harvest import Season, begin, pack_and_ship
from tests.market.orders import paid_order
from tests.market.settling import balance, deliver


@pytest.fixture
def season(cast: Cast) -> Season:
    return begin(cast)


@pytest.fixture
def order(season: Season) -> Order:
    """Return an order that arrived, of goods of which growers, carrier, points and packing are due their part."""
    return deliver(pack_and_ship(season, paid_order(season.offer, 2)))


@pytest.fixture
def dispute(order: Order) -> Dispute:
    """Return what a friend of the seller says about it: all of the money shall come back."""
    given = DisputeGiven(DisputeKind.OTHER, "I do not like them", order.total)
    return services.open_dispute(by=ANONYMOUS, order=order, given=given, proof=signature(order.reference))


def agreed(season: Season, dispute: Dispute) -> Dispute:
    """Let the seller agree to all that is wanted."""
    given = {"version": dispute.version, "amount": dispute.wanted, "words": "They are right"}
    return services.agree_to_more(by=season.cast.buyer.actor, dispute=dispute, **given)


def unmoved(order: Order) -> bool:
    """Say whether all of the order's money is still in escrow."""
    return balance(reference=order.reference) == order.total_minor and not Refund.objects.exists()


def test_a_seller_alone_settles_nothing_beyond_the_own_part(season: Season, order: Order, dispute: Dispute) -> None:
    own = services.own_part(order)
    assert fen(0) < own < order.total

    for amount in (own + fen(1), order.total):
        with pytest.raises(services.OfOthers, match=str(own.amount)) as refused:
            services.answer_dispute(
                by=season.cast.buyer.actor, dispute=dispute, version=1, amount=amount, words="They are right"
            )
        assert (refused.value.field, refused.value.details) == ("offered", {"own": own})

    dispute.refresh_from_db()
    assert (dispute.status, dispute.version, dispute.answer) == (DisputeStatus.OPEN, 1, "")
    assert unmoved(order)


def test_all_of_the_own_part_goes_back_when_the_buyer_takes_it(season: Season, order: Order, dispute: Dispute) -> None:
    own = services.own_part(order)
    services.answer_dispute(by=season.cast.buyer.actor, dispute=dispute, version=1, amount=own, words="So much")

    services.accept_offer(by=ANONYMOUS, dispute=dispute, proof=signature(order.reference))

    assert Refund.objects.get().amount == own


def test_a_sellers_word_moves_no_money_until_the_centre_grants_it(
    season: Season, order: Order, dispute: Dispute
) -> None:
    waiting = agreed(season, dispute)
    assert (waiting.status, waiting.seller_agrees) == (DisputeStatus.WITH_CENTRE, True)
    assert unmoved(order)

    for actor in (season.cast.buyer.actor, season.cast.keeper.actor, season.cast.farmer.actor, ANONYMOUS):
        with pytest.raises(Forbidden):
            services.grant_agreed(by=actor, dispute=waiting, version=waiting.version)
    assert unmoved(order)

    granted = services.grant_agreed(by=season.cast.clerk.actor, dispute=waiting, version=waiting.version)
    order.refresh_from_db()
    assert (granted.status, granted.decided) == (DisputeStatus.SETTLED, order.total)
    assert order.status == OrderStatus.REFUNDED


def test_the_centre_may_decide_otherwise_than_the_seller_agrees(season: Season, order: Order, dispute: Dispute) -> None:
    waiting = agreed(season, dispute)
    decided = services.decide_dispute(
        by=season.cast.clerk.actor,
        dispute=waiting,
        version=waiting.version,
        amount=fen(0),
        words_to_buyer="Nothing is wrong with them",
        words_to_seller="Others are due their part",
    )
    assert decided.status == DisputeStatus.SETTLED
    assert unmoved(order)


def test_the_centre_grants_nothing_to_which_the_seller_did_not_agree(
    season: Season, order: Order, dispute: Dispute
) -> None:
    waiting = services.pass_on_dispute(by=season.cast.buyer.actor, dispute=dispute)
    with pytest.raises(services.NotYourTurn):
        services.grant_agreed(by=season.cast.clerk.actor, dispute=waiting, version=waiting.version)
    assert unmoved(order)


def test_nobody_asks_the_centre_about_what_is_the_sellers_own(season: Season, order: Order, dispute: Dispute) -> None:
    with pytest.raises(Invalid, match="own part"):
        services.agree_to_more(
            by=season.cast.buyer.actor, dispute=dispute, version=1, amount=services.own_part(order), words="So much"
        )
    dispute.refresh_from_db()
    assert (dispute.status, dispute.seller_agrees) == (DisputeStatus.OPEN, False)


def test_nobody_agrees_to_nothing(season: Season, order: Order, dispute: Dispute) -> None:
    waiting = services.pass_on_dispute(by=ANONYMOUS, dispute=dispute, proof=signature(order.reference))
    with pytest.raises(Invalid, match="above zero"):
        services.agree_to_more(
            by=season.cast.buyer.actor, dispute=waiting, version=waiting.version, amount=fen(0), words="Nothing"
        )
    waiting.refresh_from_db()
    assert (waiting.offered_minor, waiting.seller_agrees) == (None, False)
    assert unmoved(order)


def test_a_seller_who_said_nothing_may_still_agree_while_the_centre_decides(season: Season, dispute: Dispute) -> None:
    waiting = services.pass_on_dispute(by=ANONYMOUS, dispute=dispute, proof=signature(dispute.order.reference))
    waiting = agreed(season, waiting)
    assert (waiting.status, waiting.offered) == (DisputeStatus.WITH_CENTRE, dispute.wanted)
    with pytest.raises(services.NotYourTurn):
        agreed(season, waiting)


@pytest.mark.parametrize("state", list(ReturnState))
def test_goods_that_come_back_bring_no_more_than_the_own_part_until_the_centre_grants_it(
    season: Season, order: Order, dispute: Dispute, state: ReturnState
) -> None:
    seller, clerk = season.cast.buyer.actor, season.cast.clerk.actor
    services.ask_goods_back(by=seller, dispute=dispute, version=1, amount=order.total, words="Send them back")

    waiting = services.take_back_goods(by=seller, dispute=dispute, state=state)

    assert (waiting.status, waiting.seller_agrees) == (DisputeStatus.WITH_CENTRE, True)
    assert unmoved(order)
    services.grant_agreed(by=clerk, dispute=waiting, version=waiting.version)
    assert Refund.objects.get().amount == order.total


def test_the_pages_tell_the_seller_the_figure_and_give_the_centre_one_click(
    season: Season, order: Order, dispute: Dispute
) -> None:
    seller, clerk, url = season.cast.buyer.client, season.cast.clerk.client, f"/market/disputes/{dispute.number}/"
    own = str(services.own_part(order).amount)
    assert own in seller.get(f"{url}answer/").content.decode()
    given = {"offered": str(order.total.amount), "words": "They are right", "version": "1"}
    refused = seller.post(f"{url}answer/", given)
    assert (refused.status_code, own in refused.content.decode()) == (422, True)
    assert f"{url}agree/" in seller.get(url).content.decode()
    assert clerk.get(f"{url}grant/").status_code == 409

    assert seller.post(f"{url}agree/", given).status_code == 302

    assert "Grant what the seller agrees to" in clerk.get(url).content.decode()
    assert own in clerk.get(f"{url}grant/").content.decode()
    assert seller.get(f"{url}grant/").status_code == 403
    assert unmoved(order)
    version = Dispute.objects.get().version
    assert clerk.post(f"{url}grant/", {"version": version}).status_code == 302
    assert Refund.objects.get().amount == order.total
    told = f"/market/orders/{order.number}/{signature(order.reference)}/dispute/"
    assert "Grants what the seller agreed to" in seller.get(told).content.decode()


def test_a_seller_who_may_give_all_that_is_wanted_is_not_sent_to_the_centre(season: Season, order: Order) -> None:
    given = DisputeGiven(DisputeKind.SPOILT, "One is rotten", fen(100))
    found = services.open_dispute(by=ANONYMOUS, order=order, given=given, proof=signature(order.reference))
    url = f"/market/disputes/{found.number}/"
    assert f"{url}agree/" not in season.cast.buyer.client.get(url).content.decode()
    assert "Agree to more" not in season.cast.buyer.client.get(f"{url}answer/").content.decode()


def test_programs_read_the_limit_agree_and_grant(season: Season, order: Order, dispute: Dispute) -> None:
    seller, clerk, path = (
        season.cast.buyer.client,
        season.cast.clerk.client,
        f"/api/v1/market/disputes/{dispute.number}",
    )
    own, asked = services.own_part(order), {"minor": order.total_minor, "currency": "CNY"}
    given = {"version": 1, "offered": asked, "words": "They are right"}

    refused = seller.post(f"{path}/answer", given, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (422, "of_others")
    assert refused.json()["amounts"] == {"own": {"minor": own.minor, "currency": "CNY"}}
    assert unmoved(order)

    waiting = seller.post(f"{path}/agree", given, content_type="application/json").json()
    assert (waiting["status"], waiting["seller_agrees"], waiting["offered"]) == ("with_centre", True, asked)
    granted = clerk.post(f"{path}/grant", {"version": waiting["version"]}, content_type="application/json").json()
    assert (granted["status"], granted["decided"]) == ("settled", asked)
