"""Below a centre, what is offered stands beside the demand of the whole county (docs/adr/0015)."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from terrace.kernel.quantity import Quantity, Unit
from terrace.sourcing import services
from tests import factories
from tests.conftest import NEIGHBOUR_VILLAGE, OTHER_COUNTY_VILLAGE, VILLAGE, Cast
from tests.sourcing.conftest import terms


@pytest.fixture
def market(cast: Cast) -> None:
    """Offer 800 kg in the village and as much next door; want 2,000 kg in town, and 50 kg in another county."""
    factories.ProductFactory(code="walnut", names={"en": "Walnut", "zh-hans": "核桃"}, search="walnut")
    next_door = factories.HouseholdFactory(area=factories.AreaFactory(code=NEIGHBOUR_VILLAGE))
    elsewhere = factories.PartyFactory(area=factories.AreaFactory(code=OTHER_COUNTY_VILLAGE), kind="enterprise")
    services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms())
    services.record_supply(by=cast.neighbour.actor, party=next_door.number, terms=terms())
    wanted = terms(quantity=Quantity(2_000_000, Unit.KILOGRAM))
    services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=wanted)
    nuts = terms(product="walnut", variety="", quantity=Quantity(50_000, Unit.KILOGRAM))
    services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=nuts)
    services.record_demand(by=cast.stranger.actor, party=elsewhere.number, terms=nuts)


def _totals(client: Client, path: str) -> dict[str, tuple[Any, ...]]:
    """Return supply, demand and gap of each product over all weeks, in the order of the page."""
    lines = client.get(path).context["lines"]
    firsts = {line.product.code: line.figures[0][1] for line in lines}
    return {
        code: tuple(amount if amount is None else int(amount.amount) for amount in (f.supply, f.demand, f.gap))
        for code, f in firsts.items()
    }


@pytest.mark.parametrize("reader", ["keeper", "station"])
def test_a_point_and_a_station_read_their_supply_beside_the_demand_of_the_county(
    cast: Cast, market: None, reader: str
) -> None:
    client = getattr(cast, reader).client
    client.cookies["language"] = "en"
    assert _totals(client, "/sourcing/balance/") == {"apple": (800, 2000, None), "walnut": (0, 50, None)}
    page = client.get("/sourcing/balance/").content.decode()
    assert f"Demand in Place {VILLAGE[:6]}" in page
    assert "balance-gap" not in page
    assert "balance-surplus" not in page


def test_from_the_county_up_supply_and_demand_of_one_area_leave_a_gap(cast: Cast, market: None) -> None:
    assert _totals(cast.centre.client, "/sourcing/balance/") == {"apple": (1600, 2000, -400), "walnut": (0, 50, -50)}
    assert _totals(cast.bureau.client, "/sourcing/balance/")["walnut"] == (0, 100, -100)
    assert _totals(cast.centre.client, f"/sourcing/balance/{VILLAGE}/")["apple"] == (800, 2000, None)


def test_the_demand_of_the_county_names_nobody_whom_the_reader_does_not_see(cast: Cast, market: None) -> None:
    services.record_supply(
        by=cast.centre.actor,
        party=factories.PartyFactory(name="Far Orchard", area=factories.AreaFactory(code=VILLAGE[:6])).number,
        terms=terms(),
    )
    client = cast.keeper.client
    for path in ("", "apple/"):
        assert "Far Orchard" not in client.get(f"/sourcing/balance/{VILLAGE}/{path}").content.decode()
    assert client.get(f"/sourcing/balance/{VILLAGE[:6]}/").status_code == 403
    # Naming the county as a filter opens none of its supply, which is not the keeper's to see.
    listed = client.get("/sourcing/supply/", {"area": VILLAGE[:6]}).context["listing"].page.total
    assert listed == 1


def test_the_notices_behind_the_countys_demand_add_up_to_it(cast: Cast, market: None) -> None:
    lines = cast.keeper.client.get("/sourcing/balance/").context["lines"]
    figures = [figure for line in lines for _week, figure in line.figures if figure]
    shown = [(cast.keeper.client.get(f.demand_url).context["in_these_days"], f.demand) for f in figures]
    assert len(shown) > 4
    assert all(listed == clicked for listed, clicked in shown)


def test_what_is_offered_here_stands_before_what_is_only_wanted_in_the_county(cast: Cast) -> None:
    factories.ProductFactory(code="walnut", names={"en": "Walnut", "zh-hans": "核桃"}, search="walnut")
    services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms())
    nuts = terms(product="walnut", variety="", quantity=Quantity(5_000_000, Unit.KILOGRAM))
    services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=nuts)
    assert list(_totals(cast.keeper.client, "/sourcing/balance/")) == ["apple", "walnut"]
    assert list(_totals(cast.centre.client, "/sourcing/balance/")) == ["walnut", "apple"]


def test_a_product_of_a_village_is_drawn_against_the_countys_demand(cast: Cast, market: None) -> None:
    client = cast.keeper.client
    client.cookies["language"] = "en"
    context = client.get(f"/sourcing/balance/{VILLAGE}/apple/").context
    weeks = [[quantity for _value, quantity in points] for _week, points in context["chart"]["rows"]]
    assert [str(name) for name in context["chart"]["series"]] == ["Supply", f"Demand in Place {VILLAGE[:6]}"]
    assert [sum(int(week[n].amount) for week in weeks) for n in (0, 1)] == [800, 2000]
    (_all_weeks, own), *_more = context["own"]
    assert (int(own.supply.amount), own.demand, own.gap) == (800, None, None)


def test_the_sheet_of_a_village_says_whose_demand_it_holds(cast: Cast, market: None) -> None:
    client = cast.keeper.client
    client.cookies["language"] = "en"
    sheet = client.get("/sourcing/balance/", {"export": "xlsx"})
    heads, first, *_rows = CalamineWorkbook.from_filelike(BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
    assert heads == ["Product", "Unit", "Week from", "Supply", f"Demand in Place {VILLAGE[:6]}"]
    assert first[0] == "Apple"


@pytest.mark.parametrize(
    ("reader", "demand", "short"),
    [("keeper", "2", "2"), ("station", "2", "2"), ("centre", "2", "2"), ("bureau", "3", "2")],
)
def test_the_first_page_tells_a_point_and_a_station_what_the_county_wants(
    cast: Cast, market: None, reader: str, demand: str, short: str
) -> None:
    client = getattr(cast, reader).client
    client.cookies["language"] = "en"
    page = client.get("/")
    of_notices = [figure for figure in page.context["figures"] if figure.url.startswith("/sourcing/")]
    figures = [(str(figure.label), figure.number) for figure in of_notices][1:]
    place = f" in Place {VILLAGE[:6]}" if reader in ("keeper", "station") else ""
    assert figures == [(f"Demand notices open{place}", demand), (f"Products short{place}", short)]
    assert f"Short{place} in the coming weeks" in page.content.decode()
    assert page.context["gaps"][-1].short == Quantity(400_000, Unit.KILOGRAM)


@pytest.mark.parametrize("reader", ["keeper", "station"])
def test_a_gap_on_the_first_page_leads_to_the_page_that_holds_its_number(cast: Cast, market: None, reader: str) -> None:
    client = getattr(cast, reader).client
    gaps = client.get("/").context["gaps"]
    wholes = [client.get(gap.url).context["whole"][0][1] for gap in gaps]
    assert [-gap.short for gap in gaps] == [whole.gap for whole in wholes] != []
    short = {line.product.code for line in client.get("/sourcing/balance/").context["lines"] if line.is_short}
    assert short == {"apple", "walnut"}
    assert not any(line.is_short for line in cast.centre.client.get("/sourcing/balance/").context["lines"])
