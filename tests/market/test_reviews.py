"""Reviews: only by who bought, counted exactly, answered by who sells, hidden by who decides."""

from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from terrace.audit.models import Act
from terrace.kernel.actors import ANONYMOUS
from terrace.kernel.errors import DomainError, Forbidden
from terrace.market import queries, services
from terrace.market.domain import OrderStatus
from terrace.market.models import Offer, OrderLine, Review
from terrace.market.services import AlreadyReviewed, NotYetDelivered, ReviewGiven
from terrace.market.services.links import signature
from tests import factories
from tests.conftest import Cast
from tests.market.selling import NOW, a_line, an_offer
from tests.planted import plants

GOOD = ReviewGiven(5, "Crisp and sweet.", "Lin")


@pytest.fixture(autouse=True)
def _day(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


def _review(line: OrderLine, given: ReviewGiven = GOOD) -> Review:
    return services.review(by=ANONYMOUS, line=line, given=given, has_order=True, now=NOW)


def test_who_holds_the_order_reviews_it_and_the_stars_count(cast: Cast) -> None:
    offer = an_offer(cast)
    _review(a_line(offer))
    _review(a_line(offer), ReviewGiven(2))
    offer.refresh_from_db()
    rating = queries.rating_with_shares(offer)
    assert (rating.count, str(rating.stars)) == (2, "3.5")
    assert dict(rating.shares) == {5: 1, 4: 0, 3: 0, 2: 1, 1: 0}


def test_a_buyer_with_an_account_needs_no_link(cast: Cast) -> None:
    line = a_line(an_offer(cast, seller=cast.farmer), buyer=cast.buyer.party)
    assert services.review(by=cast.buyer.actor, line=line, given=GOOD, now=NOW).rating == 5


@pytest.mark.parametrize("who", ["farmer", "keeper", "centre", "stranger"])
def test_who_did_not_buy_does_not_review(cast: Cast, who: str) -> None:
    line = a_line(an_offer(cast, seller=cast.farmer), buyer=cast.buyer.party)
    with pytest.raises(Forbidden):
        services.review(by=getattr(cast, who).actor, line=line, given=GOOD, now=NOW)
    assert not Review.objects.exists()


def test_the_seller_does_not_review_itself_even_with_the_link(cast: Cast) -> None:
    line = a_line(an_offer(cast))
    with pytest.raises(Forbidden):
        services.review(by=cast.buyer.actor, line=line, given=GOOD, has_order=True, now=NOW)
    assert Offer.objects.get().rating_count == 0


@pytest.mark.parametrize("status", [s for s in OrderStatus if s not in (OrderStatus.DELIVERED, OrderStatus.COMPLETED)])
def test_nothing_is_reviewed_before_it_arrived(cast: Cast, status: OrderStatus) -> None:
    line = a_line(an_offer(cast), status=status)
    with pytest.raises(NotYetDelivered):
        _review(line)
    assert not Review.objects.exists()


def test_a_line_is_reviewed_once(cast: Cast) -> None:
    line = a_line(an_offer(cast))
    _review(line)
    with pytest.raises(AlreadyReviewed):
        _review(line, ReviewGiven(1))
    assert (Offer.objects.get().rating_sum, Review.objects.count()) == (5, 1)


@pytest.mark.parametrize(
    ("given_", "field"),
    [
        (ReviewGiven(0), "rating"),
        (ReviewGiven(6), "rating"),
        (ReviewGiven(5, "x" * 501), "text"),
        (ReviewGiven(5, "Call 621226188501011233"), "text"),
        (ReviewGiven(5, "", "x" * 41), "signed"),
    ],
)
def test_a_review_that_breaks_a_rule_is_refused(cast: Cast, given_: ReviewGiven, field: str) -> None:
    line = a_line(an_offer(cast))
    with pytest.raises(DomainError) as refused:
        _review(line, given_)
    assert (refused.value.field, Review.objects.count(), Offer.objects.get().rating_count) == (field, 0, 0)


def test_only_who_sells_answers(cast: Cast) -> None:
    written = _review(a_line(an_offer(cast)))
    for who in ("farmer", "keeper", "packer", "stranger"):
        with pytest.raises(Forbidden):
            services.answer_review(by=getattr(cast, who).actor, review=written, text="Thanks", now=NOW)
    assert Review.objects.get().answer == ""
    services.answer_review(by=cast.buyer.actor, review=written, text="Thank you.", now=NOW)
    assert Review.objects.get().answer == "Thank you."


def test_the_centre_hides_with_a_reason_and_shows_again(cast: Cast) -> None:
    offer = an_offer(cast)
    written = _review(a_line(offer))
    for who in ("buyer", "keeper", "station", "stranger"):
        with pytest.raises(Forbidden):
            services.hide_review(by=getattr(cast, who).actor, review=written, reason="Because", now=NOW)
    with pytest.raises(DomainError):
        services.hide_review(by=cast.clerk.actor, review=written, reason="  ", now=NOW)
    assert Offer.objects.get().rating_count == 1
    for _twice in range(2):
        services.hide_review(by=cast.clerk.actor, review=written, reason="Insulting", now=NOW)
    offer.refresh_from_db()
    assert (offer.rating_sum, offer.rating_count, list(queries.reviews_of(offer))) == (0, 0, [])
    assert Act.objects.get(act="market.hide_review").details == {"reason": "Insulting"}
    for _twice in range(2):
        services.show_review(by=cast.clerk.actor, review=written, now=NOW)
    assert Offer.objects.get().rating_sum == 5


def test_nobody_hides_a_review_of_the_own_goods(cast: Cast) -> None:
    line = a_line(an_offer(cast))
    review = _review(line)
    factories.RepresentativeFactory(party=line.order.seller, person=cast.clerk.person)
    with pytest.raises(Forbidden):
        services.hide_review(by=cast.clerk.actor, review=review, reason="I do not like it")
    review.refresh_from_db()
    assert review.hidden_at is None


@plants("an offer's rating is that of its reviews")
def test_the_check_names_an_offer_whose_stars_are_not_its_reviews(cast: Cast) -> None:
    offer = an_offer(cast)
    hidden = _review(a_line(offer))
    services.hide_review(by=cast.clerk.actor, review=hidden, reason="Insulting", now=NOW)
    _review(a_line(offer), ReviewGiven(3))
    check = next(each for each in queries.CHECKS if each.name == "an offer's rating is that of its reviews")
    assert list(check.find()) == []
    Offer.objects.update(rating_sum=4)
    assert list(check.find()) == [offer.number]


def test_a_buyer_writes_by_the_orders_link_and_nobody_by_another(cast: Cast, client: Client) -> None:
    line = a_line(an_offer(cast))
    signs = signature(line.order.reference)
    address = f"/market/orders/{line.order.number}/{signs}/review/{line.pk}/"
    assert client.get(address.replace(signs, "AAAA")).status_code == 404
    assert client.get(address).status_code == 200
    refused = client.post(address, {"rating": "9"})
    assert (refused.status_code, Review.objects.count()) == (422, 0)
    sent = client.post(address, {"rating": "4", "text": "Good.", "signed": ""})
    assert (sent.status_code, sent["Location"]) == (302, f"/market/goods/{line.offer.number}/")
    page = client.get(f"/market/goods/{line.offer.number}/").content.decode()
    assert "Good." in page
    assert "A buyer" in page
    order = client.get(f"/market/orders/{line.order.number}/{signs}/").content.decode()
    assert "/review/" not in order


@given(st.lists(st.integers(1, 5), max_size=12))
def test_the_mean_is_in_tenths_half_up(shown: list[int]) -> None:
    rating = queries.rating_of(Offer(rating_sum=sum(shown), rating_count=len(shown)))
    if not shown:
        assert rating.tenths == 0
        return
    assert 10 * min(shown) <= rating.tenths <= 10 * max(shown)
    assert abs(rating.tenths * len(shown) - 10 * sum(shown)) * 2 <= len(shown)


def test_every_review_can_be_reached_and_a_page_of_them_is_a_fragment(cast: Cast, client: Client) -> None:
    offer = an_offer(cast, stock=30)
    for number in range(27):
        _review(a_line(offer), ReviewGiven(5, f"Box {number:02} was good."))
    url = f"/market/goods/{offer.number}/"

    first, second = client.get(url), client.get(url, {"page": 2})

    def texts(response: Any) -> list[str]:
        return [row.cells[0].value.text for row in response.context["reviews"].rows]

    assert texts(first) == [f"Box {number:02} was good." for number in range(26, 1, -1)]
    assert texts(second) == ["Box 01 was good.", "Box 00 was good."]
    assert f"{url}?page=2#reviews" in first.content.decode()
    part = client.get(url, {"page": 2}, headers={"HX-Request": "true", "HX-Target": "list"}).content.decode()
    assert "Box 00 was good." in part
    assert "<html" not in part


def test_the_seller_reaches_every_review_too(cast: Cast) -> None:
    offer = an_offer(cast, stock=30)
    for number in range(26):
        _review(a_line(offer), ReviewGiven(5, f"Box {number:02} was good."))
    page = cast.buyer.client.get(f"/market/offers/{offer.number}/", {"page": 2})
    assert [row.cells[0].value.text for row in page.context["reviews"].rows] == ["Box 00 was good."]
