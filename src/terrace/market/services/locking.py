"""Orders under lock, and who may act on them.

Every act locks in the same order: parcels, then a payment, then its orders by id, then offers by id, then the ledger's
accounts.
So acts on one order wait for each other, and no two ever wait for each other both.
"""

from dataclasses import replace
from typing import Any

from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError, Forbidden, Stale
from terrace.kernel.words import _
from terrace.logistics import services as logistics
from terrace.market.domain import OrderStatus, Permission
from terrace.market.models import Order, OrderParcel, Payment
from terrace.market.queries.disputes import open_dispute_of
from terrace.market.queries.selling import has_a_stake, is_buyer
from terrace.market.services.links import require_signature


class NotNow(DomainError):
    """The order stands where this cannot be done any more, or not yet; `status` says where."""

    code = "not_now"
    message = _("This order is no longer where that could be done. Look at how it stands.")


class InDispute(DomainError):
    """Something is said to be wrong with the order: its money stays in escrow until that is settled."""

    code = "in_dispute"
    message = _("A dispute about this order is open. Settle it first.")


def lock_order(order_id: int, *, version: int | None = None) -> Order:
    """Return the order with its payment, both locked; raise `Stale` when it is no longer at `version`."""
    payment_id = Order.objects.values_list("payment_id", flat=True).get(pk=order_id)
    payment = Payment.objects.select_for_update(no_key=True).get(pk=payment_id)
    order = Order.objects.select_for_update(no_key=True).get(pk=order_id)
    order.payment = payment
    if version is not None and version != order.version:
        raise Stale
    return order


def lock_with_parcels(order_id: int, *, version: int | None = None) -> Order:
    """Return the order locked after its parcels, for acts on both: news of a parcel comes while the parcel is held."""
    packed = OrderParcel.objects.filter(order=order_id, undone_at=None)
    logistics.lock_parcels(parcel_ids=packed.values_list("parcel_id", flat=True))
    return lock_order(order_id, version=version)


def require_status(order: Order, *statuses: OrderStatus) -> None:
    """Raise `NotNow` unless the order stands at one of `statuses`."""
    if order.status not in statuses:
        raise NotNow(status=order.status)


def require_no_dispute(order: Order) -> None:
    """Raise `InDispute` while a dispute about the locked order is open: what is left of its money is argued about."""
    if open_dispute_of(order.pk) is not None:
        raise InDispute


def move(order: Order, status: OrderStatus, **values: Any) -> None:
    """Move the locked order to `status` and set the columns `values`."""
    order.status = status.value
    for name, value in values.items():
        setattr(order, name, value)
    order.save_version(order.version, ["status", *values])


def on_behalf_of_house(by: Actor) -> Actor:
    """Return who acts, with the house's own authority: for what follows from an act that has authorised it."""
    return replace(by, is_system=True)


def require_seller(by: Actor, order: Order) -> None:
    """Raise `Forbidden` unless the actor is the seller or sells for the producers and shops of its area."""
    by.require(Permission.SELL, order.area_path, or_party=order.seller_id)


def require_packer(by: Actor, order: Order) -> None:
    """Raise `Forbidden` unless the actor packs or sells in the seller's area, or is the seller."""
    if not by.may(Permission.PACK, order.area_path):
        require_seller(by, order)


def may_send(by: Actor, order: Order) -> bool:
    """Say whether the actor sells or packs the order; the system does for nobody in particular."""
    if by.is_system:
        return False
    tasks = (Permission.SELL, Permission.PACK)
    return by.speaks_for(order.seller_id) or any(by.may(task, order.area_path) for task in tasks)


def require_buyer(by: Actor, order: Order, proof: str) -> None:
    """Raise unless the actor speaks for the buyer or `proof` is what the link to the order carries.

    Raises `NotFound` for a wrong proof, `Forbidden` without one.
    """
    if proof:
        require_signature(order.reference, proof)
    elif not by.is_system and not is_buyer(by, order):
        raise Forbidden


def require_payments(by: Actor, payment: Payment) -> str:
    """Return the area where the actor looks after one of a payment's orders, or raise `Forbidden`.

    One of them is enough, as `queries.buying.payments_visible_to` shows it: a
    transfer is one line on the bank's statement, and who finds it there has the
    proof for all orders that it pays, in however many counties their sellers are.
    But nobody says of what they bought or sell themselves that it is paid.
    """
    orders = list(payment.orders.order_by("pk"))
    held = next((order.area_path for order in orders if by.may(Permission.PAYMENTS, order.area_path)), None)
    if held is None:
        raise Forbidden
    if any(has_a_stake(by, order) for order in orders):
        raise Forbidden(_("You buy or sell this yourself. Somebody else has to look after the money."))
    return held
