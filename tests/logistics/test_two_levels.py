"""A day on two levels: the trunk brings to the station, rounds go from there, and what they bring the trunk fetches."""

from datetime import timedelta
from typing import Any

import pytest

from terrace.kernel.errors import Invalid
from terrace.kernel.words import in_language
from terrace.logistics import services
from terrace.logistics.domain import ConsignmentStatus, LoadState, ParcelStatus, ScanKind
from terrace.logistics.domain.fleet import Equipment
from terrace.logistics.domain.plans import PlanState
from terrace.logistics.domain.routing import check
from terrace.logistics.models import DayPlan, Parcel, Stop, Tour, Vehicle
from tests.conftest import Cast, Member
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.day import Day, begin, refused
from tests.logistics.planned import plan_day, put_on_the_map
from tests.logistics.test_plans import TOMORROW
from tests.planted import found


@pytest.fixture
def day(cast: Cast, places: Places, down: Parcel) -> Day:
    """Return a day with a parcel for the station; what is for the point waits too, and a van stands at the station."""
    put_on_the_map(places.centre, places.station, places.point)
    day = begin(cast, places, down)
    services.cancel_tour(by=cast.clerk.actor, tour=day.tour, version=day.version, now=NOON)
    stand_at(day, day.another_vehicle(), begins_at_id=places.station.pk)
    return day


def stand_at(day: Day, vehicle: Vehicle, **base: Any) -> None:
    """Say where the vehicle's day begins or ends."""
    services.equip_vehicle(by=day.cast.clerk.actor, vehicle=vehicle, version=vehicle.version, given=Equipment(**base))


def planned(day: Day, **other: object) -> DayPlan:
    return plan_day(day.places.centre, day.cast.clerk.actor, on=TOMORROW, now=NOON, **other)


def approved(day: Day, plan: DayPlan) -> dict[int, Tour]:
    """Return the tours of a plan by the units where they begin; two people drive."""
    people = [day.cast.driver, day.another_driver()]
    used = sorted({plan.fleet[route.vehicle] for route in plan.plan.routes})
    drivers = {vehicle: one.person.pk for vehicle, one in zip(used, people, strict=False)}
    done = services.approve_plan(by=day.cast.clerk.actor, plan=plan, version=plan.version, drivers=drivers, now=NOON)
    return {tour.leaves_from: tour for tour in done.tours}


def stops(tour: Tour) -> list[Stop]:
    return list(tour.stops.order_by("place"))


def states(tour: Tour) -> dict[str, LoadState]:
    """Return what rides on a tour, by its number."""
    return {str(load.parcel or load.consignment): LoadState(load.state) for load in tour.loads.all()}


def drives(tour: Tour) -> Member:
    return Member(tour.driver)


def test_what_is_for_the_village_rides_to_the_station_and_on_from_there(day: Day, down: Parcel) -> None:
    goods = day.goods(day.places.centre)
    plan = planned(day, on_two_levels=True)
    assert plan.standing is PlanState.READY
    assert check(plan.problem, plan.plan) == []
    told = day.cast.clerk.client.get(f"/api/v1/logistics/plans/{plan.number}").json()["routes"]
    ends = {day.places.centre.number, day.places.station.number}
    assert {(one["begins_at"], one["ends_at"]) for one in told} == {(one, one) for one in ends}
    centre, station, point = day.places.centre.pk, day.places.station.pk, day.places.point.pk
    tours = approved(day, plan)
    trunk, rounds = tours[centre], tours[station]
    assert {stop.unit_id for stop in stops(trunk)} == {station}
    assert [stop.unit_id for stop in stops(rounds)] == [station, point, station]
    assert states(rounds) == {down.number: LoadState.AWAITED, goods.number: LoadState.PLANNED}
    assert states(trunk)[down.number] is LoadState.PLANNED
    assert states(trunk)[goods.number] is LoadState.AWAITED

    on_the_trunk, on_the_rounds = drives(trunk).actor, drives(rounds).actor
    services.start_tour(by=on_the_trunk, tour=trunk, now=later(60))
    assert services.take_all(by=on_the_trunk, tour=trunk, now=later(61)) == 2
    there = stops(trunk)
    services.drop_all(by=on_the_trunk, tour=trunk, stop_id=there[0].pk, now=later(90))
    assert states(rounds)[down.number] is LoadState.PLANNED

    services.start_tour(by=on_the_rounds, tour=rounds, now=later(100))
    first, village, last = stops(rounds)
    assert first.arrived_at == later(100), "it begins there"
    assert services.take_all(by=on_the_rounds, tour=rounds, stop_id=first.pk, now=later(101)) == 1
    services.leave(by=on_the_rounds, tour=rounds, stop_id=first.pk, now=later(102))
    services.drop_all(by=on_the_rounds, tour=rounds, stop_id=village.pk, now=later(120))
    assert services.take_all(by=on_the_rounds, tour=rounds, stop_id=village.pk, now=later(121)) == 1
    services.leave(by=on_the_rounds, tour=rounds, stop_id=village.pk, now=later(122))
    last.refresh_from_db()
    assert last.arrived_at is None, "it comes by the station twice"
    services.drop_all(by=on_the_rounds, tour=rounds, stop_id=last.pk, now=later(140))
    services.finish_tour(by=on_the_rounds, tour=rounds, now=later(141))
    down.refresh_from_db()
    assert (down.status, down.unit_at_id) == (ParcelStatus.AT_POINT, point)

    assert states(trunk)[goods.number] is LoadState.PLANNED
    assert services.take_all(by=on_the_trunk, tour=trunk, stop_id=there[-1].pk, now=later(150)) == 1
    services.finish_tour(by=on_the_trunk, tour=trunk, now=later(200))
    goods.refresh_from_db()
    assert (goods.status, goods.unit_at_id) == (ConsignmentStatus.TO_COUNT, centre)
    assert found() == {}


def test_what_lies_at_the_station_rides_on_from_there_and_no_trunk_comes_for_it(day: Day, down: Parcel) -> None:
    services.scan(
        by=day.cast.clerk.actor, code=down.number, kind=ScanKind.ARRIVED, unit=day.places.station, now=later(1)
    )
    Parcel.objects.filter(pk=day.waiting.pk).update(due_on=TOMORROW + timedelta(days=1))
    plan = planned(day, on_two_levels=True)
    shown = day.cast.clerk.client.get(f"/logistics/plans/{plan.number}/").content.decode()
    assert "Rounds from" in shown
    assert shown.count(in_language(day.places.station.names)) > 2, "the page says where the round begins and ends"
    tours = approved(day, plan)
    assert list(tours) == [day.places.station.pk]


def test_a_round_that_is_told_of_before_the_trunk_carries_the_parcel_all_the_same(day: Day, down: Parcel) -> None:
    tours = approved(day, planned(day, on_two_levels=True))
    rounds = tours[day.places.station.pk]
    driver = drives(rounds).actor
    services.start_tour(by=driver, tour=rounds, now=later(60))
    services.scan(by=driver, code=down.number, kind=ScanKind.LOADED, tour=rounds, now=later(61))
    assert states(rounds)[down.number] is LoadState.LOADED
    assert states(tours[day.places.centre.pk])[down.number] is LoadState.LEFT


def test_on_one_level_who_stands_at_a_station_stays_there(day: Day) -> None:
    plan = planned(day)
    assert len(plan.fleet) == 1
    assert plan.stations == []


def test_a_station_that_no_road_leads_to_has_no_rounds_that_day(day: Day, down: Parcel) -> None:
    put_on_the_map(day.places.centre, day.places.point, day.places.station)
    Parcel.objects.filter(pk=day.waiting.pk).update(due_on=TOMORROW + timedelta(days=1))
    shut = services.ConditionGiven(TOMORROW, "Landslide", unit_id=day.places.station.pk, radius_m=500)
    services.add_condition(by=day.cast.clerk.actor, centre_id=day.places.centre.pk, given=shut, now=NOON)
    [tour] = approved(day, planned(day, on_two_levels=True)).values()
    assert states(tour) == {down.number: LoadState.PLANNED}
    assert tour.begins_at is None


def test_without_a_vehicle_at_a_station_there_are_no_two_levels(day: Day) -> None:
    Vehicle.objects.update(begins_at=None)
    refused(lambda: planned(day, on_two_levels=True), services.NoRounds)


def test_goods_for_a_warehouse_ride_on_a_vehicle_whose_day_ends_there(day: Day) -> None:
    goods = day.goods(day.places.station)
    assert [one["number"] for one in planned(day).shut_out] == [goods.number]
    stand_at(day, Vehicle.objects.get(begins_at=None), ends_at_id=day.places.station.pk)
    plan = planned(day)
    assert plan.shut_out == []
    [tour] = approved(day, plan).values()
    last = stops(tour)[-1]
    assert tour.comes_home_to == last.unit_id == day.places.station.pk
    assert tour.loads.get(consignment=goods).drop_at == last


@pytest.mark.parametrize("base", ["begins_at_id", "ends_at_id"])
def test_a_day_begins_and_ends_at_units_of_the_centre_that_are_on_the_map(day: Day, base: str) -> None:
    vehicle = Vehicle.objects.get(begins_at=None)
    refused(lambda: stand_at(day, vehicle, **{base: day.elsewhere.pk}), Invalid, "own area")
    refused(lambda: stand_at(day, vehicle, **{base: day.neighbours.pk}), Invalid, "on the map")
