"""An account's statement: what lay on it, what came and went, what lay on it then."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from terrace.kernel import clock
from terrace.kernel.errors import Invalid
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.ledger.models import Account, Entry

LONGEST = timedelta(days=366)
"""A year, and the day that some have more."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a statement, with what lay on the account after it."""

    entry: Entry
    balance: Money


@dataclass(frozen=True, slots=True)
class Statement:
    """What an account had at the beginning of `first`, its entries to the end of `last`, and what it had then."""

    account: Account
    first: date
    last: date
    opening: Money
    entries: list[Line]
    closing: Money


def refuse_long(first: date, last: date) -> None:
    """Raise `Invalid` at `last` for days the wrong way round, or more than a year of them."""
    if not timedelta(0) <= last - first < LONGEST:
        raise Invalid(_("Choose days of at most a year, the first before the last."), field="last")


def statement(account: Account, first: date, last: date) -> Statement:
    """Return an account's statement of the days `first` to `last`, oldest entry first. The caller has authorised it."""
    opening = _balance_before(account, clock.begin_of(first))
    lines, balance = [], opening
    for entry in entries_between(account, first, last).select_related("transfer"):
        balance += entry.amount
        lines.append(Line(entry, balance))
    return Statement(account, first, last, opening, lines, balance)


def entries_between(account: Account, first: date, last: date) -> QuerySet[Entry]:
    """Return an account's entries of the days `first` to `last`, oldest first."""
    since, until = clock.begin_of(first), clock.begin_of(last + timedelta(days=1))
    return Entry.objects.filter(account=account, at__gte=since, at__lt=until).order_by("at", "pk")


def last_entries(account: Account, most: int) -> list[Entry]:
    """Return an account's latest entries with their transfers, the newest first. The caller has authorised it."""
    rows = Entry.objects.filter(account=account).order_by("-at", "-pk")
    return list(rows.select_related("transfer")[:most])


def _balance_before(account: Account, moment: datetime) -> Money:
    """Return the present balance less what was booked since: the recent past is short, the whole past is not."""
    later = Entry.objects.filter(account=OuterRef("pk"), at__gte=moment).order_by().values("account")
    change = Coalesce(Subquery(later.annotate(change=Sum("amount_minor")).values("change")), Value(0))
    minor = Account.objects.filter(pk=account.pk).values_list(F("balance_minor") - change, flat=True).get()
    return Money(int(minor), account.currency)
