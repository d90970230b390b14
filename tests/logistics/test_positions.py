"""Where vehicles were: told by phones and trackers, taken once, read by few, kept for some days."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from terrace.accounts import services as accounts
from terrace.http.workbooks import Sheet, write
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM, Actor, grants_of
from terrace.kernel.errors import Forbidden, NotFound
from terrace.logistics import queries, services
from terrace.logistics.domain import Permission
from terrace.logistics.domain.tracking import Fix, LeftOut, PositionSource
from terrace.logistics.models import Position, Tour, Vehicle
from terrace.logistics.services import ToldPosition, TourGiven, VehicleGiven
from terrace.network.domain.places import Point
from tests import factories
from tests.conftest import Cast
from tests.logistics.conftest import Places, later
from tests.logistics.planned import put_on_the_map
from tests.logistics.test_tours import tour, vehicle  # noqa: F401 - fixtures
from tests.unchanged import nothing_changes

TELL = "/api/v1/logistics/driving/positions"
HOME = Point(33.7, 105.7)


def fix(minute: int, north: float = 0.0) -> Fix:
    """Return a position so many minutes after noon."""
    return Fix(later(minute), Point(round(HOME.latitude + north, 6), HOME.longitude))


def told(tour: Tour, *minutes: int) -> list[ToldPosition]:  # noqa: F811
    """Return positions of a tour, one for each minute after noon."""
    return [ToldPosition(tour.number, fix(minute, minute / 1000)) for minute in minutes]


@pytest.fixture
def driven(cast: Cast, places: Places, tour: Tour) -> Tour:  # noqa: F811
    """Return a tour that was driven from minute 10 to minute 60."""
    put_on_the_map(places.centre, places.station, places.point)
    services.start_tour(by=cast.driver.actor, tour=tour, now=later(10))
    services.finish_tour(by=cast.driver.actor, tour=tour, now=later(60))
    tour.refresh_from_db()
    return tour


def test_a_phone_tells_a_tours_positions_once_and_only_while_it_is_driven(cast: Cast, driven: Tour) -> None:
    by, given = cast.driver.actor, told(driven, 9, 10, 30, 60, 61)
    first = services.tell_positions(by=by, told=given, now=later(90))
    assert (first.new, first.known, dict(first.left_out)) == (3, 0, {LeftOut.NO_TOUR: 2})
    again = services.tell_positions(by=by, told=[*given, *told(driven, 30, 40)], now=later(91))
    assert (again.new, again.known) == (1, 3)
    assert [row.at for row in Position.objects.order_by("at")] == [later(minute) for minute in (10, 30, 40, 60)]


def test_what_nobody_can_believe_is_left_out_and_counted(cast: Cast, driven: Tour) -> None:
    far = ToldPosition(driven.number, fix(20, 5.0))
    vague = ToldPosition(driven.number, Fix(later(21), HOME, accuracy_m=4_000))
    taken = services.tell_positions(by=cast.driver.actor, told=[far, vague, *told(driven, 22)], now=later(90))
    assert (taken.new, dict(taken.left_out)) == (1, {LeftOut.FAR: 1, LeftOut.VAGUE: 1})


def test_nobody_tells_where_somebody_else_drove(cast: Cast, driven: Tour) -> None:
    other = factories.PostFactory(unit=driven.unit, role="driver")
    by = Actor(person_id=other.person_id, grants=grants_of([(Permission.DRIVE, driven.area_path)]))
    with nothing_changes("logistics"):
        taken = services.tell_positions(by=by, told=told(driven, 20), now=later(90))
        assert dict(taken.left_out) == {LeftOut.NO_TOUR: 1}
    with nothing_changes("logistics"), pytest.raises(Forbidden):
        services.tell_positions(by=cast.keeper.actor, told=told(driven, 20), now=later(90))


def _tracker(path: str) -> Actor:
    """Return the server of a tracker, which may tell where vehicles of an area are and nothing else."""
    return Actor(name="K-1", grants=grants_of([(Permission.TRACK, path)]), via="token")


def test_a_tracker_tells_only_of_vehicles_of_its_area_and_reads_nothing(cast: Cast, driven: Tour) -> None:
    by, found = _tracker(driven.area_path), driven.vehicle
    assert queries.get_tracked_vehicle(by, found.number) == found
    taken = services.take_positions(by=by, vehicle=found, fixes=[fix(20)], source=PositionSource.TRACKER, now=later(90))
    assert taken.new == 1
    with pytest.raises(NotFound):
        queries.get_tour(by, driven.number)
    elsewhere = _tracker(driven.area_path[:4] + "99/")
    with pytest.raises(NotFound):
        queries.get_tracked_vehicle(elsewhere, found.number)
    with nothing_changes("logistics"), pytest.raises(Forbidden):
        services.take_positions(by=elsewhere, vehicle=found, fixes=[fix(21)], source=PositionSource.TRACKER)


def test_only_who_plans_tours_there_and_the_driver_read_where_a_tour_was(cast: Cast, driven: Tour) -> None:
    services.tell_positions(by=cast.driver.actor, told=told(driven, 20, 30), now=later(90))
    for member in (cast.clerk, cast.driver):
        assert queries.positions_for(member.actor, driven).count() == 2
    for member in (cast.keeper, cast.packer):
        with pytest.raises(Forbidden):
            queries.positions_for(member.actor, driven)


def test_what_a_tracker_tells_from_outside_a_tour_is_read_by_nobody(cast: Cast, driven: Tour) -> None:
    fixes = [fix(minute) for minute in (5, 20, 70)]
    by = _tracker(driven.area_path)
    services.take_positions(by=by, vehicle=driven.vehicle, fixes=fixes, source=PositionSource.TRACKER, now=later(90))
    assert [row.at for row in queries.positions_for(cast.clerk.actor, driven)] == [later(20)]


def test_where_vehicles_were_seen_last_is_told_by_tour(cast: Cast, driven: Tour, vehicle: Vehicle) -> None:  # noqa: F811
    services.tell_positions(by=cast.driver.actor, told=told(driven, 20, 50, 30), now=later(90))
    given = TourGiven(vehicle.pk, cast.driver.person.pk, driven.on, driven.starts_at)
    second = services.plan_tour(by=SYSTEM, unit_id=driven.unit_id, given=given, now=later(60))
    services.start_tour(by=cast.driver.actor, tour=second, now=later(70))
    services.tell_positions(by=cast.driver.actor, told=told(second, 80), now=later(90))
    planned = services.plan_tour(by=SYSTEM, unit_id=driven.unit_id, given=given, now=later(60))
    seen = queries.last_positions([driven, second, planned])
    assert {pk: (last.at, last.point) for pk, last in seen.items()} == {
        driven.pk: (later(50), fix(50, 0.05).point),
        second.pk: (later(80), fix(80, 0.08).point),
    }


def test_of_a_vehicle_that_goes_on_with_a_tour_only_what_follows_belongs_to_it(
    cast: Cast,
    places: Places,
    tour: Tour,  # noqa: F811
) -> None:
    put_on_the_map(places.centre, places.station, places.point)
    services.start_tour(by=cast.driver.actor, tour=tour, now=later(10))
    tour.refresh_from_db()
    given = VehicleGiven("甘K 54321", 800_000)
    other = services.add_vehicle(by=cast.clerk.actor, unit_id=places.centre.pk, given=given)
    fixes, source = [fix(minute) for minute in (20, 40, 50)], PositionSource.TRACKER
    services.take_positions(by=SYSTEM, vehicle=other, fixes=fixes, source=source, now=later(90))
    crew = {"vehicle_id": other.pk, "driver_id": tour.driver_id}
    services.relieve(by=cast.clerk.actor, tour=tour, version=tour.version, **crew, now=later(30))
    tour.refresh_from_db()
    assert [row.at for row in queries.positions_for(cast.clerk.actor, tour)] == [later(40), later(50)]
    assert queries.last_positions([tour])[tour.pk].at == later(50)
    early = services.tell_positions(by=cast.driver.actor, told=told(tour, 15, 45), now=later(90))
    assert (early.new, dict(early.left_out)) == (1, {LeftOut.NO_TOUR: 1})


def test_positions_are_deleted_when_their_days_are_over(cast: Cast, driven: Tour) -> None:
    services.tell_positions(by=cast.driver.actor, told=told(driven, 20, 40), now=later(90))
    month = timedelta(days=30)
    assert services.forget_positions(now=later(20) + month) == 0
    assert services.forget_positions(now=later(30) + month) == 1
    assert Position.objects.get().at == later(40)
    assert services.forget_positions(now=later(30) + month) == 0


def test_who_drove_is_handed_where_and_may_have_it_erased(cast: Cast, driven: Tour) -> None:
    services.tell_positions(by=cast.driver.actor, told=told(driven, 20, 40), now=later(90))
    handed = accounts.export_account(by=cast.driver.actor)["positions"]
    assert [(one["tour"], one["moment"]) for one in handed] == [(driven.number, later(20)), (driven.number, later(40))]
    assert "positions" not in accounts.export_account(by=cast.clerk.actor)
    assert services.forget_driver(person_id=cast.clerk.person.pk, now=later(99)) == 0
    assert services.forget_driver(person_id=cast.driver.person.pk, now=later(99)) == 2
    assert not Position.objects.exists()


def _as_json(at: datetime, **about: Any) -> dict[str, Any]:
    return {"at": at.isoformat(), "latitude": HOME.latitude, "longitude": HOME.longitude, **about}


def test_the_interface_takes_positions_of_phones_and_trackers_and_lists_them(cast: Cast, tour: Tour) -> None:  # noqa: F811
    now = clock.now()
    services.start_tour(by=cast.driver.actor, tour=tour, now=now - timedelta(minutes=30))
    positions = [_as_json(now - timedelta(minutes=at), tour=tour.number, speed_kmh=31) for at in (20, 10, 40)]
    sent = cast.driver.client.post(TELL, {"positions": positions}, content_type="application/json")
    assert sent.json() == {"new": 2, "known": 0, "left_out": [{"reason": "no_tour", "count": 1}]}
    own = f"/api/v1/logistics/vehicles/{tour.vehicle.number}/positions"
    tracked = {"positions": [_as_json(now - timedelta(minutes=5))]}
    assert cast.clerk.client.post(own, tracked, content_type="application/json").json()["new"] == 1
    assert cast.driver.client.post(own, tracked, content_type="application/json").status_code == 404
    listed = cast.clerk.client.get(f"/api/v1/logistics/tours/{tour.number}/positions").json()
    assert [(one["source"], one["speed_kmh"]) for one in listed["items"]] == [
        ("phone", 31),
        ("phone", 31),
        ("tracker", None),
    ]
    assert cast.keeper.client.get(f"/api/v1/logistics/tours/{tour.number}/positions").status_code == 403


def _file(*rows: str, head: str = "车牌,GPS时间,纬度,经度,速度(km/h)") -> SimpleUploadedFile:
    return SimpleUploadedFile("track.csv", "\n".join([head, *rows]).encode("gb18030"))


def test_a_trackers_file_is_read_by_what_its_columns_sound_like(cast: Cast, driven: Tour) -> None:
    address = reverse("logistics:vehicle_positions", args=[driven.vehicle.number])
    begun = clock.now() - timedelta(hours=2)
    when = [(begun + timedelta(minutes=at)).astimezone(ZoneInfo("Asia/Shanghai")) for at in (0, 1)]
    rows = [f"甘K,{at:%Y/%m/%d %H:%M:%S},33.7,105.7,31.4" for at in when]
    sent = cast.clerk.client.post(address, {"file": _file(*rows, rows[0], rows[1].replace("33.7", "3.7"))}, follow=True)
    assert "2 new positions." in sent.content.decode()
    found = Position.objects.order_by("at")
    assert [(row.speed_kmh, row.source) for row in found] == [(31, "file")] * 2
    assert found[0].at == when[0].replace(microsecond=0)
    again = cast.clerk.client.post(address, {"file": _file(*rows, rows[0].replace("33.7", "3.7"))}, follow=True)
    assert "0 new positions. Known before: 2." in again.content.decode()


def test_a_workbook_keeps_the_hours_of_its_moments(cast: Cast, driven: Tour) -> None:
    at = (clock.now() - timedelta(hours=1)).replace(microsecond=0)
    sheet = Sheet("track", services.POSITION_HEADS, [(at, 33.7, 105.7, 31, 12)])
    rows = services.position_rows(BytesIO(write(sheet)), "track.xlsx")
    services.take_position_rows(by=cast.clerk.actor, vehicle=driven.vehicle, rows=rows)
    assert [(row.at, row.accuracy_m) for row in Position.objects.all()] == [(at, 12)]


def test_rows_that_cannot_be_read_are_told_and_nothing_is_taken(cast: Cast, driven: Tour) -> None:
    address = reverse("logistics:vehicle_positions", args=[driven.vehicle.number])
    good = "x,2026-11-20 12:15:00,33.7,105.7,"
    bad = ["x,yesterday,33.7,105.7,", "x,2026-11-20 12:15:00,91,105.7,", "x,2026-11-20 12:15:00,33.7,105.7,fast"]
    with nothing_changes("logistics"):
        told = cast.clerk.client.post(address, {"file": _file(good, *bad)})
    assert told.status_code == 422
    assert [(one.row, one.column) for one in told.context["problems"]] == [
        (3, "Moment"),
        (4, "Latitude"),
        (5, "Speed (km/h)"),
    ]
    with nothing_changes("logistics"):
        nameless = cast.clerk.client.post(address, {"file": _file(good, head="plate,when was it,north,east,fast")})
    assert "Moment, Latitude, Longitude" in nameless.content.decode()
