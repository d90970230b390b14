"""What a driver's phone tells after hours without a network: done once, in its own time, or refused with what to do."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from terrace.kernel import clock
from terrace.kernel.errors import DomainError, Invalid
from terrace.logistics import services
from terrace.logistics.domain import ParcelStatus, ScanKind, TourStatus
from terrace.logistics.domain.tours import ToldKind
from terrace.logistics.models import Parcel, Scan, Tour
from terrace.logistics.services import NotYours, StopGone, ToldAct, TourGiven
from terrace.messaging.models import Notice
from tests import factories
from tests.conftest import Cast
from tests.logistics.conftest import Places, later
from tests.logistics.test_mistakes import problems
from tests.logistics.test_tours import put_on, tour, vehicle  # noqa: F401 - fixtures
from tests.unchanged import nothing_changes

ACTS = "/api/v1/logistics/driving/acts"


def told(tour: Tour, kind: str, minute: int, **about: Any) -> dict[str, Any]:  # noqa: F811
    """Return an act of a tour as the phone sends it, so many minutes after an hour ago."""
    at = clock.now() - timedelta(minutes=60 - minute)
    return {"key": f"act-{kind}-{minute}", "tour": tour.number, "kind": kind, "at": at.isoformat(), **about}


def send(cast: Cast, acts: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Send acts as the driver's phone does and return how each was answered."""
    response = cast.driver.client.post(ACTS, {"acts": acts}, content_type="application/json")
    assert response.status_code == 200, response.content
    return list(response.json())


def test_a_tour_driven_without_a_network_is_there_once_with_the_phones_moments(
    cast: Cast,
    tour: Tour,  # noqa: F811
    down: Parcel,
) -> None:
    put_on(cast, tour, down)
    station, point = (stop.pk for stop in tour.stops.order_by("place"))
    acts = [
        told(tour, "loaded", 1, code=down.number),
        told(tour, "start", 2),
        told(tour, "arrive", 10, stop=station),
        told(tour, "leave", 12, stop=station),
        told(tour, "arrive", 30, stop=point),
        told(tour, "unloaded", 31, stop=point, code=down.number),
        told(tour, "problem", 35, text="A tyre is flat"),
        told(tour, "leave", 40, stop=point),
        told(tour, "finish", 50),
    ]
    assert {one["outcome"] for one in send(cast, acts[:5])} == {"done"}
    notices, scans = Notice.objects.count(), Scan.objects.count()
    assert [one["outcome"] for one in send(cast, acts)] == ["already"] * 5 + ["done"] * 4
    assert [one["outcome"] for one in send(cast, acts)] == ["already"] * 9
    down.refresh_from_db()
    tour.refresh_from_db()
    assert (down.status, tour.status) == (ParcelStatus.AT_POINT, TourStatus.FINISHED)
    assert tour.started_at == datetime.fromisoformat(acts[1]["at"])
    assert tour.stops.get(pk=point).arrived_at == datetime.fromisoformat(acts[4]["at"])
    assert tour.stops.get(pk=point).left_at == datetime.fromisoformat(acts[7]["at"])
    assert tour.finished_at == datetime.fromisoformat(acts[8]["at"])
    assert Scan.objects.count() == scans + 1
    assert Notice.objects.filter(title__contains="A tyre is flat").count() == Notice.objects.count() - notices > 0
    assert not problems()


def test_what_the_centre_took_off_meanwhile_is_refused_and_the_rest_stands(cast: Cast, tour: Tour) -> None:  # noqa: F811
    station, point = (stop.pk for stop in tour.stops.order_by("place"))
    services.remove_stop(by=cast.clerk.actor, tour=tour, version=tour.version, stop_id=station)
    answers = send(
        cast, [told(tour, "start", 1), told(tour, "arrive", 5, stop=station), told(tour, "arrive", 9, stop=point)]
    )
    assert [one["outcome"] for one in answers] == ["done", "refused", "done"]
    assert (answers[1]["code"], "Call the centre" in answers[1]["reason"]) == ("stop_gone", True)


def test_a_refused_act_may_be_told_again_under_its_key(cast: Cast, tour: Tour) -> None:  # noqa: F811
    arrival = told(tour, "arrive", 5, stop=tour.stops.order_by("place")[0].pk)
    assert send(cast, [arrival])[0]["code"] == "not_under_way"
    assert [one["outcome"] for one in send(cast, [told(tour, "start", 1), arrival])] == ["done", "done"]


def test_a_key_that_told_of_something_else_is_refused(cast: Cast, tour: Tour) -> None:  # noqa: F811
    start = told(tour, "start", 1)
    other = {**told(tour, "problem", 3, text="The road is closed"), "key": start["key"]}
    assert [one["outcome"] for one in send(cast, [start, other])] == ["done", "refused"]
    assert not Notice.objects.filter(title__contains="The road is closed").exists()


def test_a_phone_whose_clock_goes_wrong_never_turns_a_tour_round(cast: Cast, tour: Tour) -> None:  # noqa: F811
    stop, driver = tour.stops.order_by("place")[0], cast.driver.actor
    services.start_tour(by=driver, tour=tour, now=later(10))
    for kind, at in ((ToldKind.ARRIVE, later(2)), (ToldKind.LEAVE, later(1)), (ToldKind.FINISH, later(99))):
        services.tell_act(by=driver, act=ToldAct(tour.number, kind, at, stop.pk), now=later(20))
    stop.refresh_from_db()
    tour.refresh_from_db()
    assert (stop.arrived_at, stop.left_at, tour.finished_at) == (later(10), later(10), later(20))


def test_what_is_damaged_stays_so_when_a_phone_tells_that_it_was_unloaded(
    cast: Cast,
    tour: Tour,  # noqa: F811
    down: Parcel,
) -> None:
    driver, stop = cast.driver.actor, tour.stops.order_by("place")[1]
    services.start_tour(by=driver, tour=tour, now=later(1))
    services.scan(by=driver, code=down.number, kind=ScanKind.LOADED, tour=tour, now=later(2))
    services.scan(by=driver, code=down.number, kind=ScanKind.DAMAGED, tour=tour, now=later(3))
    unloaded = ToldAct(tour.number, ToldKind.UNLOADED, later(9), stop.pk, down.number)
    services.tell_act(by=driver, act=unloaded, now=later(30))
    down.refresh_from_db()
    assert (down.status, down.unit_at_id) == (ParcelStatus.DAMAGED, stop.unit_id)


def _other_driver(cast: Cast, tour: Tour) -> None:  # noqa: F811
    other = factories.PostFactory(unit=tour.unit, role="driver").person
    given = TourGiven(tour.vehicle_id, other.pk, tour.on, tour.starts_at)
    services.change_tour(by=cast.clerk.actor, tour=tour, version=tour.version, given=given, now=later(0))


def test_who_no_longer_drives_the_tour_is_told_so(cast: Cast, tour: Tour) -> None:  # noqa: F811
    _other_driver(cast, tour)
    with nothing_changes("logistics", "messaging", "audit"), pytest.raises(NotYours):
        services.tell_act(by=cast.driver.actor, act=ToldAct(tour.number, ToldKind.START, later(1)), now=later(9))


def test_what_names_no_stop_of_the_tour_changes_nothing(cast: Cast, places: Places, tour: Tour) -> None:  # noqa: F811
    services.start_tour(by=cast.driver.actor, tour=tour, now=later(1))
    refused: list[tuple[int | None, type[DomainError]]] = [(None, Invalid), (2**31, StopGone)]
    for stop, reason in refused:
        act = ToldAct(tour.number, ToldKind.ARRIVE, later(2), stop)
        with nothing_changes("logistics", "messaging", "audit"), pytest.raises(reason):
            services.tell_act(by=cast.driver.actor, act=act, now=later(9))
