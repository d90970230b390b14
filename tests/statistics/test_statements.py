"""A household's statement: what it tells, that it agrees with the ledger, who sees it, and that looks are recorded."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from terrace.audit.models import Act
from terrace.kernel.errors import Forbidden
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.ledger import queries as ledger
from terrace.registry.models import Party
from terrace.sourcing.domain import PayRule
from terrace.statistics import queries, services
from terrace.statistics.domain import Period, Span
from terrace.statistics.domain.statements import Flow
from terrace.statistics.queries import HouseholdStatement
from terrace.statistics.views import papers
from terrace.traceability import queries as lots
from terrace.traceability import services as tracing
from terrace.traceability.domain import LossReason
from tests import factories
from tests.conftest import Cast
from tests.sourcing.conftest import NOW
from tests.sourcing.purchases import bought
from tests.statistics.sold import noon, pay

YEAR = Period.of(Span.YEAR, NOW.date())


@pytest.fixture(autouse=True)
def _on_that_day(db: None) -> Iterator[None]:
    factories.VarietyFactory()
    with time_machine.travel(NOW, tick=False):
        yield


def _party(cast: Cast) -> Party:
    assert cast.farmer.party is not None
    return cast.farmer.party


def _statement(cast: Cast, period: Period = YEAR) -> HouseholdStatement:
    return services.look_at_statement(by=cast.farmer.actor, party=_party(cast), period=period)


def _address(cast: Cast, name: str = "statement") -> str:
    return reverse(f"statistics:{name}", args=[_party(cast).number])


def test_a_statement_begins_and_ends_with_the_ledgers_balances(cast: Cast) -> None:
    pay(_party(cast).pk, 4_000, noon(NOW.year - 1, 12, 31))
    paid = bought(cast)
    pay(_party(cast).pk, 700, noon(NOW.year, 1, 1))

    found = _statement(cast)

    assert found.opening == Money(4_000, "CNY")
    assert found.flows == {Flow.SALES: paid.amount + Money(700, "CNY")}
    assert found.closing == Money(4_700, "CNY") + paid.amount
    account = ledger.find_account_of_party(_party(cast).pk)
    assert account is not None
    assert found.closing == account.balance
    assert found.lines[-1].balance == found.closing


def test_what_is_still_owed_is_told_with_why(cast: Cast) -> None:
    owed = bought(cast, pay_rule=PayRule.AT_SALE)

    found = _statement(cast)
    page = cast.farmer.client.get(_address(cast)).content.decode()

    assert list(found.owed) == [owed]
    assert found.owed_amount == owed.amount
    assert found.closing == Money(0, "CNY")
    assert str(owed.state.label) in page


def test_what_was_owed_of_an_earlier_year_is_still_told(cast: Cast) -> None:
    owed = bought(cast, pay_rule=PayRule.AT_SALE)

    later = queries.statement_of(_party(cast), YEAR.after, date(NOW.year + 1, 6, 1))

    assert list(later.purchases) == []
    assert list(later.owed) == [owed]


def test_seasons_and_years_sum_up_everything(cast: Cast) -> None:
    one, other = bought(cast), bought(cast)
    pay(_party(cast).pk, 4_000, noon(NOW.year - 1, 12, 31))

    found = _statement(cast)

    assert [(season.product.code, season.amount) for season in found.seasons] == [("apple", one.amount + other.amount)]
    assert found.seasons[0].quantity == one.payable + other.payable
    assert [(year.year, year.sold) for year in found.years] == [
        (NOW.year, one.amount + other.amount),
        (NOW.year - 1, Money(4_000, "CNY")),
    ]


def test_a_household_without_money_has_an_empty_statement(cast: Cast) -> None:
    found = _statement(cast)

    assert (found.opening, found.closing, found.flows, found.lines) == (Money(0, "CNY"), Money(0, "CNY"), {}, [])
    assert "No money moved in this period" in cast.farmer.client.get(_address(cast)).content.decode()


def test_a_household_reads_its_own_and_nothing_is_recorded(cast: Cast) -> None:
    paid = bought(cast)

    page = cast.farmer.client.get(_address(cast)).content.decode()

    assert "Zhao Suqin" in page
    assert f"{paid.amount.amount}" in page
    assert not Act.objects.filter(act="statistics.look_at_statement").exists()


@pytest.mark.parametrize("who", ["keeper", "clerk", "centre", "bureau"])
def test_staff_ask_first_and_their_look_is_recorded(cast: Cast, who: str) -> None:
    paid, client = bought(cast), getattr(cast, who).client

    asked = client.get(_address(cast)).content.decode()
    looks = Act.objects.filter(act="statistics.look_at_statement")
    assert not looks.exists()
    shown = client.post(_address(cast), {"span": "year", "on": f"{NOW.year}-01-01"})

    assert f"{paid.amount.amount}" not in asked
    assert f"{paid.amount.amount}" in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    look = looks.get()
    assert look.subject_id == str(_party(cast).pk)
    assert look.details == {"first": f"{NOW.year}-01-01", "last": f"{NOW.year}-12-31"}


@pytest.mark.parametrize(("who", "status"), [("neighbour", 404), ("stranger", 404), ("station", 403), ("packer", 403)])
def test_nobody_else_sees_a_statement(cast: Cast, who: str, status: int) -> None:
    member = getattr(cast, who)

    assert member.client.get(_address(cast)).status_code == status
    assert member.client.post(_address(cast)).status_code == status
    with pytest.raises(Forbidden):
        services.look_at_statement(by=member.actor, party=_party(cast), period=YEAR)
    assert not Act.objects.filter(act="statistics.look_at_statement").exists()


def test_a_firm_has_no_household_statement(cast: Cast) -> None:
    assert cast.buyer.party is not None
    address = reverse("statistics:statement", args=[cast.buyer.party.number])

    assert cast.buyer.client.get(address).status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_statement_is_typeset_in_the_readers_language(cast: Cast, language: str) -> None:
    bought(cast, pay_rule=PayRule.AT_SALE)
    bought(cast)
    client = cast.farmer.client

    response = client.get(_address(cast, "statement_pdf"), headers={"accept-language": language})

    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


def test_staff_take_the_pdf_by_a_button_that_is_recorded(cast: Cast) -> None:
    assert cast.keeper.client.get(_address(cast, "statement_pdf")).status_code == 405

    response = cast.keeper.client.post(_address(cast, "statement_pdf"))

    assert response.content.startswith(b"%PDF")
    assert Act.objects.filter(act="statistics.look_at_statement").count() == 1


def test_a_farmer_is_led_to_the_own_statement(cast: Cast) -> None:
    assert cast.farmer.client.get("/figures/household/").headers["Location"] == _address(cast)
    assert cast.buyer.client.get("/figures/household/").status_code == 404


def test_a_households_page_leads_to_its_statement(cast: Cast) -> None:
    page = reverse("registry:party", args=[_party(cast).number])

    assert _address(cast) in cast.farmer.client.get(page).content.decode()
    assert _address(cast) in cast.keeper.client.get(page).content.decode()
    assert _address(cast) not in cast.station.client.get(page).content.decode()


def test_what_was_lost_before_it_was_sold_is_told_with_its_reason(cast: Cast) -> None:
    purchase = bought(cast, pay_rule=PayRule.AT_SALE)
    lot = lots.lots_by_id([purchase.lot_id])[purchase.lot_id]
    quantity = Quantity(2_000, Unit.KILOGRAM)
    tracing.lose(by=cast.keeper.actor, lot=lot, quantity=quantity, reason=LossReason.FROST, now=NOW)

    page = cast.farmer.client.get(_address(cast)).content.decode()
    (told,) = cast.farmer.client.get(f"/api/v1/figures/households/{_party(cast).number}/statement").json()["losses"]

    assert "Lost before it was sold" in page
    assert "Frozen or overheated" in page
    assert "Borne by the household" in page
    assert (told["purchase"], told["reason"], told["amount"]["minor"]) == (purchase.number, "frost", 1_000)
    assert _statement(cast).owed_amount == Money(45_000, "CNY")
    (season,) = _statement(cast).seasons
    assert season.lost == Money(1_000, "CNY")
    assert season.amount - season.fees - season.lost == season.paid + season.owed
    assert [str(head.label) for head in papers.seasons(_statement(cast)).columns][-3:] == ["Lost", "Paid", "Still owed"]
    assert cast.farmer.client.get(_address(cast, "statement_pdf")).status_code == 200
    before = Period.of(Span.YEAR, NOW.date().replace(year=NOW.year - 1))
    assert _statement(cast, before).losses == []
