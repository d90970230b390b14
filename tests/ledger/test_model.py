"""The ledger against a dict: whatever is posted, repeated, refused and reversed, balances and statements agree."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.kernel.money import Money
from terrace.ledger import queries
from terrace.ledger import services as ledger
from terrace.ledger.domain import AccountKind, Draft, InsufficientFunds, Leg, Part, Reason
from terrace.ledger.models import Account, Transfer
from tests.conftest import Cast

AMOUNTS = st.integers(min_value=1, max_value=500)
PLACES = st.integers(min_value=0, max_value=4)
BEGIN = datetime(2026, 3, 1, 4, tzinfo=UTC)


class Books(RuleBasedStateMachine):
    """Accounts by place; 0 is the bank, which alone may go below zero."""

    def __init__(self, accounts: list[Account]) -> None:
        super().__init__()
        self.accounts = accounts
        self.balances: list[int] = []
        self.posted: list[tuple[Draft, Transfer]] = []
        self.reversed: set[int] = set()
        self.days = 0

    @initialize()
    def begin(self) -> None:
        self.savepoint = transaction.savepoint()
        self.balances = [queries.balance_of(account.pk).minor for account in self.accounts]

    def teardown(self) -> None:
        if self.balances:
            transaction.savepoint_rollback(self.savepoint)

    @rule(parts=st.lists(st.tuples(PLACES, PLACES, AMOUNTS), min_size=1, max_size=3))
    def post(self, parts: list[tuple[int, int, int]]) -> None:
        legs: list[Leg] = []
        for giver, taker, amount in parts:
            legs.append(Leg(self.accounts[giver].pk, Money(-amount, "CNY"), Part.BUYER))
            legs.append(Leg(self.accounts[taker].pk, Money(amount, "CNY"), Part.GROWER))
        key = f"test/{len(self.posted)}/{self.days}"
        self._move(Draft(Reason.FEE, key, tuple(legs), key), parts)

    @precondition(lambda self: self.posted)
    @rule(data=st.data())
    def post_again(self, data: st.DataObject) -> None:
        draft, made = data.draw(st.sampled_from(self.posted))
        assert ledger.post(by=SYSTEM, draft=draft, now=self._now()) == made

    @precondition(lambda self: self.posted)
    @rule(data=st.data())
    def reverse(self, data: st.DataObject) -> None:
        draft, made = data.draw(st.sampled_from(self.posted))
        wanted = self._after([(leg.account_id, -leg.amount.minor) for leg in draft.legs])
        try:
            ledger.reverse(by=SYSTEM, transfer=made, now=self._now())
        except ledger.AlreadyReversed:
            assert made.pk in self.reversed
        except InsufficientFunds:
            assert min(wanted[1:]) < 0
        else:
            assert made.pk not in self.reversed
            self.reversed.add(made.pk)
            self.balances = wanted
            assert min(self.balances[1:]) >= 0

    @rule(days=st.integers(min_value=1, max_value=20))
    def days_pass(self, days: int) -> None:
        self.days += days

    @invariant()
    def balances_are_those_of_the_dict(self) -> None:
        if self.balances:
            assert [queries.balance_of(account.pk).minor for account in self.accounts] == self.balances

    @invariant()
    def statements_follow_one_another(self) -> None:
        for account, balance in zip(self.accounts, self.balances, strict=False):
            today = clock.today(self._now())
            recent = queries.statement(account, today - timedelta(days=10), today)
            before = queries.statement(account, today - timedelta(days=4000), today - timedelta(days=11))
            assert before.closing == recent.opening
            assert recent.closing == Money(balance, "CNY")

    def _move(self, draft: Draft, parts: list[tuple[int, int, int]]) -> None:
        changes = [(self.accounts[g].pk, -amount) for g, _, amount in parts]
        changes += [(self.accounts[t].pk, amount) for _, t, amount in parts]
        wanted = self._after(changes)
        try:
            made = ledger.post(by=SYSTEM, draft=draft, now=self._now())
        except InsufficientFunds:
            assert min(wanted[1:]) < 0
        else:
            self.posted.append((draft, made))
            self.balances = wanted
            assert min(self.balances[1:]) >= 0

    def _after(self, changes: list[tuple[int, int]]) -> list[int]:
        places = {account.pk: place for place, account in enumerate(self.accounts)}
        wanted = list(self.balances)
        for account_id, change in changes:
            wanted[places[account_id]] += change
        return wanted

    def _now(self) -> datetime:
        return BEGIN + timedelta(days=self.days)


@pytest.mark.slow
def test_the_ledger_agrees_with_a_dict(cast: Cast) -> None:
    assert cast.buyer.party
    assert cast.farmer.party
    accounts = [
        ledger.house_account(AccountKind.BANK),
        ledger.account_of_party(cast.buyer.party.pk),
        ledger.account_of_party(cast.farmer.party.pk),
        ledger.escrow_account("order/O-1", area_path="621226", county_code="621226"),
        ledger.house_account(AccountKind.PLATFORM),
    ]
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        lambda: Books(accounts),
        settings=settings(max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=checks),
    )
