"""Money for the people of the stories."""

from collections.abc import Callable

import pytest

from terrace.kernel.actors import SYSTEM
from terrace.kernel.money import Money
from terrace.ledger import services as ledger
from terrace.ledger.domain import AccountKind, Draft, Leg, Part, Reason
from terrace.ledger.models import Account
from tests.conftest import Cast


def yuan(amount: int) -> Money:
    return Money(amount * 100, "CNY")


def draft(
    giver: Account,
    taker: Account,
    amount: Money,
    *,
    key: str = "purchase/C-1",
    reason: Reason = Reason.PURCHASE,
    parts: tuple[Part, Part] = (Part.BUYER, Part.GROWER),
) -> Draft:
    """A transfer of two legs."""
    legs = (Leg(giver.pk, -amount, parts[0]), Leg(taker.pk, amount, parts[1]))
    return Draft(reason, key, legs, key)


Give = Callable[..., Account]


@pytest.fixture
def give(cast: Cast) -> Give:
    """Put money from the bank on a party's account."""
    given = iter(range(1000))

    def give(party_id: int, amount: Money) -> Account:
        bank, account = ledger.house_account(AccountKind.BANK), ledger.account_of_party(party_id)
        key = f"deposit/test-{next(given)}"
        parts = (Part.BANK, Part.BANK)
        ledger.post(by=SYSTEM, draft=draft(bank, account, amount, key=key, reason=Reason.DEPOSIT, parts=parts))
        account.refresh_from_db()
        return account

    return give
