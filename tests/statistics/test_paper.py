"""A household's statement on paper says to the cent what its page says, in the language of who prints it."""

import html
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.urls import reverse
from django.utils.translation import gettext, override

from terrace.http import written
from terrace.kernel.actors import SYSTEM
from terrace.ledger.domain import Part
from terrace.market.models import Offer
from terrace.sourcing import services as sourcing
from terrace.sourcing.domain import PayRule
from terrace.sourcing.services import PriceGiven
from terrace.statistics import services
from terrace.statistics.domain import Period, Span
from terrace.statistics.domain.statements import Flow
from terrace.statistics.queries import HouseholdStatement
from tests import factories
from tests.amounts import fen
from tests.conftest import VILLAGE, Cast
from tests.ledger.conftest import open_bank_account, prepare
from tests.paper import pieces_of
from tests.sourcing.conftest import NOW
from tests.sourcing.purchases import bought
from tests.statistics.shop import farmer_of, open_shop, send, settle

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def shop_of_a_farmer(cast: Cast) -> Iterator[Offer]:
    """Let the farmer offer apples, under an agreement with odd fees and a carrier's tariff."""
    factories.VarietyFactory()
    with time_machine.travel(NOW, tick=False):
        yield open_shop(cast)


@pytest.fixture
def statement(cast: Cast, shop_of_a_farmer: Offer) -> HouseholdStatement:
    """Return the statement of a household with own sales, a premium, fees, a payout and something still owed."""
    price = PriceGiven("apple", NOW.date(), VILLAGE[:6], fen(430))
    sourcing.set_reference_price(by=SYSTEM, given=price)
    settle(send({shop_of_a_farmer: 3}))
    bought(cast)
    bought(cast, pay_rule=PayRule.AT_SALE)
    open_bank_account(cast, cast.farmer)
    prepare(cast)
    bought(cast)
    period = Period.of(Span.YEAR, NOW.date())
    found = services.look_at_statement(by=cast.farmer.actor, party=farmer_of(cast), period=period)
    assert set(found.flows) >= {Flow.SALES, Flow.FEES, Flow.PAYOUTS}
    assert all((found.premium, found.owed_amount, found.fees, found.sales))
    assert found.closing != found.opening
    return found


def _account_on(page: str) -> list[tuple[str, str]]:
    """Return what the page says of the account, line by line: what it is, and how much."""
    rows = re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", page, re.DOTALL)
    plain = [tuple(html.unescape(re.sub(r"<.*?>", "", cell)).strip() for cell in row) for row in rows]
    return [(label, amount) for label, amount in plain]


def _after(pieces: list[str], label: str) -> str:
    """Return what stands beside or below a label that is on the paper once, or first."""
    return pieces[pieces.index(label) + 1]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_paper_says_what_the_page_says(cast: Cast, statement: HouseholdStatement, language: str) -> None:
    address, spoken = [farmer_of(cast).number], {"accept-language": language}
    client = cast.farmer.client
    page = client.get(reverse("statistics:statement", args=address), headers=spoken).content.decode()
    paper = client.get(reverse("statistics:statement_pdf", args=address), headers=spoken)

    pieces = pieces_of(paper.content)

    account = _account_on(page)
    with override(language):
        title, premium, owed = gettext("The account"), gettext("Above the reference price"), gettext("Still owed")
        assert _after(pieces, premium) == written.money(statement.premium)
        assert _after(pieces, owed) == written.money(statement.owed_amount)
        assert (gettext("At the end"), written.money(statement.closing)) == account[-1]
        sold, paid_out = (written.money(statement.flows[flow]) for flow in (Flow.SALES, Flow.PAYOUTS))
        fees = [written.money(-fee) for fee in statement.fees.values()]
    amounts = [amount for _label, amount in account]
    assert {sold, paid_out, *fees} <= set(amounts)
    begins = pieces.index(title) + 1
    lines = pieces[begins : begins + 2 * len(account)]
    assert list(zip(lines[::2], lines[1::2], strict=True)) == account
    assert Part.CARRIER in statement.fees


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_paper_has_each_order_and_each_purchase_to_the_cent(
    cast: Cast, statement: HouseholdStatement, language: str
) -> None:
    address = reverse("statistics:statement_pdf", args=[farmer_of(cast).number])

    pieces = pieces_of(cast.farmer.client.get(address, headers={"accept-language": language}).content)

    with override(language):
        (sale,) = statement.sales
        assert {sale.order.number, *map(written.money, (sale.gross, -sale.taken, sale.left))} <= set(pieces)
        for purchase in statement.purchases:
            assert {written.money(purchase.amount), written.money(purchase.paid)} <= set(pieces)
