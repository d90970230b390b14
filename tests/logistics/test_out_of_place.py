"""What lies at the wrong place, or is wanted back: who is told, and how it comes where it belongs."""

from datetime import timedelta

import pytest

from terrace.kernel.errors import Forbidden
from terrace.logistics import queries, services
from terrace.logistics.domain import Direction, ParcelReturned, ParcelStatus, ScanKind
from terrace.logistics.domain.shelf import Care, End, is_on_its_way
from terrace.logistics.models import Parcel, Tour
from terrace.logistics.services import NewParcel
from terrace.messaging.models import Notice
from terrace.network.models import ServiceUnit
from terrace.web import workspaces
from tests.conftest import NEIGHBOUR_VILLAGE, Cast, Member
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.test_checks import found, plant
from tests.logistics.test_parcels import heard
from tests.logistics.test_tours import put_on, tour, vehicle  # noqa: F401 - fixtures
from tests.planted import plants
from tests.unchanged import nothing_changes


@pytest.fixture
def elsewhere(cast: Cast) -> ServiceUnit:
    """Return the point of the neighbour, beside the way of everything here."""
    return ServiceUnit.objects.filter(area_id=NEIGHBOUR_VILLAGE).order_by("id")[0]


@pytest.fixture
def astray(cast: Cast, places: Places, down: Parcel, elsewhere: ServiceUnit) -> Parcel:
    """Return a parcel of the keeper's point that was unloaded at the neighbour's."""
    services.scan(by=cast.neighbour.actor, code=down.number, kind=ScanKind.ARRIVED, unit=elsewhere, now=later(5))
    down.refresh_from_db()
    return down


def todo(who: Member, care: Care) -> int:
    """Return how many parcels that need some care somebody's first page counts."""
    url = f"/logistics/parcels/?care={care.value}"
    return next((todo.count for todo in workspaces.of(who.actor)["todo"] if todo.url == url), 0)


@pytest.mark.parametrize(
    ("at", "is_fine"),
    [
        (End(1, "6/62/"), True),
        (End(2, "6/62/1/"), True),
        (End(3, "6/62/1/1/"), True),
        (End(4, "6/62/1/1/"), False),
        (End(5, "6/62/1/2/"), False),
        (End(6, "6/62/2/"), False),
        (End(7, "6/"), True),
    ],
    ids=["centre", "station", "its point", "another point of the village", "beside", "other station", "above"],
)
def test_a_parcel_may_lie_at_its_ends_and_above_them(at: End, is_fine: bool) -> None:
    assert is_on_its_way(at, End(1, "6/62/"), End(3, "6/62/1/1/")) is is_fine


def test_who_works_there_and_who_plans_tours_are_told_of_a_parcel_at_the_wrong_place(
    cast: Cast, astray: Parcel
) -> None:
    assert astray.is_astray
    told = Notice.objects.filter(title__contains="wrong place").values_list("person_id", flat=True)
    assert cast.clerk.person.pk in told
    assert cast.neighbour.person.pk not in told, "who scanned it reads so at once"
    counts = {name: todo(getattr(cast, name), Care.ASTRAY) for name in ("clerk", "neighbour", "keeper", "stranger")}
    assert counts == {"clerk": 1, "neighbour": 1, "keeper": 0, "stranger": 0}
    page = cast.neighbour.client.get(f"/logistics/parcels/{astray.number}/").content.decode()
    assert "At the wrong place" in page
    assert "Zhao Suqin" not in page, "for whom it is, only those at its ends read"
    assert found() == {}


def test_a_scan_again_at_the_wrong_place_tells_nobody_twice(cast: Cast, astray: Parcel, elsewhere: ServiceUnit) -> None:
    before = Notice.objects.count()
    services.scan(by=cast.neighbour.actor, code=astray.number, kind=ScanKind.ARRIVED, unit=elsewhere, now=later(9))
    assert Notice.objects.count() == before


def test_a_tour_that_stops_at_both_takes_it_on_and_one_that_does_not_takes_it_home(
    cast: Cast,
    places: Places,
    astray: Parcel,
    elsewhere: ServiceUnit,
    tour: Tour,  # noqa: F811
) -> None:
    assert astray not in queries.waiting_for(tour).parcels
    services.add_stop(by=cast.clerk.actor, tour=tour, version=tour.version, unit_id=elsewhere.pk)
    assert astray in queries.waiting_for(tour).parcels
    [home] = put_on(cast, tour, astray)
    assert home.drop_at is None, "the tour has passed by its own place then"
    assert todo(cast.clerk, Care.ASTRAY) == 0
    tour.refresh_from_db()
    services.unassign(by=cast.clerk.actor, tour=tour, version=tour.version, load_id=home.pk)
    tour.refresh_from_db()
    stop = tour.stops.get(unit=elsewhere)
    for version in (tour.version, tour.version + 1):
        services.move_stop(by=cast.clerk.actor, tour=tour, version=version, stop_id=stop.pk, places=-1)
    [on] = put_on(cast, tour, astray)
    assert on.drop_at is not None
    assert on.drop_at.unit_id == places.point.pk


def test_at_its_own_point_it_waits_like_any_other(cast: Cast, places: Places, astray: Parcel) -> None:
    services.scan(by=cast.keeper.actor, code=astray.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(60))
    astray.refresh_from_db()
    assert (astray.is_astray, bool(astray.code)) == (False, True)
    assert not queries.parcels_visible_to(cast.neighbour.actor).exists()
    assert found() == {}


@plants("a parcel lies at the wrong place as the places say")
def test_verify_names_what_is_said_to_lie_right_and_does_not(cast: Cast, astray: Parcel) -> None:
    plant("update logistics_parcel set is_astray = false where id = %s", astray.pk)
    assert found() == {"a parcel lies at the wrong place as the places say": [astray.number]}


@pytest.fixture
def packed(cast: Cast, places: Places) -> Parcel:
    """Return a parcel that was packed at the point and lies at the centre, from where a carrier would take it."""
    new = NewParcel(Direction.UP, "Chen Min", "", places.point.pk, 5_300, "order/O-TEST0002")
    made = services.register_parcel(by=cast.keeper.actor, new=new, now=NOON)
    services.scan(by=cast.clerk.actor, code=made.number, kind=ScanKind.ARRIVED, unit=places.centre, now=later(30))
    made.refresh_from_db()
    return made


def test_a_parcel_that_was_called_back_is_sent_home_by_a_person_and_ends_there(
    cast: Cast, places: Places, packed: Parcel, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = heard(monkeypatch)
    [counter] = ServiceUnit.objects.filter(pk__in=cast.packer.actor.units)
    services.scan(by=cast.packer.actor, code=packed.number, kind=ScanKind.ARRIVED, unit=counter, now=later(35))
    services.call_back(by=cast.keeper.actor, parcel=packed, now=later(40))
    assert (todo(cast.packer, Care.CALLED_BACK), todo(cast.keeper, Care.CALLED_BACK)) == (1, 0)
    assert "Send it home" in cast.packer.client.get(f"/logistics/parcels/{packed.number}/").content.decode()
    assert cast.packer.client.post(f"/logistics/parcels/{packed.number}/send-home/").status_code == 302
    assert todo(cast.packer, Care.CALLED_BACK) == 0
    assert queries.waiting_below(cast.clerk.actor) == 1
    assert packed.number in [row.number for row in queries.coming_to(places.point.pk)]
    services.scan(by=cast.keeper.actor, code=packed.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(99))
    packed.refresh_from_db()
    assert (packed.status, packed.ended_at) == (ParcelStatus.RETURNED, later(99))
    assert [type(event) for event in told] == [ParcelReturned]
    assert found() == {}


def test_a_tour_offers_what_goes_home(
    cast: Cast,
    packed: Parcel,
    tour: Tour,  # noqa: F811
) -> None:
    services.call_back(by=cast.keeper.actor, parcel=packed, now=later(40))
    services.send_home(by=cast.packer.actor, parcel=packed)
    assert packed in queries.waiting_for(tour).parcels
    [load] = put_on(cast, tour, packed)
    assert load.take_at is None
    assert load.drop_at == tour.stops.get(place=2)


def test_what_nobody_called_back_and_what_has_left_stays_on_its_way(cast: Cast, packed: Parcel, up: Parcel) -> None:
    services.hand_to_carrier(by=cast.packer.actor, parcel=up, waybill="SC77", now=later(5))
    with nothing_changes("logistics"):
        with pytest.raises(services.NotCalledBack):
            services.send_home(by=cast.packer.actor, parcel=packed)
        with pytest.raises(services.NotCalledBack):
            services.call_back(by=cast.packer.actor, parcel=up)
        with pytest.raises(Forbidden):
            services.call_back(by=cast.stranger.actor, parcel=packed)


def test_days_on_the_shelf_begin_when_it_lies_there(cast: Cast, places: Places, down: Parcel) -> None:
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(9))
    down.refresh_from_db()
    assert (down.remind_at, down.keep_until) == (later(9) + timedelta(days=3), later(9) + timedelta(days=7))
