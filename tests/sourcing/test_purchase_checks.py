"""`terrace verify` names what is wrong with purchases, one corruption of each kind."""

from collections.abc import Callable
from datetime import timedelta

import pgtrigger
import pytest
from django.db import connection

from terrace.kernel.actors import SYSTEM
from terrace.network.models import ServiceUnit
from terrace.sourcing import services
from terrace.sourcing.domain import PayRule
from terrace.sourcing.models import Purchase, PurchaseDebt, PurchaseLoss, PurchasePayment, SupplyNotice
from terrace.sourcing.queries import CHECKS
from terrace.traceability import queries as lots
from terrace.traceability import services as tracing
from terrace.traceability.domain import LossReason
from terrace.traceability.models import Lot
from tests import factories
from tests.conftest import NEIGHBOUR_VILLAGE, Cast
from tests.sourcing.conftest import NOW, terms
from tests.sourcing.purchases import bought, fund, given, kilos, yuan


def _found() -> dict[str, list[str]]:
    return {check.name: found for check in CHECKS if (found := list(check.find()))}


@pytest.fixture
def purchase(cast: Cast) -> Purchase:
    """Return a purchase from a notice, beside ones that were paid in every other way, and a void one."""
    fund(cast)
    for rule in (PayRule.AT_GRADING, PayRule.AT_SALE):
        owed = services.record_purchase(by=cast.keeper.actor, given=given(cast, pay_rule=rule), now=NOW)
        services.pay_graded(lot_ids=[owed.lot_id], now=NOW + timedelta(hours=1))
    services.pay_from_sale(by=SYSTEM, purchase_id=owed.pk, amount=yuan(200), key="o/1", reference="order/O-1", now=NOW)
    services.pay_purchase(by=cast.buyer.actor, purchase=owed, now=NOW + timedelta(hours=1))
    rotten = services.record_purchase(by=cast.keeper.actor, given=given(cast, pay_rule=PayRule.AT_SALE), now=NOW)
    lot = lots.lots_by_id([rotten.lot_id])[rotten.lot_id]
    tracing.lose(by=cast.keeper.actor, lot=lot, quantity=kilos(2_000), reason=LossReason.ROTTEN, now=NOW)
    notice = services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms(), now=NOW)
    wrong = given(cast, notice=notice.number, ends_notice=True)
    void = services.record_purchase(by=cast.keeper.actor, given=wrong, now=NOW)
    services.void_purchase(by=cast.keeper.actor, purchase=void, reason="Wrong crates", now=NOW)
    return services.record_purchase(by=cast.keeper.actor, given=given(cast, notice=notice.number), now=NOW)


def test_all_is_well_after_everything_that_may_happen(purchase: Purchase) -> None:
    assert _found() == {}


def _change(purchase: Purchase, **values: object) -> str:
    Purchase.objects.filter(pk=purchase.pk).update(**values)
    return purchase.number


def _weight(purchase: Purchase) -> tuple[str, str]:
    changed = {"gross_grams": 98_501, "net_steps": 92_001, "payable_steps": 92_001, "notice_steps": 92_001}
    return "a purchase is what its lot began with", _change(purchase, **changed)


def _owner(purchase: Purchase) -> tuple[str, str]:
    with pgtrigger.ignore("traceability.Lot:stays_what_it_is"):
        Lot.objects.filter(pk=purchase.lot_id).update(owner=purchase.producer_id)
    return "a purchase is what its lot began with", purchase.number


def _variety(purchase: Purchase) -> tuple[str, str]:
    return "a purchase is what its lot began with", _change(purchase, variety=None)


def _buyer_of_goods_not_paid_yet(_purchase: Purchase) -> tuple[str, str]:
    owed = Purchase.objects.get(pay_rule=PayRule.AT_SALE, paid_minor=0)
    return "a purchase is what its lot began with", _change(owed, buyer=factories.PartyFactory(kind="enterprise"))


def _paid_at_once(_purchase: Purchase) -> tuple[str, str]:
    found = Purchase.objects.get(pay_rule=PayRule.AT_SALE, paid_minor=0)
    return "a purchase was paid as its rule says", _change(found, pay_rule=PayRule.NOW)


def _paid_at_sale(purchase: Purchase) -> tuple[str, str]:
    return "a purchase was paid as its rule says", _change(purchase, pay_rule=PayRule.AT_SALE)


def _paid_at_grading(purchase: Purchase) -> tuple[str, str]:
    return "a purchase was paid as its rule says", _change(purchase, pay_rule=PayRule.AT_GRADING)


def _sold_at_another_rule(_purchase: Purchase) -> tuple[str, str]:
    sold = PurchasePayment.objects.get(reference="order/O-1").purchase
    return "a purchase was paid as its rule says", _change(sold, pay_rule=PayRule.AT_GRADING)


def _never_due(_purchase: Purchase) -> tuple[str, str]:
    found = Purchase.objects.get(pay_rule=PayRule.AT_GRADING)
    return "a purchase was paid as its rule says", _change(found, due_at=None)


def _payment(purchase: Purchase) -> tuple[str, str]:
    return "what is paid of a purchase is the sum of its payments", _change(purchase, paid_minor=45_999)


def _money(purchase: Purchase) -> tuple[str, str]:
    with pgtrigger.ignore("sourcing.PurchasePayment:sourcing_payment_stays"):
        PurchasePayment.objects.filter(purchase=purchase).update(amount_minor=45_999)
    return "what a purchase paid is in the ledger", _change(purchase, paid_minor=45_999)


def _buyer(purchase: Purchase) -> tuple[str, str]:
    return "what a purchase paid is in the ledger", _change(purchase, buyer=factories.PartyFactory(kind="enterprise"))


def _amount(purchase: Purchase) -> tuple[str, str]:
    return "weight, amount and premium of a purchase are reckoned rightly", _change(purchase, amount_minor=46_001)


def _premium(purchase: Purchase) -> tuple[str, str]:
    wrong = {"reference_minor": 420, "premium_minor": 1}
    return "weight, amount and premium of a purchase are reckoned rightly", _change(purchase, **wrong)


def _notice(purchase: Purchase) -> tuple[str, str]:
    SupplyNotice.objects.filter(pk=purchase.notice_id).update(party=purchase.buyer_id)
    return "a purchase and the notice it came from agree", purchase.number


def _place(purchase: Purchase) -> tuple[str, str]:
    return "a purchase lies in its area", _change(purchase, area_path=NEIGHBOUR_VILLAGE)


def _unit(purchase: Purchase) -> tuple[str, str]:
    other = ServiceUnit.objects.exclude(pk=purchase.unit_id).order_by("pk")[0]
    return "a purchase was weighed where its lot was taken in", _change(purchase, unit=other)


def _area(purchase: Purchase) -> tuple[str, str]:
    moved = {"area": NEIGHBOUR_VILLAGE, "area_path": NEIGHBOUR_VILLAGE}
    return "a purchase was weighed where its lot was taken in", _change(purchase, **moved)


def _not_due(_purchase: Purchase) -> tuple[str, str]:
    found = Purchase.objects.get(pay_rule=PayRule.AT_GRADING)
    Lot.objects.filter(pk=found.lot_id).update(grade="first")
    return "what is paid at grading is due when all is graded", _change(found, due_at=None)


def _lost_more(_purchase: Purchase) -> tuple[str, str]:
    found = PurchaseLoss.objects.get().purchase
    return "what was lost of a purchase is in its lot's history", _change(found, lost_minor=found.lost_minor + 1)


def _lost_untold(_purchase: Purchase) -> tuple[str, str]:
    loss = PurchaseLoss.objects.get()
    with pgtrigger.ignore("sourcing.PurchaseLoss:sourcing_loss_never_gone"):
        loss.delete()
    return "what was lost of a purchase is in its lot's history", _change(loss.purchase, lost_minor=0)


def _lost_otherwise(_purchase: Purchase) -> tuple[str, str]:
    loss = PurchaseLoss.objects.get()
    with pgtrigger.ignore("sourcing.PurchaseLoss:sourcing_loss_stays"):
        PurchaseLoss.objects.update(steps=loss.steps + 1)
    return "what was lost of a purchase is in its lot's history", loss.purchase.number


def _due_for_nothing(_purchase: Purchase) -> tuple[str, str]:
    found = PurchaseLoss.objects.get().purchase
    return "a buyer owes for goods that are gone as a purchase says", _change(found, due_at=NOW)


def _owed_and_not_due(_purchase: Purchase) -> tuple[str, str]:
    found = PurchaseLoss.objects.get().purchase
    PurchaseDebt.objects.create(purchase=found, reference="order/O-9", amount_minor=1, since=NOW)
    return "a buyer owes for goods that are gone as a purchase says", found.number


def _owed_more_than_is_left(purchase: Purchase) -> tuple[str, str]:
    name, number = _owed_and_not_due(purchase)
    found = Purchase.objects.get(number=number)
    PurchaseDebt.objects.update(amount_minor=found.owed.minor + 1)
    return name, _change(found, due_at=NOW)


def _owed_for_what_was_paid(purchase: Purchase) -> tuple[str, str]:
    name, _number = _owed_and_not_due(purchase)
    debt = PurchaseDebt.objects.get()
    PurchasePayment.objects.create(
        purchase=debt.purchase, key=debt.key, reference=debt.purchase.reference, amount_minor=1, paid_at=NOW
    )
    return name, _change(debt.purchase, due_at=NOW)


CORRUPTIONS = [
    _due_for_nothing,
    _owed_and_not_due,
    _owed_more_than_is_left,
    _owed_for_what_was_paid,
    _weight,
    _owner,
    _variety,
    _buyer_of_goods_not_paid_yet,
    _paid_at_once,
    _paid_at_sale,
    _paid_at_grading,
    _sold_at_another_rule,
    _never_due,
    _payment,
    _money,
    _buyer,
    _amount,
    _premium,
    _notice,
    _place,
    _unit,
    _area,
    _not_due,
    _lost_more,
    _lost_untold,
    _lost_otherwise,
]


@pytest.mark.parametrize("corrupt", CORRUPTIONS)
def test_each_corruption_is_named(purchase: Purchase, corrupt: Callable[[Purchase], tuple[str, str]]) -> None:
    name, number = corrupt(purchase)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
    assert number in _found()[name]


def test_a_void_purchase_that_is_valid_again_is_named(purchase: Purchase) -> None:
    void = Purchase.objects.get(voided_at__isnull=False)
    _change(void, voided_at=None, void_reason="")
    assert void.number in _found()["a purchase is what its lot began with"]


def test_a_void_purchase_whose_lot_is_back_is_named(cast: Cast) -> None:
    purchase = bought(cast)
    with pgtrigger.ignore("sourcing.PurchasePayment:sourcing_payment_stays"):
        PurchasePayment.objects.all().delete()
    _change(purchase, voided_at=NOW, paid_minor=0)
    assert purchase.number in _found()["a purchase is what its lot began with"]
