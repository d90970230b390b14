"""What the tests of purchases share: a buyer with money, and goods on the scales."""

from typing import Any

from terrace.ledger import queries as accounts
from terrace.ledger import services as ledger
from terrace.ledger.domain import AccountKind, Draft, Leg, Part, Reason
from terrace.network import queries as network
from terrace.sourcing import services
from terrace.sourcing.domain import PayRule
from terrace.sourcing.models import Purchase, SupplyNotice
from terrace.sourcing.services import PurchaseGiven
from tests.amounts import fen, grams
from tests.conftest import Cast
from tests.sourcing.conftest import NOW, terms


def fund(cast: Cast, minor: int = 10_000_000) -> None:
    """Let the buyer have so much money on its account, as if it had come by the bank."""
    assert cast.buyer.party is not None
    bank = ledger.house_account(AccountKind.BANK)
    own = ledger.account_of_party(cast.buyer.party.pk)
    legs = (Leg(bank.pk, fen(-minor), Part.BANK), Leg(own.pk, fen(minor), Part.BUYER))
    ledger.post(by=cast.clerk.actor, draft=Draft(Reason.DEPOSIT, "bank/1", legs, f"bank/{minor}"), now=NOW)


def balance(member: Any) -> int:
    """Return what is on somebody's account."""
    account = accounts.find_account_of_party(member.party.pk)
    return account.balance_minor if account else 0


def given(cast: Cast, **changes: Any) -> PurchaseGiven:
    """Return 92 kg of Fuji in crates of 6.5 kg at 5.00 a kilogram, paid at once, with `changes`."""
    assert cast.farmer.party is not None
    assert cast.buyer.party is not None
    usual: dict[str, Any] = {
        "producer": cast.farmer.party.number,
        "buyer": cast.buyer.party.number,
        "unit": unit_of(cast),
        "product": "apple",
        "variety": "fuji",
        "gross": grams(98_500),
        "tare": grams(6_500),
        "price": fen(500),
        "pay_rule": PayRule.NOW,
    }
    return PurchaseGiven(**{**usual, **changes})


def unit_of(cast: Cast) -> str:
    """Return the number of the keeper's point."""
    (unit,) = network.units_by_id(cast.keeper.actor.units).values()
    return unit.number


def bought(cast: Cast, **changes: Any) -> Purchase:
    """Return a purchase of the keeper's, after the buyer was given money."""
    fund(cast)
    return services.record_purchase(by=cast.keeper.actor, given=given(cast, **changes), now=NOW)


def noticed(cast: Cast) -> SupplyNotice:
    """Let the farmer have apples to sell, as a notice says."""
    assert cast.farmer.party is not None
    return services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms(), now=NOW)
