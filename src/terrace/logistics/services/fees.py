"""What a carrier owes the fleet and the outlet for a parcel that came down and was handed over, or came back.

A hand-over never waits for money: what the carrier's account does not hold is
kept as owed, and a job has it paid as soon as the account does.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM, Actor
from terrace.kernel.money import Money
from terrace.ledger import services as ledger
from terrace.ledger.domain import Draft, InsufficientFunds, Leg, Part, Reason
from terrace.logistics import queries
from terrace.logistics.domain import TariffKind
from terrace.logistics.domain.agreements import parts_of
from terrace.logistics.models import Parcel, ParcelFee, Tariff, Zone
from terrace.network import queries as network
from terrace.network.models import ServiceUnit

PARTS = {TariffKind.FLEET: Part.FLEET, TariffKind.OUTLET: Part.OUTLET, TariffKind.RETURN: Part.FLEET}


def charge(*, by: Actor, parcel: Parcel, now: datetime) -> None:
    """Write down what the parcel's carrier owes, and have it paid if the account holds it.

    By the zone of the agreement under which it was announced, else by the tariffs in force. By tariff the fleet earns
    where it drove: nothing for what was fetched at the centre itself. Part of the act that handed the parcel over,
    which has authorised it.
    """
    if parcel.carrier_id is None or parcel.to_unit_id is None:
        return
    units = network.units_by_id({parcel.from_unit_id, parcel.unit_at_id or parcel.to_unit_id})
    centre, at = units[parcel.from_unit_id], units[parcel.unit_at_id or parcel.to_unit_id]
    if parcel.agreement_id is None:
        owed = list(_fees(parcel, TariffKind.OUTLET, at, now))
        if at.pk != centre.pk:
            owed += _fees(parcel, TariffKind.FLEET, centre, now)
    else:
        owed = list(_zone_fees(parcel, parcel.agreement_id, centre, at, now))
    _owe(by, parcel, owed, now)


def charge_return(*, by: Actor, parcel: Parcel, now: datetime) -> None:
    """Write down what the carrier owes the fleet for a parcel that was brought back; nothing if it never left.

    Part of the act that gave the parcel back, which has authorised it.
    """
    if parcel.carrier_id is None or not queries.was_away(parcel):
        return
    centre = network.units_by_id([parcel.from_unit_id])[parcel.from_unit_id]
    if parcel.agreement_id is None:
        _owe(by, parcel, list(_fees(parcel, TariffKind.RETURN, centre, now)), now)
    elif zone := queries.zone_of(parcel.agreement_id, parcel.to_path):
        price = zone.return_rate.fee(1, parcel.weight_grams)
        _owe(by, parcel, [_fee(parcel, TariffKind.RETURN, centre, price, zone=zone)], now)


def _owe(by: Actor, parcel: Parcel, owed: Sequence[ParcelFee], now: datetime) -> None:
    """Write the fees down that ask for something, and have them paid."""
    fees = [fee for fee in owed if fee.amount_minor]
    ParcelFee.objects.bulk_create(fees)
    if fees:
        pay(by=by, parcel=parcel, now=now)


def pay(*, by: Actor, parcel: Parcel, now: datetime) -> bool:
    """Have what is owed for the parcel paid by one transfer; say whether the carrier's account held it."""
    fees = list(parcel.fees.filter(paid_at__isnull=True).order_by("id"))
    if not fees:
        return True
    try:
        ledger.post(by=by, draft=_draft(parcel, fees), now=now)
    except InsufficientFunds:
        return False
    ParcelFee.objects.filter(pk__in=[fee.pk for fee in fees]).update(paid_at=now)
    return True


def post_fees(*, now: datetime | None = None) -> int:
    """Have owed fees paid as far as the carriers' accounts reach, the oldest first; return for how many parcels.

    Each parcel is paid in a transaction of its own, so this may stop at any time and be run again.
    """
    moment, paid = now or clock.now(), 0
    owing = ParcelFee.objects.filter(paid_at__isnull=True).order_by("payer_id").values_list("payer_id", flat=True)
    for payer_id in list(owing.distinct()):
        waiting = ParcelFee.objects.filter(paid_at__isnull=True, payer_id=payer_id).order_by("parcel_id")
        for parcel_id in list(waiting.values_list("parcel_id", flat=True).distinct()):
            if not _pay_owed(parcel_id, moment):
                break
            paid += 1
    return paid


@transaction.atomic
def _pay_owed(parcel_id: int, now: datetime) -> bool:
    parcel = Parcel.objects.select_for_update(of=("self",)).get(pk=parcel_id)
    if not pay(by=SYSTEM, parcel=parcel, now=now):
        return False
    audit.record(by=SYSTEM, act="logistics.post_fees", subject=parcel, area_path=parcel.area_path, now=now)
    return True


def _fees(parcel: Parcel, kind: TariffKind, unit: ServiceUnit, now: datetime) -> Iterator[ParcelFee]:
    """Yield the fee of one kind by tariff, nothing where no tariff is in force."""
    if tariff := _tariff(parcel, kind, now):
        yield _fee(parcel, kind, unit, tariff.fee(1, parcel.weight_grams), tariff=tariff)


def _zone_fees(
    parcel: Parcel, agreement_id: int, centre: ServiceUnit, at: ServiceUnit, now: datetime
) -> Iterator[ParcelFee]:
    """Yield what a zone's price pays: the outlet what its tariff says, the fleet the rest."""
    zone = queries.zone_of(agreement_id, parcel.to_path)
    if zone is None:
        return
    price = zone.rate.fee(1, parcel.weight_grams)
    tariff = _tariff(parcel, TariffKind.OUTLET, now)
    earns = tariff.fee(1, parcel.weight_grams) if tariff else Money(0, price.currency)
    fleet, outlet = parts_of(price, earns)
    yield _fee(parcel, TariffKind.OUTLET, at, outlet, zone=zone, tariff=tariff)
    yield _fee(parcel, TariffKind.FLEET, centre, fleet, zone=zone)


def _tariff(parcel: Parcel, kind: TariffKind, now: datetime) -> Tariff | None:
    return queries.tariff_in_force(kind, parcel.to_path, clock.today(now), parcel.carrier_id)


def _fee(
    parcel: Parcel,
    kind: TariffKind,
    unit: ServiceUnit,
    amount: Money,
    *,
    zone: Zone | None = None,
    tariff: Tariff | None = None,
) -> ParcelFee:
    return ParcelFee(
        parcel=parcel,
        kind=kind,
        payer_id=parcel.carrier_id or 0,
        unit=unit,
        tariff=tariff,
        zone=zone,
        amount_minor=amount.minor,
        currency=amount.currency,
        area_path=unit.area_path,
        county_code=parcel.county_code,
    )


def _draft(parcel: Parcel, fees: Sequence[ParcelFee]) -> Draft:
    """Return the transfer that pays the fees of one parcel."""
    total = sum((fee.amount for fee in fees[1:]), start=fees[0].amount)
    payer = ledger.account_of_party(fees[0].payer_id)
    earned = [Leg(ledger.account_of_unit(fee.unit_id).pk, fee.amount, PARTS[TariffKind(fee.kind)]) for fee in fees]
    legs = (Leg(payer.pk, -total, Part.CARRIER), *earned)
    return Draft(Reason.FEE, f"parcel/{parcel.number}", legs, f"parcel-fee/{parcel.number}")
