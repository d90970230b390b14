"""Who may book what came in at the bank, and what the bank cannot say of a payout."""

from datetime import timedelta

import pytest

from terrace.http.workbooks import RowsRefused
from terrace.kernel import clock
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
