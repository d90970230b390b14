"""What was bought, for the figures: sums by day and place, and the rows behind them."""

from datetime import timedelta

import pytest

from terrace.kernel import clock
from terrace.sourcing import queries, services
from terrace.sourcing.queries import Spent
from tests.conftest import VILLAGE, Cast
from tests.sourcing.conftest import NOW
from tests.sourcing.purchases import bought

TODAY = clock.today(NOW)
SPAN = [(TODAY, TODAY)]


def test_purchases_are_summed_on_the_day_of_the_scales(cast: Cast) -> None:
    one, other = bought(cast), bought(cast)
    above = sum(purchase.premium_minor or 0 for purchase in (one, other))

    spent = Spent(one.amount_minor + other.amount_minor, above)
    assert queries.spent_by_day(VILLAGE[:6], SPAN) == {TODAY: spent}
    assert queries.spent_by_area(VILLAGE[:6], [9], SPAN) == {VILLAGE[:9]: spent}
    assert queries.spent_by_day(VILLAGE[:6], [(TODAY + timedelta(days=1), TODAY + timedelta(days=9))]) == {}


def test_purchases_are_told_of_one_product(cast: Cast) -> None:
    purchase = bought(cast)

    assert len(queries.spent_by_day(VILLAGE, SPAN, purchase.product_id)) == 1
    assert queries.spent_by_day(VILLAGE, SPAN, purchase.product_id + 1) == {}


def test_a_voided_purchase_does_not_count(cast: Cast) -> None:
    purchase = bought(cast)
    services.void_purchase(by=cast.keeper.actor, purchase=purchase, reason="wrong scales", now=NOW)

    assert queries.spent_by_day(VILLAGE, SPAN) == {}
    assert not queries.purchases_from(purchase.producer_id).exists()


@pytest.mark.parametrize(("who", "count"), [("keeper", 1), ("bureau", 1), ("farmer", 1), ("neighbour", 0)])
def test_the_rows_behind_are_for_who_sees_the_purchases(cast: Cast, who: str, count: int) -> None:
    purchase = bought(cast)

    assert list(queries.purchases_between_visible_to(getattr(cast, who).actor, VILLAGE, SPAN)) == [purchase][:count]
