"""A day on two levels: the trunk brings to the station, rounds go from there, and what they bring the trunk fetches."""

from datetime import time, timedelta

import pytest

from terrace.kernel.errors import Invalid
from terrace.kernel.words import in_language
from terrace.logistics import services
from terrace.logistics.domain import ConsignmentStatus, LoadState, ParcelStatus, ScanKind
from terrace.logistics.domain.plans import PlanState
from terrace.logistics.domain.routing import check
from terrace.logistics.models import DayPlan, Parcel, Stop, Tour, Vehicle
from terrace.network.models import ServiceUnit
from tests.conftest import Cast, Member
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.day import Day, begin, refused
from tests.logistics.planned import plan_day, put_on_the_map, stand_at
from tests.logistics.test_plans import TOMORROW
from tests.planted import found


@pytest.fixture
def day(cast: Cast, places: Places, down: Parcel) -> Day:
    """Return a day with a parcel for the station; what is for the point waits too, and a van stands at the station."""
    put_on_the_map(places.centre, places.station, places.point)
    day = begin(cast, places, down)
    services.cancel_tour(by=cast.clerk.actor, tour=day.tour, version=day.version, now=NOON)
    stand_at(day.cast, day.another_vehicle(), begins_at_id=places.station.pk)
    return day


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


def test_a_station_that_is_closed_has_no_rounds_that_day(day: Day, down: Parcel) -> None:
    Parcel.objects.filter(pk=day.waiting.pk).update(due_on=TOMORROW + timedelta(days=1))
    other_days = sorted({1, 2, 3, 4, 5, 6, 7} - {TOMORROW.isoweekday()})
    hours = [{"days": other_days, "opens": "08:00", "closes": "18:00"}]
    ServiceUnit.objects.filter(pk=day.places.station.pk).update(hours=hours)
    [tour] = approved(day, planned(day, on_two_levels=True)).values()
    assert (states(tour), tour.begins_at) == ({down.number: LoadState.PLANNED}, None)


def test_without_a_vehicle_at_a_station_there_are_no_two_levels(day: Day) -> None:
    Vehicle.objects.update(begins_at=None)
    refused(lambda: planned(day, on_two_levels=True), services.NoRounds)


def test_goods_for_a_warehouse_ride_on_a_vehicle_whose_day_ends_there(day: Day) -> None:
    goods = day.goods(day.places.station)
    assert [one["number"] for one in planned(day).shut_out] == [goods.number]
    stand_at(day.cast, Vehicle.objects.get(begins_at=None), ends_at_id=day.places.station.pk)
    plan = planned(day)
    assert plan.shut_out == []
    [tour] = approved(day, plan).values()
    last = stops(tour)[-1]
    assert tour.comes_home_to == last.unit_id == day.places.station.pk
    assert tour.loads.get(consignment=goods).drop_at == last


@pytest.mark.parametrize("base", ["begins_at_id", "ends_at_id"])
def test_a_day_begins_and_ends_at_units_of_the_centre_that_are_on_the_map(day: Day, base: str) -> None:
    vehicle = Vehicle.objects.get(begins_at=None)
    refused(lambda: stand_at(day.cast, vehicle, **{base: day.elsewhere.pk}), Invalid, "own area")
    refused(lambda: stand_at(day.cast, vehicle, **{base: day.neighbours.pk}), Invalid, "on the map")


def test_what_the_round_brings_is_taken_on_by_the_trunk_though_nobody_said_that_it_was_unloaded(day: Day) -> None:
    goods = day.goods(day.places.centre)
    tours = approved(day, planned(day, on_two_levels=True))
    trunk, rounds = tours[day.places.centre.pk], tours[day.places.station.pk]
    driver = drives(rounds).actor
    services.start_tour(by=driver, tour=rounds, now=later(60))
    services.take_all(by=driver, tour=rounds, stop_id=stops(rounds)[1].pk, now=later(70))
    services.finish_tour(by=driver, tour=rounds, now=later(90))
    goods.refresh_from_db()
    assert goods.unit_at == day.places.station
    assert states(trunk)[goods.number] is LoadState.PLANNED
    assert found() == {}


def test_a_plan_of_another_day_leaves_what_rides_already_as_it_is(day: Day, down: Parcel) -> None:
    later_on = plan_day(
        day.places.centre, day.cast.clerk.actor, on=TOMORROW + timedelta(days=1), now=NOON, on_two_levels=True
    )
    tours = approved(day, planned(day, on_two_levels=True))
    people = [day.another_driver(), day.another_driver()]
    used = sorted({later_on.fleet[route.vehicle] for route in later_on.plan.routes})
    drivers = {vehicle: one.person.pk for vehicle, one in zip(used, people, strict=False)}
    known = {"plan": later_on, "version": later_on.version, "drivers": drivers, "now": NOON}
    done = services.approve_plan(by=day.cast.clerk.actor, **known)
    assert down.number in done.gone
    assert states(tours[day.places.station.pk])[down.number] is LoadState.AWAITED


def test_what_lies_elsewhere_than_the_plan_says_stays_off_both_levels(day: Day, down: Parcel) -> None:
    plan = planned(day, on_two_levels=True)
    services.scan(
        by=day.cast.clerk.actor, code=down.number, kind=ScanKind.ARRIVED, unit=day.places.station, now=later(1)
    )
    tours = approved(day, plan)
    assert all(down.number not in states(tour) for tour in tours.values())


def test_goods_of_a_village_with_rounds_that_are_for_a_warehouse_are_fetched_by_who_ends_there(day: Day) -> None:
    goods = day.goods(day.neighbours)
    put_on_the_map(day.places.centre, day.places.station, day.places.point, day.neighbours)
    stand_at(day.cast, day.another_vehicle(plate="甘K 77777", is_cold=True), ends_at_id=day.neighbours.pk)
    plan = planned(day, on_two_levels=True)
    assert check(plan.problem, plan.plan) == []
    [job] = [at for at, errand in enumerate(plan.jobs) if goods.number in {haul.number for haul in errand.hauls}]
    [route] = [one for one in plan.plan.routes if job in one.jobs]
    ends = plan.problem.depots[plan.problem.vehicles[route.vehicle].end]
    assert plan.places[ends.place] == day.neighbours.pk


def test_what_a_broken_trunk_was_to_fetch_once_the_round_is_back_goes_to_another_tour(day: Day) -> None:
    goods = day.goods(day.places.centre)
    plan = planned(day, on_two_levels=True)
    tours = approved(day, plan)
    trunk, rounds = tours[day.places.centre.pk], tours[day.places.station.pk]
    clerk, spare = day.cast.clerk.actor, day.another_vehicle(plate="甘K 77777")
    given = day.given(vehicle_id=spare.pk, driver_id=day.another_driver().person.pk, on=TOMORROW, starts_at=time(7))
    other = services.plan_tour(by=clerk, unit_id=day.places.centre.pk, given=given, now=NOON)
    services.add_stop(by=clerk, tour=other, version=1, unit_id=day.neighbours.pk)
    put_on_the_map(day.places.centre, day.places.station, day.places.point, day.neighbours)
    morning = later(18 * 60 + 45)
    services.start_tour(by=drives(trunk).actor, tour=trunk, now=morning)
    trunk.refresh_from_db()
    shown = services.replan(by=clerk, tour=trunk, now=morning)
    assert shown.not_taken == ()
    [changed] = shown.changed
    [new] = [then for then in changed.stops if then.is_new]
    assert new.stop.unit_id == day.places.station.pk
    assert new.at >= next(stop.planned_at for stop in stops(trunk) if stop.takes.exists())
    services.carry_out(by=clerk, tour=trunk, token=shown.token, now=morning)
    assert states(Tour.objects.get(pk=other.pk)) == {goods.number: LoadState.AWAITED}
    services.scan(by=clerk, code=goods.number, kind=ScanKind.ARRIVED, unit=day.places.station, now=later(20 * 60))
    assert states(Tour.objects.get(pk=other.pk)) == {goods.number: LoadState.PLANNED}
    assert states(rounds)[goods.number] is not LoadState.PLANNED
    assert found() == {}
