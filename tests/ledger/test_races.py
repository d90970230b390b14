"""Posts that meet: nobody is overdrawn, nothing is booked twice, nobody waits for ever."""

import random
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from terrace.kernel.actors import SYSTEM
from terrace.ledger import queries
from terrace.ledger import services as ledger
from terrace.ledger.domain import AccountKind, InsufficientFunds, RunState
from terrace.ledger.models import Account, Entry, Payout, Transfer
from terrace.ledger.services import payouts
from terrace.network import queries as network
from tests.conftest import Cast
from tests.ledger.conftest import Give, draft, open_bank_account, prepare, yuan
from tests.meanwhile import meanwhile

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_posts_that_would_overdraw_together_book_one(cast: Cast, give: Give) -> None:
    buyer, grower = give(cast.buyer.party.pk, yuan(100)), ledger.account_of_party(cast.farmer.party.pk)

    second = meanwhile(
        lambda: ledger.post(by=SYSTEM, draft=draft(buyer, grower, yuan(60), key="one")),
        lambda: ledger.post(by=SYSTEM, draft=draft(buyer, grower, yuan(60), key="two")),
    )

    assert isinstance(second, InsufficientFunds)
    assert queries.balance_of(buyer.pk) == yuan(40)


def test_the_same_key_at_the_same_moment_is_booked_once(cast: Cast, give: Give) -> None:
    buyer, grower = give(cast.buyer.party.pk, yuan(100)), ledger.account_of_party(cast.farmer.party.pk)
    made: list[Transfer] = []

    second = meanwhile(
        lambda: made.append(ledger.post(by=SYSTEM, draft=draft(buyer, grower, yuan(60)))),
        lambda: ledger.post(by=SYSTEM, draft=draft(buyer, grower, yuan(60))),
    )

    assert [second] == made
    assert queries.balance_of(grower.pk) == yuan(60)


def test_an_account_that_two_open_at_the_same_moment_is_one(cast: Cast) -> None:
    opened: list[Account] = []

    second = meanwhile(
        lambda: opened.append(ledger.account_of_party(cast.farmer.party.pk)),
        lambda: ledger.account_of_party(cast.farmer.party.pk),
    )

    assert [second] == opened


def _shuffle(accounts: list[Account], worker: int) -> int:
    """Move money around at random; return how often there was not enough."""
    chance, refused = random.Random(worker), 0
    try:
        for turn in range(40):
            giver, taker = chance.sample(accounts, 2)
            amount = yuan(chance.randint(1, 60))
            try:
                ledger.post(by=SYSTEM, draft=draft(giver, taker, amount, key=f"{worker}/{turn}"))
            except InsufficientFunds:
                refused += 1
    finally:
        connection.close()
    return refused


@pytest.mark.slow
def test_crossing_posts_neither_block_each_other_nor_lose_money(cast: Cast, give: Give) -> None:
    members = (cast.buyer, cast.farmer)
    accounts = [give(member.party.pk, yuan(50)) for member in members if member.party]
    accounts += [ledger.escrow_account(f"order/O-{n}", area_path="", county_code="") for n in range(2)]
    with ThreadPoolExecutor(8) as pool:
        refused = sum(pool.map(lambda worker: _shuffle(accounts, worker), range(8)))

    assert Transfer.objects.exclude(reason="deposit").count() == 8 * 40 - refused
    assert sum(queries.balance_of(account.pk).minor for account in accounts) == yuan(100).minor
    for account in accounts:
        assert (
            sum(Entry.objects.filter(account=account).values_list("amount_minor", flat=True))
            == queries.balance_of(account.pk).minor
        )


def test_a_run_on_a_page_locks_all_its_accounts_at_once(cast: Cast, give: Give) -> None:
    unit = network.units_by_id(cast.keeper.actor.units)[min(cast.keeper.actor.units)]
    grower, shop = give(cast.farmer.party.pk, yuan(100)), give(cast.buyer.party.pk, yuan(1))
    earned = ledger.account_of_unit(unit.pk)
    ledger.post(by=SYSTEM, draft=draft(grower, earned, yuan(10), key="fee/1"))
    ledger.set_operator(by=cast.clerk.actor, unit=unit, party=cast.buyer.party)
    open_bank_account(cast, cast.farmer)

    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        prepare(cast)

    locking = [
        query["sql"] for query in asked if "FOR NO KEY UPDATE" in query["sql"] and '"ledger_account"' in query["sql"]
    ]
    first = {int(number) for number in re.findall(r"\d+", locking[0])}
    waiting = ledger.house_account(AccountKind.PAYOUTS)
    assert {grower.pk, shop.pk, earned.pk, waiting.pk} <= first


def test_an_account_that_is_emptied_before_it_is_locked_is_not_paid_out(
    cast: Cast, give: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    grower, shop = give(cast.farmer.party.pk, yuan(100)), ledger.account_of_party(cast.buyer.party.pk)
    open_bank_account(cast, cast.farmer)
    monkeypatch.setattr(payouts, "AT_ONCE", 0)
    run = prepare(cast)

    meanwhile(
        lambda: ledger.post(by=SYSTEM, draft=draft(grower, shop, yuan(100), key="gone")),
        lambda: ledger.run_preparation(run_id=run.pk, by=cast.clerk.actor),
    )

    run.refresh_from_db()
    assert (run.standing, run.count) == (RunState.CANCELLED, 0)
    assert not Payout.objects.exists()
    assert queries.balance_of(shop.pk) == yuan(100)
