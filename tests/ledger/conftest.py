"""Money for the people of the stories."""

from collections.abc import Callable
from typing import Any

import pytest

from terrace.http.workbooks import GivenRow
from terrace.kernel.actors import SYSTEM
from terrace.kernel.money import Money
from terrace.ledger import queries
from terrace.ledger import services as ledger
from terrace.ledger.domain import AccountKind, Draft, Leg, Part, Reason
from terrace.ledger.models import Account, PayoutRun
from terrace.registry import services as registry
from terrace.registry.services import AccountGiven
from tests.conftest import VILLAGE, Cast, Member


def yuan(amount: int) -> Money:
    return Money(amount * 100, "CNY")


def on_the_way() -> Money:
    """Return what lies between the accounts here and the bank."""
    return queries.balance_of(ledger.house_account(AccountKind.PAYOUTS).pk)


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


ACCOUNT_NUMBER = "6217001234567890"


def open_bank_account(cast: Cast, member: Member, number: str = ACCOUNT_NUMBER) -> None:
    """Let the clerk enter where a party's money goes."""
    party = member.party
    assert party
    party.refresh_from_db()
    given = AccountGiven("Longnan Rural Bank", party.name, number)
    registry.set_account(by=cast.clerk.actor, party=party, version=party.version, given=given)


def prepare(cast: Cast, **values: Any) -> PayoutRun:
    """Let the clerk of the county prepare payouts of its households from one yuan on."""
    given = {"area": VILLAGE[:6], "minimum": yuan(1), "purpose": "Sales in June", **values}
    return ledger.prepare_payouts(by=cast.clerk.actor, given=ledger.PayoutsGiven(**given))


def said(*rows: tuple[str, str, str] | tuple[str, str, str, str]) -> list[GivenRow]:
    """Rows of the bank's answer: number, result, day and a reason."""
    names = ("payout", "result", "on", "reason")
    return [GivenRow("answer", at, dict(zip(names, row, strict=False))) for at, row in enumerate(rows, start=2)]


@pytest.fixture
def farmers(cast: Cast, give: Give) -> Account:
    """The farmer's account with 120 yuan, and a bank account to pay it to."""
    assert cast.farmer.party
    open_bank_account(cast, cast.farmer)
    return give(cast.farmer.party.pk, yuan(120))
