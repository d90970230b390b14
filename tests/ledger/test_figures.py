"""Income of an area and earnings of units, as sums and as the rows behind them."""

from datetime import UTC, date, datetime

import pytest

from terrace.kernel.actors import SYSTEM
from terrace.kernel.money import Money
from terrace.ledger import queries, services
from terrace.ledger.domain import AccountKind, Part, Reason
from terrace.ledger.models import Account, Transfer
from terrace.ledger.queries import Earned
from terrace.network.models import ServiceUnit
from tests import factories
from tests.conftest import NEIGHBOUR_VILLAGE, VILLAGE, Cast
from tests.ledger.conftest import draft, yuan

COUNTY = VILLAGE[:6]
NOVEMBER = [(date(2026, 11, 1), date(2026, 11, 30))]


def _pay(account: Account, amount: Money, day: int, part: Part = Part.GROWER, month: int = 11) -> Transfer:
    bank = services.house_account(AccountKind.BANK)
    key = f"purchase/C-{Transfer.objects.count()}"
    at = datetime(2026, month, day, 4, tzinfo=UTC)
    given = draft(bank, account, amount, key=key, reason=Reason.RELEASE, parts=(Part.BANK, part))
    return services.post(by=SYSTEM, draft=given, now=at)


def _farmer(cast: Cast) -> Account:
    return services.account_of_party(cast.farmer.party.pk)


def test_income_is_what_was_booked_for_goods_by_day(cast: Cast) -> None:
    _pay(_farmer(cast), yuan(10), 3)
    _pay(_farmer(cast), yuan(5), 3, Part.SELLER)
    _pay(_farmer(cast), yuan(7), 4)
    _pay(_farmer(cast), yuan(9), 4, Part.BUYER)

    assert queries.income_by_day(COUNTY, NOVEMBER) == {date(2026, 11, 3): 1500, date(2026, 11, 4): 700}


def test_income_is_told_by_the_areas_below(cast: Cast) -> None:
    neighbour = factories.HouseholdFactory(area=factories.AreaFactory(code=NEIGHBOUR_VILLAGE))
    _pay(_farmer(cast), yuan(10), 3)
    _pay(services.account_of_party(neighbour.pk), yuan(4), 3)

    assert queries.income_by_area(COUNTY, [12], NOVEMBER) == {VILLAGE: 1000, NEIGHBOUR_VILLAGE: 400}
    assert queries.income_by_area(COUNTY[:4], [6], NOVEMBER) == {COUNTY: 1400}


def test_a_firm_is_left_out_of_the_income_of_households(cast: Cast) -> None:
    cooperative = factories.PartyFactory(area=factories.AreaFactory(code=VILLAGE))
    _pay(services.account_of_party(cooperative.pk), yuan(4), 3)

    assert queries.income_by_day(COUNTY, NOVEMBER, [cooperative.pk]) == {}
    assert queries.income_by_day(COUNTY, NOVEMBER, [cast.farmer.party.pk]) == {date(2026, 11, 3): 400}


def test_a_reversal_counts_against_the_income_on_its_own_day(cast: Cast) -> None:
    paid = _pay(_farmer(cast), yuan(10), 3)
    services.reverse(by=SYSTEM, transfer=paid, memo="", now=datetime(2026, 11, 5, 4, tzinfo=UTC))

    assert queries.income_by_day(COUNTY, NOVEMBER) == {date(2026, 11, 3): 1000, date(2026, 11, 5): -1000}


@pytest.mark.parametrize(("who", "count"), [("centre", 1), ("farmer", 1), ("keeper", 0), ("neighbour", 0)])
def test_the_rows_behind_are_for_who_sees_the_accounts(cast: Cast, who: str, count: int) -> None:
    _pay(_farmer(cast), yuan(10), 3)

    assert queries.income_entries_visible_to(getattr(cast, who).actor, COUNTY, NOVEMBER).count() == count


def test_a_unit_earns_by_its_services_month_by_month(cast: Cast) -> None:
    unit = ServiceUnit.objects.get(area=VILLAGE)
    account = services.account_of_unit(unit.pk)
    _pay(account, yuan(3), 3, Part.OUTLET)
    _pay(account, yuan(2), 30, Part.OUTLET)
    _pay(account, yuan(5), 30, Part.FLEET)
    _pay(account, yuan(8), 1, Part.OUTLET, month=10)
    _pay(account, yuan(50), 3, Part.BANK)

    found = queries.unit_earnings([unit.pk], date(2026, 10, 1), date(2026, 11, 30))

    assert found == [
        Earned(unit.pk, date(2026, 10, 1), Part.OUTLET, 800),
        Earned(unit.pk, date(2026, 11, 1), Part.FLEET, 500),
        Earned(unit.pk, date(2026, 11, 1), Part.OUTLET, 500),
    ]
    assert queries.unit_earnings([], date(2026, 10, 1), date(2026, 11, 30)) == []
