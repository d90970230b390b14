"""Packing orders from lots, and taking them out again."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError, Forbidden, Invalid
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import _
from terrace.logistics import services as logistics
from terrace.logistics.domain import Direction
from terrace.logistics.services import NewParcel
from terrace.market.domain import OrderStatus
from terrace.market.domain.packing import HEAVIEST_GRAMS, LEAST_TENTHS, MOST_PARCELS, Box, Content
from terrace.market.models import Order, OrderLine, OrderParcel, PackedLot
from terrace.market.queries.packing import fits, lots_of_seller, parcel_reference, unit_for
from terrace.market.services.locking import lock_order, lock_with_parcels, move, require_packer, require_status
from terrace.market.services.origins import forget_where_grown, say_where_grown
from terrace.traceability import queries as lots
from terrace.traceability import services as traceability
from terrace.traceability.domain import number_on_label
from terrace.traceability.models import Lot


class NotExact(DomainError):
    """The parcels hold more or less of something than was bought; `line` is the order line's id."""

    code = "not_exact"
    status = 422
    field = "lots"


class NotYours(DomainError):
    """A lot cannot go into this order: it is of other goods, lies elsewhere, is somebody else's or was recalled."""

    code = "not_yours"
    status = 422
    field = "lots"


@transaction.atomic
def pack_order(
    *,
    by: Actor,
    order: Order,
    version: int,
    boxes: Sequence[Box],
    carrier_id: int | None,
    unit_id: int | None = None,
    now: datetime | None = None,
) -> Order:
    """Pack a paid order into `boxes` at the unit, or at the seller's own place where `unit_id` is None.

    A unit packs from lots that lie there; a seller may pack what was never in a
    lot. Raises `Forbidden`, `Stale`, `NotNow`, `NotExact`, `NotYours`, `Invalid`
    for weights, and what traceability raises where a lot holds too little: then
    nothing was packed.
    """
    moment = now or clock.now()
    order = lock_order(order.pk, version=version)
    require_packer(by, order)
    _require_place(by, order, unit_id)
    require_status(order, OrderStatus.PAID)
    lines = {line.pk: line for line in order.lines.order_by("pk")}
    _check_boxes(boxes)
    _check_exact(lines, boxes)
    _check_weights(lines, boxes)
    _check_lots(order, lines, boxes, unit_id)
    made = [(_register(by, order, box, unit_id, carrier_id, moment), box) for box in boxes]
    _take_out_of_lots(by, lines, made, moment)
    say_where_grown(lines, _contents(boxes))
    move(order, OrderStatus.PACKED, packed_at=moment)
    details = {"parcels": [row.parcel.number for row, _box in made]}
    audit.record(by=by, act="market.pack_order", subject=order, area_path=order.area_path, details=details, now=now)
    return order


@transaction.atomic
def unpack_order(*, by: Actor, order: Order, version: int, now: datetime | None = None) -> Order:
    """Take a packed order out of its parcels: the goods are back in their lots. Raises as `pack_order`."""
    moment = now or clock.now()
    order = lock_with_parcels(order.pk, version=version)
    require_packer(by, order)
    require_status(order, OrderStatus.PACKED)
    take_out_of_parcels(by=by, order=order, now=moment)
    move(order, OrderStatus.PAID, packed_at=None)
    audit.record(by=by, act="market.unpack_order", subject=order, area_path=order.area_path, now=now)
    return order


def take_out_of_parcels(*, by: Actor, order: Order, now: datetime) -> None:
    """Undo what was packed of a locked order that has not left; of an order in no parcel nothing."""
    packed = OrderParcel.objects.filter(order=order, undone_at=None)
    for row in packed.order_by("pk"):
        row.undone_at = now
        row.save(update_fields=["undone_at"])
        logistics.withdraw_parcel(by=by, parcel=row.parcel, now=now)
        traceability.unpack(by=by, reference=parcel_reference(row), now=now)
    forget_where_grown(order)


def _require_place(by: Actor, order: Order, unit_id: int | None) -> None:
    """A unit is packed at by who works there; only for the seller itself it may be none."""
    if by.is_system:
        return
    if unit_id is None and not by.speaks_for(order.seller_id):
        raise Invalid(_("Say at which unit it is packed."), field="unit")
    if unit_id is not None and unit_id not in by.units:
        raise Forbidden


def _check_boxes(boxes: Sequence[Box]) -> None:
    if not 1 <= len(boxes) <= MOST_PARCELS:
        raise Invalid(_("An order goes into 1 to %(most)d parcels.") % {"most": MOST_PARCELS}, field="parcels")
    if not all(box.contents for box in boxes):
        raise Invalid(_("There are more parcels than pieces. Take fewer parcels."), field="parcels")
    if not all(0 < box.weight_grams <= HEAVIEST_GRAMS for box in boxes):
        raise Invalid(_("A parcel weighs more than nothing and at most 100 kg."), field="weight")


def _check_exact(lines: Mapping[int, OrderLine], boxes: Sequence[Box]) -> None:
    """What lies in the boxes is to the gram what was bought."""
    packed: Counter[int] = Counter()
    for content in _contents(boxes):
        if content.line_id not in lines or content.steps <= 0:
            raise NotExact(_("This is not part of the order."), line=content.line_id)
        packed[content.line_id] += content.steps
    for line in lines.values():
        if packed[line.pk] != line.content.steps:
            amounts = {
                "goods": line.title,
                "packed": _amount(Quantity(packed[line.pk], line.content.unit)),
                "bought": _amount(line.content),
            }
            told = _("Of %(goods)s %(bought)s were bought, and %(packed)s are chosen.")
            raise NotExact(told % amounts, line=line.pk)


def _check_weights(lines: Mapping[int, OrderLine], boxes: Sequence[Box]) -> None:
    """A parcel weighs about what lies in it, or more: by its weight the carrier is paid."""
    for box in boxes:
        weighed = (one for one in box.contents if Unit(lines[one.line_id].unit) is not Unit.PIECE)
        if 10 * box.weight_grams < LEAST_TENTHS * sum(one.steps for one in weighed):
            raise Invalid(_("The parcel weighs less than the goods in it. Weigh it again."), field="weight")


def _check_lots(order: Order, lines: Mapping[int, OrderLine], boxes: Sequence[Box], unit_id: int | None) -> None:
    """Each content is from a lot of these goods that is the seller's and lies where the parcel begins."""
    place = unit_id or unit_for(order).pk
    chosen = {content.lot_id for content in _contents(boxes)}
    if None in chosen and unit_id is not None:
        raise NotYours(_("Here orders are packed from lots. Choose one for each line."))
    found = lots.lots_by_id(lot_id for lot_id in chosen if lot_id is not None)
    own = lots_of_seller(order.seller_id, found)
    for content in _contents(boxes):
        if content.lot_id is not None:
            _check_lot(lines[content.line_id], found.get(content.lot_id), own, place)


def get_lot_for(*, order: Order, said: str, unit_id: int | None) -> Lot:
    """Return the lot whose label says `said`, for an order to be packed from at the unit.

    Raises `NotYours` where no line of the order can be packed from it.
    """
    lot = lots.find_public_lot(number_on_label(said))
    if lot is None:
        raise NotYours(_("There is no such lot."), field="lot")
    lines = order.lines.order_by("pk")
    nearest = min(lines, key=lambda line: (not fits(line, lot), line.product_id != lot.product_id))
    place = unit_id or unit_for(order).pk
    try:
        _check_lot(nearest, lot, lots_of_seller(order.seller_id, {lot.pk: lot}), place)
    except NotYours as refused:
        refused.field = "lot"
        raise
    if not lot.steps or lot.set_aside_for:
        told = _("Of lot %(lot)s nothing is left here that does not wait to go elsewhere.") % {"lot": lot.number}
        raise NotYours(told, field="lot")
    return lot


def _check_lot(line: OrderLine, lot: Lot | None, own: Collection[int], unit_id: int) -> None:
    if lot is None or lot.product_id != line.product_id:
        raise NotYours(_("This lot is of other goods than were bought."), line=line.pk)
    if line.variety_id and lot.variety_id != line.variety_id:
        raise NotYours(_("This lot is of another variety than was bought."), line=line.pk)
    if lot.unit_at_id != unit_id:
        raise NotYours(_("Lot %(lot)s does not lie here.") % {"lot": lot.number}, line=line.pk)
    if lot.is_recalled:
        raise NotYours(_("Lot %(lot)s was recalled: nobody packs it.") % {"lot": lot.number}, line=line.pk)
    if lot.pk not in own:
        raise NotYours(_("Lot %(lot)s is not the seller's.") % {"lot": lot.number}, line=line.pk)


def _register(
    by: Actor, order: Order, box: Box, unit_id: int | None, carrier_id: int | None, now: datetime
) -> OrderParcel:
    """Announce the parcel to logistics and write what lies in it."""
    parcel = logistics.register_parcel(by=by, new=_new_parcel(order, box, unit_id, carrier_id), now=now)
    row = OrderParcel.objects.create(order=order, parcel=parcel, unit_id=unit_id, weight_grams=box.weight_grams)
    PackedLot.objects.bulk_create(
        PackedLot(parcel=row, line_id=one.line_id, lot_id=one.lot_id, steps=one.steps) for one in box.contents
    )
    return row


def _take_out_of_lots(
    by: Actor, lines: Mapping[int, OrderLine], made: Sequence[tuple[OrderParcel, Box]], now: datetime
) -> None:
    """Take the contents of all parcels out of their lots, lot by lot: two packers never wait for each other both."""
    taken = [(one.lot_id, row, one) for row, box in made for one in box.contents if one.lot_id is not None]
    for lot_id, row, one in sorted(taken, key=lambda each: (each[0], each[1].pk, each[2].line_id)):
        quantity = Quantity(one.steps, Unit(lines[one.line_id].unit))
        traceability.pack(by=by, lot_id=lot_id, quantity=quantity, reference=parcel_reference(row), now=now)


def _new_parcel(order: Order, box: Box, unit_id: int | None, carrier_id: int | None) -> NewParcel:
    return NewParcel(
        direction=Direction.UP,
        reference=order.reference,
        recipient=order.recipient,
        phone=order.phone,
        region=order.region,
        address=order.address,
        from_unit_id=unit_id or unit_for(order).pk,
        carrier_id=carrier_id,
        weight_grams=box.weight_grams,
        sender_id=order.seller_id,
    )


def _contents(boxes: Sequence[Box]) -> list[Content]:
    return [content for box in boxes for content in box.contents]


def _amount(quantity: Quantity) -> str:
    return f"{quantity.amount.normalize():f} {quantity.unit.label}"
