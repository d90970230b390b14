"""Two orders of one purchase whose money is shared at once: one after the other, so no cent is rounded twice."""

import pytest

from terrace.kernel.actors import SYSTEM
from terrace.kernel.errors import DomainError
from terrace.market import services
from terrace.market.domain.settling import Due
from terrace.market.models import Order, SettlementLine
from terrace.market.services import completing
from tests.conftest import Cast
from tests.journeys.harvest import begin, pack_and_ship
from tests.market.orders import make_offer, paid_order
from tests.market.settling import deliver
from tests.meanwhile import meanwhile


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_second_reads_what_a_grower_is_owed_after_the_first_has_paid(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    season = begin(cast)
    first, second = [deliver(pack_and_ship(season, paid_order(season.offer, 1))) for _order in range(2)]
    dues_of, paid_before = completing.dues_of, {}

    def looks(order: Order) -> list[Due]:
        paid_before[order.pk] = SettlementLine.objects.filter(settlement__order=first).exists()
        return dues_of(order)

    monkeypatch.setattr(completing, "dues_of", looks)

    said = meanwhile(
        lambda: services.complete_order(by=SYSTEM, order=first),
        lambda: services.complete_order(by=SYSTEM, order=second),
    )

    assert not isinstance(said, DomainError)
    assert paid_before == {first.pk: False, second.pk: True}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_orders_shared_at_once_pay_a_grower_to_the_cent(cast: Cast) -> None:
    """2.51 kg of 40 kg for 224.00 are 14.056: rounded one by one they would be 28.12, together they are 28.11."""
    season = begin(cast)
    offer = make_offer(season.shop, content_steps=2_510)
    first, second = [deliver(pack_and_ship(season, paid_order(offer, 1))) for _order in range(2)]

    said = meanwhile(
        lambda: services.complete_order(by=SYSTEM, order=first),
        lambda: services.complete_order(by=SYSTEM, order=second),
    )

    assert not isinstance(said, DomainError)
    shares = SettlementLine.objects.filter(purchase_id=season.at_sale.pk).order_by("pk")
    assert list(shares.values_list("amount_minor", flat=True)) == [1_406, 1_405]
