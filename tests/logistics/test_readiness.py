"""When goods can be fetched, and until when they may wait."""

from datetime import date, time, timedelta

import pytest

from terrace.kernel.errors import Forbidden, Invalid
from terrace.logistics import queries, services
from terrace.logistics.domain.consignments import Window
from terrace.logistics.domain.day import DayRules
from terrace.logistics.models import Consignment, Tour
from terrace.logistics.queries.hauls import hauls_of
from terrace.logistics.services import TourGiven
from terrace.traceability.models import Lot
from tests.conftest import Cast
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.test_consignments import goods, kg, lot  # noqa: F401 - fixtures
from tests.logistics.test_first_page import told
from tests.logistics.test_tours import tour, vehicle  # noqa: F401 - fixtures
from tests.unchanged import nothing_changes

TOMORROW = NOON + timedelta(days=1)


@pytest.mark.parametrize(
    ("window", "field"),
    [
        (Window(TOMORROW, NOON), "waits_until"),
        (Window(None, NOON), "waits_until"),
        (Window(TOMORROW, TOMORROW), "waits_until"),
        (Window(NOON + timedelta(days=31)), "ready_at"),
        (Window(None, NOON + timedelta(days=61)), "waits_until"),
    ],
    ids=["until before ready", "until now", "no time at all", "too far", "too long"],
)
def test_a_window_that_cannot_be_is_refused_at_its_field(
    cast: Cast,
    places: Places,
    lot: Lot,  # noqa: F811
    window: Window,
    field: str,
) -> None:
    with nothing_changes("logistics", "traceability"), pytest.raises(Invalid) as refused:
        services.create_consignment(
            by=cast.keeper.actor,
            from_unit=places.point,
            to_unit=places.centre,
            lots=[(lot.pk, kg(10))],
            window=window,
            now=NOON,
        )
    assert refused.value.field == field


def test_goods_that_are_ready_tomorrow_ride_on_no_tour_of_today(
    cast: Cast,
    places: Places,
    goods: Consignment,  # noqa: F811
    tour: Tour,  # noqa: F811
) -> None:
    services.set_window(by=cast.keeper.actor, consignment=goods, window=Window(TOMORROW), now=later(2))
    assert queries.waiting_for(tour).consignments == []
    with nothing_changes("logistics"), pytest.raises(Invalid) as refused:
        services.assign(by=cast.clerk.actor, tour=tour, version=tour.version, codes=[goods.number])
    assert refused.value.field == "codes"
    given = TourGiven(tour.vehicle_id, tour.driver_id, TOMORROW.date(), time(8))
    services.change_tour(by=cast.clerk.actor, tour=tour, version=tour.version, given=given, now=NOON)
    tour.refresh_from_db()
    assert len(services.assign(by=cast.clerk.actor, tour=tour, version=tour.version, codes=[goods.number])) == 1


def test_the_planner_reads_from_when_and_whether_they_may_wait(
    cast: Cast,
    places: Places,
    goods: Consignment,  # noqa: F811
) -> None:
    def planned(on: date) -> list[tuple[int, bool]]:
        return [(haul.from_s, haul.may_wait) for haul in hauls_of(places.centre, on, DayRules())]

    assert planned(NOON.date()) == [(0, False)]
    window = Window(TOMORROW, TOMORROW + timedelta(days=1))
    services.set_window(by=cast.keeper.actor, consignment=goods, window=window, now=later(2))
    days = [planned(NOON.date() + timedelta(days=days)) for days in range(3)]
    assert days == [[], [(12 * 3600, True)], [(0, False)]]


def test_goods_that_waited_too_long_are_told_to_who_plans_tours(
    cast: Cast,
    goods: Consignment,  # noqa: F811
) -> None:
    services.set_window(by=cast.keeper.actor, consignment=goods, window=Window(None, later(60)), now=later(2))
    assert not queries.goods_waiting_too_long(cast.clerk.actor, later(59)).exists()
    assert queries.goods_waiting_too_long(cast.clerk.actor, later(60)).get() == goods
    assert not queries.goods_waiting_too_long(cast.stranger.actor, later(60)).exists()
    assert told(cast.keeper, "/logistics/consignments/") == 0


def test_only_who_works_there_says_so_and_only_while_it_waits(
    cast: Cast,
    places: Places,
    goods: Consignment,  # noqa: F811
) -> None:
    with nothing_changes("logistics"), pytest.raises(Forbidden):
        services.set_window(by=cast.neighbour.actor, consignment=goods, window=Window(TOMORROW), now=NOON)
    services.cancel_consignment(by=cast.keeper.actor, consignment=goods, now=later(3))
    with nothing_changes("logistics"), pytest.raises(services.NotWaiting):
        services.set_window(by=cast.keeper.actor, consignment=goods, window=Window(TOMORROW), now=NOON)


def test_the_point_enters_it_and_the_centre_reads_it(
    cast: Cast,
    goods: Consignment,  # noqa: F811
) -> None:
    url = f"/logistics/consignments/{goods.number}/"
    assert cast.keeper.client.get(f"{url}ready/").status_code == 200
    bad = {"ready_at": "2026-11-21T08:00", "waits_until": "2026-11-20T08:00"}
    assert cast.keeper.client.post(f"{url}ready/", bad).status_code == 422
    assert cast.keeper.client.post(f"{url}ready/", {"ready_at": "2000-01-01T08:30"}).status_code == 302
    assert "8:30" in cast.clerk.client.get(url).content.decode()
    told = cast.keeper.client.post(f"/api/v1/logistics/consignments/{goods.number}/ready", {}, "application/json")
    assert (told.status_code, told.json()["ready_at"]) == (200, None)
