"""An account's statement of any days: on the page, and on paper, with what was there before and is there then."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from terrace.http import typeset
from terrace.kernel import clock
from terrace.ledger.forms import DaysFilter
from terrace.ledger.models import Account
from terrace.ledger.views import statements
from tests.conftest import Cast
from tests.ledger.conftest import Give, yuan

TODAY, DAY = clock.today, timedelta(days=1)


@pytest.fixture
def farmers(cast: Cast, give: Give) -> Account:
    """The farmer's account, into which 120 yuan came today and 5 after them."""
    assert cast.farmer.party
    give(cast.farmer.party.pk, yuan(120))
    return give(cast.farmer.party.pk, yuan(5))


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was set on paper, beside the paper itself."""
    given: list[dict[str, Any]] = []
    real = typeset.pdf

    def keep(template: str, data: dict[str, Any]) -> bytes:
        given.append(data)
        return real(template, data)

    monkeypatch.setattr(typeset, "pdf", keep)
    return given


def paper(account: Account, **days: object) -> str:
    asked = "&".join(f"{name}={day}" for name, day in days.items())
    return f"{reverse('ledger:statement_paper', args=[account.number])}?{asked}"


def test_paper_tells_what_was_there_each_line_and_what_is_there_then(
    cast: Cast, farmers: Account, printed: list[dict[str, Any]]
) -> None:
    answer = cast.farmer.client.get(paper(farmers, first=TODAY(), last=TODAY()))

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store"
    assert answer.content.startswith(b"%PDF")
    amounts = [[str(cell) for cell in row[3:]] for row in [*printed[0]["rows"], printed[0]["total"]]]
    assert amounts == [
        ["", "", "0.00"],
        ["120.00", "", "120.00"],
        ["5.00", "", "125.00"],
        ["125.00", "0.00", "125.00"],
    ]


def test_days_before_and_after_carry_the_balance_alone(
    cast: Cast, farmers: Account, printed: list[dict[str, Any]]
) -> None:
    cast.farmer.client.get(paper(farmers, first=TODAY() - 2 * DAY, last=TODAY() - DAY))
    cast.farmer.client.get(paper(farmers, first=TODAY() + DAY, last=TODAY() + 2 * DAY))

    assert [[str(row[-1]) for row in (*one["rows"], one["total"])] for one in printed] == [
        ["0.00", "0.00"],
        ["125.00", "125.00"],
    ]


def test_who_may_not_see_the_account_gets_no_paper(cast: Cast, farmers: Account, printed: list[Any]) -> None:
    for who in ("buyer", "keeper", "stranger"):
        assert getattr(cast, who).client.get(paper(farmers)).status_code == 404

    assert printed == []


def test_days_that_are_none_lead_back_to_where_they_are_chosen(
    cast: Cast, farmers: Account, printed: list[Any]
) -> None:
    answer = cast.farmer.client.get(paper(farmers, first=TODAY(), last=TODAY() - DAY), follow=True)

    assert "at most a year" in answer.content.decode()
    assert printed == []


def test_more_lines_than_paper_holds_are_not_printed(
    cast: Cast, farmers: Account, printed: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "MOST_ON_PAPER", 1)

    answer = cast.farmer.client.get(paper(farmers, first=TODAY(), last=TODAY()), follow=True)

    assert "too many for paper" in answer.content.decode()
    assert printed == []


def test_the_page_offers_the_same_days_on_paper(cast: Cast, farmers: Account) -> None:
    days = f"first={TODAY() - DAY}&last={TODAY() - DAY}"

    page = cast.farmer.client.get(f"{reverse('ledger:account', args=[farmers.number])}?{days}").content.decode()

    assert f"statement.pdf?{days}".replace("&", "&amp;") in page
    assert "Nothing matches" in page


@pytest.mark.parametrize(
    ("given", "days"),
    [
        ({}, ("2026-11-01", "2026-11-30")),
        ({"first": "2026-02-10"}, ("2026-02-10", "2026-02-28")),
        ({"last": "2026-02-10"}, ("2026-02-01", "2026-02-10")),
        ({"first": "2025-11-22", "last": "2026-11-22"}, ("2025-11-22", "2026-11-22")),
        ({"first": "2025-11-21", "last": "2026-11-22"}, ("2025-11-21", "2025-11-30")),
        ({"first": "soon"}, ("2026-11-01", "2026-11-30")),
    ],
)
def test_days_that_are_left_out_or_wrong_fall_back_to_a_month(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], days: tuple[str, str]
) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 22))

    assert tuple(day.isoformat() for day in DaysFilter(given).days()) == days
