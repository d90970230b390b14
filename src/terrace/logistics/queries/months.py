"""Statements: what a carrier was asked for in a month, what it paid, what it owes; and the same of a whole fleet."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Least, TruncMonth

from terrace.kernel import clock
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.ledger import queries as ledger
from terrace.ledger.domain import Part
from terrace.logistics.domain import TariffKind
from terrace.logistics.domain.agreements import next_month
from terrace.logistics.models import Carrier, MonthCharge, Parcel, ParcelFee

MOST_LINES = 50_000
ASKED = "asked_at"


@dataclass(slots=True)
class ParcelLine:
    """A parcel of a statement: what it costs by who earns it, by which zone or tariff, and whether it is paid."""

    parcel: Parcel
    made_at: datetime
    by: str
    fees: dict[str, int] = field(default_factory=dict)
    is_paid: bool = True

    @property
    def minor(self) -> int:
        """What it costs."""
        return sum(self.fees.values())


@dataclass(frozen=True, slots=True)
class MonthStatement:
    """A carrier's month at a centre: `opening` was owed before it, `closing` is owed after."""

    carrier: Carrier
    month: date
    opening: Money
    parcels: Money
    returns: Money
    minimum: Money
    paid: Money
    count: int

    @property
    def charged(self) -> Money:
        """What was asked for in the month."""
        return self.parcels + self.returns + self.minimum

    @property
    def closing(self) -> Money:
        """What is owed at its end."""
        return self.opening + self.charged - self.paid


def statement_of(carrier: Carrier, month: date) -> MonthStatement:
    """Return a carrier's statement of the month that begins on `month`. The caller has authorised the look."""
    begins, ends = clock.begin_of(month), clock.begin_of(next_month(month))
    fees, charges = _fees(carrier), _charges(carrier)
    made = fees.filter(**_asked(begins, ends))
    open_then = Q(paid_at__isnull=True) | Q(paid_at__gte=begins)
    paid = Q(paid_at__gte=begins, paid_at__lt=ends)
    owed_before = _sum(fees.filter(open_then, **{f"{ASKED}__lt": begins}))
    # A minimum belongs to its own month: it is asked for as that ends, by a job on the day after.
    return MonthStatement(
        carrier,
        month,
        opening=owed_before + _sum(charges.filter(open_then, month__lt=month)),
        parcels=_sum(made.exclude(kind=TariffKind.RETURN)),
        returns=_sum(made.filter(kind=TariffKind.RETURN)),
        minimum=_sum(charges.filter(month=month)),
        paid=_sum(fees.filter(paid)) + _sum(charges.filter(paid)),
        count=made.values("parcel").distinct().count(),
    )


def lines_of_month(carrier: Carrier, month: date) -> list[ParcelLine]:
    """Return the parcels of a carrier's month with their fees, in the order in which they ended."""
    begins, ends = clock.begin_of(month), clock.begin_of(next_month(month))
    rows = _fees(carrier).filter(**_asked(begins, ends)).order_by(ASKED, "id")
    lines: dict[int, ParcelLine] = {}
    for fee in rows.select_related("parcel", "tariff", "zone__agreement")[:MOST_LINES]:
        line = lines.get(fee.parcel_id)
        if line is None:
            by = fee.zone.name if fee.zone else fee.agreed_on.isoformat()
            line = lines[fee.parcel_id] = ParcelLine(fee.parcel, min(fee.created_at, fee.paid_at or fee.created_at), by)
        line.fees[fee.kind] = line.fees.get(fee.kind, 0) + fee.amount_minor
        line.is_paid = line.is_paid and fee.paid_at is not None
    return list(lines.values())


def months_with_fees(carriers: Iterable[Carrier], today: date) -> list[date]:
    """Return the months since the first fee of the carriers until now, the youngest first; this one at least."""
    shared = list(carriers)
    parties = [carrier.party_id for carrier in shared]
    first = ParcelFee.objects.filter(payer__in=parties).order_by("created_at").values_list("created_at", flat=True)
    month, months = clock.today(first[0]).replace(day=1) if first else today.replace(day=1), []
    while month <= today:
        months.append(month)
        month = next_month(month)
    return months[::-1]


def paid_beside_the_books() -> Iterable[str]:
    """Yield party and month of carriers whose statements say that they paid something else than the ledger does."""
    said: dict[tuple[int, date], int] = defaultdict(int)
    _add(said, ParcelFee.objects.filter(paid_at__isnull=False), "payer_id")
    _add(said, MonthCharge.objects.filter(paid_at__isnull=False), "agreement__carrier__party_id")
    booked: Mapping[tuple[int, date], int] = ledger.fees_by_month(Part.CARRIER)
    for party, month in sorted({*said, *booked}):
        if said.get((party, month), 0) + booked.get((party, month), 0):
            yield f"party {party}, {month:%Y-%m}"


def _add(sums: dict[tuple[int, date], int], rows: QuerySet[ParcelFee] | QuerySet[MonthCharge], payer: str) -> None:
    zone = ZoneInfo(current().time_zone)
    months = rows.order_by().annotate(month_paid=TruncMonth("paid_at", tzinfo=zone)).values(payer, "month_paid")
    for row in months.annotate(minor=Sum("amount_minor")).order_by(payer, "month_paid"):
        sums[row[payer], row["month_paid"].date()] += int(row["minor"])


def _fees(carrier: Carrier) -> QuerySet[ParcelFee]:
    """Return a carrier's fees with the moment since when they are asked for.

    A hand-over that a phone told late was paid at its own moment, before its fee was written down.
    """
    fees = ParcelFee.objects.filter(payer=carrier.party_id, parcel__from_unit=carrier.unit_id)
    return fees.annotate(**{ASKED: Least("created_at", "paid_at")})


def _asked(begins: datetime, ends: datetime) -> dict[str, Any]:
    return {f"{ASKED}__gte": begins, f"{ASKED}__lt": ends}


def _charges(carrier: Carrier) -> QuerySet[MonthCharge]:
    return MonthCharge.objects.filter(agreement__carrier=carrier)


def _sum(rows: QuerySet[ParcelFee] | QuerySet[MonthCharge]) -> Money:
    return Money(int(rows.aggregate(whole=Sum("amount_minor"))["whole"] or 0), current().currency)
