"""`terrace verify` finds each kind of corruption of orders, settlements, refunds and parcels, by its reference."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pgtrigger
import pytest
from django.db import transaction
from django.utils import timezone

from terrace.kernel.actors import ANONYMOUS
from terrace.ledger import services as ledger
from terrace.ledger.models import Account, Entry, Transfer
from terrace.logistics.models import Parcel
from terrace.market import services
from terrace.market.models import (
    Agreement,
    Dispute,
    Order,
    OrderLine,
    OrderParcel,
    PackedLot,
    Refund,
    Settlement,
    SettlementLine,
)
from terrace.market.queries.checks.settling import SETTLING_CHECKS
from terrace.market.queries.checks.sharing import SHARING_CHECKS
from terrace.market.services.links import signature
from terrace.network.models import ServiceUnit
from terrace.sourcing.models import PurchasePayment
from tests.amounts import fen
from tests.conftest import Cast
from tests.journeys.harvest import Season, begin, pack_and_ship
from tests.market.orders import paid_order
from tests.market.settling import deliver
from tests.planted import plants_each

pytestmark = pytest.mark.slow


@pytest.fixture
def season(cast: Cast) -> Season:
    """Return a season in which goods lie at the centre and are on sale."""
    return begin(cast)


@contextmanager
def undone() -> Iterator[None]:
    """Plant something for a while: what is written inside is taken back."""
    point = transaction.savepoint()
    try:
        with pgtrigger.ignore():
            yield
    finally:
        transaction.savepoint_rollback(point)


def found() -> set[str]:
    """Return the names of the checks that find something."""
    return {check.name for check in (*SETTLING_CHECKS, *SHARING_CHECKS) if list(check.find())}


def _refunded(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(refunded_minor=order.refunded_minor + 1)


def _reopened(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(status="delivered")


def _shifted(order: Order) -> None:
    first, second = SettlementLine.objects.filter(settlement__order=order).order_by("place")[:2]
    SettlementLine.objects.filter(pk=first.pk).update(amount_minor=first.amount_minor - 1)
    SettlementLine.objects.filter(pk=second.pk).update(
        amount_minor=second.amount_minor + 1, due_minor=second.due_minor + 1
    )


def _refund(order: Order) -> None:
    refund = Refund.objects.get(order=order)
    Refund.objects.filter(pk=refund.pk).update(amount_minor=refund.amount_minor + 1)


def _line(order: Order) -> None:
    OrderLine.objects.filter(order=order).update(refunded_minor=299)


def _content(order: Order) -> None:
    PackedLot.objects.filter(parcel__order=order).update(steps=9_999)


def _parcel(order: Order) -> None:
    OrderParcel.objects.filter(order=order).update(delivered_at=None)


def _reference(order: Order) -> None:
    Parcel.objects.filter(reference=order.reference).update(reference="order/O-NOBODY")


def _dispute(order: Order) -> None:
    Dispute.objects.create(
        number="J-PLANTED",
        order=order,
        kind="other",
        text="x",
        wanted_minor=1,
        currency="CNY",
        answer_by=timezone.now(),
        area_path=order.area_path,
    )


def _unsettled(order: Order) -> None:
    settlement = Settlement.objects.get(order=order)
    settlement.lines.all().delete()
    settlement.delete()


def _other_unit(order: Order) -> None:
    line = SettlementLine.objects.filter(settlement__order=order, receiver="unit").order_by("place")[0]
    SettlementLine.objects.filter(pk=line.pk).update(unit=ServiceUnit.objects.exclude(pk=line.unit_id).first())


def _other_account(order: Order) -> None:
    """Move what the grower got to the seller's account, in the books themselves."""
    grower = SettlementLine.objects.get(settlement__order=order, part="grower")
    accounts = {account.party_id: account.pk for account in Account.objects.filter(party__isnull=False)}
    Entry.objects.filter(transfer__reference=order.reference, account=accounts[grower.party_id]).update(
        account=accounts[order.seller_id]
    )


def _missing(order: Order) -> None:
    Settlement.objects.filter(order=order).update(missing_minor=7)


def _steps(order: Order) -> None:
    SettlementLine.objects.filter(settlement__order=order, part="grower").update(steps=1)


def _transfer(order: Order) -> None:
    release = Settlement.objects.get(order=order).transfer_id
    Refund.objects.filter(order=order).update(transfer=release)


def _decided(order: Order) -> None:
    _dispute(order)
    Dispute.objects.filter(number="J-PLANTED").update(status="settled", ended_at=timezone.now(), decided_minor=500)


def _overdue(order: Order) -> None:
    past = timezone.now() - timedelta(days=2)
    Order.objects.filter(pk=order.pk).update(status="delivered", complete_by=past)


def _clockless(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(status="delivered", complete_by=None)


def _other_seller(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(
        seller=SettlementLine.objects.filter(settlement__order=order, part="grower").latest("pk").party_id
    )


def _other_content(order: Order) -> None:
    OrderLine.objects.filter(order=order).update(content_steps=4_999)


def _others_transfer(order: Order) -> None:
    other = Transfer.objects.exclude(reference=order.reference).latest("pk")
    Settlement.objects.filter(order=order).update(transfer=other)


def _other_numbers(order: Order) -> None:
    lines = SettlementLine.objects.filter(settlement__order=order, rule="permille")
    assert lines.update(numbers={"goods": 1, "permille": 1})


def _grown_elsewhere(order: Order) -> None:
    assert OrderLine.objects.filter(order=order).update(area_path=order.area_path[:4])


def _nobodys_money(order: Order) -> None:
    held = ledger.escrow_account("order/O-NOBODY", area_path=order.area_path, county_code=order.county_code)
    Account.objects.filter(pk=held.pk).update(balance_minor=500)


def _elsewhere(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(area_path=order.area_path[:4])


def _settled_elsewhere(order: Order) -> None:
    assert Settlement.objects.filter(order=order).update(area_path=order.area_path[:4])


def _agreed_nothing(order: Order) -> None:
    assert order.agreement_id
    Order.objects.filter(pk=order.pk).update(agreement=None)


def _other_purchase(order: Order) -> None:
    lines = SettlementLine.objects.filter(settlement__order=order, part="grower")
    assert lines.update(numbers=lines.latest("pk").numbers | {"purchase": "C-NOBODY"})


def _paid_more(order: Order) -> None:
    payments = PurchasePayment.objects.filter(reference=order.reference)
    assert payments.update(amount_minor=payments.latest("pk").amount_minor + 1)


def _paid_by_another(order: Order) -> None:
    assert PurchasePayment.objects.filter(reference=order.reference).update(reference="order/O-NOBODY")


def _agreed_otherwise(order: Order) -> None:
    assert order.agreement
    Agreement.objects.filter(pk=order.agreement_id).update(platform_permille=order.agreement.platform_permille + 1)


def _completed_before(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(completed_at=order.paid_at)


def _heavier(order: Order) -> None:
    assert OrderParcel.objects.filter(order=order).update(weight_grams=1)


def _packed_elsewhere(order: Order) -> None:
    row = OrderParcel.objects.filter(order=order, unit__isnull=False).latest("pk")
    OrderParcel.objects.filter(pk=row.pk).update(unit=ServiceUnit.objects.exclude(pk=row.unit_id).first())


def _nothing_packed(order: Order) -> None:
    PackedLot.objects.filter(parcel__order=order).delete()


PLANTS: dict[Callable[[Order], None], str] = {
    _refunded: "what was given back is what the ledger moved",
    _others_transfer: "a settlement names its own transfer",
    _other_numbers: "what was due is what its numbers make",
    _grown_elsewhere: "what was packed counts for where it grew",
    _elsewhere: "an order lies where its money does",
    _settled_elsewhere: "an order lies where its money does",
    _agreed_nothing: "an order was shared by its agreement",
    _nobodys_money: "escrow holds money of orders alone",
    _nothing_packed: "what is packed is what was bought",
    _reopened: "escrow holds what is left of an order's money",
    _unsettled: "every completed order was settled, and no other",
    _shifted: "a settlement is what its transfer moved",
    _refund: "what was given back is what the ledger moved",
    _line: "what was given back of goods is that of the lines",
    _content: "what is packed was taken out of its lots",
    _other_purchase: "a grower's line is what was paid for its purchase",
    _paid_more: "a grower's line is what was paid for its purchase",
    _paid_by_another: "what a purchase was paid by a sale is of an order that was shared",
    _agreed_otherwise: "an order was shared by its agreement",
    _completed_before: "a settlement names its own transfer",
    _heavier: "an order's parcels are those of logistics",
    _packed_elsewhere: "an order's parcels are those of logistics",
    _parcel: "an order's parcels are those of logistics",
    _reference: "an order's parcels are those of logistics",
    _other_unit: "everybody got what the lines of a settlement say",
    _other_account: "everybody got what the lines of a settlement say",
    _missing: "what was not covered is what the lines lack",
    _steps: "what was not covered is what the lines lack",
    _transfer: "a refund is its own transfer",
    _decided: "a settled dispute gave back what it says",
    _overdue: "delivered orders are completed in time",
    _clockless: "delivered orders are completed in time",
    _other_seller: "what was sold is what its seller offered",
    _other_content: "what was sold is what its seller offered",
    _dispute: "an open dispute holds its order's money",
}


@plants_each(PLANTS.values())
def test_each_planted_corruption_is_found(season: Season) -> None:
    order = deliver(pack_and_ship(season, paid_order(season.offer, 2)))
    services.refund_order(by=season.cast.buyer.actor, order=order, version=order.version, amount=fen(300))
    order = services.confirm_receipt(by=ANONYMOUS, order=order, proof=signature(order.reference))
    assert found() == set()
    for plant, name in PLANTS.items():
        with undone():
            plant(order)
            assert name in found(), plant.__name__
    assert found() == set()
