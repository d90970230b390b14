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
from tests.amounts import fen, grams
from tests.conftest import NEIGHBOUR_VILLAGE, Cast
from tests.planted import plants_each
from tests.sourcing.conftest import NOW, terms
from tests.sourcing.purchases import bought, fund, given


def _found() -> dict[str, list[str]]:
    return {check.name: found for check in CHECKS if (found := list(check.find()))}


@pytest.fixture
def purchase(cast: Cast) -> Purchase:
    """Return a purchase from a notice, beside ones that were paid in every other way, and a void one."""
    fund(cast)
    for rule in (PayRule.AT_GRADING, PayRule.AT_SALE):
        owed = services.record_purchase(by=cast.keeper.actor, given=given(cast, pay_rule=rule), now=NOW)
        services.pay_graded(lot_ids=[owed.lot_id], now=NOW + timedelta(hours=1))
    services.pay_from_sale(by=SYSTEM, purchase_id=owed.pk, amount=fen(200), key="o/1", reference="order/O-1", now=NOW)
    services.pay_purchase(by=cast.buyer.actor, purchase=owed, now=NOW + timedelta(hours=1))
    rotten = services.record_purchase(by=cast.keeper.actor, given=given(cast, pay_rule=PayRule.AT_SALE), now=NOW)
    lot = lots.lots_by_id([rotten.lot_id])[rotten.lot_id]
    tracing.lose(by=cast.keeper.actor, lot=lot, quantity=grams(2_000), reason=LossReason.ROTTEN, now=NOW)
    notice = services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms(), now=NOW)
    wrong = given(cast, notice=notice.number, ends_notice=True)
    void = services.record_purchase(by=cast.keeper.actor, given=wrong, now=NOW)
    services.void_purchase(by=cast.keeper.actor, purchase=void, reason="Wrong crates", now=NOW)
    return services.record_purchase(by=cast.keeper.actor, given=given(cast, notice=notice.number), now=NOW)


def test_all_is_well_after_everything_that_may_happen(purchase: Purchase) -> None:
    assert _found() == {}


def _change(purchase: Purchase, **values: object) -> str:
    with pgtrigger.ignore("sourcing.Purchase:sourcing_bought_for_good"):
        Purchase.objects.filter(pk=purchase.pk).update(**values)
    return purchase.number


def _weight(purchase: Purchase) -> str:
    changed = {"gross_grams": 98_501, "net_steps": 92_001, "payable_steps": 92_001, "notice_steps": 92_001}
    return _change(purchase, **changed)


def _owner(purchase: Purchase) -> str:
    with pgtrigger.ignore("traceability.Lot:stays_what_it_is"):
        Lot.objects.filter(pk=purchase.lot_id).update(owner=purchase.producer_id)
    return purchase.number


def _variety(purchase: Purchase) -> str:
    return _change(purchase, variety=None)


def _buyer_of_goods_not_paid_yet(_purchase: Purchase) -> str:
    owed = Purchase.objects.get(pay_rule=PayRule.AT_SALE, paid_minor=0)
    return _change(owed, buyer=factories.PartyFactory(kind="enterprise"))


def _paid_at_once(_purchase: Purchase) -> str:
    found = Purchase.objects.get(pay_rule=PayRule.AT_SALE, paid_minor=0)
    return _change(found, pay_rule=PayRule.NOW)


def _paid_at_sale(purchase: Purchase) -> str:
    return _change(purchase, pay_rule=PayRule.AT_SALE)


def _paid_at_grading(purchase: Purchase) -> str:
    return _change(purchase, pay_rule=PayRule.AT_GRADING)


def _sold_at_another_rule(_purchase: Purchase) -> str:
    sold = PurchasePayment.objects.get(reference="order/O-1").purchase
    return _change(sold, pay_rule=PayRule.AT_GRADING)


def _never_due(_purchase: Purchase) -> str:
    found = Purchase.objects.get(pay_rule=PayRule.AT_GRADING)
    return _change(found, due_at=None)


def _payment(purchase: Purchase) -> str:
    return _change(purchase, paid_minor=45_999)


def _money(purchase: Purchase) -> str:
    with pgtrigger.ignore("sourcing.PurchasePayment:sourcing_payment_stays"):
        PurchasePayment.objects.filter(purchase=purchase).update(amount_minor=45_999)
    return _change(purchase, paid_minor=45_999)


def _buyer(purchase: Purchase) -> str:
    return _change(purchase, buyer=factories.PartyFactory(kind="enterprise"))


def _amount(purchase: Purchase) -> str:
    return _change(purchase, amount_minor=46_001)


def _premium(purchase: Purchase) -> str:
    wrong = {"reference_minor": 420, "premium_minor": 1}
    return _change(purchase, **wrong)


def _notice(purchase: Purchase) -> str:
    SupplyNotice.objects.filter(pk=purchase.notice_id).update(party=purchase.buyer_id)
    return purchase.number


def _place(purchase: Purchase) -> str:
    return _change(purchase, area_path=NEIGHBOUR_VILLAGE)


def _unit(purchase: Purchase) -> str:
    other = ServiceUnit.objects.exclude(pk=purchase.unit_id).order_by("pk")[0]
    return _change(purchase, unit=other)


def _area(purchase: Purchase) -> str:
    moved = {"area": NEIGHBOUR_VILLAGE, "area_path": NEIGHBOUR_VILLAGE}
    return _change(purchase, **moved)


def _not_due(_purchase: Purchase) -> str:
    found = Purchase.objects.get(pay_rule=PayRule.AT_GRADING)
    Lot.objects.filter(pk=found.lot_id).update(grade="first")
    return _change(found, due_at=None)


def _lost_more(_purchase: Purchase) -> str:
    found = PurchaseLoss.objects.get().purchase
    return _change(found, lost_minor=found.lost_minor + 1)


def _lost_untold(_purchase: Purchase) -> str:
    loss = PurchaseLoss.objects.get()
    with pgtrigger.ignore("sourcing.PurchaseLoss:sourcing_loss_never_gone"):
        loss.delete()
    return _change(loss.purchase, lost_minor=0)


def _lost_otherwise(_purchase: Purchase) -> str:
    loss = PurchaseLoss.objects.get()
    with pgtrigger.ignore("sourcing.PurchaseLoss:sourcing_loss_stays"):
        PurchaseLoss.objects.update(steps=loss.steps + 1)
    return loss.purchase.number


def _due_for_nothing(_purchase: Purchase) -> str:
    found = PurchaseLoss.objects.get().purchase
    return _change(found, due_at=NOW)


def _owed_and_not_due(_purchase: Purchase) -> str:
    found = PurchaseLoss.objects.get().purchase
    PurchaseDebt.objects.create(purchase=found, reference="order/O-9", amount_minor=1, since=NOW)
    return found.number


def _owed_more_than_is_left(purchase: Purchase) -> str:
    number = _owed_and_not_due(purchase)
    found = Purchase.objects.get(number=number)
    PurchaseDebt.objects.update(amount_minor=found.owed.minor + 1)
    return _change(found, due_at=NOW)


def _owed_for_what_was_paid(purchase: Purchase) -> str:
    _owed_and_not_due(purchase)
    debt = PurchaseDebt.objects.get()
    PurchasePayment.objects.create(
        purchase=debt.purchase, key=debt.key, reference=debt.purchase.reference, amount_minor=1, paid_at=NOW
    )
    return _change(debt.purchase, due_at=NOW)


CORRUPTIONS: dict[Callable[[Purchase], str], str] = {
    _due_for_nothing: "a buyer owes for goods that are gone as a purchase says",
    _owed_and_not_due: "a buyer owes for goods that are gone as a purchase says",
    _owed_more_than_is_left: "a buyer owes for goods that are gone as a purchase says",
    _owed_for_what_was_paid: "a buyer owes for goods that are gone as a purchase says",
    _weight: "a purchase is what its lot began with",
    _owner: "a purchase is what its lot began with",
    _variety: "a purchase is what its lot began with",
    _buyer_of_goods_not_paid_yet: "a purchase is what its lot began with",
    _paid_at_once: "a purchase was paid as its rule says",
    _paid_at_sale: "a purchase was paid as its rule says",
    _paid_at_grading: "a purchase was paid as its rule says",
    _sold_at_another_rule: "a purchase was paid as its rule says",
    _never_due: "a purchase was paid as its rule says",
    _payment: "what is paid of a purchase is the sum of its payments",
    _money: "what a purchase paid is in the ledger",
    _buyer: "what a purchase paid is in the ledger",
    _amount: "weight, amount and premium of a purchase are reckoned rightly",
    _premium: "weight, amount and premium of a purchase are reckoned rightly",
    _notice: "a purchase and the notice it came from agree",
    _place: "a purchase lies in its area",
    _unit: "a purchase was weighed where its lot was taken in",
    _area: "a purchase was weighed where its lot was taken in",
    _not_due: "what is paid at grading is due when all is graded",
    _lost_more: "what was lost of a purchase is in its lot's history",
    _lost_untold: "what was lost of a purchase is in its lot's history",
    _lost_otherwise: "what was lost of a purchase is in its lot's history",
}


@plants_each(CORRUPTIONS.values())
@pytest.mark.parametrize("corrupt", CORRUPTIONS)
def test_each_corruption_is_named(purchase: Purchase, corrupt: Callable[[Purchase], str]) -> None:
    number = corrupt(purchase)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
    assert number in _found()[CORRUPTIONS[corrupt]]


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
