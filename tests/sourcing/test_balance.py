"""Sums, matches, advice and prices: what the tiers above make of the notices."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terrace.kernel.clock import weeks
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.sourcing import queries, services
from terrace.sourcing.domain import Window
from terrace.sourcing.models import SupplyNotice
from tests import factories
from tests.conftest import NEIGHBOUR_VILLAGE, VILLAGE, Cast
from tests.sourcing.conftest import NOW, TODAY, terms


def _supply(cast: Cast, **changes: object) -> SupplyNotice:
    return services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms(**changes), now=NOW)


def _steps(path: str, first: date, last: date) -> tuple[int, int]:
    cells = queries.balance(path, weeks(first, last), TODAY)
    return sum(cell.supply.steps for cell in cells), sum(cell.demand.steps for cell in cells)


def test_the_sums_of_every_tier_hold_the_notice(cast: Cast) -> None:
    notice = _supply(cast)
    for length in (4, 6, 9, 12):
        assert _steps(VILLAGE[:length], notice.opens_on, notice.closes_on) == (800_000, 0)
    assert _steps(NEIGHBOUR_VILLAGE, notice.opens_on, notice.closes_on) == (0, 0)


def test_supply_less_demand_is_the_gap(cast: Cast) -> None:
    _supply(cast)
    wanted = terms(quantity=Quantity(1_000_000, Unit.KILOGRAM))
    services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=wanted, now=NOW)
    cells = queries.balance(VILLAGE[:6], weeks(date(2026, 9, 21), date(2026, 10, 4)), TODAY)
    total = queries.totals(cells)[cells[0].product_id]
    assert total.gap == Quantity(-200_000, Unit.KILOGRAM)


def test_a_withdrawn_notice_no_longer_counts(cast: Cast) -> None:
    notice = _supply(cast)
    services.withdraw_supply(by=cast.keeper.actor, notice=notice, version=1)
    assert _steps(VILLAGE, notice.opens_on, notice.closes_on) == (0, 0)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(opens=st.integers(-9, 40), length=st.integers(0, 100), steps=st.integers(1, 10**9))
def test_the_database_shares_a_notice_among_weeks_as_the_rule_does(
    cast: Cast, opens: int, length: int, steps: int
) -> None:
    SupplyNotice.objects.all().delete()
    first = TODAY + timedelta(days=opens)
    window = Window(first, max(TODAY, first + timedelta(days=length)))
    days = {"opens_on": window.opens_on, "closes_on": window.closes_on}
    _supply(cast, **days, quantity=Quantity(steps, Unit.KILOGRAM), sure=True)
    mondays = weeks(window.opens_on, window.closes_on)
    by_week = {cell.week: cell.supply.steps for cell in queries.balance(VILLAGE, mondays, TODAY)}
    last_days = {week: week + timedelta(days=6) for week in mondays}
    assert by_week == {
        week: window.share(steps, max(week, TODAY), last) for week, last in last_days.items() if last >= TODAY
    }


def test_of_the_present_week_only_the_days_still_to_come_count(cast: Cast) -> None:
    _supply(cast, opens_on=TODAY - timedelta(days=6), closes_on=TODAY, quantity=Quantity(700_000, Unit.KILOGRAM))
    cells = queries.balance(VILLAGE, queries.coming_weeks(TODAY), TODAY)
    assert [cell.supply.steps for cell in cells] == [100_000]


def test_the_areas_below_show_where_it_is(cast: Cast) -> None:
    notice = _supply(cast)
    children = [VILLAGE[:9], NEIGHBOUR_VILLAGE[:9]]
    mondays = weeks(notice.opens_on, notice.closes_on)
    cells = queries.balance_by_area(VILLAGE[:6], children, notice.product_id, mondays, TODAY)
    assert [(cell.area_path, cell.supply.steps) for cell in cells] == [(VILLAGE[:9], 800_000)]


def test_the_areas_own_notices_are_told_apart_from_those_below(cast: Cast) -> None:
    notice = _supply(cast)
    services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=terms(), now=NOW)
    county, mondays = VILLAGE[:6], weeks(notice.opens_on, notice.closes_on)
    cells = queries.balance_by_area(county, [VILLAGE[:9], NEIGHBOUR_VILLAGE[:9]], notice.product_id, mondays, TODAY)
    found = [(cell.area_path, cell.supply.steps, cell.demand.steps) for cell in cells]
    assert found == [(county, 0, 800_000), (VILLAGE[:9], 800_000, 0)]
    alone = queries.balance_by_area(VILLAGE, [], notice.product_id, mondays, TODAY)
    assert [(cell.area_path, cell.supply.steps) for cell in alone] == [(VILLAGE, 800_000)]


def test_a_match_names_both_sides_best_first(cast: Cast) -> None:
    supply = _supply(cast)
    other = factories.VarietyFactory(code="gala", product=factories.ProductFactory())
    for changes in ({"variety": ""}, {"variety": other.code}, {"price": None}):
        services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=terms(**changes), now=NOW)
    found = queries.matches_of_supply(cast.centre.actor, supply, TODAY)
    assert [match.demand.price_minor for match in found] == [520, None]
    assert [match.fitness for match in found] == sorted((match.fitness for match in found), reverse=True)
    back = queries.matches_of_demand(cast.centre.actor, found[0].demand, TODAY)
    assert [match.supply for match in back] == [supply]
    assert queries.matches_under(cast.centre.actor, VILLAGE[:6], TODAY)[0].supply == supply


def test_nobody_is_matched_with_itself_or_with_what_it_may_not_see(cast: Cast) -> None:
    services.record_supply(by=cast.buyer.actor, party=cast.buyer.party.number, terms=terms(), now=NOW)
    demand = services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=terms(), now=NOW)
    assert queries.matches_of_demand(cast.centre.actor, demand, TODAY) == []
    _supply(cast)
    assert len(queries.matches_of_demand(cast.centre.actor, demand, TODAY)) == 1
    assert queries.matches_of_demand(cast.neighbour.actor, demand, TODAY) == []


def test_the_keeper_and_the_station_see_the_buyer_in_town_whom_they_should_call(cast: Cast) -> None:
    supply = _supply(cast)
    demand = services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=terms(), now=NOW)
    for member in (cast.keeper, cast.station):
        assert [match.demand for match in queries.matches_of_supply(member.actor, supply, TODAY)] == [demand]
        assert queries.get_demand(member.actor, demand.number) == demand
    services.withdraw_demand(by=cast.buyer.actor, notice=demand, version=1)
    assert not queries.demand_visible_to(cast.keeper.actor).exists()


def test_a_demand_comes_with_its_best_two_supplies_and_leaves_room_for_the_others(cast: Cast) -> None:
    for hundreds in range(1, 6):
        _supply(cast, quantity=Quantity(hundreds * 100_000, Unit.KILOGRAM))
    for kilograms in (1_200_000, 100_000):
        wanted = terms(quantity=Quantity(kilograms, Unit.KILOGRAM))
        services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=wanted, now=NOW)
    found = queries.matches_under(cast.centre.actor, VILLAGE[:6], TODAY)
    pairs = [(match.demand.quantity_steps, match.supply.quantity_steps) for match in found]
    assert sorted(pairs) == [(100_000, 100_000), (1_200_000, 400_000), (1_200_000, 500_000)]


def test_a_partys_own_supply_does_not_crowd_out_the_others_of_its_demand(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("terrace.sourcing.queries.matches.PER_DEMAND_COMPARED", 2)
    for _ in range(3):
        services.record_supply(by=cast.buyer.actor, party=cast.buyer.party.number, terms=terms(), now=NOW)
    services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=terms(), now=NOW)
    dearer = _supply(cast, price=Money(540, "CNY"))
    assert [match.supply for match in queries.matches_under(cast.centre.actor, VILLAGE[:6], TODAY)] == [dearer]


def test_the_latest_window_is_paired_though_many_come_before_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terrace.sourcing.queries.matches.PER_CALL", 1)
    for _ in range(4):
        _supply(cast, opens_on=TODAY, closes_on=TODAY)
    late = _supply(cast)
    services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=terms(), now=NOW)
    assert [match.supply for match in queries.matches_under(cast.centre.actor, VILLAGE, TODAY, most=3)] == [late]


def test_days_that_have_passed_bring_nobody_together(cast: Cast) -> None:
    wanted = terms(opens_on=TODAY, closes_on=TODAY + timedelta(days=9))
    _supply(cast, opens_on=TODAY, closes_on=TODAY + timedelta(days=9))
    services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=wanted, now=NOW)
    [early] = queries.matches_under(cast.keeper.actor, VILLAGE, TODAY)
    [late] = queries.matches_under(cast.keeper.actor, VILLAGE, TODAY + timedelta(days=8))
    assert (early.days, late.days) == (10, 2)
    assert early.fitness == late.fitness  # they still share every day that is left


def test_pieces_are_not_ranked_among_kilograms(cast: Cast) -> None:
    egg = factories.ProductFactory(code="egg", unit=Unit.PIECE)
    for product, lacking in (("apple", Quantity(900_000, Unit.KILOGRAM)), (egg.code, Quantity(1_000, Unit.PIECE))):
        wanted = terms(product=product, variety="", quantity=lacking)
        services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=wanted)
    factories.ProductFactory(code="pear")
    services.record_demand(
        by=cast.buyer.actor,
        party=cast.buyer.party.number,
        terms=terms(product="pear", variety="", quantity=Quantity(500, Unit.KILOGRAM)),
    )
    lines = cast.centre.client.get(reverse("sourcing:balance")).context["lines"]
    assert [line.product.code for line in lines] == ["apple", "pear", "egg"]


def test_pairs_are_ranked_in_the_database_as_the_rule_ranks_them(cast: Cast) -> None:
    supply = _supply(cast)
    other = factories.VarietyFactory(code="gala", product=factories.ProductFactory())
    for changes in ({"variety": other.code}, {"opens_on": date(2026, 10, 2), "closes_on": date(2026, 10, 3)}):
        wanted = terms(**changes)
        services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=wanted, now=NOW)
    assert queries.matches_under(cast.keeper.actor, VILLAGE, TODAY) == []
    demand = services.record_demand(
        by=cast.buyer.actor, party=cast.buyer.party.number, terms=terms(price=Money(468, "CNY")), now=NOW
    )
    found = queries.matches_under(cast.keeper.actor, VILLAGE, TODAY)
    assert [(match.supply, match.demand) for match in found] == [(supply, demand)]
    assert found == queries.matches_of_supply(cast.keeper.actor, supply, TODAY)


@pytest.mark.parametrize("side", ["supply", "demand"])
def test_the_numbers_of_queries_do_not_grow_with_the_rows(cast: Cast, side: str) -> None:
    client = cast.centre.client
    counts = []
    client.get(f"/sourcing/{side}/")
    for rows in (1, 24):
        for _ in range(rows):
            if side == "supply":
                _supply(cast)
            else:
                services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=terms(), now=NOW)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/sourcing/{side}/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
