"""Each check of offers names what was planted, by its number, and nothing else."""

from collections.abc import Callable

import pytest
from django.db import connection

from terrace.kernel.actors import ANONYMOUS
from terrace.market import queries, services
from terrace.market.models import Offer, Review
from terrace.market.services import ReviewGiven
from terrace.registry.models import Party
from tests.conftest import Cast
from tests.market.selling import NOW, a_line, an_offer
from tests.planted import plants_each

pytestmark = pytest.mark.usefixtures("autumn")


def _elsewhere(offer: Offer) -> str:
    Offer.objects.filter(pk=offer.pk).update(area_path="621226999")
    return offer.number


def _another_unit(offer: Offer) -> str:
    Offer.objects.filter(pk=offer.pk).update(unit="C62")
    return offer.number


def _beyond_stock(offer: Offer) -> str:
    with connection.cursor() as cursor:  # as in a database that was copied without its constraints
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table market_offer drop constraint market_offer_available")
    Offer.objects.filter(pk=offer.pk).update(available=offer.stocked + 1)
    return offer.number


def _resting(offer: Offer) -> str:
    Party.objects.filter(pk=offer.seller_id).update(is_active=False)
    return offer.number


def _review_elsewhere(offer: Offer) -> str:
    review = services.review(by=ANONYMOUS, line=a_line(offer), given=ReviewGiven(5), has_order=True, now=NOW)
    other = Offer.objects.exclude(pk=offer.pk).get()
    Review.objects.filter(pk=review.pk).update(offer=other)
    return f"review {review.pk}"


PLANTS: dict[str, Callable[[Offer], str]] = {
    "an offer lies in its area": _elsewhere,
    "an offer counts in its product's unit": _another_unit,
    "an offer has no more left than was put into stock": _beyond_stock,
    "a seller with an offer on sale takes part": _resting,
    "a review belongs to the offer that was bought": _review_elsewhere,
}


@plants_each(PLANTS)
@pytest.mark.parametrize("name", PLANTS)
def test_a_check_names_what_was_planted(cast: Cast, name: str) -> None:
    offer = an_offer(cast)
    an_offer(cast, seller=cast.farmer)
    check = next(each for each in queries.CHECKS if each.name == name)
    assert list(check.find()) == []
    planted = PLANTS[name](offer)
    assert list(check.find()) == [planted]
