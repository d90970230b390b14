"""An account through which everything goes is read page by page, and each page says what lay on it."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.kernel.money import Money
from terrace.ledger import queries
from terrace.ledger import services as ledger
from terrace.ledger.domain import AccountKind
from terrace.ledger.models import Account
from tests.conftest import Cast
from tests.ledger.conftest import draft

ENTRIES = 60
AMOUNTS = [(-1) ** place * (place * 7 + 1) for place in range(ENTRIES)]


@pytest.fixture
def busy(cast: Cast) -> Account:
    """Return the farmer's account with many entries of today, in and out, after one of two days ago."""
    assert cast.farmer.party
    bank, account = ledger.house_account(AccountKind.BANK), ledger.account_of_party(cast.farmer.party.pk)
    before = clock.now() - timedelta(days=2)
    ledger.post(by=SYSTEM, draft=draft(bank, account, Money(50_000, "CNY"), key="purchase/first"), now=before)
    for place, minor in enumerate(AMOUNTS):
        pair = (bank, account) if minor > 0 else (account, bank)
        ledger.post(by=SYSTEM, draft=draft(*pair, Money(abs(minor), "CNY"), key=f"purchase/C-{place}"))
    account.refresh_from_db()
    return account


def today() -> date:
    return clock.today()


def test_the_pages_of_a_statement_are_the_statement(busy: Account) -> None:
    whole = queries.statement(busy, today(), today())
    sums = queries.turnover(busy, today(), today())
    lines = queries.Lines(sums)

    for size in (1, 7, ENTRIES - 1, ENTRIES, ENTRIES + 1):
        pages = [line for start in range(0, ENTRIES, size) for line in lines[start : start + size]]
        assert pages == whole.entries
    assert list(lines.iterator(chunk_size=9)) == whole.entries
    assert lines[ENTRIES:] == []
    assert (sums.number, sums.opening, sums.closing) == (ENTRIES, whole.opening, whole.closing)
    assert (sums.came.minor, -sums.went.minor) == tuple(
        sum(one for one in AMOUNTS if one * side > 0) for side in (1, -1)
    )


def test_days_without_entries_have_sums_and_no_lines(busy: Account) -> None:
    days = (today() + timedelta(days=1), today() + timedelta(days=2))
    sums = queries.turnover(busy, *days)
    assert (sums.number, sums.opening, sums.closing) == (0, busy.balance, busy.balance)
    assert list(queries.Lines(sums)[0:25]) == []


def test_the_page_begins_with_the_opening_and_ends_with_the_closing(cast: Cast, busy: Account) -> None:
    days = f"first={today()}&last={today()}"
    pages = [
        cast.farmer.client.get(f"/ledger/accounts/{busy.number}/?{days}&page={number}").content.decode()
        for number in (1, 2, 3)
    ]
    assert ["On it at the beginning" in page for page in pages] == [True, False, False]
    assert ["On it at the end" in page for page in pages] == [False, False, True]
    assert [len(set(re.findall(r"/ledger/transfers/([^/]+)/", page))) for page in pages] == [24, 25, 11]


def test_a_page_reads_no_more_entries_than_it_shows(cast: Cast, busy: Account) -> None:
    url = f"/ledger/accounts/{busy.number}/?first={today()}&last={today()}&page=2"
    with CaptureQueriesContext(
        connection,
    ) as asked:
        cast.farmer.client.get(url)
    reads = [one["sql"] for one in asked if 'FROM "ledger_entry"' in one["sql"] and "SUM(" not in one["sql"]]
    assert reads
    assert all("LIMIT 25" in sql or " IN (" in sql for sql in reads)


def test_programs_read_a_statement_page_by_page(cast: Cast, busy: Account) -> None:
    url, days = f"/api/v1/ledger/accounts/{busy.number}/statement", {"first": str(today()), "last": str(today())}
    first, last = (cast.farmer.client.get(url, {**days, "page": number, "size": 50}).json() for number in (1, 2))
    assert (first["page"], first["pages"], first["total"], len(first["entries"])) == (1, 2, ENTRIES, 50)
    assert [len(last["entries"]), last["entries"][-1]["balance"]] == [ENTRIES - 50, last["closing"]]
    assert (first["opening"]["minor"], first["closing"]["minor"]) == (50_000, busy.balance_minor)
    beyond = cast.farmer.client.get(url, {**days, "size": 100_000})
    assert beyond.status_code == 422
