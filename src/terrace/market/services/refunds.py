"""Giving money back: out of escrow in the books at once, to the buyer by the way it came."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from terrace.audit import services as audit
from terrace.http import written
from terrace.kernel import clock, ids
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError, Invalid
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.ledger import services as ledger
from terrace.ledger.domain import Draft, Leg, Part, Reason
from terrace.logistics import services as logistics
from terrace.market.domain import OrderStatus, RefundReason
from terrace.market.models import Dispute, Order, OrderLine, Refund
from terrace.market.queries.dues import dues_of
from terrace.market.queries.packing import parcels_of
from terrace.market.services import news
from terrace.market.services.locking import lock_order, move, require_no_dispute, require_seller, require_status
from terrace.market.services.paying import outside_account
from terrace.market.services.repaying import repay

BEFORE_SHIPPING = (OrderStatus.PAID, OrderStatus.PACKED)
LONGEST_NOTE = 200


class MoreThanLeft(DomainError):
    """More shall go back than is still held for the order."""

    code = "more_than_left"
    status = 422
    message = _("More than is still held for this order cannot be given back.")
    field = "amount"


class NotPackedYet(DomainError):
    """What others are due of the order is not known before it is packed."""

    code = "not_packed_yet"
    message = _("What others are due of it is known once it is packed. Pack it first, or cancel it.")


class OfOthers(DomainError):
    """More shall go back than would be left to the seller."""

    code = "of_others"
    status = 422
    field = "amount"


@transaction.atomic
def refund_order(
    *, by: Actor, order: Order, version: int, amount: Money, note: str = "", now: datetime | None = None
) -> Refund:
    """Give `amount` of an order back on the seller's own account, before its money is shared.

    At most what would be left to the seller: growers, carriers and points bear
    nothing of another's kindness, and more is for the centre to decide. Raises
    `Forbidden`, `Stale`, `NotNow` before payment and after completion, `InDispute`,
    `NotPackedYet`, `OfOthers`, `MoreThanLeft`, `Invalid` for nothing or for all of an
    order that has not left yet: that is a cancellation.
    """
    order = lock_order(order.pk, version=version)
    require_seller(by, order)
    require_refundable(order)
    if amount.minor == order.escrow.minor and order.status in BEFORE_SHIPPING:
        raise Invalid(_("To give all of it back before it is shipped, cancel the order."), field="amount")
    check_note(note)
    require_own(order, amount)
    return give_back_money(by=by, order=order, amount=amount, reason=RefundReason.GOODWILL, note=note, now=now)


def require_refundable(order: Order) -> None:
    """Raise unless the seller may give something back now: `NotNow`, `InDispute`, `NotPackedYet`."""
    require_status(order, *(status for status in OrderStatus if status.holds_money))
    require_no_dispute(order)
    if order.status == OrderStatus.PAID:
        raise NotPackedYet


def own_part(order: Order, *, here: Collection[int] = ()) -> Money:
    """Return what is left to the seller of a packed order's escrow after all that others are due, or nothing.

    Goods of the parcels `here`, by the ids of their rows, are back and wait to be put away.
    """
    due = sum(one.amount.minor for one in dues_of(order, here=here))
    return Money(max(0, order.escrow.minor - due), order.currency)


def require_own(order: Order, amount: Money, *, field: str = "amount") -> None:
    """Raise `OfOthers` with the seller's own part where `amount` is more: what others are due no seller gives away."""
    own = own_part(order)
    if own < amount <= order.escrow:
        told = _("Of this order %(amount)s are yours; the rest is due to others. More is for the centre to decide.")
        raise OfOthers(told % {"amount": written.money(own)}, field=field, own=own)


def check_note(note: str) -> None:
    """Raise `Invalid` at `note` for one that is too long, or holds an identity number."""
    refuse_identity_number(note, field="note")
    if len(note) > LONGEST_NOTE:
        raise Invalid(_("At most %(number)s characters.") % {"number": LONGEST_NOTE}, field="note")


def give_back_money(
    *,
    by: Actor,
    order: Order,
    amount: Money,
    reason: RefundReason,
    note: str = "",
    dispute: Dispute | None = None,
    now: datetime | None = None,
) -> Refund:
    """Give `amount` of a locked order back: the caller has authorised, and holds the lock. Raises `MoreThanLeft`.

    All of it ends the order as given back in full, unless it is cancelled: that
    is the caller's to write.
    """
    moment = now or clock.now()
    if amount.minor <= 0:
        raise Invalid(_("Enter an amount above zero."), field="amount")
    if order.escrow < amount:
        raise MoreThanLeft
    refund = _written(by, order, amount, reason, note, dispute, moment)
    order.refunded_minor += amount.minor
    _spread(order)
    ends = not order.escrow and reason is not RefundReason.CANCELLED
    if ends:
        move(order, OrderStatus.REFUNDED, refunded_minor=order.refunded_minor, ended_at=moment, complete_by=None)
    else:
        move(order, OrderStatus(order.status), refunded_minor=order.refunded_minor)
    details = {"amount": str(amount), "reason": reason.value, "refund": refund.number}
    audit.record(by=by, act="market.refund_order", subject=order, area_path=order.area_path, details=details, now=now)
    told = _("%(amount)s of your order %(number)s goes back to you by the way it came.")
    news.to_buyer(order, told, amount=amount, now=moment)
    if ends:
        _stop_on_the_way(order, moment)
    return refund


def _stop_on_the_way(order: Order, now: datetime) -> None:
    """Tell who works where parcels of an order lie that was given back, so that they do not go on."""
    for _row, parcel in parcels_of([order])[order.pk]:
        if parcel.has_not_left and not parcel.lies_where_it_began:
            logistics.tell_given_back(parcel=parcel, now=now)


def _spread(order: Order) -> None:
    """Say of each line how much of it was given back: of goods first, of freight only what is left then."""
    lines = list(order.lines.order_by("pk"))
    parts = min(order.refunded, order.goods).split([line.amount_minor for line in lines])
    for line, part in zip(lines, parts, strict=True):
        line.refunded_minor = part.minor
    OrderLine.objects.bulk_update(lines, ["refunded_minor"])


def _written(
    by: Actor,
    order: Order,
    amount: Money,
    reason: RefundReason,
    note: str,
    dispute: Dispute | None,
    now: datetime,
) -> Refund:
    number = ids.reference("Q")
    refund = Refund(
        number=number,
        order=order,
        dispute=dispute,
        amount_minor=amount.minor,
        currency=amount.currency,
        reason=reason.value,
        note=note,
        area_path=order.area_path,
        county_code=order.county_code,
    )
    escrow = ledger.escrow_account(order.reference, area_path=order.area_path, county_code=order.county_code)
    outside = outside_account(order.payment)
    legs = (Leg(escrow.pk, -amount, Part.ESCROW), Leg(outside.pk, amount, Part.BUYER))
    draft = Draft(reason=Reason.REFUND, reference=order.reference, legs=legs, key=f"refund/{number}")
    refund.transfer_id = ledger.post(by=by, draft=draft, now=now).pk
    refund.repayment = repay(payment=order.payment, amount=amount, key=f"refund/{number}", now=now)
    refund.save(force_insert=True)
    return refund
