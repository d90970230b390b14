"""Sums of entries: for figures of an area, and for what somebody earned."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.db.models import Sum as Total
from django.db.models.functions import TruncMonth

from terrace.kernel import clock
from terrace.kernel.db import within
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.ledger.domain import Part, Reason
from terrace.ledger.models import Account, Entry


@dataclass(frozen=True, slots=True)
class Sum:
    """What entries come to, and how many there are."""

    amount: Money
    count: int


def entries_under(path: str, *, first: date, last: date, reason: Reason | None = None, part: Part | None = None) -> Sum:
    """Return what the entries of accounts in the area at `path` come to, of the days `first` to `last`.

    Where an account lay when it was booked counts. A reversal counts against the reason that it reverses, so sums
    are net; it is an entry too.
    """
    chosen = within([path]) & _between(first, last) & Q(currency=current().currency)
    if reason is not None:
        chosen &= Q(reason=reason)
    if part is not None:
        chosen &= Q(part=part)
    found = Entry.objects.filter(chosen).aggregate(minor=Total("amount_minor"), count=Count("pk"))
    return Sum(Money(int(found["minor"] or 0), current().currency), found["count"])


def sum_of_parts(party_ids: Collection[int], first: date, last: date) -> Mapping[Part, Money]:
    """Return what came in to the accounts of parties on the days `first` to `last`, by what it was for them."""
    currency = current().currency
    accounts = Account.objects.filter(party_id__in=party_ids, currency=currency).values("pk")
    rows = Entry.objects.filter(_between(first, last), account__in=accounts).order_by("part").values("part")
    sums = rows.annotate(minor=Total("amount_minor")).values_list("part", "minor")
    return {Part(part): Money(int(minor), currency) for part, minor in sums}


def fees_by_month(part: Part) -> Mapping[tuple[int, date], int]:
    """Return what accounts of parties moved as fees by party and month, the first day of it here: out is below zero."""
    zone = ZoneInfo(current().time_zone)
    owned = dict(Account.objects.filter(party_id__isnull=False).values_list("pk", "party_id"))
    rows = Entry.objects.filter(reason=Reason.FEE, part=part, account__in=Account.objects.filter(party__isnull=False))
    months = rows.order_by().annotate(month=TruncMonth("at", tzinfo=zone)).values("account_id", "month")
    sums: dict[tuple[int, date], int] = defaultdict(int)
    for row in months.annotate(minor=Total("amount_minor")).order_by("account_id", "month"):
        party = owned[row["account_id"]]
        if party is not None:
            sums[party, row["month"].date()] += int(row["minor"])
    return sums


def _between(first: date, last: date) -> Q:
    return Q(at__gte=clock.begin_of(first), at__lt=clock.begin_of(last + timedelta(days=1)))
