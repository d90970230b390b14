"""Who may book what came in at the bank, and what the bank cannot say of a payout."""

from dataclasses import replace
from datetime import timedelta

import pytest

from terrace.http.workbooks import RowsRefused
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.kernel.errors import Forbidden, Invalid
from terrace.ledger import services as ledger
from terrace.ledger.domain import AccountKind
from terrace.ledger.models import Payout, Transfer
from tests.conftest import Cast
from tests.ledger.conftest import Give, open_bank_account, said, yuan


@pytest.mark.parametrize("name", ["keeper", "station", "farmer", "buyer", "stranger", "bureau"])
def test_only_a_clerk_of_the_place_books_a_deposit(cast: Cast, name: str) -> None:
    assert cast.buyer.party

    with pytest.raises(Forbidden):
        ledger.deposit(by=getattr(cast, name).actor, party=cast.buyer.party, amount=yuan(5), bank_reference="B-1")

    assert not Transfer.objects.exists()


def test_a_payout_does_not_come_back_before_it_was_paid(cast: Cast, give: Give) -> None:
    assert cast.farmer.party
    give(cast.farmer.party.pk, yuan(5))
    open_bank_account(cast, cast.farmer)
    before = clock.now() - timedelta(days=3)
    run = ledger.prepare_payouts(
        by=cast.clerk.actor,
        given=ledger.PayoutsGiven(cast.farmer.party.area_path[:6], yuan(1), "Sales"),
        now=before,
    )
    ledger.export_payouts(by=cast.clerk.actor, run=run, now=before)
    number, today = Payout.objects.get().number, clock.today()
    rows = said(
        (number, "paid", today.isoformat()), (number, "returned", (today - timedelta(days=1)).isoformat(), "closed")
    )

    with pytest.raises(RowsRefused):
        ledger.book_results(by=cast.clerk.actor, run=run, rows=rows)

    assert Payout.objects.get().paid_on is None
    assert ledger.house_account(AccountKind.BANK).balance == -yuan(5)


def test_a_deposit_with_figures_too_many_is_not_booked(cast: Cast) -> None:
    assert cast.buyer.party

    with pytest.raises(Invalid) as refused:
        ledger.deposit(by=cast.clerk.actor, party=cast.buyer.party, amount=yuan(10**8 + 1), bank_reference="B-1")

    assert refused.value.field == "amount"
    assert not Transfer.objects.exists()


def test_nobody_books_a_deposit_for_a_party_that_they_speak_for(cast: Cast) -> None:
    assert cast.buyer.party
    own = replace(cast.clerk.actor, parties=frozenset({cast.buyer.party.pk}))

    with pytest.raises(Forbidden):
        ledger.deposit(by=own, party=cast.buyer.party, amount=yuan(5), bank_reference="B-1")

    assert not Transfer.objects.exists()


def test_a_deposit_that_was_taken_back_is_booked_for_whom_it_was(cast: Cast) -> None:
    assert cast.buyer.party
    assert cast.farmer.party
    by = cast.clerk.actor
    wrong = ledger.deposit(by=by, party=cast.buyer.party, amount=yuan(5), bank_reference="B-1")
    with pytest.raises(ledger.AlreadyBooked):
        ledger.deposit(by=by, party=cast.farmer.party, amount=yuan(5), bank_reference="b-1")
    ledger.take_back(by=SYSTEM, transfer=wrong, memo="Another party's")

    ledger.deposit(by=by, party=cast.farmer.party, amount=yuan(5), bank_reference="B-1")

    assert ledger.account_of_party(cast.farmer.party.pk).balance == yuan(5)
    assert ledger.house_account(AccountKind.BANK).balance == -yuan(5)
