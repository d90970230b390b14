"""Two people at the same purchase, notice, lot or money: everything is done once, and only while it can be."""

import pgtrigger
import pytest

from terrace.ledger.models import Transfer
from terrace.sourcing import services
from terrace.sourcing.domain import PayRule, Status
from terrace.sourcing.models import Purchase, SupplyNotice
from terrace.traceability import queries as lots
from terrace.traceability import services as tracing
from tests.amounts import fen, grams
from tests.conftest import Cast
from tests.meanwhile import meanwhile
from tests.sourcing.conftest import NOW, terms
from tests.sourcing.purchases import balance, fund, given

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def _owed(cast: Cast) -> Purchase:
    fund(cast)
    return services.record_purchase(by=cast.keeper.actor, given=given(cast, pay_rule=PayRule.AT_SALE), now=NOW)


def test_buyer_and_keeper_pay_once(cast: Cast) -> None:
    owed = _owed(cast)
    Purchase.objects.filter(pk=owed.pk).update(due_at=NOW)
    said = meanwhile(
        lambda: services.pay_purchase(by=cast.keeper.actor, purchase=owed, now=NOW),
        lambda: services.pay_purchase(by=cast.buyer.actor, purchase=owed, now=NOW),
    )
    assert isinstance(said, services.NothingOwed)
    assert Transfer.objects.filter(reference=owed.reference).count() == 1
    assert balance(cast.farmer) == 46_000


def test_a_purchase_is_not_voided_while_a_sale_pays_of_it(cast: Cast) -> None:
    owed = _owed(cast)
    sale = {"purchase_id": owed.pk, "amount": fen(100), "key": "order/O-1/grower", "reference": "order/O-1"}
    said = meanwhile(
        lambda: services.pay_from_sale(by=cast.centre.actor, now=NOW, **sale),
        lambda: services.void_purchase(by=cast.keeper.actor, purchase=owed, reason="Wrong crates", now=NOW),
    )
    assert isinstance(said, services.PaidBySale)
    owed.refresh_from_db()
    assert (owed.is_void, owed.paid) == (False, fen(100))


def test_a_lot_that_is_being_split_is_not_taken_back(cast: Cast) -> None:
    owed = _owed(cast)
    lot = lots.lots_by_id([owed.lot_id])[owed.lot_id]
    said = meanwhile(
        lambda: tracing.split_lot(by=cast.keeper.actor, lot=lot, parts=[grams(1_000)], now=NOW),
        lambda: services.void_purchase(by=cast.station.actor, purchase=owed, reason="Wrong crates", now=NOW),
    )
    assert isinstance(said, tracing.LotTouched)
    owed.refresh_from_db()
    assert not owed.is_void


def test_who_grades_and_who_voids_wait_for_each_other_in_one_order(cast: Cast) -> None:
    owed = _owed(cast)
    lot = lots.lots_by_id([owed.lot_id])[owed.lot_id]
    with pgtrigger.ignore("sourcing.Purchase:sourcing_bought_for_good"):
        Purchase.objects.filter(pk=owed.pk).update(pay_rule=PayRule.AT_GRADING)
    said = meanwhile(
        lambda: tracing.hold([lot.pk]),
        lambda: services.void_purchase(by=cast.station.actor, purchase=owed, reason="Wrong crates", now=NOW),
        lambda: tracing.grade(by=cast.centre.actor, lot=lot, grade=tracing.Grade.FIRST, now=NOW),
    )
    assert isinstance(said, tracing.LotTouched)
    owed.refresh_from_db()
    assert (owed.is_void, balance(cast.farmer)) == (False, 46_000)


def test_who_weighs_from_a_notice_and_who_voids_of_it_wait_in_one_order(cast: Cast) -> None:
    assert cast.farmer.party is not None
    notice = services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms(), now=NOW)
    fund(cast)
    of_it = given(cast, notice=notice.number)
    first = services.record_purchase(by=cast.keeper.actor, given=of_it, now=NOW)
    said = meanwhile(
        lambda: SupplyNotice.objects.select_for_update().get(pk=notice.pk),
        lambda: services.void_purchase(by=cast.station.actor, purchase=first, reason="Wrong crates", now=NOW),
        lambda: services.record_purchase(by=cast.keeper.actor, given=of_it, now=NOW),
    )
    assert isinstance(said, Purchase)
    assert said.is_void
    assert balance(cast.farmer) == 46_000


def test_two_weighings_take_both_off_the_notice(cast: Cast) -> None:
    assert cast.farmer.party is not None
    notice = services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms(), now=NOW)
    half = given(cast, pay_rule=PayRule.AT_SALE, notice=notice.number, gross=grams(400_000), tare=None)
    said = meanwhile(
        lambda: services.record_purchase(by=cast.keeper.actor, given=half, now=NOW),
        lambda: services.record_purchase(by=cast.station.actor, given=half, now=NOW),
    )
    assert isinstance(said, Purchase)
    assert SupplyNotice.objects.get().standing is Status.BOUGHT


def test_the_last_money_buys_once(cast: Cast) -> None:
    fund(cast, 46_000)
    said = meanwhile(
        lambda: services.record_purchase(by=cast.keeper.actor, given=given(cast), now=NOW),
        lambda: services.record_purchase(by=cast.station.actor, given=given(cast), now=NOW),
    )
    assert isinstance(said, services.BuyerCannotPay)
    assert (Purchase.objects.count(), balance(cast.farmer), balance(cast.buyer)) == (1, 46_000, 0)
