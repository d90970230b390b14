"""The keeper's word at a hand-over: all is here, or this is missing and that is damaged."""

from datetime import timedelta

import pytest
from django.urls import reverse

from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.kernel.errors import DomainError, Forbidden, Invalid
from terrace.logistics import queries, services
from terrace.logistics.domain import Direction, LoadState, ParcelStatus, ScanKind
from terrace.logistics.models import DropReceipt, Parcel, Scan, Stop, Tour
from terrace.logistics.services import DropConfirmed, NewParcel, NotUnderWay, OwnDrop
from terrace.messaging.models import Notice
from tests.conftest import Cast
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.test_checks import found
from tests.logistics.test_mistakes import problems
from tests.logistics.test_tours import put_on, tour, vehicle  # noqa: F401 - fixtures
from tests.planted import plants
from tests.unchanged import nothing_changes


@pytest.fixture
def brought(cast: Cast, places: Places, tour: Tour, down: Parcel) -> list[Parcel]:  # noqa: F811
    """Return three parcels that are on a vehicle for the keeper's point."""
    new = [
        NewParcel(
            Direction.DOWN,
            recipient="Zhao Suqin",
            phone="13993901234",
            from_unit_id=places.centre.pk,
            to_unit_id=places.point.pk,
            carrier_id=places.courier.pk,
            weight_grams=900,
            waybill=f"SC20{number}",
        )
        for number in range(2)
    ]
    made = [down, *(services.register_parcel(by=cast.clerk.actor, new=one, now=NOON) for one in new)]
    put_on(cast, tour, *made)
    services.start_tour(by=cast.driver.actor, tour=tour, now=later(1))
    services.take_all(by=cast.driver.actor, tour=tour, now=later(2))
    return made


def the_stop(tour: Tour) -> Stop:  # noqa: F811
    """Return the stop at the keeper's point."""
    return tour.stops.get(place=2)


def put_down(cast: Cast, tour: Tour) -> None:  # noqa: F811
    """Let the driver say that all is unloaded at the keeper's point."""
    services.drop_all(by=cast.driver.actor, tour=tour, stop_id=the_stop(tour).pk, now=later(30))


def statuses(rows: list[Parcel]) -> list[str]:
    """Return where parcels stand now."""
    known = dict(Parcel.objects.values_list("pk", "status"))
    return [known[row.pk] for row in rows]


def test_what_the_driver_put_down_is_confirmed_without_another_scan(
    cast: Cast,
    tour: Tour,  # noqa: F811
    brought: list[Parcel],
) -> None:
    put_down(cast, tour)
    scans = Scan.objects.count()
    receipt = services.confirm_drop(by=cast.keeper.actor, stop=the_stop(tour), now=later(40))
    assert (receipt.expected, receipt.arrived, receipt.is_whole) == (3, 3, True)
    assert Scan.objects.count() == scans
    with nothing_changes("logistics"):
        assert services.confirm_drop(by=cast.keeper.actor, stop=the_stop(tour), now=later(41)) == receipt
    assert not problems()


def test_where_the_drivers_phone_has_no_network_the_keepers_word_is_the_arrival(
    cast: Cast,
    tour: Tour,  # noqa: F811
    brought: list[Parcel],
) -> None:
    services.confirm_drop(by=cast.keeper.actor, stop=the_stop(tour), at=later(30), now=later(50))
    assert statuses(brought) == [ParcelStatus.AT_POINT] * 3
    assert the_stop(tour).arrived_at == later(30)
    scans = Scan.objects.count()
    put_down(cast, tour)  # the phone tells it late
    assert Scan.objects.count() == scans
    assert not problems()


@pytest.mark.parametrize("is_told", [True, False])
def test_what_differs_is_missing_or_damaged_and_the_centre_is_told(
    cast: Cast,
    tour: Tour,  # noqa: F811
    brought: list[Parcel],
    is_told: bool,
) -> None:
    if is_told:
        put_down(cast, tour)
    lost, broken, well = brought
    said = {"missing": [lost.number], "damaged": [broken.number], "note": "a corner is wet"}
    receipt = services.confirm_drop(by=cast.keeper.actor, stop=the_stop(tour), **said, at=later(29), now=later(40))
    assert (receipt.arrived, receipt.missing, receipt.damaged) == (1, 1, 1)
    assert statuses(brought) == [ParcelStatus.MISSING, ParcelStatus.DAMAGED, ParcelStatus.AT_POINT]
    assert list(queries.trouble_at(the_stop(tour).unit_id)) == [broken]
    for number in (lost.number, broken.number):
        assert Notice.objects.filter(title__contains=number, person_id=cast.clerk.person.pk).exists()
    services.finish_tour(by=cast.driver.actor, tour=tour, now=later(90))
    assert statuses(brought) == [ParcelStatus.MISSING, ParcelStatus.DAMAGED, ParcelStatus.AT_POINT]
    assert tour.loads.get(parcel=well).state == LoadState.DROPPED
    assert not problems()


def test_what_is_missing_after_the_tour_came_home_is_looked_for_where_it_was_put_down(
    cast: Cast,
    tour: Tour,  # noqa: F811
    brought: list[Parcel],
) -> None:
    put_down(cast, tour)
    services.finish_tour(by=cast.driver.actor, tour=tour, now=later(60))
    services.confirm_drop(
        by=cast.keeper.actor, stop=the_stop(tour), missing=[brought[0].number], at=later(29), now=later(90)
    )
    assert list(queries.trouble_at(the_stop(tour).unit_id)) == [brought[0]]
    assert not problems()


def test_refusals_change_nothing(cast: Cast, tour: Tour, brought: list[Parcel]) -> None:  # noqa: F811
    put_down(cast, tour)
    stop, first = the_stop(tour), brought[0].number
    refused: list[tuple[type[DomainError], dict[str, object]]] = [
        (Forbidden, {"by": cast.farmer.actor}),
        (Forbidden, {"by": cast.neighbour.actor}),
        (Invalid, {"missing": ["W-OTHER"]}),
        (Invalid, {"missing": [first], "damaged": [first]}),
        (Invalid, {"at": NOON - timedelta(days=90)}),
    ]
    for reason, said in refused:
        with nothing_changes("logistics"), pytest.raises(reason):
            services.confirm_drop(**{"by": cast.keeper.actor, "stop": stop, "now": later(40), **said})
    Tour.objects.update(driver=cast.keeper.person)
    with nothing_changes("logistics"), pytest.raises(OwnDrop):
        services.confirm_drop(by=cast.keeper.actor, stop=stop, now=later(40))
    Tour.objects.update(driver=cast.driver.person)
    services.confirm_drop(by=cast.keeper.actor, stop=stop, now=later(40))
    with nothing_changes("logistics"), pytest.raises(DropConfirmed):
        services.confirm_drop(by=cast.keeper.actor, stop=stop, missing=[first], now=later(41))


@plants("keepers confirm what tours brought that have left")
def test_a_drop_that_was_confirmed_of_a_tour_that_never_left_is_named(
    cast: Cast,
    tour: Tour,  # noqa: F811
    brought: list[Parcel],
) -> None:
    services.confirm_drop(by=cast.keeper.actor, stop=the_stop(tour), at=later(30), now=later(50))
    assert not problems()
    Tour.objects.update(status="planned")
    assert found()["keepers confirm what tours brought that have left"] == [tour.number]


def test_nothing_is_confirmed_of_a_tour_that_has_not_left(cast: Cast, tour: Tour) -> None:  # noqa: F811
    with nothing_changes("logistics"), pytest.raises(NotUnderWay):
        services.confirm_drop(by=cast.keeper.actor, stop=the_stop(tour), now=later(1))


def test_the_desk_asks_until_it_is_confirmed_and_the_driver_sees_it(
    cast: Cast,
    tour: Tour,  # noqa: F811
    brought: list[Parcel],
) -> None:
    Tour.objects.update(started_at=clock.now() - timedelta(hours=1))
    desk, address = reverse("logistics:desk"), reverse("logistics:drop_confirm", args=[the_stop(tour).pk])
    assert address in cast.keeper.client.get(desk).content.decode()
    page = cast.keeper.client.get(address).content.decode()
    assert "Are these 3 pieces here?" in page
    said = {row.number: "here" for row in brought} | {brought[1].number: "missing"}
    sent = cast.keeper.client.post(address, said, follow=True).content.decode()
    assert "2 of 3 here, 1 missing" in sent
    assert address not in sent
    driving = cast.driver.client.get(reverse("logistics:drive", args=[tour.number])).content.decode()
    assert "Confirmed: 2 of 3, 1 missing, 0 damaged" in driving
    assert statuses(brought)[1] == ParcelStatus.MISSING


def test_the_interface_confirms_once(cast: Cast, tour: Tour, brought: list[Parcel]) -> None:  # noqa: F811
    services.scan(by=SYSTEM, code=brought[0].number, kind=ScanKind.ARRIVED, tour=tour, unit=the_stop(tour).unit)
    address = f"/api/v1/logistics/drops/{the_stop(tour).pk}"
    assert cast.keeper.client.get(address).json()["receipt"] is None
    body = {"missing": [brought[2].number]}
    told = [cast.keeper.client.post(address, body, content_type="application/json").json() for _turn in range(2)]
    assert told[0] == told[1]
    assert told[0]["receipt"]["arrived"] == 2
    assert len(told[0]["pieces"]) == 3
    assert DropReceipt.objects.count() == 1
    assert cast.farmer.client.get(address).status_code in (403, 404)
