"""Shipping an order, and what its parcels tell on their way."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM, Actor
from terrace.kernel.errors import DomainError, Invalid
from terrace.kernel.words import _
from terrace.logistics import services as logistics
from terrace.logistics.domain import ParcelStatus
from terrace.market.domain import DisputeKind, OrderStatus
from terrace.market.models import Order, OrderParcel
from terrace.market.queries.recalls import has_recalled_goods, lots_in
from terrace.market.services import news
from terrace.market.services.arriving import UNDER_WAY, arrive, waits_for_parcels
from terrace.market.services.disputing import leave_missing_parcel_to_centre
from terrace.market.services.locking import (
    NotNow,
    lock_order,
    lock_with_parcels,
    move,
    require_packer,
    require_status,
)
from terrace.traceability import services as traceability
from terrace.traceability.domain import EventKind


class HoldsRecalledGoods(DomainError):
    """Goods in a parcel of the order were recalled after they were packed: it does not leave."""

    code = "holds_recalled_goods"
    message = _("Goods in this order were recalled. Unpack it, and pack it from another lot.")


@transaction.atomic
def ship_order(
    *, by: Actor, order: Order, version: int, waybills: Mapping[str, str], now: datetime | None = None
) -> Order:
    """Hand the parcels of a packed order to their carrier; `waybills` gives each parcel's, by the parcel's number.

    Raises `Forbidden`, `Stale`, `NotNow`, `Invalid` at `waybill` where one is
    missing, `HoldsRecalledGoods`, and what logistics refuses: then nothing was handed over.
    """
    moment = now or clock.now()
    order = lock_with_parcels(order.pk, version=version)
    require_packer(by, order)
    require_status(order, OrderStatus.PACKED)
    # A parcel that was lost on its way to the carrier is the centre's affair; the others leave.
    rows = [row for row in order.parcels.filter(undone_at=None).order_by("pk") if row.parcel.ended_at is None]
    if not rows:
        raise NotNow(status=order.status)
    if has_recalled_goods(order):
        raise HoldsRecalledGoods
    move(order, OrderStatus.SHIPPED, shipped_at=moment)  # before its parcels leave: their news finds it shipped
    for row in rows:
        parcel = row.parcel
        waybill = waybills.get(parcel.number, "").strip()
        if parcel.sent_at and waybill in ("", parcel.waybill):
            continue  # it left before the others
        if not waybill:
            told = _("Parcel %(number)s has no waybill yet.") % {"number": parcel.number}
            raise Invalid(told, field="waybill")
        logistics.hand_to_carrier(by=by, parcel=parcel, waybill=waybill, now=moment)
    _tell_of_leaving(by, order, rows, moment)
    return order


@transaction.atomic
def parcel_sent(*, parcel_id: int, at: datetime) -> Order | None:
    """Let an order count as shipped with the last of its parcels that was handed to the carrier by itself.

    Called on news from logistics, safe to repeat. None for a parcel that is no
    order's, and while others of the order still lie here.
    """
    row = OrderParcel.objects.filter(parcel=parcel_id, undone_at=None).first()
    order = lock_order(row.order_id) if row else None
    if order is None or order.status != OrderStatus.PACKED:
        return None
    rows = [row for row in order.parcels.filter(undone_at=None).order_by("pk") if row.parcel.ended_at is None]
    if not all(row.parcel.sent_at for row in rows):
        return None
    move(order, OrderStatus.SHIPPED, shipped_at=at)
    _tell_of_leaving(SYSTEM, order, rows, at)
    return order


@transaction.atomic
def parcel_delivered(*, parcel_id: int, at: datetime) -> Order | None:
    """Note that a parcel reached its buyer; with the last of an order's parcels the order is delivered.

    Called on news from logistics, safe to repeat. None for a parcel that is no
    order's, or was unpacked.
    """
    row = OrderParcel.objects.filter(parcel=parcel_id, undone_at=None).first()
    if row is None:
        return None
    order = lock_order(row.order_id)
    OrderParcel.objects.filter(pk=row.pk, delivered_at=None).update(delivered_at=at)
    if order.status not in UNDER_WAY or waits_for_parcels(order):
        return order
    arrive(order, at)
    said = _("Your order %(number)s has arrived. Please confirm that all is well; on %(day)s it counts as confirmed.")
    news.to_buyer(order, said, now=at, day=order.complete_by)
    return order


@transaction.atomic
def parcel_did_not_arrive(*, parcel_id: int, at: datetime, kind: DisputeKind) -> None:
    """Let the centre decide about an order of which a parcel was lost or came back; called on news from logistics.

    Where the order is over there is no money to decide about: its seller hears that goods are back.
    """
    row = OrderParcel.objects.filter(parcel=parcel_id, undone_at=None, delivered_at=None).first()
    if row is None:
        return
    order = lock_order(row.order_id)
    if OrderStatus(order.status).holds_money:
        leave_missing_parcel_to_centre(order=order, parcel=row.parcel, kind=kind, now=at)
    elif row.parcel.status == ParcelStatus.RETURNED:
        said = _("Goods of order %(number)s are back, after it was over. Look into the parcel.")
        news.to_seller(order, said, now=at)


def _tell_of_leaving(by: Actor, order: Order, rows: list[OrderParcel], now: datetime) -> None:
    """Write on the record, in the lots' histories and to the buyer that an order's parcels have left."""
    _note_lots(by, rows, now)
    details = {"parcels": len(rows)}
    audit.record(by=by, act="market.ship_order", subject=order, area_path=order.area_path, details=details, now=now)
    news.to_buyer(order, _("Your order %(number)s is on its way."), now=now)


def _note_lots(by: Actor, rows: list[OrderParcel], now: datetime) -> None:
    """Let each lot's history say that parcels with its goods left."""
    for row in rows:
        if lot_ids := lots_in(row):
            reference = f"parcel/{row.parcel.number}"
            kind = EventKind.SHIPPED
            traceability.note(by=by, lot_ids=lot_ids, kind=kind, unit_id=row.unit_id, reference=reference, now=now)
