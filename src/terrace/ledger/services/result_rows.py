"""Reading what the bank says of payouts: a row for each, with what became of it, when, and why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.utils.translation import override

from terrace.http.workbooks import GivenRow, Head, RowProblem
from terrace.kernel import clock
from terrace.kernel.deployment import current
from terrace.kernel.errors import DomainError, Invalid
from terrace.kernel.money import Money
from terrace.kernel.words import Choice, Text, _, in_context
from terrace.ledger.domain import PayoutState
from terrace.ledger.models import Payout

DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d")
LONGEST_REASON = 200


class Result(Choice):
    """What a bank says became of a payout."""

    PAID = "paid", in_context("payout", "Paid")
    FAILED = "failed", in_context("payout", "Failed")
    RETURNED = "returned", in_context("payout", "Returned")


RESULTS = (
    Head("payout", _("Payout number")),
    Head("result", _("Result")),
    Head("on", _("Day")),
    Head("reason", _("Reason")),
    Head("amount", _("Amount")),
)
"""The columns of the bank's answer. The amount may be left out; where it stands, it has to be the payout's."""


@dataclass(slots=True)
class Outcome:
    """What a file makes of one payout, row by row: where it stands, when it was paid, when and why it ended."""

    payout: Payout
    state: PayoutState
    paid_on: date | None
    ended_on: date | None
    answer: str

    @classmethod
    def of(cls, payout: Payout) -> "Outcome":
        """Return where a payout stands before the file."""
        return cls(payout, payout.standing, payout.paid_on, payout.ended_on, payout.answer)

    @property
    def was_paid(self) -> bool:
        """Whether the file says for the first time that it was paid."""
        return self.paid_on is not None and self.payout.paid_on is None

    @property
    def came_back(self) -> bool:
        """Whether the file says for the first time that it failed or came back."""
        return self.ended_on is not None and self.payout.ended_on is None

    @property
    def has_changed(self) -> bool:
        """Whether the file says anything new of it."""
        return self.was_paid or self.came_back

    def take(self, result: Result, on: date, reason: str) -> None:
        """Go on as a row says; what was said before changes nothing. Raises `Invalid` for what cannot be."""
        if self._says_nothing_new(result):
            return
        if result is Result.RETURNED and self.state is PayoutState.PAID and self.paid_on and on < self.paid_on:
            raise Invalid(_("It cannot come back before it was paid."), field="on")
        if result is Result.RETURNED and self.state is PayoutState.PAID:
            self._end(PayoutState.RETURNED, on, reason)
        elif self.state is not PayoutState.SENT:
            told = _("This payout stands at “%(state)s”, so it cannot be that.") % {"state": self.state.label}
            raise Invalid(told, field="result")
        elif result is Result.PAID:
            self.state, self.paid_on = PayoutState.PAID, on
        else:
            self._end(PayoutState.FAILED if result is Result.FAILED else PayoutState.RETURNED, on, reason)

    def _says_nothing_new(self, result: Result) -> bool:
        match result:
            case Result.PAID:
                return self.paid_on is not None
            case Result.FAILED:
                return self.state is PayoutState.FAILED
            case Result.RETURNED:
                return self.state is PayoutState.RETURNED

    def _end(self, state: PayoutState, on: date, reason: str) -> None:
        self.state, self.ended_on, self.answer = state, on, reason


class ResultRows:
    """Checks the rows of one answer of the bank about the payouts of one run, by their numbers."""

    def __init__(self, payouts: Mapping[str, Payout], now: datetime) -> None:
        self.outcomes: dict[str, Outcome] = {}
        self.problems: list[RowProblem] = []
        self.repeated = 0
        self._payouts, self._today = payouts, clock.today(now)
        self._words = _words()

    def take(self, rows: Sequence[GivenRow]) -> None:
        """Take all rows, and note what is wrong with each that cannot be taken."""
        for row in rows:
            try:
                self._take(row)
            except DomainError as refused:
                self.problems.append(row.problem(_label_of(refused.field), refused.message))

    def count(self) -> Counter[PayoutState]:
        """Return how many payouts the file leaves in which state, of those that it says anything new of."""
        return Counter(outcome.state for outcome in self.outcomes.values() if outcome.has_changed)

    def _take(self, row: GivenRow) -> None:
        number = str(row.values.get("payout", "")).strip().upper()
        payout = self._payouts.get(number)
        if payout is None:
            raise Invalid(_("This run has no payout with this number."), field="payout")
        result = self._words.get(str(row.values.get("result", "")).strip().casefold())
        if result is None:
            raise Invalid(_("Write paid, failed or returned."), field="result")
        on = _day(row.values.get("on", ""))
        if not clock.day(payout.prepared_at, current().time_zone) <= on <= self._today:
            raise Invalid(_("This day lies before the payout was prepared, or is still to come."), field="on")
        _check_amount(row.values.get("amount", ""), payout)
        outcome = self.outcomes.setdefault(number, Outcome.of(payout))
        before = (outcome.state, outcome.paid_on)
        outcome.take(result, on, str(row.values.get("reason", ""))[:LONGEST_REASON])
        self.repeated += (outcome.state, outcome.paid_on) == before


def _words() -> dict[str, Result]:
    """Return what the results are called, in every language of the installation."""
    words = {result.value: result for result in Result}
    for language in current().languages:
        with override(language):
            words |= {str(result.label).casefold(): result for result in Result}
    return words


def _day(value: object) -> date:
    return value if isinstance(value, date) else _read_day(str(value).strip())


@lru_cache(maxsize=64)
def _read_day(text: str) -> date:
    """Return the day that a cell names: a bank answers of a hundred thousand payouts on a few days."""
    for form in DAYS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise Invalid(_("Enter a day such as 2026-09-30."), field="on")


def _check_amount(value: object, payout: Payout) -> None:
    if value in (None, ""):
        return
    if Money.parse(str(value).replace(",", ""), payout.currency, field="amount") != payout.amount:
        raise Invalid(_("The amount of this payout is %(amount)s.") % {"amount": payout.amount}, field="amount")


def _label_of(name: str) -> str:
    labels: dict[str, Text] = {head.name: head.label for head in RESULTS}
    return str(labels.get(name, name))
