"""Cash on delivery: taken at the counter, owed by the unit, handed in at the centre, paid in at the bank.

Each is one transfer (docs/adr/0027): the unit's cash to the carrier, the centre's
cash to the unit's, the bank to the centre's cash.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock, ids
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import require_own_currency
from terrace.kernel.errors import Invalid
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.ledger import queries as books
from terrace.ledger import services as ledger
from terrace.ledger.domain import AccountKind, Draft, Leg, Part, Reason
from terrace.ledger.domain import Permission as Ledger
from terrace.logistics.domain.cash import CashWay, Unpaid
from terrace.logistics.models import CashTaken, HandIn, Parcel
from terrace.network import queries as network
from terrace.network.models import ServiceUnit

LONGEST_REFERENCE = 60


def take_cash(by: Actor, parcel: Parcel, unit: ServiceUnit, way: CashWay | None, now: datetime) -> None:
    """Book what is paid for a locked parcel that is about to be handed over; of one that costs nothing nothing.

    Part of the act that hands it over, which has authorised it. Raises `Unpaid` where nobody said how it was paid.
    """
    amount = parcel.cod
    if amount is None or parcel.carrier_id is None:
        return
    if way is None:
        raise Unpaid(field="paid")
    CashTaken.objects.create(
        parcel=parcel,
        unit=unit,
        carrier_id=parcel.carrier_id,
        way=way,
        amount_minor=amount.minor,
        currency=amount.currency,
        at=now,
        area_path=unit.area_path,
        county_code=network.place(unit.area_id).county_code,
    )
    cash, carrier = ledger.cash_of_unit(unit.pk), ledger.account_of_party(parcel.carrier_id)
    legs = (Leg(cash.pk, -amount, Part.CASH), Leg(carrier.pk, amount, Part.CARRIER))
    draft = Draft(Reason.CASH_TAKEN, f"parcel/{parcel.number}", legs, f"cash/{parcel.number}")
    ledger.post(by=by, draft=draft, now=now)
    details = {"amount": str(amount), "way": str(way)}
    audit.record(by=by, act="logistics.take_cash", subject=parcel, area_path=unit.area_path, details=details)


@transaction.atomic
def hand_in_cash(
    *, by: Actor, unit: ServiceUnit, centre: ServiceUnit, amount: Money, now: datetime | None = None
) -> HandIn:
    """Note that cash of `unit` was counted at its centre, which owes it from now on; the oldest takings are paid first.

    Raises `Forbidden` unless the actor books money at the centre, `Invalid` for
    a unit that is not below it, and for nothing or more than the unit owes.
    """
    by.require(Ledger.DEPOSIT, centre.area_path)
    if unit.pk == centre.pk or not unit.area_path.startswith(centre.area_path):
        raise Invalid(_("A unit hands its cash in at the centre of its own area."), field="unit")
    made = _hand_in(by, unit, centre, amount, now or clock.now())
    to, out = ledger.cash_of_unit(unit.pk), ledger.cash_of_unit(centre.pk)
    _post(by, made, (Leg(to.pk, amount, Part.CASH), Leg(out.pk, -amount, Part.CASH)))
    _record(by, "hand_in_cash", made, {"unit": unit.number, "centre": centre.number})
    return made


@transaction.atomic
def bank_cash(
    *, by: Actor, centre: ServiceUnit, amount: Money, bank_reference: str, now: datetime | None = None
) -> HandIn:
    """Note that cash of a centre was paid in at the bank, once for each reference of the bank.

    Raises `Forbidden`, `Invalid` at the field, `AlreadyBooked`.
    """
    by.require(Ledger.DEPOSIT, centre.area_path)
    reference = " ".join(bank_reference.split())
    if not 0 < len(reference) <= LONGEST_REFERENCE:
        told = _("Enter what the bank calls it, in at most %(most)d characters.") % {"most": LONGEST_REFERENCE}
        raise Invalid(told, field="bank_reference")
    refuse_identity_number(reference, field="bank_reference")
    made = _hand_in(by, centre, None, amount, now or clock.now(), reference)
    ledger.take_receipt(reference=reference, about=f"hand-in/{made.number}", field="bank_reference")
    cash, bank = ledger.cash_of_unit(centre.pk), ledger.house_account(AccountKind.BANK)
    _post(by, made, (Leg(cash.pk, amount, Part.CASH), Leg(bank.pk, -amount, Part.BANK)))
    _record(by, "bank_cash", made, {"centre": centre.number, "bank_reference": reference})
    return made


def _hand_in(
    by: Actor, unit: ServiceUnit, centre: ServiceUnit | None, amount: Money, now: datetime, reference: str = ""
) -> HandIn:
    """Write that `unit` gave `amount` to its centre, or a centre to the bank, or raise why not."""
    require_own_currency(amount, field="amount")
    owed = books.cash_owed_by_units([unit.pk]).get(unit.pk)
    if amount.minor <= 0 or owed is None or amount > owed:
        raise Invalid(_("Enter an amount above zero, and no more than it owes."), field="amount")
    return HandIn.objects.create(
        number=ids.reference("H"),
        unit=unit if centre else None,
        centre=centre or unit,
        amount_minor=amount.minor,
        currency=amount.currency,
        at=now,
        bank_reference=reference,
        person_id=by.person_id,
        area_path=unit.area_path,
        county_code=network.place(unit.area_id).county_code,
    )


def _post(by: Actor, made: HandIn, legs: tuple[Leg, ...]) -> None:
    reference = f"hand-in/{made.number}"
    ledger.post(by=by, draft=Draft(Reason.CASH_HANDED_IN, reference, legs, reference), now=made.at)


def _record(by: Actor, act: str, made: HandIn, details: dict[str, object]) -> None:
    known = {"amount": str(made.amount), **details}
    audit.record(by=by, act=f"logistics.{act}", subject=made, area_path=made.area_path, details=known)
