"""The list of all calls worth making: no supply is promised twice, and nobody is named whom the reader may not see."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from terrace.kernel.quantity import Quantity, Unit
from terrace.sourcing import queries, services
from terrace.sourcing.domain import fitness
from terrace.sourcing.models import DemandNotice, SupplyNotice
from terrace.sourcing.queries.matches import _match, _shared_out
from tests import factories
from tests.conftest import OTHER_COUNTY_VILLAGE, VILLAGE, Cast
from tests.sourcing.conftest import TODAY, terms

CALLS = "/sourcing/calls/"


def _kilograms(amount: int) -> Quantity:
    return Quantity(amount * 1000, Unit.KILOGRAM)


def _supply(cast: Cast, kilograms: int, **changes: Any) -> SupplyNotice:
    assert cast.farmer.party
    given = terms(quantity=_kilograms(kilograms), **changes)
    return services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=given)


def _demand(cast: Cast, kilograms: int, **changes: Any) -> DemandNotice:
    assert cast.buyer.party
    given = terms(quantity=_kilograms(kilograms), **changes)
    return services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=given)


def test_one_supply_is_not_promised_to_two_buyers_over_its_quantity(cast: Cast) -> None:
    _supply(cast, 450)
    for _buyer in range(2):
        _demand(cast, 430)

    calls = queries.calls_under(cast.centre.actor, [VILLAGE[:6]], TODAY).calls

    assert [(call.quantity, call.left) for call in calls] == [
        (_kilograms(430), _kilograms(20)),
        (_kilograms(20), _kilograms(0)),
    ]
    assert [call.covers_all for call in calls] == [True, False]
    assert calls[0].fitness > calls[1].fitness
    assert queries.matches_under(cast.centre.actor, VILLAGE[:6], TODAY) == calls


def test_a_large_demand_comes_with_as_many_supplies_as_cover_it_and_no_more(cast: Cast) -> None:
    for _household in range(5):
        _supply(cast, 100)
    _demand(cast, 350)
    calls = queries.calls_under(cast.centre.actor, [VILLAGE], TODAY).calls
    assert sorted(call.quantity.steps for call in calls) == [50_000, 100_000, 100_000, 100_000]


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ({}, True),
        ({"variety": ""}, True),
        ({"variety": "gala"}, False),
        ({"opens_on": date(2026, 10, 1), "closes_on": date(2026, 10, 9)}, True),
        ({"opens_on": date(2026, 10, 2), "closes_on": date(2026, 10, 9)}, False),
        ({"product": "walnut", "variety": ""}, False),
    ],
)
def test_whether_there_is_a_call_is_known_without_working_them_out(
    cast: Cast, wanted: dict[str, Any], fits: bool
) -> None:
    factories.VarietyFactory(code="gala")
    factories.ProductFactory(code="walnut")
    _supply(cast, 100)
    _demand(cast, 100, **wanted)
    centre = cast.centre.actor
    assert queries.has_calls_under(centre, [VILLAGE[:6]], TODAY) is fits
    assert bool(queries.calls_under(centre, [VILLAGE[:6]], TODAY).calls) is fits
    assert not queries.has_calls_under(centre, [], TODAY)


def test_nobody_calls_for_its_own_goods(cast: Cast) -> None:
    cooperative = factories.PartyFactory(kind="cooperative", area=factories.AreaFactory(code=VILLAGE))
    for record in (services.record_supply, services.record_demand):
        record(by=cast.centre.actor, party=cooperative.number, terms=terms())
    assert not queries.has_calls_under(cast.centre.actor, [VILLAGE[:6]], TODAY)
    assert not queries.calls_under(cast.centre.actor, [VILLAGE[:6]], TODAY).calls


@given(
    offered=st.lists(st.integers(1, 900), min_size=1, max_size=6),
    wanted=st.lists(st.integers(1, 900), min_size=1, max_size=6),
)
def test_calls_never_take_more_of_a_supply_or_give_more_to_a_demand_than_there_is(
    offered: list[int], wanted: list[int]
) -> None:
    shared = {"product_id": 1, "unit": "KGM", "opens_on": TODAY, "closes_on": TODAY, "currency": "CNY"}
    supply = [SupplyNotice(pk=n, party_id=1, quantity_steps=steps, **shared) for n, steps in enumerate(offered)]
    demand = [DemandNotice(pk=n, party_id=2, quantity_steps=steps, **shared) for n, steps in enumerate(wanted)]

    calls = _shared_out([_match(one, other, TODAY) for one in supply for other in demand], 6, TODAY)

    taken = [sum(call.quantity.steps for call in calls if call.supply.pk == n) for n in range(len(offered))]
    given_to = [sum(call.quantity.steps for call in calls if call.demand.pk == n) for n in range(len(wanted))]
    assert all(amount <= most for amount, most in zip(taken, offered, strict=True))
    assert all(amount <= most for amount, most in zip(given_to, wanted, strict=True))
    assert sum(taken) == min(sum(offered), sum(wanted))  # everything fits everything, so nothing stays lying
    assert [call.fitness for call in calls] == sorted((call.fitness for call in calls), reverse=True)
    sides = ((call.fitness, call.supply.side_from(TODAY), call.demand.side_from(TODAY)) for call in calls)
    assert all(rank <= fitness(gives, takes) for rank, gives, takes in sides)


def test_the_list_is_narrowed_by_product_and_area_and_exported(cast: Cast) -> None:
    _supply(cast, 100)
    demand = _demand(cast, 100)
    factories.ProductFactory(code="egg", search="egg")
    client = cast.centre.client
    client.cookies["language"] = "en"

    def total(**query: str) -> int:
        found: int = client.get(CALLS, query).context["listing"].page.total
        return found

    assert [total(), total(product="apple"), total(area=VILLAGE[:9])] == [1, 1, 1]
    assert total(product="egg") == 0
    answer = client.get(CALLS, {"export": "xlsx", "product": "apple"})
    heads, row = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    line = dict(zip(map(str, heads), row, strict=True))
    assert (line["Number of the demand"], line["For this call"], line["Then left of it"]) == (demand.number, 100, 0)
    assert client.get(CALLS, {"export": "xlsx", "product": "moon"}).status_code == 422


def test_the_list_is_sorted_by_what_was_worked_out(cast: Cast) -> None:
    for kilograms in (300, 100, 200):
        _supply(cast, kilograms)
        _demand(cast, kilograms)
    client = cast.centre.client

    def amounts(sort: str) -> list[int]:
        listing = client.get(CALLS, {"sort": sort}).context["listing"]
        place = [column.name for column in listing.columns].index("quantity")
        return [row.cells[place].value.steps // 1000 for row in listing.rows]

    assert amounts("quantity") == [100, 200, 300]
    assert amounts("-quantity") == [300, 200, 100]


def test_an_area_outside_ones_posts_narrows_to_nothing_of_it_and_is_said_to_be_wrong(cast: Cast) -> None:
    _supply(cast, 100)
    _demand(cast, 100)
    stranger = cast.stranger.client
    assert stranger.get(CALLS).context["listing"].page.total == 0
    page = stranger.get(CALLS, {"area": VILLAGE[:6]})
    assert 'class="field field-wrong"' in page.content.decode()
    assert page.context["listing"].page.total == 0
    assert cast.farmer.client.get(CALLS).status_code == 403


def test_who_has_more_than_can_be_compared_at_once_is_told(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    _supply(cast, 100)
    _demand(cast, 100)
    client = cast.centre.client
    client.cookies["language"] = "en"
    said = "More notices fit than can be compared"
    assert said not in client.get(CALLS).content.decode()
    monkeypatch.setattr("terrace.sourcing.queries.matches.ALL_COMPARED", 1)
    assert said in client.get(CALLS).content.decode()


def test_the_balance_leads_to_all_calls_about_its_area(cast: Cast) -> None:
    _supply(cast, 100)
    _demand(cast, 100)
    page = cast.centre.client.get(f"/sourcing/balance/{VILLAGE[:6]}/").content.decode()
    assert f'href="{CALLS}?area={VILLAGE[:6]}"' in page


def test_who_has_no_post_narrows_notices_to_any_centres_area(cast: Cast) -> None:
    supply = _supply(cast, 100)
    client = cast.buyer.client
    offered = client.get("/sourcing/supply/").content.decode()
    for area, found in ((VILLAGE[:6], [supply.number]), (OTHER_COUNTY_VILLAGE[:6], [])):
        assert f'<option value="{area}"' in offered
        page = client.get("/sourcing/supply/", {"area": area})
        assert f'<option value="{area}" selected' in page.content.decode()
        assert [row.url.split("/")[-2] for row in page.context["listing"].rows] == found


def test_an_area_that_there_is_not_is_said_to_be_wrong_to_who_has_no_post_too(cast: Cast) -> None:
    page = cast.buyer.client.get("/sourcing/supply/", {"area": "999999"})
    assert 'class="field field-wrong"' in page.content.decode()
