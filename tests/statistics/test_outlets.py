"""What an outlet has left: its page, what its keeper enters, and the ranking."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.test import Client

from terrace.kernel.actors import SYSTEM
from terrace.kernel.money import Money
from terrace.ledger import services as ledger
from terrace.ledger.domain import AccountKind, Draft, Leg, Part, Reason
from terrace.network import services as network
from terrace.network.models import ServiceUnit
from terrace.statistics import queries, services
from terrace.statistics.domain import CostKind
from terrace.statistics.models import OutletCost
from terrace.statistics.services import CostGiven
from tests.conftest import NEIGHBOUR_VILLAGE, VILLAGE, Cast
from tests.statistics.sold import noon

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _on_a_day_in_november() -> Iterator[None]:
    with time_machine.travel(noon(2026, 11, 22), tick=False):
        yield


def _unit(area: str = VILLAGE) -> ServiceUnit:
    return ServiceUnit.objects.get(area=area)


def _earn(unit: ServiceUnit, minor: int, month: int = 11, part: Part = Part.OUTLET) -> None:
    bank, account = ledger.house_account(AccountKind.BANK), ledger.account_of_unit(unit.pk)
    legs = (Leg(bank.pk, Money(-minor, "CNY"), Part.BANK), Leg(account.pk, Money(minor, "CNY"), part))
    key = f"t/{unit.pk}/{minor}/{month}/{part}"
    ledger.post(by=SYSTEM, draft=Draft(Reason.FEE, "parcel/W-1", legs, key), now=noon(2026, month, 3))


def _spend(cast: Cast, unit: ServiceUnit, minor: int, kind: CostKind = CostKind.RENT, month: int = 11) -> None:
    given = CostGiven(date(2026, month, 1), kind, Money(minor, "CNY"))
    services.record_cost(by=cast.station.actor, unit=unit, given=given)


def _text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return " ".join(response.content.decode().split())


def test_a_month_is_what_was_earned_less_what_was_spent(cast: Cast) -> None:
    unit = _unit()
    _earn(unit, 5_000)
    _earn(unit, 700, part=Part.FLEET)
    _spend(cast, unit, 4_000)
    _spend(cast, unit, 2_000, CostKind.POWER)
    _earn(unit, 900, month=10)

    october, november = queries.months_of(unit, TODAY, 2)

    assert november.result.earned == Money(5_700, "CNY")
    assert november.result.profit == Money(-300, "CNY")
    assert november.result.is_loss
    assert (october.result.profit, october.costs) == (Money(900, "CNY"), {})


def test_the_ranking_begins_with_the_largest_loss(cast: Cast) -> None:
    mine, other = _unit(), _unit(NEIGHBOUR_VILLAGE)
    _earn(mine, 5_000)
    _spend(cast, mine, 6_000)
    _earn(other, 800)

    found = queries.ranking(VILLAGE[:6], TODAY)

    assert [(one.unit.area_path, one.result.profit.minor, one.has_costs) for one in found] == [
        (VILLAGE, -1_000, True),
        (VILLAGE[:9], 0, False),
        (NEIGHBOUR_VILLAGE, 800, False),
    ]


def test_the_page_tells_profit_costs_and_the_year(cast: Cast) -> None:
    _earn(_unit(), 123_400)
    _spend(cast, _unit(), 20_000)

    page = _text(cast.keeper.client, f"/figures/outlets/{_unit().number}/")

    assert "CN¥1,034" in page
    assert "CN¥200.00" in page
    assert "Dec 2025" in page
    assert "Nov 2026" in page


def test_the_ranking_of_a_month_leads_to_that_month_and_knows_outlets_that_closed_since(cast: Cast) -> None:
    unit = _unit()
    _earn(unit, 123_400, month=10)
    network.close_unit(by=cast.centre.actor, unit=unit, version=unit.version, closed_on=date(2026, 11, 1))

    page = _text(cast.centre.client, "/figures/outlets/?month=2026-10")

    address = f"/figures/outlets/{unit.number}/?month=2026-10"
    assert f'href="{address}"' in page
    assert "CN¥1,234" in _text(cast.centre.client, address)
    assert unit.number not in _text(cast.centre.client, "/figures/outlets/")


def test_a_month_before_the_last_twelve_is_shown_with_those_before_it(cast: Cast) -> None:
    page = _text(cast.centre.client, f"/figures/outlets/{_unit().number}/?month=2024-05")
    assert "May 2024" in page
    assert "Nov 2026" not in page


def test_no_cost_is_entered_for_a_month_before_the_outlet_was_founded(cast: Cast) -> None:
    ServiceUnit.objects.filter(pk=_unit().pk).update(founded_on=date(2026, 10, 15))
    links = {
        month: f"/{month}/rent/" in _text(cast.keeper.client, f"/figures/outlets/{_unit().number}/?month={month}")
        for month in ("2026-09", "2026-10")
    }
    assert links == {"2026-09": False, "2026-10": True}


def test_a_keeper_comes_to_the_own_outlet_and_a_manager_to_the_ranking(cast: Cast) -> None:
    _spend(cast, _unit(), 6_000)

    assert cast.keeper.client.get("/figures/outlet/").headers["Location"] == f"/figures/outlets/{_unit().number}/"
    assert cast.centre.client.get("/figures/outlet/").headers["Location"] == "/figures/outlets/"
    page = _text(cast.centre.client, "/figures/outlets/")
    assert "1 of 3 outlets in loss" in page
    assert "No costs entered" in page


def test_a_keeper_enters_and_corrects_a_cost_on_the_page(cast: Cast) -> None:
    address = f"/figures/outlets/{_unit().number}/2026-10/rent/"

    entered = cast.keeper.client.post(address, {"amount": "300", "note": "the yard", "version": "0"})
    again = _text(cast.keeper.client, address)
    corrected = cast.keeper.client.post(address, {"amount": "250", "note": "", "version": "1"})

    assert (entered.status_code, corrected.status_code) == (302, 302)
    assert 'value="300.00"' in again
    assert OutletCost.objects.get().amount == Money(25_000, "CNY")


def test_a_stale_correction_comes_back_with_what_is_there_now(cast: Cast) -> None:
    address = f"/figures/outlets/{_unit().number}/2026-11/rent/"
    _spend(cast, _unit(), 30_000)

    response = cast.keeper.client.post(address, {"amount": "250", "note": "", "version": "0"})

    assert response.status_code == 422
    assert "Now: CN¥300.00" in response.content.decode()
    assert OutletCost.objects.get().amount == Money(30_000, "CNY")


@pytest.mark.parametrize("address", ["2026-13/rent/", "now/rent/", "2026-11/bribes/"])
def test_there_is_no_form_for_what_cannot_be(cast: Cast, address: str) -> None:
    assert cast.keeper.client.get(f"/figures/outlets/{_unit().number}/{address}").status_code == 404


def test_a_month_to_come_is_refused_on_the_page(cast: Cast) -> None:
    address = f"/figures/outlets/{_unit().number}/2027-01/rent/"

    response = cast.keeper.client.post(address, {"amount": "250", "note": "", "version": "0"})

    assert response.status_code == 422
    assert not OutletCost.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [("keeper", 200), ("station", 200), ("bureau", 200), ("neighbour", 404), ("stranger", 404), ("driver", 403)],
)
def test_an_outlets_result_is_for_its_keeper_and_those_above(cast: Cast, who: str, status: int) -> None:
    assert getattr(cast, who).client.get(f"/figures/outlets/{_unit().number}/").status_code == status


@pytest.mark.parametrize(("who", "status"), [("bureau", 403), ("clerk", 403), ("neighbour", 404), ("keeper", 200)])
def test_only_who_runs_it_enters_its_costs(cast: Cast, who: str, status: int) -> None:
    address = f"/figures/outlets/{_unit().number}/2026-11/rent/"

    assert getattr(cast, who).client.get(address).status_code == status
