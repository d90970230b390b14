"""Scanning on the desk and on the driver's page: what it is answered with, and where somebody has to look."""

from terrace.logistics import queries, services
from terrace.logistics.domain import ParcelStatus, ScanKind, TariffKind
from terrace.logistics.models import Consignment, Parcel, Scan, Tour
from terrace.traceability.models import Lot
from tests import factories
from tests.access.bodies import photo
from tests.conftest import Cast, Member
from tests.logistics.conftest import Places, later
from tests.logistics.test_consignments import goods, lot  # noqa: F401 - fixtures
from tests.logistics.test_fees import agree, deliver, fill
from tests.logistics.test_tours import put_on, tour, vehicle  # noqa: F401 - fixtures


def scan(cast: Cast, tour: Tour, code: str, kind: ScanKind) -> str:  # noqa: F811
    """Scan something on the driver's page and return what the page says then."""
    url = f"/logistics/drive/{tour.number}/"
    return cast.driver.client.post(url, {"code": code, "kind": kind.value}, follow=True).content.decode()


def test_the_next_scan_begins_with_what_the_last_one_said(
    cast: Cast,
    down: Parcel,
    tour: Tour,  # noqa: F811
) -> None:
    put_on(cast, tour, down)
    services.start_tour(by=cast.driver.actor, tour=tour, now=later(1))
    told = scan(cast, tour, down.number, ScanKind.LOADED)
    assert 'value="loaded" selected' in told
    assert f"{down.number}: On the vehicle" in told
    again = scan(cast, tour, down.number, ScanKind.LOADED)
    assert "was scanned before" in again
    assert Scan.objects.filter(kind="loaded").count() == 1
    damaged = scan(cast, tour, down.number, ScanKind.DAMAGED)
    assert 'value="damaged" selected' not in damaged


def test_the_driver_is_told_what_is_put_down_at_the_wrong_stop(
    cast: Cast,
    places: Places,
    down: Parcel,
    tour: Tour,  # noqa: F811
) -> None:
    put_on(cast, tour, down)
    services.start_tour(by=cast.driver.actor, tour=tour, now=later(1))
    services.take_all(by=cast.driver.actor, tour=tour, now=later(2))
    told = scan(cast, tour, down.number, ScanKind.ARRIVED)
    assert f"{down.number} goes to" in told
    assert "scan it as loaded again" in told
    down.refresh_from_db()
    assert down.unit_at_id == places.station.pk


def test_the_driver_is_told_what_the_tour_does_not_bring_home(
    cast: Cast,
    places: Places,
    down: Parcel,
    tour: Tour,  # noqa: F811
) -> None:
    tour.refresh_from_db()
    stop = tour.stops.get(unit_id=places.point.pk)
    services.remove_stop(by=cast.clerk.actor, tour=tour, version=tour.version, stop_id=stop.pk)
    services.start_tour(by=cast.driver.actor, tour=tour, now=later(1))
    assert "This tour does not stop at" in scan(cast, tour, down.number, ScanKind.LOADED)


def test_another_label_and_an_unknown_number_are_refused_with_what_to_do(
    cast: Cast,
    down: Parcel,
    tour: Tour,  # noqa: F811
) -> None:
    services.start_tour(by=cast.driver.actor, tour=tour, now=later(1))
    assert "This is another label" in scan(cast, tour, "https://example.org/01/09506000134352", ScanKind.LOADED)
    unknown = scan(cast, tour, "W-NOTHERE", ScanKind.LOADED)
    assert "Nothing here bears this number" in unknown
    assert 'value="W-NOTHERE"' in unknown
    assert Scan.objects.count() == 1


def test_the_desk_says_what_has_to_be_looked_at_and_what_comes(
    cast: Cast,
    places: Places,
    down: Parcel,
    goods: Consignment,  # noqa: F811
) -> None:
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.DAMAGED, unit=places.point, now=later(5))
    services.scan(by=cast.station.actor, code=goods.number, kind=ScanKind.ARRIVED, unit=places.station, now=later(6))
    assert list(queries.trouble_at(places.point.pk)) == [down]
    assert "Has to be looked at" in cast.keeper.client.get("/logistics/desk/").content.decode()
    centre = Member(factories.PostFactory(unit=places.centre, role="packer").person)
    assert goods.number in centre.client.get("/logistics/desk/").content.decode()
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(9))
    down.refresh_from_db()
    assert (down.status, list(queries.trouble_at(places.point.pk))) == (ParcelStatus.AT_POINT, [])


def test_outlet_and_carrier_read_what_is_paid_and_why(cast: Cast, places: Places, down: Parcel) -> None:
    agree(cast, TariffKind.OUTLET, 60, 30, first_grams=1000)
    fill(cast, places, 1000)
    deliver(cast, places, down)
    courier = Member(factories.RepresentativeFactory(party=places.courier).person, places.courier)
    for client in (cast.keeper.client, courier.client):
        told = client.get("/logistics/fees/").content.decode()
        assert down.number in told
        assert "1.4" in told
        assert "0.30" in told
    assert "1.4" in cast.keeper.client.get(f"/logistics/parcels/{down.number}/").content.decode()
    assert down.number not in cast.neighbour.client.get("/logistics/fees/").content.decode()
    listed = courier.client.get("/api/v1/logistics/fees").json()
    assert (listed["total"], listed["items"][0]["amount"]) == (1, {"minor": 102, "currency": "CNY"})
    assert courier.client.get("/api/v1/logistics/fees?owed=true").json()["total"] == 0


def test_unloading_says_that_the_driver_has_arrived_and_before_it_nothing_is_proposed_as_unloaded(
    cast: Cast,
    places: Places,
    down: Parcel,
    tour: Tour,  # noqa: F811
) -> None:
    put_on(cast, tour, down)
    services.start_tour(by=cast.driver.actor, tour=tour, now=later(1))
    services.take_all(by=cast.driver.actor, tour=tour, now=later(2))
    on_the_road = cast.driver.client.get(f"/logistics/drive/{tour.number}/").content.decode()
    assert 'value="arrived" selected' not in on_the_road
    scan(cast, tour, down.number, ScanKind.ARRIVED)
    assert tour.stops.get(place=1).arrived_at is not None
    at_the_stop = cast.driver.client.get(f"/logistics/drive/{tour.number}/").content.decode()
    assert 'value="arrived" selected' in at_the_stop
    assert "I am here" not in at_the_stop


def test_all_that_lies_here_is_proposed_to_go_along(cast: Cast, lot: Lot) -> None:  # noqa: F811
    told = cast.keeper.client.get("/logistics/consignments/new/").content.decode()
    assert f'name="lot_{lot.pk}" value="800"' in told


def test_the_picture_of_a_hand_over_is_for_who_handles_the_parcel_or_owns_it(
    cast: Cast, places: Places, down: Parcel
) -> None:
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(9))
    services.hand_over(by=cast.keeper.actor, parcel=down, photo=photo(), now=later(10))
    url = f"/logistics/parcels/{down.number}/photos/{down.scans.get(kind='handed_over').pk}.jpg"
    courier = Member(factories.RepresentativeFactory(party=places.courier).person, places.courier)
    for member in (cast.keeper, cast.clerk, courier):
        assert member.client.get(url)["Content-Type"] == "image/jpeg"
    for member in (cast.bureau, cast.neighbour, cast.farmer, cast.stranger):
        assert member.client.get(url).status_code in (403, 404)
