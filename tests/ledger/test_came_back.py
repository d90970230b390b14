"""What leads the clerk to payouts: households to be paid, and what the bank sent back until it is tried again."""

import pytest
from django.urls import reverse

from terrace.kernel import clock
from terrace.ledger import queries
from terrace.ledger import services as ledger
from terrace.ledger.models import Payout
from terrace.web import workspaces
from tests import factories
from tests.conftest import VILLAGE, Cast
from tests.ledger.conftest import Give, open_bank_account, prepare, said, yuan


def _waiting(cast: Cast, url: str) -> int:
    return {todo.url: todo.count for todo in workspaces.of(cast.clerk.actor)["todo"]}.get(reverse(url), 0)


@pytest.fixture
def payout(cast: Cast, give: Give) -> Payout:
    """A payout to the farmer that was handed to the bank."""
    assert cast.farmer.party
    open_bank_account(cast, cast.farmer)
    give(cast.farmer.party.pk, yuan(120))
    run = prepare(cast)
    ledger.export_payouts(by=cast.clerk.actor, run=run)
    return Payout.objects.get()


def _refuse(cast: Cast, payout: Payout) -> None:
    row = (payout.number, "failed", clock.today().isoformat(), "unknown account")
    ledger.book_results(by=cast.clerk.actor, run=payout.run, rows=said(row))


def test_households_that_could_be_paid_wait_for_the_clerk(cast: Cast, give: Give) -> None:
    assert cast.farmer.party
    assert cast.buyer.party
    without = factories.HouseholdFactory(area=factories.AreaFactory(code=VILLAGE))
    for party in (cast.farmer.party, cast.buyer.party, without):
        give(party.pk, yuan(120))
    open_bank_account(cast, cast.buyer)
    assert _waiting(cast, "ledger:run_new") == 0, "a firm keeps its money, and nobody else has a bank account"
    open_bank_account(cast, cast.farmer)
    assert _waiting(cast, "ledger:run_new") == 1
    assert not queries.households_to_pay(cast.neighbour.actor).exists()

    assert prepare(cast).count == 1
    assert _waiting(cast, "ledger:run_new") == 0


def test_what_the_bank_refused_waits_until_it_is_tried_again(cast: Cast, payout: Payout) -> None:
    assert _waiting(cast, "ledger:came_back") == 0
    _refuse(cast, payout)
    assert _waiting(cast, "ledger:came_back") == 1

    page = cast.clerk.client.get(reverse("ledger:came_back")).content.decode()
    assert "unknown account" in page
    assert "Zhao Suqin" in page
    assert reverse("registry:bank", args=[cast.farmer.party.number if cast.farmer.party else ""]) in page
    assert "came-back" in cast.clerk.client.get(reverse("ledger:runs")).content.decode()
    for member in (cast.keeper, cast.farmer, cast.neighbour):
        assert not queries.came_back(member.actor).exists()
        assert member.client.get(reverse("ledger:came_back")).status_code in (403, 404)

    again = prepare(cast)
    assert _waiting(cast, "ledger:came_back") == 0
    ledger.cancel_payouts(by=cast.clerk.actor, run=again, version=again.version)
    assert _waiting(cast, "ledger:came_back") == 1, "a cancelled run has tried nothing"
