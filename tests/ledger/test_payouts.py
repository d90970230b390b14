"""Payouts: prepared once, handed to the bank, answered by it; what is refused changes nothing."""

import csv
from dataclasses import replace
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from terrace.audit.models import Act
from terrace.http.text_tables import read_either
from terrace.http.workbooks import RowsRefused, Sheet, write
from terrace.kernel import clock
from terrace.kernel.errors import Forbidden, Invalid, Stale
from terrace.kernel.money import Money
from terrace.ledger import queries
from terrace.ledger import services as ledger
from terrace.ledger.domain import AccountKind, PayoutState, RunState
from terrace.ledger.models import Account, Payout, PayoutRun, Transfer
from terrace.messaging.models import Notice
from terrace.registry import services as registry
from terrace.registry.domain import Kind
from tests import factories
from tests.conftest import VILLAGE, Cast
from tests.ledger.conftest import ACCOUNT_NUMBER, Give, on_the_way, open_bank_account, prepare, said, yuan


@pytest.fixture
def sent(cast: Cast, farmers: Account) -> PayoutRun:
    """A run whose file was taken to the bank."""
    run = prepare(cast)
    ledger.export_payouts(by=cast.clerk.actor, run=run)
    run.refresh_from_db()
    return run


def _today() -> str:
    return clock.today().isoformat()


def _book(cast: Cast, run: PayoutRun, *rows: tuple[str, str, str] | tuple[str, str, str, str]) -> ledger.Booked:
    return ledger.book_results(by=cast.clerk.actor, run=run, rows=said(*rows))


def test_a_run_takes_the_whole_balance_of_who_has_a_bank_account(cast: Cast, farmers: Account) -> None:
    run = prepare(cast)

    payout = Payout.objects.get()
    assert (run.state, run.count, run.amount) == (RunState.PREPARED, 1, yuan(120))
    assert (payout.account, payout.amount, payout.last4) == (farmers, yuan(120), ACCOUNT_NUMBER[-4:])
    assert (queries.balance_of(farmers.pk), on_the_way()) == (yuan(0), yuan(120))
    assert Act.objects.filter(act="ledger.prepare_payouts", subject_id=str(run.pk)).count() == 1


def test_who_has_no_bank_account_is_left_out_and_listed(cast: Cast, give: Give, farmers: Account) -> None:
    other = factories.HouseholdFactory(area=factories.AreaFactory(code=VILLAGE))
    account = give(other.pk, yuan(7))

    run = prepare(cast)

    assert (run.count, run.without_account) == (1, 1)
    assert queries.without_bank_account(run) == [other.pk]
    assert queries.balance_of(account.pk) == yuan(7)


def test_firms_keep_what_they_buy_with_unless_they_are_named(cast: Cast, give: Give, farmers: Account) -> None:
    assert cast.buyer.party
    open_bank_account(cast, cast.buyer, "6217009999999999")
    account = give(cast.buyer.party.pk, yuan(500))

    assert prepare(cast).count == 1
    assert queries.balance_of(account.pk) == yuan(500)
    assert prepare(cast, kinds=(Kind.ENTERPRISE,)).count == 1
    assert queries.balance_of(account.pk) == yuan(0)


def test_a_second_run_takes_nothing_twice(cast: Cast, farmers: Account) -> None:
    prepare(cast)

    with pytest.raises(ledger.NothingToPay):
        prepare(cast)

    assert (PayoutRun.objects.count(), on_the_way()) == (1, yuan(120))


def test_money_below_the_minimum_stays(cast: Cast, farmers: Account) -> None:
    with pytest.raises(ledger.NothingToPay):
        prepare(cast, minimum=yuan(121))

    assert queries.balance_of(farmers.pk) == yuan(120)
    assert not PayoutRun.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("minimum", Money(0, "CNY")), ("minimum", Money(5, "USD")), ("purpose", " "), ("kinds", ()), ("area", "99")],
)
def test_refuses_what_makes_no_run(cast: Cast, farmers: Account, field: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        prepare(cast, **{field: value})

    assert refused.value.field == field
    assert queries.balance_of(farmers.pk) == yuan(120)


@pytest.mark.parametrize("who", ["farmer", "keeper", "centre", "bureau", "stranger"])
def test_only_who_pays_there_prepares(cast: Cast, farmers: Account, who: str) -> None:
    given = ledger.PayoutsGiven(VILLAGE[:6], yuan(1), "Sales")
    with pytest.raises(Forbidden):
        ledger.prepare_payouts(by=getattr(cast, who).actor, given=given)

    assert queries.balance_of(farmers.pk) == yuan(120)


def test_the_bank_gets_the_numbers_in_full_and_each_look_is_recorded(cast: Cast, farmers: Account) -> None:
    run = prepare(cast)

    content = ledger.export_payouts(by=cast.clerk.actor, run=run)

    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))
    payout = Payout.objects.get()
    assert rows == [
        {
            "Payout number": payout.number,
            "Bank": "Longnan Rural Bank",
            "Account holder": "Zhao Suqin",
            "Account number": ACCOUNT_NUMBER,
            "Amount": "120.00",
            "Currency": "CNY",
            "Purpose": "Sales in June",
        }
    ]
    run.refresh_from_db()
    assert (payout.state, run.state) == (PayoutState.SENT, RunState.EXPORTED)
    assert ledger.export_payouts(by=cast.clerk.actor, run=run) == content
    assert Act.objects.filter(act="registry.look_at_accounts", subject_id=str(run.pk)).count() == 2
    assert Act.objects.filter(act="ledger.export_payouts", details__count=1).count() == 2


def test_the_first_file_goes_to_the_account_that_is_open_then(cast: Cast, farmers: Account) -> None:
    run = prepare(cast)
    open_bank_account(cast, cast.farmer, "6217000000001111")

    content = ledger.export_payouts(by=cast.clerk.actor, run=run)
    open_bank_account(cast, cast.farmer, "6217000000002222")

    assert b"6217000000001111" in content
    assert ledger.export_payouts(by=cast.clerk.actor, run=run) == content


def test_money_goes_back_when_the_account_was_closed_before_the_file(cast: Cast, give: Give, farmers: Account) -> None:
    assert cast.farmer.party
    other = factories.HouseholdFactory(area=factories.AreaFactory(code=VILLAGE))
    give(other.pk, yuan(7))
    given = registry.AccountGiven("Bank", "Li", "6217000000003333")
    registry.set_account(by=cast.clerk.actor, party=other, version=other.version, given=given)
    run = prepare(cast)
    party = cast.farmer.party
    party.refresh_from_db()
    registry.close_account(by=cast.clerk.actor, party=party, version=party.version)

    ledger.export_payouts(by=cast.clerk.actor, run=run)

    lost = Payout.objects.get(party=party)
    assert (lost.state, lost.last4, queries.balance_of(farmers.pk)) == (PayoutState.CANCELLED, "", yuan(120))
    assert on_the_way() == yuan(7)


def test_who_may_not_see_account_numbers_takes_no_file(cast: Cast, farmers: Account) -> None:
    run = prepare(cast)
    for who in (cast.centre, cast.bureau, cast.farmer, cast.stranger):
        with pytest.raises(Forbidden):
            ledger.export_payouts(by=who.actor, run=run)

    assert Payout.objects.get().state == PayoutState.PREPARED


def test_what_the_bank_paid_leaves_the_house_and_its_people_are_told(cast: Cast, sent: PayoutRun) -> None:
    payout = Payout.objects.get()

    booked = _book(cast, sent, (payout.number, "paid", _today()))

    payout.refresh_from_db()
    sent.refresh_from_db()
    assert booked == ledger.Booked(paid=1)
    assert (payout.state, payout.paid_on) == (PayoutState.PAID, clock.today())
    assert (sent.state, on_the_way()) == (RunState.SETTLED, yuan(0))
    assert queries.balance_of(ledger.house_account(AccountKind.BANK).pk) == yuan(0)
    notice = Notice.objects.get(person_id=cast.farmer.person.pk)
    assert "120.00" in notice.title
    assert notice.url.endswith(f"/accounts/{payout.account.number}/")


def test_the_same_file_again_changes_nothing(cast: Cast, sent: PayoutRun) -> None:
    payout = Payout.objects.get()
    rows = [(payout.number, "paid", _today()), (payout.number, "returned", _today(), "closed")]
    _book(cast, sent, *rows)
    before = (Transfer.objects.count(), Notice.objects.count())

    assert _book(cast, sent, *rows) == ledger.Booked(repeated=2)
    assert (Transfer.objects.count(), Notice.objects.count()) == before


def test_what_failed_is_the_partys_again(cast: Cast, farmers: Account, sent: PayoutRun) -> None:
    payout = Payout.objects.get()

    booked = _book(cast, sent, (payout.number, "failed", _today(), "unknown account"))

    payout.refresh_from_db()
    assert booked == ledger.Booked(failed=1)
    assert (payout.state, payout.answer) == (PayoutState.FAILED, "unknown account")
    assert (queries.balance_of(farmers.pk), on_the_way()) == (yuan(120), yuan(0))
    assert "came back" in Notice.objects.get(person_id=cast.farmer.person.pk).title


def test_what_comes_back_after_it_was_paid_is_the_partys_again(cast: Cast, farmers: Account, sent: PayoutRun) -> None:
    payout = Payout.objects.get()
    _book(cast, sent, (payout.number, "paid", _today()))

    assert _book(cast, sent, (payout.number, "returned", _today(), "closed")) == ledger.Booked(returned=1)

    payout.refresh_from_db()
    assert payout.state == PayoutState.RETURNED
    assert queries.balance_of(farmers.pk) == yuan(120)
    assert queries.balance_of(ledger.house_account(AccountKind.BANK).pk) == -yuan(120)
    assert prepare(cast).count == 1


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (("Z-0", "paid", "TODAY"), "Payout number"),
        (("NUMBER", "gone", "TODAY"), "Result"),
        (("NUMBER", "paid", "soon"), "Day"),
        (("NUMBER", "paid", "2999-01-01"), "Day"),
        (("NUMBER", "paid", "2001-01-01"), "Day"),
    ],
)
def test_one_bad_row_and_nothing_is_booked(cast: Cast, sent: PayoutRun, row: tuple[str, str, str], column: str) -> None:
    payout = Payout.objects.get()
    given = [word.replace("NUMBER", payout.number).replace("TODAY", _today()) for word in row]

    with pytest.raises(RowsRefused) as refused:
        _book(cast, sent, (payout.number, "paid", _today()), (given[0], given[1], given[2]))

    problem = refused.value.problems[0]
    assert (problem.row, problem.column) == (3, column)
    payout.refresh_from_db()
    assert (payout.state, on_the_way()) == (PayoutState.SENT, yuan(120))


@pytest.mark.parametrize(("first", "then"), [("failed", "paid"), ("failed", "returned"), ("paid", "failed")])
def test_the_bank_cannot_say_what_cannot_be(cast: Cast, sent: PayoutRun, first: str, then: str) -> None:
    payout = Payout.objects.get()
    _book(cast, sent, (payout.number, first, _today()))
    before = Transfer.objects.count()

    with pytest.raises(RowsRefused):
        _book(cast, sent, (payout.number, then, _today()))

    assert Transfer.objects.count() == before


def test_an_amount_in_the_answer_has_to_be_the_payouts(cast: Cast, sent: PayoutRun) -> None:
    (row,) = said((Payout.objects.get().number, "paid", _today()))
    rows = [replace(row, values={**row.values, "amount": "119.99"})]
    with pytest.raises(RowsRefused):
        ledger.book_results(by=cast.clerk.actor, run=sent, rows=rows)

    rows = [replace(row, values={**row.values, "amount": "120.00"})]
    assert ledger.book_results(by=cast.clerk.actor, run=sent, rows=rows).paid == 1


def test_what_was_not_handed_over_has_no_answer(cast: Cast, farmers: Account) -> None:
    run = prepare(cast)

    with pytest.raises(ledger.NotHandedOver):
        _book(cast, run, (Payout.objects.get().number, "paid", _today()))

    assert on_the_way() == yuan(120)


def test_a_run_that_nobody_took_to_the_bank_is_cancelled(cast: Cast, farmers: Account) -> None:
    run = prepare(cast)
    with pytest.raises(Stale):
        ledger.cancel_payouts(by=cast.clerk.actor, run=run, version=run.version + 1)
    run.refresh_from_db()

    ledger.cancel_payouts(by=cast.clerk.actor, run=run, version=run.version)

    assert Payout.objects.get().state == PayoutState.CANCELLED
    assert (queries.balance_of(farmers.pk), on_the_way()) == (yuan(120), yuan(0))
    with pytest.raises(ledger.HandedOver):
        ledger.cancel_payouts(by=cast.clerk.actor, run=run, version=run.version)
    with pytest.raises(ledger.NothingToHandOver):
        ledger.export_payouts(by=cast.clerk.actor, run=run)


def test_a_run_at_the_bank_is_not_cancelled(cast: Cast, farmers: Account, sent: PayoutRun) -> None:
    with pytest.raises(ledger.HandedOver):
        ledger.cancel_payouts(by=cast.clerk.actor, run=sent, version=sent.version)

    assert (Payout.objects.get().state, on_the_way()) == (PayoutState.SENT, yuan(120))


def test_answers_come_as_text_or_workbook_in_either_language(cast: Cast, sent: PayoutRun) -> None:
    payout = Payout.objects.get()
    text = f"Payout number;Result;Day\r\n{payout.number};Paid;{_today()}\r\n"
    book = write(Sheet("answer", ledger.RESULTS, [(payout.number, "paid", clock.today(), "", 120)]))

    for content in (text.encode("utf-8-sig"), text.encode("gb18030"), book):
        rows = read_either(BytesIO(content), "answer", ledger.RESULTS)
        assert ledger.book_results(by=cast.clerk.actor, run=sent, rows=rows).failed == 0
    payout.refresh_from_db()
    assert payout.state == PayoutState.PAID


def test_a_run_of_many_takes_as_many_statements_as_one(cast: Cast, give: Give, farmers: Account) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as seen:
            prepare(cast)
        return len(seen)

    one = counted()
    for number in range(5):
        party = factories.HouseholdFactory(area=factories.AreaFactory(code=VILLAGE))
        given = registry.AccountGiven("Bank", "Li", f"62170000000044{number:02}")
        registry.set_account(by=cast.clerk.actor, party=party, version=party.version, given=given)
        give(party.pk, yuan(number + 1))
    assert counted() <= one
