"""Weighing and buying at a service unit, and taking a purchase back the same day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from terrace.audit import services as audit
from terrace.catalog import queries as catalog
from terrace.catalog.models import Product, Variety
from terrace.kernel import clock, ids
from terrace.kernel.actors import Actor
from terrace.kernel.days import refuse_far_day
from terrace.kernel.deployment import require_own_currency
from terrace.kernel.errors import DomainError, Invalid, NotFound
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import _
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.registry import queries as registry
from terrace.registry import services as parties
from terrace.registry.domain import Kind
from terrace.registry.models import Party
from terrace.sourcing import queries
from terrace.sourcing.domain import (
    LARGEST_PURCHASE_UNITS,
    Moisture,
    PayRule,
    Permission,
    Reckoning,
    Weighing,
    check_moisture,
    reckon,
)
from terrace.sourcing.models import Purchase, ReferencePrice
from terrace.sourcing.services import bought, mandates, paying
from terrace.sourcing.services.likely import ask_about_purchase_price, ask_about_weighing
from terrace.traceability import services as lots
from terrace.traceability.domain import NewLot

LONGEST_REASON = 200


class AlreadyVoided(DomainError):
    """The purchase was taken back before."""

    code = "already_voided"
    message = _("This purchase is void already.")


class TooLate(DomainError):
    """The day of the purchase is over: its books are closed."""

    code = "too_late"
    message = _("A purchase can be voided only on the day it was made. Ask the centre to set the money right.")


class OwnGoods(DomainError):
    """Who weighs speaks for the producer, and would take a buyer's money for the own goods with nobody beside."""

    code = "own_goods"
    message = _("Somebody else has to weigh your own goods: another keeper, or the station.")
    field = "producer"


@dataclass(frozen=True, slots=True)
class PurchaseGiven:
    """What a point says of goods it weighed: numbers of parties, unit and notice, codes of product and variety.

    Goods by the kilogram have `gross` and `tare`, others a `count`. `moisture` is
    in thousandths of the weight, for products that it matters for. `price` is for
    one unit of trade. `ends_notice`: the producer has no more of it. `sure` and
    `sure_of_price`: who gives it was asked whether it is right, and said yes.
    """

    producer: str
    buyer: str
    unit: str
    product: str
    price: Money
    pay_rule: PayRule
    gross: Quantity | None = None
    tare: Quantity | None = None
    count: Quantity | None = None
    variety: str = ""
    moisture: int | None = None
    notice: str = ""
    ends_notice: bool = False
    harvested_on: date | None = None
    grade: str = ""
    sure: bool = False
    sure_of_price: bool = False


@dataclass(frozen=True, slots=True)
class _Deal:
    """What was given, looked up: who sells what to whom."""

    unit: ServiceUnit
    producer: Party
    buyer: Party
    product: Product
    variety: Variety | None

    @property
    def variety_id(self) -> int | None:
        """The variety's id, None where none was named."""
        return self.variety.pk if self.variety else None


@transaction.atomic
def record_purchase(*, by: Actor, given: PurchaseGiven, now: datetime | None = None) -> Purchase:
    """Buy what was weighed: a purchase, its lot, and under the rule `NOW` the money from buyer to producer.

    Raises `Forbidden` where the actor may not buy at the unit, `NotFound` for a
    party or unit that it does not see, `OwnGoods`, `Invalid` at the field that breaks a rule,
    `Unlikely` and `UnlikelyPrice` who is not sure, `NoMandate` and `OverMandate` where
    the buyer does not let the unit buy (so much), `BuyerCannotPay` where the buyer's
    account does not hold the amount. Then nothing was written.
    """
    moment = now or clock.now()
    deal = _deal(by, given)
    weighing, moisture = weighed(given, deal.product), moist(given, deal.product)
    _check(given)
    reference = queries.reference_price(deal.product.pk, deal.unit.area_path, deal.variety_id, clock.today(moment))
    _ask(given, weighing, reference)
    sums = reckon(weighing, moisture, given.price, reference.price if reference else None)
    if sums.amount.minor <= 0:
        raise Invalid(_("At this price the goods come to nothing."), field="price")
    purchase = Purchase(
        number=ids.reference("C"),
        **_who_and_where(by, deal),
        **_weights(weighing, moisture),
        **_money(given.price, reference, sums),
        pay_rule=given.pay_rule,
        purchased_at=moment,
    )
    purchase.mandate = mandates.by_mandate(purchase, deal.unit, clock.today(moment))
    if given.notice:
        bought.take_off_notice(by, purchase, given.notice, ends=given.ends_notice, today=clock.today(moment))
    purchase.lot_id = lots.create_lot(by=by, new=_lot(given, purchase, deal.producer), now=moment).pk
    purchase.save(force_insert=True)
    details = bought.told(purchase)
    act = "sourcing.record_purchase"
    audit.record(by=by, act=act, subject=purchase, area_path=purchase.area_path, details=details, now=moment)
    if given.pay_rule is PayRule.NOW:
        paying.pay_in_full(by, purchase, moment)
    bought.tell_of_purchase(purchase)
    return purchase


@transaction.atomic
def void_purchase(*, by: Actor, purchase: Purchase, reason: str, now: datetime | None = None) -> Purchase:
    """Take a purchase back on its own day: the lot goes, the money returns, the notice is open again.

    Raises `Forbidden`, `AlreadyVoided`, `TooLate` on a later day, `LotTouched` once
    something happened to the lot, `Invalid` without a reason, and where what was
    paid cannot come back.
    """
    by.require(Permission.PURCHASE, purchase.area_path)
    moment = now or clock.now()
    said = _reason(reason)
    lots.hold([purchase.lot_id])  # the lot before its purchase, as who grades it
    locked = Purchase.objects.select_for_update().get(pk=purchase.pk)
    if locked.is_void:
        raise AlreadyVoided
    if clock.today(moment) != clock.today(locked.purchased_at):
        raise TooLate
    lots.take_back_lot(by=by, lot_id=locked.lot_id, note=said, now=moment)
    bought.give_back_to_notice(by, locked, clock.today(moment))  # the notice before the money, as who weighs from it
    paying.take_back(by, locked, moment)
    locked.voided_at, locked.void_reason = moment, said
    locked.save(update_fields=["voided_at", "void_reason"])
    details = {**bought.told(locked), "reason": said}
    act = "sourcing.void_purchase"
    audit.record(by=by, act=act, subject=locked, area_path=locked.area_path, details=details, now=moment)
    bought.tell_of_voiding(locked)
    return locked


def _deal(by: Actor, given: PurchaseGiven) -> _Deal:
    """Look up what was given, with the unit and both parties locked, so that none closes or rests meanwhile."""
    unit = _open_unit(by, given.unit)
    producer, buyer = _producer(by, given.producer), _buyer(unit, given.buyer)
    if producer.pk == buyer.pk:
        raise Invalid(_("Nobody buys from itself."), field="buyer")
    for field, party in sorted((("producer", producer), ("buyer", buyer)), key=lambda pair: pair[1].pk):
        if not parties.lock_active(party):
            raise Invalid(_("This producer or buyer is resting. Let it take part again first."), field=field)
    product = catalog.get_product(given.product)
    if not product.is_active:
        raise Invalid(_("This product is no longer traded."), field="product")
    variety = next((v for v in catalog.varieties_of(product.pk) if v.code == given.variety), None)
    if given.variety and variety is None:
        raise Invalid(_("This product has no such variety."), field="variety")
    return _Deal(unit, producer, buyer, product, variety)


def _open_unit(by: Actor, number: str) -> ServiceUnit:
    found = network.units_by_number([number]).get(number)
    if found is None:
        raise NotFound(field="unit")
    by.require(Permission.PURCHASE, found.area_path)
    unit = network.lock_unit(found.pk)
    if not unit.is_open:
        raise Invalid(_("This unit is closed."), field="unit")
    return unit


def _producer(by: Actor, number: str) -> Party:
    found = registry.find_party(by, number)
    if found is None or not registry.sees_fully(by, found):
        raise NotFound(_("There is no party with this number in your area."), field="producer")
    if not Kind(found.kind).produces:
        raise Invalid(_("Only producers have goods to sell."), field="producer")
    if not by.is_system and by.speaks_for(found.pk):
        raise OwnGoods
    return found


def _buyer(unit: ServiceUnit, number: str) -> Party:
    county = network.place(unit.area_id).county_code
    found = registry.buying_in(county).filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound(_("No cooperative or enterprise with this number buys in your county."), field="buyer")
    return found


def weighed(given: PurchaseGiven, product: Product) -> Weighing:
    """Return what the scales said of a product, or raise at the weight that cannot be."""
    unit = Unit(product.unit)
    for field, quantity in (("gross", given.gross), ("tare", given.tare), ("count", given.count)):
        if quantity is not None and quantity.unit is not unit:
            raise Invalid(_("This product is traded in another unit."), field=field)
    if unit is Unit.KILOGRAM:
        if given.gross is None:
            raise Invalid(_("Enter what the scales show."), field="gross")
        weighing = Weighing.of(given.gross, given.tare or Quantity(0, unit))
    else:
        if given.count is None:
            raise Invalid(_("Enter how much it is."), field="count")
        weighing = Weighing.counted(given.count)
    if weighing.net.steps > LARGEST_PURCHASE_UNITS * unit.steps:
        raise Invalid(_("No scales weigh so much at once."), field="gross" if weighing.gross else "count")
    return weighing


def moist(given: PurchaseGiven, product: Product) -> Moisture | None:
    """Return the water in the goods, None where it does not matter for the price."""
    if product.standard_moisture is None:
        if given.moisture is not None:
            raise Invalid(_("Moisture does not matter for this product."), field="moisture")
        return None
    if given.moisture is None:
        raise Invalid(_("Measure the moisture: it decides the price."), field="moisture")
    moisture = Moisture(given.moisture, product.standard_moisture)
    check_moisture(moisture)
    return moisture


def _check(given: PurchaseGiven) -> None:
    if given.grade and given.pay_rule is PayRule.AT_GRADING:
        raise Invalid(_("These goods are graded already: nothing would ever pay them at grading."), field="pay_rule")
    refuse_far_day(given.harvested_on, field="harvested_on")
    if given.price.minor <= 0:
        raise Invalid(_("Enter a price above zero."), field="price")
    require_own_currency(given.price)


def _ask(given: PurchaseGiven, weighing: Weighing, reference: ReferencePrice | None) -> None:
    """Ask once about what looks like a slip of the finger."""
    if not given.sure:
        ask_about_weighing(weighing)
    if not given.sure_of_price:
        ask_about_purchase_price(given.price, reference)


def _who_and_where(by: Actor, deal: _Deal) -> dict[str, Any]:
    return {
        "producer_id": deal.producer.pk,
        "buyer_id": deal.buyer.pk,
        "unit_id": deal.unit.pk,
        "product_id": deal.product.pk,
        "variety_id": deal.variety_id,
        "weighed_by_id": by.person_id,
        "area_id": deal.unit.area_id,
        "area_path": deal.unit.area_path,
        "county_code": network.place(deal.unit.area_id).county_code,
    }


def _weights(weighing: Weighing, moisture: Moisture | None) -> dict[str, Any]:
    return {
        "measure": str(weighing.net.unit),
        "gross_grams": weighing.gross and weighing.gross.steps,
        "tare_grams": weighing.tare.steps if weighing.tare is not None else None,
        "net_steps": weighing.net.steps,
        "moisture_permille": moisture and moisture.measured,
        "standard_permille": moisture and moisture.standard,
    }


def _money(price: Money, reference: ReferencePrice | None, sums: Reckoning) -> dict[str, Any]:
    return {
        "price_minor": price.minor,
        "currency": price.currency,
        "reference_minor": reference and reference.price_minor,
        "payable_steps": sums.payable.steps,
        "amount_minor": sums.amount.minor,
        "premium_minor": None if sums.premium is None else sums.premium.minor,
    }


def _lot(given: PurchaseGiven, purchase: Purchase, producer: Party) -> NewLot:
    """The lot weighs what the goods weigh, water and all, and comes from where its producer is at home."""
    return NewLot(
        product_id=purchase.product_id,
        variety_id=purchase.variety_id,
        quantity=purchase.net,
        producer_id=purchase.producer_id,
        area_id=producer.area_id,
        unit_id=purchase.unit_id,
        harvested_on=given.harvested_on,
        grade=given.grade,
        owner_id=purchase.buyer_id,
    )


def _reason(text: str) -> str:
    said = " ".join(text.split())
    refuse_identity_number(said, field="reason")
    if not said:
        raise Invalid(_("Say why."), field="reason")
    if len(said) > LONGEST_REASON:
        raise Invalid(_("This text is longer than %(most)d characters.") % {"most": LONGEST_REASON}, field="reason")
    return said
