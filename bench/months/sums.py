"""What has to add up at the end of a month: parcels, and money by statements, by the books, and reckoned by hand."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from bench.months.county import BACK, FLEET, OUTLET, County, Courier, Price
from terrace.config.management.commands.verify import CHECKS
from terrace.ledger import queries as books
from terrace.ledger import services as ledger
from terrace.ledger.domain import Part
from terrace.logistics import queries
from terrace.logistics.domain import Direction, ParcelStatus
from terrace.logistics.domain.agreements import next_month
from terrace.logistics.models import Parcel, Scan
from terrace.statistics import queries as statistics


def problems() -> list[str]:
    """Return what `terrace verify` names."""
    return [f"{reference}: not so: {check.name}" for check in CHECKS for reference in check.find()]


def whereabouts() -> tuple[Counter[str], list[str]]:
    """Return how many parcels ended or stand how, and the numbers of those of which nobody could say where they are."""
    stands, nowhere = Counter[str](), []
    for parcel in Parcel.objects.order_by("id"):
        stands[parcel.status] += 1
        status = ParcelStatus(parcel.status)
        told = parcel.unit_at_id or parcel.tour_at_id or status.is_final or status.is_exception
        with_carrier = status in (ParcelStatus.WITH_CARRIER, ParcelStatus.IN_TRANSIT)
        still_comes = status is ParcelStatus.REGISTERED and parcel.direction == Direction.DOWN
        if not (told or with_carrier or still_comes) or status.is_final != (parcel.ended_at is not None):
            nowhere.append(parcel.number)
    return stands, nowhere


def reckoned(county: County, courier: Courier) -> Counter[int]:
    """Return what a courier owes each unit, by its id, reckoned by hand from how its parcels ended."""
    owes: Counter[int] = Counter()
    ended = Parcel.objects.filter(carrier=courier.party, direction=Direction.DOWN)
    for parcel in ended.filter(status=ParcelStatus.DELIVERED):
        grams, at = parcel.weight_grams, parcel.unit_at_id or parcel.to_unit_id or 0
        price, outlet = courier.price(parcel.to_path), Price(*OUTLET).of(grams)
        whole = price.of(grams) if price else outlet + Price(*FLEET).of(grams)
        owes[at] += min(outlet, whole)
        owes[county.centre.pk] += whole - min(outlet, whole)
    for parcel in ended.filter(status=ParcelStatus.RETURNED):
        if Scan.objects.filter(parcel=parcel, tour__isnull=False, moved=True).exists():
            zone = courier.price(parcel.to_path)
            back = Price(zone.parcel // 2, zone.kilo // 2, zone.first) if zone else Price(*BACK)
            owes[county.centre.pk] += back.of(parcel.weight_grams)
    return owes


def differences(county: County, month: date) -> Iterator[str]:
    """Yield what does not add up of a month after which all was settled, in words."""
    earned: Counter[int] = Counter()
    paid = 0
    for courier in county.couriers:
        owes = reckoned(county, courier)
        fees = sum(owes.values())
        owes[county.centre.pk] += (top := max(0, courier.minimum - fees))
        earned += owes
        paid += fees + top
        told = [queries.statement_of(courier.carrier, one) for one in (month, next_month(month))]
        yield from _not("asked of " + courier.party.name, sum(one.charged.minor for one in told), fees + top)
        yield from _not("paid by " + courier.party.name, sum(one.paid.minor for one in told), fees + top)
        yield from _not("owed by " + courier.party.name, told[-1].closing.minor, 0)
        cod = _cod(courier)
        balance = books.balance_of(ledger.account_of_party(courier.party.pk).pk).minor
        yield from _not("account of " + courier.party.name, balance, courier.paid_in + cod - fees - top)
    for unit in county.units.values():
        balance = books.balance_of(ledger.account_of_unit(unit.pk).pk).minor
        yield from _not(f"account of {unit}", balance, earned[unit.pk])
    for point in (*county.stations, *county.points):
        months = (statistics.outlet_statement(point, one) for one in (month, next_month(month)))
        yield from _not(f"statement of {point}", sum(one.from_parcels.minor for one in months), earned[point.pk])
    yield from _not("cash not handed in", sum(owed.minor for owed in books.cash_owed_by_units().values()), 0)
    moved = -sum(books.fees_by_month(Part.CARRIER).values())
    yield from _not("fees in the books", moved, paid)


def money(county: County, month: date) -> dict[str, Any]:
    """Return what each courier paid by its statements."""
    told = {}
    for courier in county.couriers:
        both = (queries.statement_of(courier.carrier, one) for one in (month, next_month(month)))
        told[courier.party.name] = sum(one.paid.minor for one in both)
    return told


def _cod(courier: Courier) -> int:
    """Return what a courier's parcels brought in cash, by the parcels that were handed over."""
    handed_over = Parcel.objects.filter(carrier=courier.party, status=ParcelStatus.DELIVERED, cod_minor__gt=0)
    return sum(handed_over.values_list("cod_minor", flat=True))


def _not(what: str, is_so: int, has_to_be: int) -> Iterator[str]:
    if is_so != has_to_be:
        yield f"{what}: {is_so}, reckoned {has_to_be}"
