"""Sums and rows for live figures: what was booked to parties of an area for their goods, and to units by the month.

The sums and the rows of income come from `income_entries`, so a figure and the rows behind it cannot differ.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models import Sum as Total
from django.db.models.functions import Left, TruncMonth, TruncYear

from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.db import by_length, day_of, grouped, together, within
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.ledger.domain import AccountKind, Part, Reason
from terrace.ledger.models import Account, Entry
from terrace.ledger.queries.accounts import accounts_visible_to

Spans = Iterable[tuple[date, date]]
"""Days from and to, both inclusive; several spans are asked for at once, to be compared."""
FOR_GOODS = (Part.GROWER, Part.SELLER)
"""What money is for a party that grew or sold something."""
FOR_SERVICE = (Part.OUTLET, Part.FLEET, Part.PACKING)
"""What money is for a unit that took in, drove or packed."""


@dataclass(frozen=True, slots=True)
class YearSum:
    """What an account was booked in a year for one reason and part."""

    year: int
    reason: Reason
    part: Part
    minor: int


@dataclass(frozen=True, slots=True)
class Earned:
    """What a unit's account was booked in a month for one kind of service; `month` is the month's first day."""

    unit_id: int
    month: date
    part: Part
    minor: int


def income_entries(path: str, spans: Spans, without_parties: Collection[int] = ()) -> QuerySet[Entry]:
    """Return the entries of parties' accounts at `path` for goods, booked in one of `spans`, but of `without_parties`.

    A reversal's entries count against what they reverse, on their own day.
    """
    booked = Q(pk__in=[])
    for first, last in spans:
        booked |= Q(at__gte=clock.begin_of(first), at__lt=clock.begin_of(last + timedelta(days=1)))
    own = Q(account__kind=AccountKind.PARTY, part__in=FOR_GOODS, currency=current().currency)
    return Entry.objects.filter(within([path]), booked, own).exclude(account__party__in=without_parties)


def income_entries_visible_to(
    actor: Actor, path: str, spans: Spans, without_parties: Collection[int] = ()
) -> QuerySet[Entry]:
    """Return of `income_entries` those of accounts that the actor sees, each with its account and transfer."""
    rows = income_entries(path, spans, without_parties).filter(account__in=accounts_visible_to(actor))
    return rows.select_related("account", "transfer")


def income_by_day(path: str, spans: Spans, without_parties: Collection[int] = ()) -> dict[date, int]:
    """Return what was booked for goods on each day, in minor units; a day without entries is left out."""
    return income_at(path, by_day=spans, without_parties=without_parties)[0]


def income_by_area(
    path: str, lengths: Collection[int], spans: Spans, without_parties: Collection[int] = ()
) -> dict[str, int]:
    """Return the same by the areas below whose paths have one of these `lengths`."""
    return income_at(path, by_area=spans, lengths=lengths, without_parties=without_parties)[1]


def income_at(
    path: str,
    *,
    by_day: Spans = (),
    by_area: Spans = (),
    lengths: Collection[int] = (),
    without_parties: Collection[int] = (),
) -> tuple[dict[date, int], dict[str, int]]:
    """Return both at once, each of its own spans, in one statement."""
    days = _summed(income_entries(path, by_day, without_parties), day_of("at"))
    below, known = income_entries(path, by_area, without_parties), sorted(set(lengths))
    places = [_summed(below, Left("area_path", length)) for length in known]
    on_days, *in_places = together([days, *places])
    return (
        {date.fromisoformat(day): minor for day, minor in on_days},
        {place: minor for place, (minor,) in by_length(known, in_places).items()},
    )


def _summed(entries: QuerySet[Entry], key: Any) -> QuerySet[Any, tuple[Any, ...]]:
    """Sum entries by a key."""
    return grouped(entries, key, minor=Total("amount_minor"))


def unit_earnings(unit_ids: Collection[int], first: date, last: date) -> list[Earned]:
    """Return what units earned by their services in each month of the days `first` to `last`, by unit and month."""
    units = unit_of_accounts(unit_ids)
    between = Q(at__gte=clock.begin_of(first), at__lt=clock.begin_of(last + timedelta(days=1)))
    own = Q(account__in=units, part__in=FOR_SERVICE)
    rows = Entry.objects.filter(between, own).annotate(month=TruncMonth("at")).values("account_id", "month", "part")
    sums = rows.annotate(minor=Total("amount_minor")).order_by("account_id", "month", "part")
    return [
        Earned(units[row["account_id"]], clock.today(row["month"]), Part(row["part"]), row["minor"]) for row in sums
    ]


def unit_earnings_by_reason(unit_id: int, first: date, last: date) -> dict[tuple[Reason, Part], Money]:
    """Return what a unit earned by its services in the days `first` to `last`, by why it was booked and as what.

    What was paid out to who runs it is no part of it. The caller has authorised it.
    """
    between = Q(at__gte=clock.begin_of(first), at__lt=clock.begin_of(last + timedelta(days=1)))
    rows = Entry.objects.filter(between, account__in=unit_of_accounts([unit_id]), part__in=FOR_SERVICE)
    sums = rows.values("reason", "part").annotate(minor=Total("amount_minor")).order_by("reason", "part")
    return {(Reason(row["reason"]), Part(row["part"])): Money(row["minor"], current().currency) for row in sums}


def sums_by_year(account: Account) -> list[YearSum]:
    """Return what an account was booked in each year, by reason and part, the latest year first.

    The caller has authorised it.
    """
    rows = Entry.objects.filter(account=account).annotate(year=TruncYear("at")).values("year", "reason", "part")
    sums = rows.annotate(minor=Total("amount_minor")).order_by("-year", "reason", "part")
    return [
        YearSum(clock.today(row["year"]).year, Reason(row["reason"]), Part(row["part"]), row["minor"]) for row in sums
    ]


def unit_of_accounts(unit_ids: Collection[int]) -> Mapping[int, int]:
    """Return the units by the ids of their accounts; one without money ever booked has none."""
    accounts = Account.objects.filter(unit__in=unit_ids, kind=AccountKind.UNIT, currency=current().currency)
    return dict(accounts.values_list("pk", "unit_id"))
