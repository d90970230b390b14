"""Goods that are back where they were packed: sound ones into their lots again, spoilt ones written off."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError, Invalid
from terrace.kernel.words import _
from terrace.market.domain import ReturnState
from terrace.market.models import Dispute, Order, OrderParcel
from terrace.market.queries.brought_back import parcels_brought_back, parcels_to_put_away, sent_before_the_end
from terrace.market.queries.dues import purchases_in, sold_in, steps_by_purchase
from terrace.market.queries.packing import parcel_reference
from terrace.market.queries.returning import return_parcel
from terrace.market.services.locking import lock_order, on_behalf_of_house, require_packer
from terrace.market.services.making_good import pay_left_out
from terrace.sourcing import queries as purchases
from terrace.sourcing import services as sourcing
from terrace.traceability import services as traceability
from terrace.traceability.domain import LossReason


class NothingCameBack(DomainError):
    """No goods of the order came back, or somebody has looked into all of them."""

    code = "nothing_came_back"
    message = _("No goods of this order wait to be put away.")


@transaction.atomic
def put_away(
    *, by: Actor, order: Order, state: ReturnState, version: int | None = None, now: datetime | None = None
) -> Order:
    """Note how the goods of an order are that came back beside any dispute: they go into their lots again, or are lost.

    The carrier brought them, or the buyer had sent them when the dispute ended. It moves no money, and is done
    whatever became of the order: money is the centre's to decide about.
    Who read which parcels these are gives the order's `version`: another may have looked into them meanwhile.
    Raises `Forbidden` for who neither packs nor sells there, `Stale`, `NothingCameBack`, `Invalid` at `state`.
    """
    moment = now or clock.now()
    require_packer(by, order)
    order = lock_order(order.pk, version=version)
    brought = parcels_to_put_away(order)
    dispute = None if parcels_brought_back(order) else sent_before_the_end(order)
    if not brought:
        raise NothingCameBack
    if dispute is None:
        put_away_brought(by, order, brought, state, moment)
    else:  # of what a buyer sent it may be known that it never comes
        _refuse_lost_on_the_way(dispute, state)
        put_back(by, order, brought, state, moment)
        dispute.return_state, dispute.returned_at = state.value, moment
        dispute.save_version(dispute.version, ["return_state", "returned_at"])
    order.save_version(order.version, [])
    details = {"state": state.value, "parcels": len(brought)}
    audit.record(by=by, act="market.put_away", subject=order, area_path=order.area_path, details=details, now=moment)
    return order


def _refuse_lost_on_the_way(dispute: Dispute, state: ReturnState) -> None:
    """Raise `Invalid` for goods that are said to be lost while the network brings them: it says so itself."""
    parcel = return_parcel(dispute)
    if state is ReturnState.LOST and parcel is not None and parcel.ended_at is None:
        told = _("Parcel %(number)s brings them. If it is lost, that is noted there.")
        raise Invalid(told % {"number": parcel.number}, field="state")


def put_away_brought(
    by: Actor, order: Order, brought: Collection[OrderParcel], state: ReturnState, now: datetime
) -> None:
    """Put away what came back of a locked order. Raises `Invalid` for what is said to be lost."""
    if state is ReturnState.LOST:
        raise Invalid(_("They are here. Say how they are."), field="state")
    put_back(by, order, brought, state, now)


def put_back(by: Actor, order: Order, rows: Collection[OrderParcel], state: ReturnState, now: datetime) -> None:
    """Undo what was packed into parcels; where it is spoilt, what came back is written off at once.

    What was lost stays out of its lots, as what was sold: whoever grew it is paid for it.
    """
    if state is ReturnState.LOST:
        return
    house = on_behalf_of_house(by)
    for row in rows:
        lost = LossReason.ROTTEN if state is ReturnState.SPOILT else None
        traceability.unpack(by=house, reference=parcel_reference(row), lost=lost, now=now)
        row.returned = state.value
        row.save(update_fields=["returned"])
    if state is ReturnState.SOUND:
        _are_back(order, rows, now)


def _are_back(order: Order, rows: Collection[OrderParcel], now: datetime) -> None:
    """Note whose goods are in their lots again, and reckon anew what is owed for the rest of an order that is over."""
    sourcing.lock_purchases(purchase_ids=purchases_in(order))
    sold = sold_in(order)
    for row in rows:
        sourcing.note_back(steps=steps_by_purchase(row), reference=order.reference, sold=sold)
    if purchases.is_owed_for(order.reference):
        pay_left_out(order, now)
