"""Completing an order: the buyer confirms or the days pass, and escrow is shared by one transfer."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM, Actor
from terrace.kernel.errors import Forbidden
from terrace.kernel.words import _, plural
from terrace.ledger import services as ledger
from terrace.ledger.domain import AccountKind, Draft, Leg, Part, Reason
from terrace.market.domain import OrderStatus, ReceiverKind
from terrace.market.domain.settling import Receiver, Share, split
from terrace.market.models import Order, Settlement, SettlementLine
from terrace.market.queries.disputes import open_dispute_of
from terrace.market.queries.dues import dues_of, purchases_in
from terrace.market.queries.selling import is_buyer
from terrace.market.queries.settlements import came_in
from terrace.market.services import news
from terrace.market.services.batches import one_by_one
from terrace.market.services.locking import (
    lock_order,
    may_send,
    move,
    require_buyer,
    require_no_dispute,
    require_status,
)
from terrace.sourcing import services as sourcing

ARRIVED = (OrderStatus.SHIPPED, OrderStatus.DELIVERED)
TOLD = (Part.GROWER, Part.SELLER)


@transaction.atomic
def confirm_receipt(*, by: Actor, order: Order, proof: str = "", now: datetime | None = None) -> Order:
    """Say as the buyer, by actor or by the `proof` of the link, that the goods arrived well: the money is shared.

    Who has the goods need not wait for the carrier to say so. Raises `Forbidden`,
    also for who sells or packs there and came by the link, `NotFound` for a wrong
    proof, `NotNow` before shipping, `InDispute`. Once confirmed, a second time changes nothing.
    """
    moment = now or clock.now()
    order = lock_order(order.pk)
    require_buyer(by, order, proof)
    if not is_buyer(by, order) and may_send(by, order):
        raise Forbidden(_("Who sells or packs an order does not confirm that it arrived."))
    if order.status == OrderStatus.COMPLETED:
        return order
    require_status(order, *ARRIVED)
    if order.status == OrderStatus.SHIPPED:
        move(order, OrderStatus.DELIVERED, delivered_at=moment, complete_by=moment)
    audit.record(by=by, act="market.confirm_receipt", subject=order, area_path=order.area_path, now=now)
    return _complete(by, order, moment)


@transaction.atomic
def complete_order(*, by: Actor, order: Order, now: datetime | None = None) -> Order:
    """Share the money of a delivered order; the caller has authorised. Raises `NotNow`, `InDispute`."""
    return _complete(by, lock_order(order.pk), now or clock.now())


def complete_due_orders(*, now: datetime | None = None) -> int:
    """Complete every delivered order whose days have passed and about which nothing is open; return how many.

    Each in its own transaction. Run each hour, safe to repeat.
    """
    moment = now or clock.now()
    due = Order.objects.filter(status=OrderStatus.DELIVERED, complete_by__lte=moment)
    open_ones = due.filter(disputes__ended_at=None, disputes__isnull=False).values("pk")
    ids = due.exclude(pk__in=open_ones).order_by("complete_by", "pk").values_list("pk", flat=True)
    return one_by_one(_complete_if_due, ids, moment)


@transaction.atomic
def _complete_if_due(order_id: int, now: datetime) -> bool:
    order = lock_order(order_id)
    is_due = order.status == OrderStatus.DELIVERED and order.complete_by is not None and order.complete_by <= now
    if not is_due or open_dispute_of(order.pk) is not None:
        return False
    _complete(SYSTEM, order, now)
    return True


def _complete(by: Actor, order: Order, now: datetime) -> Order:
    """Share the money of a locked order.

    Its purchases are locked before what they are owed is read, and before the
    ledger's accounts, as everywhere: two orders of one purchase are shared one after the other.
    """
    require_status(order, OrderStatus.DELIVERED)
    require_no_dispute(order)
    sourcing.lock_purchases(purchase_ids=purchases_in(order))
    seller = Receiver(ReceiverKind.PARTY, order.seller_id)
    shares = split(order.escrow, dues_of(order), seller)
    _pay_purchases(by, order, shares, now)
    _settle(by, order, shares, now)
    move(order, OrderStatus.COMPLETED, completed_at=now, complete_by=None)
    details = {"escrow": str(order.escrow), "shares": {str(s.due.part): s.amount.minor for s in shares}}
    audit.record(by=by, act="market.complete_order", subject=order, area_path=order.area_path, details=details, now=now)
    _tell(shares, now)
    return order


def _pay_purchases(by: Actor, order: Order, shares: Sequence[Share], now: datetime) -> None:
    paid = [share for share in shares if share.due.purchase_id is not None and share.amount]
    for share in sorted(paid, key=lambda one: one.due.purchase_id or 0):
        sourcing.pay_from_sale(
            by=by,
            purchase_id=share.due.purchase_id or 0,
            amount=share.amount,
            key=f"{order.reference}/{share.due.purchase_id}",
            reference=order.reference,
            now=now,
        )


def _settle(by: Actor, order: Order, shares: Sequence[Share], now: datetime) -> None:
    """Write the transfer and the lines that say why."""
    transfer = ledger.post(by=by, draft=_release(order, shares), now=now) if order.escrow else None
    settlement = Settlement.objects.create(
        order=order,
        transfer_id=transfer.pk if transfer else None,
        at=now,
        escrow_minor=order.escrow.minor,
        missing_minor=sum(share.missing.minor for share in shares),
        currency=order.currency,
        area_path=order.area_path,
        county_code=order.county_code,
    )
    SettlementLine.objects.bulk_create(
        SettlementLine(settlement=settlement, place=place, **_columns(share)) for place, share in enumerate(shares)
    )


def _columns(share: Share) -> dict[str, object]:
    due = share.due
    return {
        "part": due.part.value,
        "receiver": due.receiver.kind.value,
        "party_id": due.receiver.id if due.receiver.kind is ReceiverKind.PARTY else None,
        "unit_id": due.receiver.id if due.receiver.kind is ReceiverKind.UNIT else None,
        "due_minor": due.amount.minor,
        "amount_minor": share.amount.minor,
        "currency": due.amount.currency,
        "rule": due.rule.value,
        "numbers": dict(due.numbers),
        "purchase_id": due.purchase_id,
        "steps": due.steps,
    }


def _release(order: Order, shares: Sequence[Share]) -> Draft:
    """Return the one transfer: all of escrow, to each receiver by the part that it gets."""
    escrow = ledger.escrow_account(order.reference, area_path=order.area_path, county_code=order.county_code)
    legs = [Leg(escrow.pk, -order.escrow, Part.ESCROW)]
    legs += [Leg(_account_id(share.due.receiver), share.amount, share.due.part) for share in shares if share.amount]
    return Draft(Reason.RELEASE, order.reference, tuple(legs), f"release/{order.number}")


def _account_id(receiver: Receiver) -> int:
    if receiver.kind is ReceiverKind.PARTY:
        return ledger.account_of_party(receiver.id).pk
    if receiver.kind is ReceiverKind.UNIT:
        return ledger.account_of_unit(receiver.id).pk
    return ledger.house_account(AccountKind.PLATFORM).pk


def _tell(shares: Sequence[Share], now: datetime) -> None:
    """Tell the seller and the growers what came to each today, in one line until it is read.

    Carriers and service units are paid for every order and told of none: they have it in their accounts.
    """
    told = {share.due.receiver.id for share in shares if share.amount and share.due.part in TOLD}
    for party_id, (amount, orders) in sorted(came_in(told, clock.begin_of(clock.today(now)), TOLD).items()):
        said = plural(
            "%(amount)s came to your account today, from %(count)s order.",
            "%(amount)s came to your account today, from %(count)s orders.",
            orders,
        )
        url = reverse("ledger:account", args=[ledger.account_of_party(party_id).number])
        news.of_money(party_id, said, url=url, now=now, amount=amount, count=orders)
