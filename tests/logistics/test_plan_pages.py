"""The pages of plans, and of what they reckon with, as a clerk of the centre uses them."""

import re
from dataclasses import replace
from datetime import time, timedelta

import pytest

from terrace.kernel import clock
from terrace.logistics import queries, services
from terrace.logistics.domain.fleet import Energy, Equipment, VehicleKind
from terrace.logistics.domain.plans import PlanState
from terrace.logistics.domain.trials import Trial
from terrace.logistics.models import Approach, DayPlan, Parcel, PlanningRules, Tour, Vehicle
from terrace.logistics.services import VehicleGiven
from terrace.network.models import ServiceUnit
from tests.conftest import Cast
from tests.logistics.conftest import Places
from tests.logistics.day import Day, begin
from tests.logistics.planned import QUICK, plan_day, put_on_the_map

PAGE = "/logistics/plans/"


@pytest.fixture
def day(cast: Cast, places: Places, down: Parcel) -> Day:
    """Return a day with a parcel for the station and goods at the point."""
    put_on_the_map(places.centre, places.station, places.point)
    made = begin(cast, places, down)
    made.goods(places.centre)
    return made


@pytest.fixture
def plan(day: Day) -> DayPlan:
    """Return a plan of tomorrow."""
    return plan_day(day.places.centre, day.cast.clerk.actor, clock.today() + timedelta(days=1))


def text(day: Day, path: str) -> str:
    """Return what the clerk reads at an address."""
    answer = day.cast.clerk.client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def send(day: Day, path: str, **given: object) -> str:
    """Send a form as the clerk; return where it leads."""
    answer = day.cast.clerk.client.post(path, given)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def test_a_day_is_planned_from_the_page_and_its_progress_shown(day: Day) -> None:
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    told = {"unit": day.places.centre.number, "on": tomorrow, "seconds": 5, "note": "with all vehicles"}
    page = send(day, f"{PAGE}new/", **told)
    found = DayPlan.objects.get()
    assert page == f"{PAGE}{found.number}/"
    shown = text(day, page)
    assert "Being planned" in shown
    assert "with all vehicles" in shown
    services.run_search(plan_id=found.pk, planner=QUICK)
    polled = day.cast.clerk.client.get(page, headers={"HX-Request": "true", "HX-Target": "div#plan"})
    assert polled["HX-Redirect"] == page
    assert found.number in text(day, PAGE)


def test_a_plan_shows_each_tour_with_its_visits_and_times(day: Day, plan: DayPlan) -> None:
    shown = text(day, f"{PAGE}{plan.number}/")
    station = ServiceUnit.objects.get(pk=day.places.station.pk).names["en"]
    assert "甘K 12345" in shown
    assert f"{station}</a>" in shown.replace(f"1. {station}", station).replace(f"2. {station}", station)
    assert "Drop: 1 piece, 1 kg" in shown
    assert "Take: 1 piece, 500 kg" in shown
    assert "Approve" in shown


def test_a_visit_is_moved_off_and_back_by_its_form(day: Day, plan: DayPlan) -> None:
    visit = f"{PAGE}{plan.number}/visits/0/"
    assert "500 kg" in text(day, visit) or "1 kg" in text(day, visit)
    send(day, visit, version=plan.version, vehicle="-", place=1)
    assert DayPlan.objects.get().standing is PlanState.IMPOSSIBLE
    assert "has to be done" in text(day, f"{PAGE}{plan.number}/")
    send(day, visit, version=plan.version + 1, vehicle="0", place=1)
    assert DayPlan.objects.get().standing is PlanState.READY


def test_a_tour_is_kept_and_let_go(day: Day, plan: DayPlan) -> None:
    keep = f"{PAGE}{plan.number}/routes/0/keep/"
    assert send(day, keep, version=plan.version, is_kept="on").endswith("#route-0")
    assert "Let it change" in text(day, f"{PAGE}{plan.number}/")
    send(day, keep, version=plan.version + 1)
    assert DayPlan.objects.get().kept == []


def test_a_tour_is_split_for_a_free_vehicle(day: Day) -> None:
    day.another_vehicle()
    plan = plan_day(day.places.centre, day.cast.clerk.actor, clock.today() + timedelta(days=1))
    [route] = plan.plan.routes
    split = f"{PAGE}{plan.number}/routes/{route.vehicle}/split/"
    assert "甘K" in text(day, split)
    send(day, split, version=plan.version, first=route.jobs[1], other=1 - route.vehicle)
    assert len(DayPlan.objects.get().plan.routes) == 2


def test_an_approved_plan_becomes_tours_of_the_drivers_that_were_named(day: Day, plan: DayPlan) -> None:
    approve = f"{PAGE}{plan.number}/approve/"
    driver = day.cast.driver.person
    assert f'value="{driver.pk}" selected' in text(day, approve)
    send(day, approve, version=plan.version, **{f"driver_{plan.fleet[0]}": driver.pk})
    made = Tour.objects.exclude(pk=day.tour.pk).get()
    assert (made.driver_id, made.on) == (driver.pk, plan.on)
    shown = text(day, f"{PAGE}{plan.number}/")
    assert "Approved" in shown
    assert f"/logistics/tours/{made.number}/" in shown
    assert f"{PAGE}{plan.number}/" in text(day, f"/logistics/tours/{made.number}/")
    their = day.cast.driver.client.get(f"/logistics/tours/{made.number}/").content.decode()
    assert plan.number not in their, "a driver sees no plans"


def test_an_approved_plan_shows_its_tours_as_they_were_driven(day: Day, plan: DayPlan) -> None:
    clerk, driver = day.cast.clerk.actor, day.cast.driver
    drivers = dict.fromkeys(plan.fleet, driver.person.pk)
    [made] = services.approve_plan(by=clerk, plan=plan, version=plan.version, drivers=drivers).tours
    page = f"{PAGE}{plan.number}/"
    assert ("By plan" in text(day, page), "As driven" in text(day, page)) == (True, False)
    morning = clock.begin_of(plan.on) + timedelta(hours=8)
    services.start_tour(by=driver.actor, tour=made, now=morning)
    services.finish_tour(by=driver.actor, tour=made, now=morning + timedelta(hours=2, minutes=7))
    services.reckon_costs(now=morning + timedelta(hours=3))
    shown = text(day, page)
    assert all(told in shown for told in ("08:00", "10:07", "As driven"))
    assert "As driven so far" not in shown
    services.plan_tour(by=clerk, unit_id=made.unit_id, given=day.given(on=plan.on))
    assert queries.tours_of_plan(plan) == [made], "a tour by hand is of no plan"


def test_two_plans_of_a_day_are_set_side_by_side(day: Day, plan: DayPlan) -> None:
    assert "no other plan" in text(day, f"{PAGE}{plan.number}/compare/")
    other = plan_day(day.places.centre, day.cast.clerk.actor, plan.on, note="once more")
    services.move_visit(by=day.cast.clerk.actor, plan=other, version=other.version, job=0, vehicle=None)
    shown = text(day, f"{PAGE}{plan.number}/compare/")
    assert re.search(r"Not on any tour\D+0\D+1\D", re.sub(r"<[^>]*>", " ", shown))
    assert plan.number in shown
    assert other.number in shown
    assert "Overtime" in shown


def test_a_trial_shows_what_would_change_and_is_never_driven(day: Day, plan: DayPlan) -> None:
    centre, vehicle = day.places.centre, Vehicle.objects.get()
    told = {"more": 2, "more_like": vehicle.pk, "yard": centre.pk, "is_separate": "on", "seconds": 5, "note": "apart"}
    page = send(day, f"{PAGE}{plan.number}/try/", **told)
    trial = DayPlan.objects.exclude(pk=plan.pk).get()
    services.run_search(plan_id=trial.pk, planner=QUICK)
    trial.refresh_from_db()
    assert (trial.standing, len(trial.plan.routes)) == (PlanState.READY, 2)
    shown = text(day, page)
    assert "2 more like 甘K 12345; separate tours" in shown
    assert f"{trial.number}/approve/" not in shown
    assert trial.number in text(day, f"{PAGE}{plan.number}/compare/")
    drivers = dict.fromkeys(trial.fleet, day.cast.driver.person.pk)
    clerk = day.cast.clerk.actor
    with pytest.raises(services.OnlyTried):
        services.approve_plan(by=clerk, plan=trial, version=trial.version, drivers=drivers)


def test_a_trial_may_begin_elsewhere_with_fewer_vehicles(day: Day) -> None:
    day.another_vehicle()
    tomorrow, clerk = clock.today() + timedelta(days=1), day.cast.clerk.actor
    trial = Trial(without=(Vehicle.objects.latest("pk").pk,), yard_id=day.places.point.pk)
    plan = plan_day(day.places.centre, clerk, tomorrow, trial=trial)
    real = plan_day(day.places.centre, clerk, tomorrow)
    assert (len(plan.fleet), len(real.fleet)) == (1, 2)
    assert plan.places[0] == day.places.point.pk
    assert plan.figures.distance < real.figures.distance


def test_a_plan_is_drawn_as_lines_from_stop_to_stop(day: Day, plan: DayPlan) -> None:
    [line] = day.cast.clerk.client.get(f"{PAGE}{plan.number}/lines.json").json()["features"]
    points = line["geometry"]["coordinates"]
    assert (len(points), points[0]) == (4, points[-1])


def test_a_search_is_begun_once_more(day: Day, plan: DayPlan) -> None:
    send(day, f"{PAGE}{plan.number}/search/", version=plan.version, seconds=7)
    found = DayPlan.objects.get()
    assert (found.standing, found.seconds) == (PlanState.SEARCHING, 7)
    send(day, f"{PAGE}{plan.number}/drop/", version=found.version)
    assert DayPlan.objects.get().standing is PlanState.DROPPED


def test_what_a_vehicle_is_to_plans_is_said_on_its_page(day: Day) -> None:
    vehicle = Vehicle.objects.get()
    told = {
        "version": vehicle.version,
        "kind": "truck",
        "capacity_ml": "12000",
        "cold_grams": "300",
        "width_cm": 220,
        "pace_percent": 85,
        "shift_begins": "06:30",
        "shift_ends": "18:00",
        "shift_minutes": 480,
        "overtime_minutes": 60,
        "reloads": 2,
        "energy": "electricity",
        "use_per_100km": "24.5",
        "wear_per_km_minor": "0.15",
        "per_day_minor": "90",
    }
    page = f"/logistics/vehicles/{vehicle.number}/equipment/"
    assert "Depreciation" in text(day, page)
    send(day, page, **told)
    has = Vehicle.objects.get().equipment
    assert (has.kind, has.energy, has.capacity_ml) == (VehicleKind.TRUCK, Energy.ELECTRICITY, 12_000_000)
    assert (has.cold_grams, has.use_per_100km, has.per_day_minor) == (300_000, 24_500, 9_000)
    assert (has.climbs, has.shift.begins, has.reloads) == (False, time(6, 30), 2)
    assert 'value="24.5"' in text(day, page)


def test_a_vehicle_that_carries_less_than_before_cools_no_more_than_that(day: Day) -> None:
    given = VehicleGiven("甘K 33333", 900_000, is_cold=True)
    clerk, centre = day.cast.clerk.actor, day.places.centre
    vehicle = services.add_vehicle(by=clerk, unit_id=centre.pk, given=given)
    services.equip_vehicle(by=clerk, vehicle=vehicle, version=1, given=Equipment(cold_grams=700_000))
    services.change_vehicle(by=clerk, vehicle=vehicle, version=2, given=replace(given, capacity_grams=400_000))
    assert vehicle.equipment.cold_grams == 400_000


def test_how_a_centre_reckons_its_days_is_said_and_changed(day: Day) -> None:
    page = "/logistics/planning/rules/"
    shown = day.cast.clerk.client.get(page).context["form"].initial
    told = {name: getattr(value, "amount", value) for name, value in shown.items() if value is not None}
    send(day, page, **{**told, "rest_begins": "12:30", "diesel_minor": "8.10"})
    rules = PlanningRules.objects.get()
    assert (rules.rules.rest_begins, rules.rules.prices.diesel_minor) == (time(12, 30), 810)
    answer = day.cast.clerk.client.post(page, {**told, "stop_seconds": 60})
    assert answer.status_code == 422
    send(day, page, **{**told, "version": rules.version, "rest_begins": ""})
    assert queries.day_rules_of(rules.unit_id).rest is None


def test_a_narrow_road_keeps_wide_vehicles_away(day: Day) -> None:
    page = f"/logistics/planning/ways/{day.places.point.number}/"
    send(day, page, widest_cm=180, extra_minutes=10, is_steep="on")
    assert Approach.objects.get().widest_cm == 180
    assert "Mountain road" in text(day, "/logistics/planning/ways/")
    plan = plan_day(day.places.centre, day.cast.clerk.actor, clock.today() + timedelta(days=1))
    assert plan.standing is PlanState.IMPOSSIBLE
    assert "has to be done" in text(day, f"{PAGE}{plan.number}/") or "lacks" in text(day, f"{PAGE}{plan.number}/")
