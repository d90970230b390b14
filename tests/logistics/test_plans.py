"""A day planned by the engines, changed by hand, approved, and driven."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta

import pytest
from django.utils.translation import override

from terrace.kernel import clock
from terrace.kernel.errors import DomainError, Forbidden, Invalid, Stale
from terrace.logistics import services
from terrace.logistics.domain import Direction, LoadState, ParcelStatus, ScanKind, TourStatus
from terrace.logistics.domain.fleet import Equipment, Shift
from terrace.logistics.domain.plans import PlanState
from terrace.logistics.domain.routing import Budget, Planned, Problem, check
from terrace.logistics.models import Consignment, DayPlan, Load, Parcel, Tour, Vehicle
from terrace.logistics.services import Approved, NewParcel, PlanGiven
from terrace.network.domain.hours import Period
from terrace.network.models import ServiceUnit
from tests.conftest import Cast
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.day import Day, begin, refused
from tests.logistics.planned import QUICK, plan_day, put_on_the_map
from tests.planted import found

TOMORROW = NOON.date() + timedelta(days=1)


@pytest.fixture
def day(cast: Cast, places: Places, down: Parcel) -> Day:
    """Return a day on which a parcel is for the station and goods lie at the point; the tour of today is for others."""
    put_on_the_map(places.centre, places.station, places.point)
    return begin(cast, places, down)


def planned(day: Day, **other: object) -> DayPlan:
    """Return the plan of tomorrow as the engine finds it."""
    told = {"on": TOMORROW, "now": NOON, **other}
    return plan_day(day.places.centre, day.cast.clerk.actor, **told)


def approved(day: Day, plan: DayPlan) -> list[Tour]:
    """Return the tours that a plan becomes, all driven by the driver."""
    return list(_approved(day, plan).tours)


def _approved(day: Day, plan: DayPlan) -> Approved:
    drivers = dict.fromkeys(plan.fleet, day.cast.driver.person.pk)
    return services.approve_plan(by=day.cast.clerk.actor, plan=plan, version=plan.version, drivers=drivers, now=NOON)


def test_what_waits_rides_on_the_tours_of_the_plan_both_ways(day: Day) -> None:
    goods = day.goods(day.places.centre)
    plan = planned(day)
    assert plan.standing is PlanState.READY
    assert check(plan.problem, plan.plan) == []
    [tour] = approved(day, plan)
    rides = {(str(load.parcel or load.consignment), load.take_at is None) for load in Load.objects.filter(tour=tour)}
    assert rides == {(day.waiting.number, True), (goods.number, False)}
    assert (tour.on, tour.status) == (TOMORROW, TourStatus.PLANNED)
    stops = list(tour.stops.order_by("place"))
    assert {stop.unit_id for stop in stops} == {day.places.station.pk, day.places.point.pk}
    assert all(stop.planned_at > tour.starts_at for stop in stops)


@pytest.mark.parametrize("station_is_last", [False, True])
def test_what_goes_between_two_units_rides_along_where_a_tour_stops_at_both_in_that_order(
    day: Day, station_is_last: bool
) -> None:
    down, up = _between_units(day, station_is_last=station_is_last)
    plan = planned(day)
    assert {one["number"] for one in plan.shut_out} == {down.number, up.number}
    [along] = _approved(day, plan).along
    assert along == (up if station_is_last else down).number
    load = Load.objects.exclude(take_at=None).exclude(drop_at=None).get()
    assert str(load.parcel or load.consignment) == along
    assert found() == {}


@pytest.mark.parametrize("station_is_last", [False, True])
def test_what_has_no_room_or_is_ready_later_does_not_ride_along(day: Day, station_is_last: bool) -> None:
    down, up = _between_units(day, station_is_last=station_is_last)
    Parcel.objects.filter(pk=down.pk).update(weight_grams=1_200_000)
    evening = clock.begin_of(TOMORROW) + timedelta(hours=19)
    Consignment.objects.filter(pk=up.pk).update(ready_at=evening, waits_until=None)
    assert _approved(day, planned(day)).along == ()


def _between_units(day: Day, *, station_is_last: bool) -> tuple[Parcel, Consignment]:
    """Return a parcel from the station to the point and goods the other way, where a tour stops at both."""
    Vehicle.objects.update(capacity_grams=1_100_000)
    hours = [[Period((1, 2, 3, 4, 5, 6, 7), *one).plain] for one in ((time(7), time(12)), (time(15), time(18)))]
    in_order = (day.places.point, day.places.station) if station_is_last else (day.places.station, day.places.point)
    for unit, open_then in zip(in_order, hours, strict=True):
        ServiceUnit.objects.filter(pk=unit.pk).update(hours=open_then)
    day.goods(day.places.centre)
    return _lying_at_the_station(day), day.goods(day.places.station)


def _lying_at_the_station(day: Day) -> Parcel:
    """Return a parcel for the point that lies at the station."""
    new = NewParcel(
        Direction.DOWN,
        recipient="Wang Li",
        phone="13993905678",
        from_unit_id=day.places.centre.pk,
        to_unit_id=day.places.point.pk,
        carrier_id=day.places.courier.pk,
        weight_grams=2_000,
    )
    made = services.register_parcel(by=day.cast.clerk.actor, new=new, now=NOON)
    told = {"code": made.number, "kind": ScanKind.ARRIVED, "unit": day.places.station}
    services.scan(by=day.cast.station.actor, **told, now=later(5))
    return Parcel.objects.get(pk=made.pk)


def test_the_tour_of_a_plan_is_driven_like_any_other(day: Day) -> None:
    plan = planned(day)
    [tour] = approved(day, plan)
    driver = day.cast.driver.actor
    services.start_tour(by=driver, tour=tour, now=later(60))
    assert services.take_all(by=driver, tour=tour, now=later(61)) == 1
    stop = tour.stops.get()
    services.arrive(by=driver, tour=tour, stop_id=stop.pk, now=later(90))
    services.drop_all(by=driver, tour=tour, stop_id=stop.pk, now=later(91))
    services.finish_tour(by=driver, tour=tour, now=later(120))
    day.waiting.refresh_from_db()
    assert day.waiting.status == ParcelStatus.AT_STATION


def test_what_comes_with_the_trunk_leaves_the_yard_after_it(day: Day) -> None:
    Parcel.objects.filter(pk=day.waiting.pk).update(due_on=TOMORROW, ready_at=time(13, 30))
    [tour] = approved(day, planned(day))
    assert tour.starts_at >= time(13, 30)


def test_what_is_due_on_another_day_waits_for_it(day: Day) -> None:
    Parcel.objects.filter(pk=day.waiting.pk).update(due_on=TOMORROW + timedelta(days=1))
    refused(lambda: planned(day), services.NothingToPlan)


def test_where_no_road_leads_nothing_is_planned_and_the_plan_says_so(day: Day) -> None:
    goods = day.goods(day.places.centre)
    clerk, centre = day.cast.clerk.actor, day.places.centre
    shut = services.ConditionGiven(TOMORROW, "Landslide", unit_id=day.places.point.pk, radius_m=500)
    services.add_condition(by=clerk, centre_id=centre.pk, given=shut, now=NOON)
    plan = planned(day)
    assert plan.standing is PlanState.READY
    assert [one["number"] for one in plan.shut_out] == [goods.number]
    shown = day.cast.clerk.client.get(f"/logistics/plans/{plan.number}/").content.decode()
    assert "No road leads there on this day." in shown
    assert "Closed: Landslide" in shown
    with override("zh-hans"):
        assert plan.hindered == ["已关闭: Landslide"]
    DayPlan.objects.update(conditions=["Closed: Landslide at the ford"])
    assert DayPlan.objects.get().hindered == ["Closed: Landslide at the ford"], "as plans had it once"


def test_cold_goods_need_a_vehicle_that_cools(day: Day) -> None:
    day.goods(day.places.centre, is_cold=True)
    vehicle = Vehicle.objects.get()
    told = {"given": Equipment(cold_grams=100_000), "version": vehicle.version}
    services.equip_vehicle(by=day.cast.clerk.actor, vehicle=vehicle, **told)
    plan = planned(day)
    assert plan.standing is PlanState.IMPOSSIBLE
    assert [str(reason.kind.label) for reason in plan.why_not] == ["More than any vehicle carries at once"]
    shown = day.cast.clerk.client.get(f"/logistics/plans/{plan.number}/").content.decode()
    assert "What makes it impossible" in shown
    assert "More than any vehicle carries at once" in shown
    assert "Let 1 stop wait" in shown


def test_what_no_longer_waits_stays_off_the_tours(day: Day) -> None:
    goods = day.goods(day.places.centre)
    plan = planned(day)
    services.cancel_consignment(by=day.cast.keeper.actor, consignment=goods, now=later(2))
    drivers = dict.fromkeys(plan.fleet, day.cast.driver.person.pk)
    done = services.approve_plan(
        by=day.cast.clerk.actor, plan=plan, version=plan.version, drivers=drivers, now=later(3)
    )
    assert done.gone == (goods.number,)
    assert [str(load.parcel) for load in Load.objects.filter(tour__in=done.tours)] == [day.waiting.number]


def test_a_visit_that_is_taken_off_makes_the_plan_impossible_until_it_is_back(day: Day) -> None:
    plan, clerk = planned(day), day.cast.clerk.actor
    plan = services.move_visit(by=clerk, plan=plan, version=plan.version, job=0, vehicle=None)
    assert (plan.standing, plan.plan.routes) == (PlanState.IMPOSSIBLE, ())
    refused(lambda: approved(day, plan), services.NotPossible)
    plan = services.move_visit(by=clerk, plan=plan, version=plan.version, job=0, vehicle=0)
    assert plan.standing is PlanState.READY


def test_a_route_is_split_for_a_vehicle_that_has_none(day: Day) -> None:
    day.goods(day.places.centre)
    day.another_vehicle()
    plan, clerk = planned(day), day.cast.clerk.actor
    [route] = plan.plan.routes
    other = 1 - route.vehicle
    plan = services.split_route(
        by=clerk, plan=plan, version=plan.version, vehicle=route.vehicle, first=route.jobs[1], other=other
    )
    assert sorted(one.jobs for one in plan.plan.routes) == sorted((job,) for job in route.jobs)
    refused(lambda: approved(day, plan), Invalid, "two vehicles")


def test_a_kept_route_stays_when_the_engines_search_again(day: Day) -> None:
    day.goods(day.places.centre)
    plan, clerk = planned(day), day.cast.clerk.actor
    [route] = plan.plan.routes
    job = route.jobs[0]
    plan = services.move_visit(by=clerk, plan=plan, version=plan.version, job=job, vehicle=route.vehicle, place=1)
    turned = plan.plan
    plan = services.keep_route(by=clerk, plan=plan, version=plan.version, vehicle=route.vehicle, is_kept=True)
    plan = services.search_again(by=clerk, plan=plan, version=plan.version, seconds=5, now=later(2))
    services.run_search(plan_id=plan.pk, planner=QUICK)
    plan.refresh_from_db()
    assert (plan.plan, plan.standing) == (turned, PlanState.READY)


def test_a_search_that_was_interrupted_is_taken_up_again(day: Day) -> None:
    clerk, given = day.cast.clerk.actor, PlanGiven(TOMORROW, 5)
    plan = services.begin_plan(by=clerk, unit_id=day.places.centre.pk, given=given, now=NOON)
    again = {"by": clerk, "plan": plan, "version": 1, "seconds": 5}
    refused(lambda: services.search_again(**again, now=later(1)), services.StillSearching)
    assert services.search_again(**again, now=later(3)).standing is PlanState.SEARCHING


def test_a_search_that_breaks_off_says_so(day: Day) -> None:
    class Broken:
        def plan(self, problem: Problem, budget: Budget, tell: object = None) -> Planned:
            raise RuntimeError("no engine came to an end")

    clerk = day.cast.clerk.actor
    plan = services.begin_plan(by=clerk, unit_id=day.places.centre.pk, given=PlanGiven(TOMORROW, 5), now=NOON)
    with pytest.raises(RuntimeError):
        services.run_search(plan_id=plan.pk, planner=Broken())
    plan.refresh_from_db()
    assert plan.standing is PlanState.FAILED


def test_a_dropped_plan_stays_dropped_whatever_the_search_finds(day: Day) -> None:
    clerk = day.cast.clerk.actor
    plan = services.begin_plan(by=clerk, unit_id=day.places.centre.pk, given=PlanGiven(TOMORROW, 5), now=NOON)
    services.drop_plan(by=clerk, plan=plan, version=1)
    services.run_search(plan_id=plan.pk, planner=QUICK)
    plan.refresh_from_db()
    assert (plan.standing, plan.routes) == (PlanState.DROPPED, None)


REFUSED: dict[str, tuple[Callable[[Day, DayPlan], object], type[DomainError], str | None]] = {
    "a day that is over": (lambda day, _plan: planned(day, on=NOON.date() - timedelta(days=1)), Invalid, "over"),
    "a day far ahead": (lambda day, _plan: planned(day, on=NOON.date() + timedelta(days=30)), Invalid, "two weeks"),
    "no time to search": (lambda day, _plan: planned(day, seconds=1), Invalid, "5 to 300"),
    "somebody who plans nothing": (
        lambda day, plan: services.drop_plan(by=day.cast.keeper.actor, plan=plan, version=plan.version),
        Forbidden,
        None,
    ),
    "a plan that changed since": (
        lambda day, plan: services.drop_plan(by=day.cast.clerk.actor, plan=plan, version=1),
        Stale,
        None,
    ),
    "a driver who is none": (
        lambda day, plan: services.approve_plan(
            by=day.cast.clerk.actor,
            plan=plan,
            version=plan.version,
            drivers=dict.fromkeys(plan.fleet, day.cast.keeper.person.pk),
            now=NOON,
        ),
        Invalid,
        "no driver's post",
    ),
    "a plan whose day went by": (
        lambda day, plan: services.approve_plan(
            by=day.cast.clerk.actor,
            plan=plan,
            version=plan.version,
            drivers=dict.fromkeys(plan.fleet, day.cast.driver.person.pk),
            now=NOON + timedelta(days=2),
        ),
        Invalid,
        "over",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_changes_nothing(day: Day, case: str) -> None:
    act, error, says = REFUSED[case]
    plan = planned(day)
    refused(lambda: act(day, plan), error, says)


def test_a_vehicle_that_got_another_tour_meanwhile_is_named(day: Day) -> None:
    plan = planned(day)
    given = replace(day.given(), on=TOMORROW)
    services.plan_tour(by=day.cast.clerk.actor, unit_id=day.places.centre.pk, given=given, now=NOON)
    refused(lambda: approved(day, plan), Invalid, "甘K 12345")


def test_a_shift_that_ends_before_it_begins_is_refused(day: Day) -> None:
    vehicle = Vehicle.objects.get()
    given = Equipment(shift=Shift(time(19), time(7)))
    refused(
        lambda: services.equip_vehicle(by=day.cast.clerk.actor, vehicle=vehicle, version=vehicle.version, given=given),
        Invalid,
        "ends after",
    )


def test_loads_are_planned_until_the_driver_takes_them(day: Day) -> None:
    [tour] = approved(day, planned(day))
    assert set(Load.objects.filter(tour=tour).values_list("state", flat=True)) == {LoadState.PLANNED}
