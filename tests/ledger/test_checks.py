"""What `terrace verify` finds: one corruption of each kind, planted past the triggers, named by its number."""

from collections.abc import Callable

import pytest
from django.db import connection

from terrace.kernel.actors import SYSTEM
from terrace.ledger import queries
from terrace.ledger import services as ledger
from terrace.ledger.domain import AccountKind
from terrace.ledger.models import Account, Operator, Payout, PayoutRun, Transfer
from terrace.network import queries as network
from terrace.registry import queries as registry
from tests.conftest import NEIGHBOUR_VILLAGE, Cast
from tests.ledger.conftest import Give, draft, open_bank_account, prepare, yuan
from tests.planted import plants


@pytest.fixture
def books(cast: Cast, give: Give) -> None:
    """A little of everything: a deposit, a purchase and its reversal, payouts paid and under way."""
    assert cast.buyer.party
    assert cast.farmer.party
    open_bank_account(cast, cast.farmer)
    buyer, grower = give(cast.buyer.party.pk, yuan(100)), ledger.account_of_party(cast.farmer.party.pk)
    bought = ledger.post(by=SYSTEM, draft=draft(buyer, grower, yuan(30)))
    ledger.reverse(by=SYSTEM, transfer=bought)
    ledger.post(by=SYSTEM, draft=draft(buyer, grower, yuan(40), key="purchase/C-2"))
    prepare(cast)
    assert _found() == {}


def _found() -> dict[str, list[str]]:
    found = {check.name: list(check.find()) for check in queries.CHECKS}
    return {name: references for name, references in found.items() if references}


def _plant(sql: str, *values: object) -> None:
    """Change rows as no statement of ours could: without the triggers and constraints' guard."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("set session_replication_role = default")


def _bought() -> Transfer:
    return Transfer.objects.get(key="purchase/C-2")


def _farmers() -> Account:
    return Payout.objects.get().account


@plants("a transfer sums to zero", "a balance is the sum of its entries")
def test_an_entry_that_was_changed_is_found_with_its_transfer_and_account(books: None) -> None:
    entry = _bought().entries.get(amount_minor__gt=0)
    _plant("update ledger_entry set amount_minor = amount_minor + 1 where id = %s", entry.pk)

    found = _found()
    assert found["a transfer sums to zero"] == [_bought().number]
    assert found["a balance is the sum of its entries"] == [entry.account.number]


@plants("a transfer has two sides or more")
def test_a_transfer_whose_entries_are_gone_is_found(books: None) -> None:
    _plant("delete from ledger_entry where transfer_id = %s", _bought().pk)

    assert _found()["a transfer has two sides or more"] == [_bought().number]


@plants("a balance is the sum of its entries")
def test_a_balance_that_was_changed_is_found(books: None) -> None:
    _plant("update ledger_account set balance_minor = balance_minor + 1 where id = %s", _farmers().pk)

    assert _found() == {"a balance is the sum of its entries": [_farmers().number]}


@plants("only the outside is below zero")
def test_an_account_below_zero_is_found(books: None) -> None:
    _plant("alter table ledger_account drop constraint ledger_account_not_below_zero")
    _plant("update ledger_account set balance_minor = -1 where id = %s", _farmers().pk)

    assert _found()["only the outside is below zero"] == [_farmers().number]


@plants("an entry agrees with its transfer and its account")
@pytest.mark.parametrize(
    "sql",
    [
        "update ledger_entry set reason = 'refund' where transfer_id = %s",
        "update ledger_entry set at = at - interval '1 day' where transfer_id = %s",
    ],
)
def test_an_entry_at_odds_with_its_transfer_is_found(books: None, sql: str) -> None:
    _plant(sql, _bought().pk)

    assert _found() == {"an entry agrees with its transfer and its account": [_bought().number]}


@plants("a reversal moves back what it reverses")
def test_a_reversal_of_something_else_is_found(books: None) -> None:
    reversal = Transfer.objects.get(reverses__isnull=False)
    _plant("update ledger_transfer set reverses_id = %s where id = %s", _bought().pk, reversal.pk)

    assert _found() == {"a reversal moves back what it reverses": [reversal.number]}


@plants(
    "an account is looked after where its party lives or its unit lies",
    "money counts where its account lay when it moved",
)
def test_an_account_that_did_not_move_along_is_found(books: None) -> None:
    _plant("update ledger_account set area_path = %s where id = %s", NEIGHBOUR_VILLAGE, _farmers().pk)

    found = _found()
    assert found["an account is looked after where its party lives or its unit lies"] == [_farmers().number]
    assert _bought().number in found["money counts where its account lay when it moved"]


@plants("money counts where its account lay when it moved")
@pytest.mark.parametrize(
    "sql",
    [
        "update ledger_entry set area_path = %s where id = %s",
        "update ledger_entry set county_code = %s where id = %s",
    ],
)
def test_money_that_counts_for_another_area_is_found(books: None, sql: str) -> None:
    entry = _bought().entries.get(amount_minor__gt=0)
    _plant(sql, NEIGHBOUR_VILLAGE, entry.pk)

    assert _found() == {"money counts where its account lay when it moved": [_bought().number]}


@plants("money counts where its account lay when it moved")
def test_a_payout_that_counts_for_another_area_is_found(books: None) -> None:
    _plant("update ledger_payout set area_path = %s", NEIGHBOUR_VILLAGE)

    assert _found() == {"money counts where its account lay when it moved": [Payout.objects.get().number]}


CORRUPT: dict[str, Callable[[Payout], tuple[str, object]]] = {
    "paid without a transfer": lambda p: (
        "update ledger_payout set state = 'paid', paid_on = '2026-01-01' where id = %s",
        p.pk,
    ),
    "another amount": lambda p: ("update ledger_payout set amount_minor = amount_minor + 1 where id = %s", p.pk),
    "cancelled without its money back": lambda p: (
        "update ledger_payout set state = 'cancelled' where id = %s",
        p.pk,
    ),
    "no transfer": lambda p: (
        "delete from ledger_entry where transfer_id in (select id from ledger_transfer where reference = %s)",
        p.reference,
    ),
}


@plants("a payout moved its money as it says")
@pytest.mark.parametrize("kind", list(CORRUPT))
def test_a_payout_at_odds_with_its_transfers_is_found(books: None, kind: str) -> None:
    payout = Payout.objects.get()
    sql, value = CORRUPT[kind](payout)
    _plant(sql, value)

    assert _found()["a payout moved its money as it says"] == [payout.number]


@plants("what waits for the bank is what is under way")
def test_money_that_waits_for_no_payout_is_found(books: None) -> None:
    _plant("update ledger_payout set state = 'failed', ended_on = '2026-01-01'")

    waiting = ledger.house_account(AccountKind.PAYOUTS)
    assert _found()["what waits for the bank is what is under way"] == [waiting.number]


@plants("a run tells what it has")
def test_a_run_that_tells_something_else_is_found(books: None) -> None:
    _plant("update ledger_payoutrun set count = count + 1")

    assert _found() == {"a run tells what it has": [PayoutRun.objects.get().number]}


@plants("a payout is of whose account it was taken from")
def test_a_payout_of_somebody_else_is_found(books: None, cast: Cast) -> None:
    assert cast.buyer.party
    _plant("update ledger_payout set party_id = %s", cast.buyer.party.pk)

    assert _found()["a payout is of whose account it was taken from"] == [Payout.objects.get().number]


@plants("a run is over when its payouts are")
@pytest.mark.parametrize("state", ["settled", "cancelled"])
def test_a_run_that_is_over_before_its_payouts_is_found(books: None, state: str) -> None:
    _plant("update ledger_payoutrun set state = %s", state)

    assert _found() == {"a run is over when its payouts are": [PayoutRun.objects.get().number]}


@plants("an account is looked after where its party lives or its unit lies")
def test_the_account_of_a_unit_that_lies_elsewhere_is_found(books: None, cast: Cast) -> None:
    account = ledger.account_of_unit(min(cast.keeper.actor.units))
    _plant("update ledger_account set area_path = %s where id = %s", NEIGHBOUR_VILLAGE, account.pk)

    assert _found() == {"an account is looked after where its party lives or its unit lies": [account.number]}


@plants("who runs a unit was not erased")
def test_somebody_erased_who_runs_a_unit_is_found(books: None, cast: Cast) -> None:
    unit = network.units_by_id(cast.keeper.actor.units)[min(cast.keeper.actor.units)]
    Operator.objects.create(unit=unit, party=cast.buyer.party)
    _plant(
        "update registry_party set erased_at = now(), is_active = false, name = number, name_key = '', phone = '',"
        " email = '', address = '' where id = %s",
        cast.buyer.party.pk,
    )

    assert _found() == {"who runs a unit was not erased": [unit.number]}


@plants("a payout goes to a bank account of its party")
def test_a_payout_to_another_partys_bank_account_is_found(books: None, cast: Cast) -> None:
    open_bank_account(cast, cast.buyer)
    assert cast.buyer.party
    account = registry.find_account(cast.buyer.party)
    assert account
    _plant("update ledger_payout set bank_account_id = %s", account.pk)

    assert _found() == {"a payout goes to a bank account of its party": [Payout.objects.get().number]}
