"""Transfers: what they do, what they refuse, and what the database itself refuses."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from terrace.kernel.actors import SYSTEM
from terrace.kernel.money import Money
from terrace.ledger import queries
from terrace.ledger import services as ledger
from terrace.ledger.domain import AccountKind, Draft, InsufficientFunds, Leg, Part, Reason, Unbalanced
from terrace.ledger.models import Account, Entry, Transfer
from tests.conftest import Cast
from tests.ledger.conftest import Give, draft, yuan


@pytest.fixture
def buyer(cast: Cast, give: Give) -> Account:
    return give(cast.buyer.party.pk, yuan(100))


@pytest.fixture
def grower(cast: Cast) -> Account:
    return ledger.account_of_party(cast.farmer.party.pk)


def _balance(account: Account) -> Money:
    return queries.balance_of(account.pk)


def test_moves_money_from_one_account_to_another(buyer: Account, grower: Account) -> None:
    made = ledger.post(by=SYSTEM, draft=draft(buyer, grower, yuan(30)))

    assert (_balance(buyer), _balance(grower)) == (yuan(70), yuan(30))
    assert [entry.amount for entry in queries.transfers_about(made.reference)[0].entries.all()] == [
        -yuan(30),
        yuan(30),
    ]


def test_a_post_is_three_statements_however_many_transfers_it_writes(buyer: Account, grower: Account) -> None:
    for drafts in ([draft(buyer, grower, yuan(1), key="a")], [draft(buyer, grower, yuan(1), key=k) for k in "bcdefgh"]):
        with CaptureQueriesContext(connection) as seen:
            ledger.post_many(by=SYSTEM, drafts=drafts)
        assert len(seen) == 3, [query["sql"] for query in seen]


def test_refuses_what_the_account_does_not_hold_and_names_it(cast: Cast, buyer: Account, grower: Account) -> None:
    with pytest.raises(InsufficientFunds, match=cast.buyer.party.name):
        ledger.post(by=SYSTEM, draft=draft(buyer, grower, Money(10_001, "CNY")))

    assert (_balance(buyer), _balance(grower)) == (yuan(100), yuan(0))
    assert not Transfer.objects.filter(reason=Reason.PURCHASE).exists()


def test_a_refusal_may_be_caught_and_the_act_go_on(buyer: Account, grower: Account) -> None:
    with pytest.raises(InsufficientFunds):
        ledger.post(by=SYSTEM, draft=draft(buyer, grower, yuan(101)))
    ledger.post(by=SYSTEM, draft=draft(buyer, grower, yuan(100)))

    assert _balance(grower) == yuan(100)


def test_the_outside_goes_below_zero(buyer: Account) -> None:
    assert _balance(ledger.house_account(AccountKind.BANK)) == -yuan(100)


def test_the_same_key_is_booked_once(buyer: Account, grower: Account) -> None:
    first = ledger.post(by=SYSTEM, draft=draft(buyer, grower, yuan(30)))
    again = ledger.post(by=SYSTEM, draft=draft(buyer, grower, yuan(30)))

    assert again == first
    assert _balance(grower) == yuan(30)


def test_the_same_key_returns_what_stands_though_the_money_has_gone(buyer: Account, grower: Account) -> None:
    first = ledger.post(by=SYSTEM, draft=draft(buyer, grower, yuan(100)))

    assert ledger.post(by=SYSTEM, draft=draft(buyer, grower, yuan(100))) == first


@pytest.mark.parametrize("together", [False, True])
def test_the_same_key_for_something_else_is_refused(buyer: Account, grower: Account, together: bool) -> None:
    one, other = draft(buyer, grower, yuan(30)), draft(buyer, grower, yuan(31))
    if not together:
        ledger.post(by=SYSTEM, draft=one)
    before = _balance(buyer)

    with pytest.raises(ledger.KeyTaken), transaction.atomic():
        ledger.post_many(by=SYSTEM, drafts=[one, other] if together else [other])

    assert _balance(buyer) == before


def test_many_are_booked_together_or_not_at_all(buyer: Account, grower: Account) -> None:
    drafts = [draft(buyer, grower, yuan(60), key="one"), draft(buyer, grower, yuan(60), key="two")]
    with pytest.raises(InsufficientFunds):
        ledger.post_many(by=SYSTEM, drafts=drafts)

    assert (_balance(buyer), _balance(grower)) == (yuan(100), yuan(0))


def test_what_comes_in_by_one_can_go_out_by_the_next(cast: Cast, buyer: Account, grower: Account) -> None:
    platform = ledger.house_account(AccountKind.PLATFORM)
    onward = draft(grower, platform, yuan(60), key="two", reason=Reason.FEE)
    ledger.post_many(by=SYSTEM, drafts=[draft(buyer, grower, yuan(60), key="one"), onward])

    assert (_balance(grower), _balance(platform)) == (yuan(0), yuan(60))


@pytest.mark.parametrize("legs", [(), (5,), (5, -4), (5, 0, -5)])
def test_refuses_a_draft_that_does_not_balance(buyer: Account, legs: tuple[int, ...]) -> None:
    given = tuple(Leg(buyer.pk, yuan(amount), Part.BUYER) for amount in legs)
    with pytest.raises(Unbalanced):
        ledger.post(by=SYSTEM, draft=Draft(Reason.FEE, "x", given, "x"))


def test_a_reversal_moves_it_back_once(buyer: Account, grower: Account) -> None:
    made = ledger.post(by=SYSTEM, draft=draft(buyer, grower, yuan(30)))

    back = ledger.reverse(by=SYSTEM, transfer=made, memo="weighed twice")

    assert (_balance(buyer), _balance(grower)) == (yuan(100), yuan(0))
    assert back.reverses == made
    for transfer in (made, back):
        with pytest.raises(ledger.AlreadyReversed):
            ledger.reverse(by=SYSTEM, transfer=transfer)
    assert (_balance(buyer), _balance(grower)) == (yuan(100), yuan(0))


def test_money_that_has_gone_on_is_not_reversed(buyer: Account, grower: Account) -> None:
    made = ledger.post(by=SYSTEM, draft=draft(buyer, grower, yuan(30)))
    ledger.post(by=SYSTEM, draft=draft(grower, buyer, yuan(1), key="on"))

    with pytest.raises(InsufficientFunds):
        ledger.reverse(by=SYSTEM, transfer=made)

    assert _balance(grower) == yuan(29)


def _entry(transfer: Transfer, account: Account, minor: int, currency: str = "CNY") -> Entry:
    return Entry(
        transfer=transfer,
        account=account,
        amount_minor=minor,
        currency=currency,
        part=Part.BUYER,
        reason=transfer.reason,
        at=transfer.at,
    )


def _refused_by_the_database(act: Callable[[], object]) -> str:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        act()
    return str(refused.value)


def _bare(reference: str = "x") -> Transfer:
    now = Transfer.objects.latest("pk").at
    return Transfer.objects.create(number=reference, at=now, reason=Reason.FEE, reference=reference, key=reference)


def test_the_database_refuses_entries_that_do_not_sum_to_zero(buyer: Account, grower: Account) -> None:
    rows = [_entry(_bare(), buyer, -5), _entry(Transfer.objects.get(key="x"), grower, 4)]

    assert "sum to zero" in _refused_by_the_database(lambda: Entry.objects.bulk_create(rows))


def test_the_database_refuses_sums_that_only_meet_across_transfers(buyer: Account, grower: Account) -> None:
    across = [_entry(_bare("x"), buyer, -5), _entry(_bare("y"), grower, 5)]

    assert "sum to zero" in _refused_by_the_database(lambda: Entry.objects.bulk_create(across))


def test_the_database_refuses_another_currency_than_the_accounts(buyer: Account, grower: Account) -> None:
    made = _bare()
    rows = [_entry(made, buyer, -5, "USD"), _entry(made, grower, 5, "USD")]

    assert "one currency" in _refused_by_the_database(lambda: Entry.objects.bulk_create(rows))


def test_the_database_refuses_to_add_to_a_transfer(buyer: Account, grower: Account) -> None:
    made = ledger.post(by=SYSTEM, draft=draft(buyer, grower, yuan(30)))
    rows = [_entry(made, buyer, -5), _entry(made, grower, 5)]

    assert "nothing is added" in _refused_by_the_database(lambda: Entry.objects.bulk_create(rows))


def test_the_database_refuses_an_account_below_zero(buyer: Account, grower: Account) -> None:
    made = _bare()
    rows = [_entry(made, buyer, -10_001), _entry(made, grower, 10_001)]

    assert "not_below_zero" in _refused_by_the_database(lambda: Entry.objects.bulk_create(rows))


def test_the_database_refuses_to_change_what_is_written(buyer: Account, grower: Account) -> None:
    made = ledger.post(by=SYSTEM, draft=draft(buyer, grower, yuan(30)))
    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        Entry.objects.filter(transfer=made).update(amount_minor=1)
    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        Entry.objects.filter(transfer=made).delete()
    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        Transfer.objects.filter(pk=made.pk).update(memo="")
    assert _balance(grower) == yuan(30)


def test_the_database_refuses_a_balance_by_hand(buyer: Account) -> None:
    refusal = _refused_by_the_database(lambda: Account.objects.filter(pk=buyer.pk).update(balance_minor=1))

    assert "follows from its entries" in refusal


def test_an_account_is_opened_once(cast: Cast) -> None:
    one = ledger.escrow_account("order/O-1", area_path="621226", county_code="621226")

    assert ledger.escrow_account("order/O-1", area_path="621226", county_code="621226") == one
    unit_id = min(cast.keeper.actor.units)
    assert ledger.account_of_unit(unit_id) == ledger.account_of_unit(unit_id)
    assert ledger.account_of_party(cast.farmer.party.pk) == ledger.account_of_party(cast.farmer.party.pk)
