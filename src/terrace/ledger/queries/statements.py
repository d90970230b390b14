"""An account's statement: what lay on it, what came and went, what lay on it then."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
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


@dataclass(frozen=True, slots=True)
class Turnover:
    """What came and went on an account in the days `first` to `last`, in how many entries: a statement's sums alone."""

    account: Account
    first: date
    last: date
    opening: Money
    came: Money
    went: Money
    number: int

    @property
    def closing(self) -> Money:
        """What lay on it at the end of `last`."""
        return self.opening + self.came - self.went


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a statement page by page, for accounts through which everything goes.

    A page reads its own entries and one sum, that of the entries before it or after it, whichever are fewer.
    """

    turnover: Turnover

    def count(self) -> int:
        """Return how many entries there are."""
        return self.turnover.number

    def __getitem__(self, part: slice) -> list[Line]:
        start, stop, _step = part.indices(self.count())
        ids = list(self._entries.values_list("pk", flat=True)[start:stop])
        entries = self._entries.filter(pk__in=ids).select_related("transfer")
        return list(_with_balance(entries, self._before(start))) if ids else []

    def iterator(self, chunk_size: int) -> Iterator[Line]:
        """Yield all lines, oldest first, so many at a time in memory."""
        entries = self._entries.select_related("transfer").iterator(chunk_size=chunk_size)
        yield from _with_balance(entries, self.turnover.opening)

    @property
    def _entries(self) -> QuerySet[Entry]:
        return entries_between(self.turnover.account, self.turnover.first, self.turnover.last)

    def _before(self, start: int) -> Money:
        """Return what lay on the account before the entry at `start`."""
        after = self.count() - start
        if start <= after:
            return self.turnover.opening + self._sum(self._entries[:start])
        return self.turnover.closing - self._sum(self._entries.reverse()[:after])

    def _sum(self, entries: QuerySet[Entry]) -> Money:
        minor = entries.aggregate(sum=Sum("amount_minor"))["sum"]
        return Money(int(minor or 0), self.turnover.account.currency)


def turnover(account: Account, first: date, last: date) -> Turnover:
    """Return the sums of an account's days `first` to `last`, by two statements. The caller has authorised it."""
    came, went = Sum("amount_minor", filter=Q(amount_minor__gt=0)), Sum("amount_minor", filter=Q(amount_minor__lt=0))
    sums = entries_between(account, first, last).order_by().aggregate(came=came, went=went, number=Count("pk"))
    return Turnover(
        account,
        first,
        last,
        opening=_balance_before(account, clock.begin_of(first)),
        came=Money(int(sums["came"] or 0), account.currency),
        went=Money(-int(sums["went"] or 0), account.currency),
        number=sums["number"],
    )


def refuse_long(first: date, last: date) -> None:
    """Raise `Invalid` at `last` for days the wrong way round, or more than a year of them."""
    if not timedelta(0) <= last - first < LONGEST:
        raise Invalid(_("Choose days of at most a year, the first before the last."), field="last")


def statement(account: Account, first: date, last: date) -> Statement:
    """Return an account's statement of the days `first` to `last`, oldest entry first. The caller has authorised it.

    All of it at once: for people and units, and for what is printed. `Lines` has any account's page by page.
    """
    opening = _balance_before(account, clock.begin_of(first))
    lines = list(_with_balance(entries_between(account, first, last).select_related("transfer"), opening))
    return Statement(account, first, last, opening, lines, lines[-1].balance if lines else opening)


def _with_balance(entries: Iterable[Entry], balance: Money) -> Iterator[Line]:
    for entry in entries:
        balance += entry.amount
        yield Line(entry, balance)


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
