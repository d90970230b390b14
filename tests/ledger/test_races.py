"""Posts that meet: nobody is overdrawn, nothing is booked twice, nobody waits for ever."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from terrace.kernel.actors import SYSTEM
from terrace.ledger import queries
from terrace.ledger import services as ledger
from terrace.ledger.domain import InsufficientFunds
from terrace.ledger.models import Account, Entry, Transfer
from tests.conftest import Cast
from tests.ledger.conftest import Give, draft, yuan
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
