"""A tour planned against driven, and what its kilometres are used for."""

from datetime import timedelta

import pytest
from django.urls import reverse

from terrace.kernel.actors import SYSTEM
from terrace.logistics import queries, services
from terrace.logistics.domain.tracking import Fix, PositionSource
from terrace.logistics.models import DetourFactor, Tour, TourCost
from terrace.network.domain.places import Point
from tests.conftest import Cast
from tests.logistics.conftest import Places, later
from tests.logistics.planned import put_on_the_map
from tests.logistics.test_tours import tour, vehicle  # noqa: F401 - fixtures

YARD, STATION, POINT = 33.91, 33.95, 33.99
"""Where `put_on_the_map` puts them, all on one meridian."""
WIGGLE = 0.012
"""A kilometre and a bit to the east and back, as roads do."""


def at(minute: float, north: float, east: float = 0.0) -> Fix:
    """Return a position so many minutes after noon."""
    return Fix(later(0) + timedelta(minutes=minute), Point(round(north, 6), round(105.3 + east, 6)))


def road(begins: int, ends: int, one: float, other: float) -> list[Fix]:
    """Return a drive on a winding road, a position each minute."""
    steps = ends - begins
    return [at(begins + step, one + (other - one) * step / steps, WIGGLE * (step % 2)) for step in range(steps + 1)]


def whole_way() -> list[Fix]:
    """Return the tour's track: to the station, some minutes there, to the point, a rest on the way home."""
    rest = [at(minute, 33.97) for minute in range(56, 76)]
    stays = [at(minute, STATION) for minute in range(21, 30)]
    there = [at(minute, POINT) for minute in range(45, 50)]
    return [
        *road(10, 20, YARD, STATION),
        *stays,
        *road(30, 44, STATION, POINT),
        *there,
        *road(50, 55, POINT, 33.97),
        *rest,
        *road(76, 94, 33.97, YARD),
    ]


@pytest.fixture
def driven(cast: Cast, places: Places, tour: Tour) -> Tour:  # noqa: F811
    """Return a tour that was driven, whose driver told of the stops a few minutes late."""
    put_on_the_map(places.centre, places.station, places.point)
    by = cast.driver.actor
    services.start_tour(by=by, tour=tour, now=later(10))
    for stop, (came, left) in zip(tour.stops.order_by("place"), ((24, 30), (47, 50)), strict=True):
        services.arrive(by=by, tour=tour, stop_id=stop.pk, now=later(came))
        services.leave(by=by, tour=tour, stop_id=stop.pk, now=later(left))
    services.finish_tour(by=by, tour=tour, now=later(96))
    tour.refresh_from_db()
    return tour


def track(tour: Tour, fixes: list[Fix]) -> None:  # noqa: F811
    """Let a tracker tell where a tour was."""
    taken = services.take_positions(
        by=SYSTEM, vehicle=tour.vehicle, fixes=fixes, source=PositionSource.TRACKER, now=later(99)
    )
    assert taken.new == len(fixes)


def test_each_halt_is_held_against_the_plan_by_positions_before_what_was_told(driven: Tour) -> None:
    track(driven, whole_way())
    told = queries.driven_tour(driven)
    station, point, home = told.halts
    assert (station.told_at, station.leg.seen) == (later(24), later(20))
    assert (point.told_at, point.leg.seen, point.late) == (later(47), later(44), 12 * 60 + 44 - 10 * 60)
    assert (home.stop, home.told_at, home.leg.seen) == (None, later(96), later(94))
    assert station.leg.metres is not None
    assert 10_000 < station.leg.metres < 14_000
    assert station.planned_m == pytest.approx(4_448 * 1.6, rel=0.2)
    assert [halt.is_detour for halt in told.halts] == [True, True, True]
    assert told.metres is not None
    assert told.metres > 30_000
    [stood] = told.stood
    assert (stood.still.begins, stood.still.ends) == (later(56), later(76))
    assert stood.near is not None
    assert stood.near[0] in (station.unit_id, point.unit_id)


def test_without_positions_the_hours_are_what_was_told_and_no_way_is_known(driven: Tour) -> None:
    told = queries.driven_tour(driven)
    assert [halt.leg.came for halt in told.halts] == [later(24), later(47), later(96)]
    assert [halt.leg.metres for halt in told.halts] == [None] * 3
    assert (told.metres, told.stood, told.not_believed) == (None, [], 0)


def test_a_stop_that_nobody_told_of_is_known_by_positions_and_one_left_out_is_not(
    cast: Cast,
    places: Places,
    tour: Tour,  # noqa: F811
) -> None:
    put_on_the_map(places.centre, places.station, places.point)
    services.start_tour(by=cast.driver.actor, tour=tour, now=later(10))
    services.finish_tour(by=cast.driver.actor, tour=tour, now=later(96))
    tour.refresh_from_db()
    track(tour, [*road(10, 30, YARD, STATION), *road(32, 60, STATION, YARD)])
    station, point, home = queries.driven_tour(tour).halts
    assert (station.leg.seen, station.told_at) == (later(30), None)
    assert point.leg.came is None
    assert (home.leg.seen, home.leg.begins_at) == (later(60), 1)


def test_a_tour_costs_what_it_drove_where_positions_tell_and_says_so(cast: Cast, driven: Tour) -> None:
    track(driven, whole_way())
    services.reckon_costs(now=later(120))
    cost = TourCost.objects.get()
    assert (cost.is_driven, cost.metres) == (True, queries.driven_tour(driven).metres)
    page = cast.clerk.client.get(reverse("logistics:tour", args=[driven.number])).content.decode()
    assert "Way driven" in page


@pytest.mark.parametrize("left", [range(20, 60), range(11, 96)])
def test_a_tour_costs_the_way_by_plan_where_positions_tell_too_little(cast: Cast, driven: Tour, left: range) -> None:
    track(driven, [fix for fix in whole_way() if (fix.at - later(0)).total_seconds() / 60 not in left])
    services.reckon_costs(now=later(120))
    assert not TourCost.objects.get().is_driven


def test_a_phone_that_stayed_at_home_tells_no_way(driven: Tour) -> None:
    track(driven, [at(minute, YARD) for minute in range(10, 97)])
    services.reckon_costs(now=later(120))
    assert not TourCost.objects.get().is_driven
    assert queries.driven_tour(driven).metres is None


def test_townships_learn_from_positions_and_the_same_ones_change_nothing(
    cast: Cast, driven: Tour, monkeypatch: pytest.MonkeyPatch
) -> None:
    track(driven, whole_way())
    assert [leg[:2] for leg in queries.legs_of(driven)] == [
        (one, other)
        for one, other in zip(
            [driven.unit_id, *driven.stops.order_by("place").values_list("unit_id", flat=True)],
            [*driven.stops.order_by("place").values_list("unit_id", flat=True), driven.unit_id],
            strict=True,
        )
    ]
    again = [_driven_again(cast, driven, day) for day in (1, 2)]
    assert services.learn_from_positions(now=later(60 * 24 * 3)) >= 1
    known = list(DetourFactor.objects.order_by("pk").values("percent", "kmh", "drives"))
    assert all(one["percent"] > 150 for one in known)
    assert {one["drives"] for one in known} == {len(queries.legs_of(driven)) * (1 + len(again))}
    services.learn_from_positions(now=later(60 * 24 * 3))
    assert list(DetourFactor.objects.order_by("pk").values("percent", "kmh", "drives")) == known
    assert services.learn_from_positions(now=later(60 * 24 * 60)) == 0


def _driven_again(cast: Cast, tour: Tour, days: int) -> Tour:  # noqa: F811
    """Drive the same tour some days later, told by positions alone."""
    given = services.TourGiven(tour.vehicle_id, tour.driver_id, tour.on + timedelta(days=days), tour.starts_at)
    made = services.plan_tour(by=SYSTEM, unit_id=tour.unit_id, given=given, now=later(0))
    for version, unit_id in enumerate(tour.stops.order_by("place").values_list("unit_id", flat=True), start=1):
        services.add_stop(by=SYSTEM, tour=made, version=version, unit_id=unit_id)
    after = timedelta(days=days)
    services.start_tour(by=cast.driver.actor, tour=made, now=later(10) + after)
    services.finish_tour(by=cast.driver.actor, tour=made, now=later(96) + after)
    made.refresh_from_db()
    moved = [Fix(fix.at + after, fix.point) for fix in whole_way()]
    by, source = SYSTEM, PositionSource.TRACKER
    services.take_positions(by=by, vehicle=made.vehicle, fixes=moved, source=source, now=later(99) + after)
    return made


def test_the_interface_tells_it_to_who_plans_and_who_drove(cast: Cast, driven: Tour) -> None:
    track(driven, whole_way())
    address = f"/api/v1/logistics/tours/{driven.number}/driven"
    told = cast.driver.client.get(address).json()
    assert [halt["seen_at"] is not None for halt in told["halts"]] == [True] * 3
    assert told["driven_m"] == queries.driven_tour(driven).metres
    assert len(told["standstills"]) == 1
    assert cast.keeper.client.get(address).status_code == 403


def test_the_page_shows_it_to_who_plans_and_who_drove_and_to_nobody_else(cast: Cast, driven: Tour) -> None:
    track(driven, whole_way())
    address = reverse("logistics:driven", args=[driven.number])
    for member in (cast.clerk, cast.driver):
        page = member.client.get(address)
        assert page.status_code == 200
        assert "20" in page.content.decode()
        lines = member.client.get(reverse("logistics:driven_lines", args=[driven.number])).json()
        assert [len(line["geometry"]["coordinates"]) for line in lines["features"]] == [4, len(whole_way())]
    for member in (cast.keeper, cast.packer):
        assert member.client.get(address).status_code == 403
        assert member.client.get(reverse("logistics:driven_lines", args=[driven.number])).status_code == 403
