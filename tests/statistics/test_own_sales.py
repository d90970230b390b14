"""A household that sells on the market itself: gross, fees and what was booked, by order, season and year."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.urls import reverse

from terrace.kernel.actors import SYSTEM
from terrace.kernel.money import Money
from terrace.ledger import queries as ledger
from terrace.ledger.domain import Part
from terrace.market import services as market
from terrace.market.models import Offer, Order
from terrace.sourcing.domain import PayRule
from terrace.statistics import services
from terrace.statistics.domain import Period, Span
from terrace.statistics.domain.statements import Flow, SoldBy
from terrace.statistics.queries import HouseholdStatement
from terrace.statistics.views import papers
from tests import factories
from tests.amounts import fen
from tests.conftest import Cast
from tests.market.orders import make_offer
from tests.sourcing.conftest import NOW
from tests.sourcing.purchases import bought
from tests.statistics.shop import farmer_of, open_shop, send, settle

YEAR = Period.of(Span.YEAR, NOW.date())


@pytest.fixture(autouse=True)
def shop_of_a_farmer(cast: Cast) -> Iterator[Offer]:
    """Let the farmer offer apples, under an agreement with odd fees and a carrier's tariff."""
    factories.VarietyFactory()
    with time_machine.travel(NOW, tick=False):
        yield open_shop(cast)


def _sell(wanted: dict[Offer, int]) -> Order:
    return settle(send(wanted))


def _statement(cast: Cast) -> HouseholdStatement:
    return services.look_at_statement(by=cast.farmer.actor, party=farmer_of(cast), period=YEAR)


def _balance(cast: Cast) -> Money:
    account = ledger.find_account_of_party(farmer_of(cast).pk)
    assert account is not None
    return account.balance


def test_gross_less_fees_is_what_the_ledger_booked(cast: Cast, shop_of_a_farmer: Offer) -> None:
    order = _sell({shop_of_a_farmer: 3})
    paid = bought(cast)

    found = _statement(cast)

    assert found.flows[Flow.SALES] == order.total + paid.amount
    assert set(found.fees) == {Part.PLATFORM, Part.CARRIER}
    assert -found.flows[Flow.FEES] == sum(found.fees.values(), fen(0)) > fen(0)
    assert found.sales[0].left + paid.amount == found.closing == _balance(cast)
    assert sum(found.flows.values(), found.opening) == found.closing


def test_the_fees_are_told_by_who_got_them(cast: Cast, shop_of_a_farmer: Offer) -> None:
    order = _sell({shop_of_a_farmer: 3})

    told = dict(papers.flows_of(_statement(cast)))

    assert told.pop("Goods sold") == order.total
    assert set(told) == {"Fee: Platform", "Fee: Carrier"}
    assert order.total + sum(told.values(), fen(0)) == _balance(cast)


def test_seasons_and_years_add_up_to_the_ledger(cast: Cast, shop_of_a_farmer: Offer) -> None:
    pears = factories.ProductFactory(code="pear")
    other = make_offer(farmer_of(cast), price=3_333, product=pears, variety=None)
    order, second = _sell({shop_of_a_farmer: 1, other: 2}), _sell({other: 1})
    paid, waiting = bought(cast), bought(cast, pay_rule=PayRule.AT_SALE)

    found = _statement(cast)

    seasons = {(one.product.code, one.way): one for one in found.seasons}
    assert set(seasons) == {("apple", SoldBy.POINT), ("apple", SoldBy.MARKET), ("pear", SoldBy.MARKET)}
    at_point = seasons["apple", SoldBy.POINT]
    assert (at_point.amount, at_point.paid, at_point.owed) == (paid.amount * 2, paid.amount, waiting.amount)
    assert seasons["pear", SoldBy.MARKET].quantity.steps == 15_000
    own = [one for one in found.seasons if one.way is SoldBy.MARKET]
    assert sum((one.amount for one in own), fen(0)) == order.total + second.total
    assert all(one.owed == fen(0) for one in own)
    assert sum((one.paid for one in found.seasons), fen(0)) == _balance(cast)
    (year,) = found.years
    assert year.sold + year.sum_of(Flow.FEES) == year.closing == _balance(cast)
    assert year.sum_of(Flow.FEES) == sum((-one.fees for one in found.seasons), fen(0))
    assert year.premium == found.premium == sum((one.premium for one in found.seasons), fen(0))


def test_an_order_whose_fees_took_everything_is_told_too(cast: Cast) -> None:
    cheap = make_offer(farmer_of(cast), price=100, freight_first_minor=0, freight_more_minor=0)
    order = _sell({cheap: 1})

    found = _statement(cast)

    assert order.total == found.flows[Flow.SALES] == -found.flows[Flow.FEES]
    assert (found.sales[0].left, found.closing, found.lines) == (fen(0), fen(0), [])


def test_what_the_buyer_got_back_was_not_earned(cast: Cast, shop_of_a_farmer: Offer) -> None:
    order = send({shop_of_a_farmer: 2})
    market.refund_order(by=SYSTEM, order=order, version=order.version, amount=fen(1_111))
    settle(order)

    found = _statement(cast)

    assert found.flows[Flow.SALES] == order.total - fen(1_111)
    assert found.seasons[0].amount == found.flows[Flow.SALES]
    assert found.closing == _balance(cast)


@pytest.mark.parametrize("who", ["farmer", "keeper", "centre", "bureau"])
def test_every_line_leads_to_a_page_that_opens(cast: Cast, shop_of_a_farmer: Offer, who: str) -> None:
    order, paid = _sell({shop_of_a_farmer: 2}), bought(cast)
    owed, client = bought(cast, pay_rule=PayRule.AT_SALE), getattr(cast, who).client

    address = reverse("statistics:statement", args=[farmer_of(cast).number])
    page = (client.get if who == "farmer" else client.post)(address).content.decode()

    links = set(re.findall(r'href="(/(?:market|sourcing|ledger)/[^"?]+[0-9A-Z]{4,}/)"', page))
    assert all(client.get(link).status_code == 200 for link in links)
    assert {
        reverse("market:settlement", args=[order.number]),
        reverse("sourcing:purchase", args=[paid.number]),
        reverse("sourcing:purchase", args=[owed.number]),
    } <= links


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_paper_has_the_own_sales_the_seasons_and_the_years(cast: Cast, shop_of_a_farmer: Offer, language: str) -> None:
    order, paid = _sell({shop_of_a_farmer: 2}), bought(cast)

    told = papers.of_statement(_statement(cast))
    tables = {str(table["title"]): table for table in told["tables"]}
    response = cast.farmer.client.get(
        reverse("statistics:statement_pdf", args=[farmer_of(cast).number]), headers={"accept-language": language}
    )

    assert {"Sold on the market by the household", "Season by season", "Year by year"} <= set(tables)
    assert tables["Sold on the market by the household"]["rows"][0][1] == order.number
    assert len(tables["Season by season"]["rows"]) == 2
    assert str(tables["Year by year"]["rows"][0][0]) == str(NOW.year)
    assert tables["Bought from the household"]["total"][-1].endswith(f"{paid.amount.amount}")
    assert response.content.startswith(b"%PDF")
