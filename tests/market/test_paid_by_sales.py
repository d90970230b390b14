"""A purchase that is paid out of what its goods sell for, in several orders, and the agreement of each order's day."""

from datetime import timedelta

import pgtrigger
import pytest

from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.kernel.quantity import Quantity, Unit
from terrace.market import services
from terrace.market.models import SettlementLine
from terrace.market.queries import agreement_in_force
from terrace.market.services import AgreementGiven
from terrace.sourcing.domain import PaidState
from terrace.sourcing.models import Purchase
from terrace.traceability import queries as lots
from terrace.traceability import services as tracing
from terrace.traceability.domain import LossReason
from tests.amounts import fen
from tests.conftest import VILLAGE, Cast
from tests.journeys.harvest import Season, begin, pack_and_ship
from tests.market.orders import paid_order
from tests.market.settling import deliver

SOLD = (1, 2, 1, 3, 1)
"""Boxes of 5 kg in five orders: the 40 kg of the purchase that is paid at its sale."""


@pytest.fixture
def season(cast: Cast) -> Season:
    """Return a season in which the purchase that is paid at its sale came to a price that no box divides."""
    season = begin(cast)
    with pgtrigger.ignore("sourcing.Purchase:sourcing_bought_for_good"):
        Purchase.objects.filter(pk=season.at_sale.pk).update(amount_minor=20_803)
    return season


def _sell(season: Season, boxes: int) -> int:
    """Sell so many boxes to the end; return what its grower got of it."""
    order = deliver(pack_and_ship(season, paid_order(season.offer, boxes)))
    services.complete_order(by=SYSTEM, order=order)
    lines = SettlementLine.objects.filter(settlement__order=order, purchase=season.at_sale).order_by("pk")
    return sum(lines.values_list("amount_minor", flat=True))


def test_a_purchase_that_is_sold_in_several_orders_is_paid_to_the_cent(season: Season) -> None:
    parts = [_sell(season, boxes) for boxes in SOLD]
    purchase = Purchase.objects.get(pk=season.at_sale.pk)
    assert parts == [2_600, 5_201, 2_601, 7_801, 2_600]  # each what the boxes so far come to, less what was paid
    assert (purchase.paid, purchase.owed, purchase.state) == (fen(20_803), fen(0), PaidState.PAID)


def test_what_was_sold_and_what_was_lost_come_to_its_price(season: Season) -> None:
    lot = lots.lots_by_id([season.at_sale.lot_id])[season.at_sale.lot_id]
    parts = [_sell(season, 3)]
    lost = Quantity(5_001, Unit.KILOGRAM)
    tracing.lose(by=SYSTEM, lot=lot, quantity=lost, reason=LossReason.ROTTEN)
    parts += [_sell(season, 3), _sell(season, 2)]
    purchase = Purchase.objects.get(pk=season.at_sale.pk)
    assert sum(parts) + purchase.lost_minor == 20_803
    assert (purchase.paid.minor, purchase.owed) == (sum(parts), fen(0))


def test_an_agreement_that_begins_later_does_not_share_todays_orders(cast: Cast) -> None:
    season, today = begin(cast), clock.today()
    now = agreement_in_force(season.shop.pk, VILLAGE, today)
    given = AgreementGiven(
        area=VILLAGE[:6],
        seller=season.shop.number,
        starts_on=today + timedelta(days=9),
        platform_permille=90,
        packing=fen(150),
        confirm_days=7,
    )
    later = services.make_agreement(by=cast.centre.actor, given=given)
    assert agreement_in_force(season.shop.pk, VILLAGE, today + timedelta(days=8)) == now != later
    assert agreement_in_force(season.shop.pk, VILLAGE, today + timedelta(days=9)) == later
    assert paid_order(season.offer, 1).agreement == now
