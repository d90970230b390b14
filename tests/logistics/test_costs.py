"""What tours cost, and that what they carried bears it to the last fen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.logistics import queries, services
from terrace.logistics.domain.costs import Share, costs_of, shared
from terrace.logistics.domain.fleet import Energy, Equipment, Prices, Shift
from terrace.logistics.models import Load, Parcel, TourCost, Vehicle
from tests.conftest import Cast
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.day import Day, begin
from tests.logistics.planned import put_on_the_map
from tests.planted import found, plants

HOUR = 3600
VAN = Equipment(use_per_100km=12_000, wear_per_km_minor=20, per_day_minor=8_000, shift=Shift(minutes=480))
SHARES = st.lists(st.builds(Share, st.integers(1, 2_000_000), st.integers(0, 200_000)), min_size=1, max_size=40)


@given(total=st.integers(0, 10_000_000), shares=SHARES)
def test_the_shares_of_a_tour_are_its_cost(total: int, shares: list[Share]) -> None:
    borne = shared(total, shares)
    assert sum(borne) == total
    assert all(minor >= 0 for minor in borne)


@given(total=st.integers(0, 10_000_000), shares=SHARES)
def test_who_is_heavier_and_farther_never_bears_less(total: int, shares: list[Share]) -> None:
    borne = shared(total, shares)
    for one, minor in zip(shares, borne, strict=True):
        for other, others in zip(shares, borne, strict=True):
            if one.grams >= other.grams and one.metres >= other.metres:
                assert minor >= others - 1


def test_a_tour_costs_energy_wear_hours_and_its_part_of_the_day() -> None:
    costs = costs_of(VAN, Prices(diesel_minor=800, hour_minor=3_000), metres=100_000, seconds=4 * HOUR)
    assert (costs.energy_minor, costs.wear_minor) == (9_600, 2_000)
    assert (costs.driver_minor, costs.standing_minor) == (12_000, 4_000)
    assert costs.total_minor == 27_600


def test_what_is_beyond_the_paid_time_of_the_day_is_overtime() -> None:
    prices = Prices(hour_minor=3_000, overtime_percent=150)
    late = costs_of(VAN, prices, metres=0, seconds=4 * HOUR, before_s=6 * HOUR)
    assert late.driver_minor == 2 * 3_000 + 2 * 4_500
    assert late.standing_minor == 2_000


def test_electric_vehicles_cost_what_the_kilowatt_hours_cost() -> None:
    has = Equipment(energy=Energy.ELECTRICITY, use_per_100km=25_000)
    assert costs_of(has, Prices(electricity_minor=60), metres=200_000, seconds=0).energy_minor == 3_000


@pytest.fixture
def day(cast: Cast, places: Places, down: Parcel) -> Day:
    """Return a day whose tour carried a parcel to the point and goods home."""
    put_on_the_map(places.centre, places.station, places.point)
    made = begin(cast, places, down)
    goods = made.goods(places.centre)
    made.put_on(goods.number)
    services.equip_vehicle(by=cast.clerk.actor, vehicle=Vehicle.objects.get(), version=1, given=VAN)
    driver, tour = cast.driver.actor, made.tour
    services.start_tour(by=driver, tour=tour, now=later(1))
    services.take_all(by=driver, tour=tour, now=later(2))
    for minute, stop in enumerate(tour.stops.order_by("place"), start=1):
        services.arrive(by=driver, tour=tour, stop_id=stop.pk, now=later(20 * minute))
        services.drop_all(by=driver, tour=tour, stop_id=stop.pk, now=later(20 * minute + 1))
        services.take_all(by=driver, tour=tour, stop_id=stop.pk, now=later(20 * minute + 2))
    services.finish_tour(by=driver, tour=tour, now=later(61))
    return made


def test_a_tour_that_came_home_is_reckoned_once_and_shared_among_what_it_carried(day: Day) -> None:
    assert services.reckon_costs(now=later(70)) == 1
    assert services.reckon_costs(now=later(80)) == 0
    cost = TourCost.objects.get()
    assert cost.seconds == HOUR
    assert 20_000 < cost.metres < 40_000
    borne = dict(Load.objects.filter(tour=day.tour).values_list("grams", "cost_minor"))
    assert sum(borne.values()) == cost.total_minor
    assert borne[500_000] > borne[2_400] > 0


def test_a_tour_whose_stops_are_nowhere_on_the_map_waits_for_them(day: Day) -> None:
    type(day.places.point).objects.filter(pk=day.places.point.pk).update(latitude=None, longitude=None)
    assert services.reckon_costs(now=later(70)) == 0
    put_on_the_map(day.places.centre, day.places.station, day.places.point)
    assert services.reckon_costs(now=later(90)) == 1


def test_costs_are_told_by_village_and_by_carrier(day: Day) -> None:
    services.reckon_costs(now=later(70))
    actor, today = day.cast.clerk.actor, NOON.date()
    [village] = queries.carriage_by_unit(actor, today, today)
    assert (village.of_id, village.pieces, village.parcels, village.grams) == (day.places.point.pk, 2, 1, 502_400)
    assert village.cost == TourCost.objects.get().total
    by = {row.of_id: row for row in queries.carriage_by_carrier(actor, today, today)}
    assert set(by) == {day.places.courier.pk, None}
    assert by[None].cost + by[day.places.courier.pk].cost == village.cost
    assert queries.carriage_by_unit(day.cast.stranger.actor, today, today) == []


def test_the_page_shows_what_a_parcel_and_a_kilogram_cost(day: Day) -> None:
    services.reckon_costs(now=later(70))
    page = f"/logistics/planning/costs/?first={NOON.date()}&last={NOON.date()}"
    shown = day.cast.clerk.client.get(page).content.decode()
    assert "502.4" in shown
    assert "add up to the tour" in shown
    assert day.places.courier.name in day.cast.clerk.client.get(f"{page}&by=carriers").content.decode()


@plants("what a tour carried bears its cost, to the last unit of money")
def test_verify_finds_a_tour_whose_cost_is_not_borne(day: Day) -> None:
    services.reckon_costs(now=later(70))
    assert found() == {}
    Load.objects.filter(tour=day.tour, grams=2_400).update(cost_minor=0)
    assert list(found().values()) == [[day.tour.number]]
