"""Logistics over REST: carriers announce and tell of parcels, programs scan and read."""

from datetime import time
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from terrace.kernel import clock
from terrace.logistics import services
from terrace.logistics.domain import ParcelStatus, ScanKind, TariffKind
from terrace.logistics.models import Consignment, Parcel, Tour, Vehicle
from terrace.traceability.models import Lot
from tests import factories
from tests.access.bodies import photo
from tests.conftest import VILLAGE, Cast, Member
from tests.logistics.conftest import Places, later
from tests.logistics.test_consignments import goods, lot  # noqa: F401 - fixtures
from tests.logistics.test_fees import agree
from tests.logistics.test_parcels import code_of
from tests.logistics.test_tours import put_on, tour, vehicle  # noqa: F401 - fixtures

API = "/api/v1/logistics"
JSON = "application/json"


def courier(places: Places) -> Member:
    """Return somebody who speaks for the courier company."""
    return Member(factories.RepresentativeFactory(party=places.courier).person, places.courier)


def announced(places: Places, **other: object) -> dict[str, object]:
    """Return what a carrier sends to announce a parcel."""
    return {
        "direction": "down",
        "from_unit": places.centre.number,
        "to_unit": places.point.number,
        "carrier": places.courier.number,
        "waybill": "SC500",
        "recipient": "Li Hua",
        "phone": "13993901235",
        "weight_grams": 900,
        **other,
    }


def test_a_carrier_announces_its_parcels_and_reads_where_they_are(cast: Cast, places: Places) -> None:
    client = courier(places).client
    made = client.post(f"{API}/parcels", announced(places), content_type=JSON)
    assert made.status_code == 201
    number = made.json()["number"]
    scan = {"code": "SC500", "kind": "arrived", "unit": places.point.number}
    scanned = cast.keeper.client.post(f"{API}/scans", scan, content_type=JSON)
    assert scanned.json() == {"number": number, "status": "at_point", "effect": "move"}
    assert cast.keeper.client.post(f"{API}/scans", scan, content_type=JSON).json()["effect"] == "repeat"
    read = client.get(f"{API}/parcels/{number}").json()
    assert [step["kind"] for step in read["scans"]] == ["registered", "arrived"]
    assert "Li Hua" not in str(read)
    assert client.get(f"{API}/parcels?status=at_point").json()["total"] == 1


def test_a_waybill_that_is_known_is_a_problem_at_its_field(cast: Cast, places: Places) -> None:
    client = courier(places).client
    client.post(f"{API}/parcels", announced(places), content_type=JSON)
    again = client.post(f"{API}/parcels", announced(places), content_type=JSON)
    assert (again.status_code, again.json()["code"], again.json()["errors"][0]["field"]) == (
        409,
        "known_waybill",
        "waybill",
    )
    assert Parcel.objects.count() == 1


def test_who_shares_no_network_announces_nothing(cast: Cast, places: Places) -> None:
    refused = cast.buyer.client.post(f"{API}/parcels", announced(places, carrier=""), content_type=JSON)
    assert refused.status_code == 403
    unknown = cast.buyer.client.post(f"{API}/parcels", announced(places), content_type=JSON)
    assert unknown.status_code == 404
    assert not Parcel.objects.exists()


def test_a_carrier_tells_of_a_parcel_that_goes_up(cast: Cast, places: Places, up: Parcel) -> None:
    client = courier(places).client
    taken = client.post(f"{API}/parcels/{up.number}/to-carrier", {"waybill": "SC9"}, content_type=JSON)
    assert taken.json()["status"] == "with_carrier"
    told = client.post(f"{API}/parcels/{up.number}/news", {"status": "delivered"}, content_type=JSON)
    assert told.json()["status"] == "delivered"
    late = client.post(f"{API}/parcels/{up.number}/news", {"status": "lost"}, content_type=JSON)
    assert (late.status_code, late.json()["code"]) == (409, "impossible_scan")
    up.refresh_from_db()
    assert up.status == ParcelStatus.DELIVERED


@pytest.mark.parametrize(("at", "status"), [("2026-11-20T12:00:00", 422), ("0001-01-01T00:00:00+00:00", 422)])
def test_a_moment_without_its_zone_or_long_ago_is_a_problem_at_its_field(
    cast: Cast, places: Places, up: Parcel, at: str, status: int
) -> None:
    scan = {"code": up.number, "kind": "damaged", "unit": places.centre.number, "at": at}
    news = {"status": "delivered", "at": at}
    for client, path, body in (
        (cast.packer.client, "scans", scan),
        (courier(places).client, f"parcels/{up.number}/news", news),
    ):
        answer = client.post(f"{API}/{path}", body, content_type=JSON)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, "at")
    up.refresh_from_db()
    assert (up.status, up.scans.count()) == (ParcelStatus.REGISTERED, 1)


def test_consignments_tours_and_tariffs_are_read(
    cast: Cast,
    places: Places,
    goods: Consignment,  # noqa: F811
    tour: Tour,  # noqa: F811
    down: Parcel,
) -> None:
    put_on(cast, tour, down)
    agree(cast, TariffKind.FLEET, 60, 30)
    client = cast.clerk.client
    consignment = client.get(f"{API}/consignments/{goods.number}").json()
    assert consignment["lines"][0]["sent"] == {"steps": 500_000, "unit": "KGM"}
    assert client.get(f"{API}/consignments").json()["total"] == 1
    plan = client.get(f"{API}/tours/{tour.number}").json()
    assert [stop["place"] for stop in plan["stops"]] == [1, 2]
    assert (plan["loads"][0]["number"], plan["loads"][0]["takes"], plan["loads"][0]["drops"]) == (down.number, None, 2)
    assert plan["starts_at"] == time(8).isoformat()
    assert client.get(f"{API}/tours?sort=-on").json()["total"] == 1
    assert client.get(f"{API}/tariffs?kind=fleet").json()["items"][0]["per_parcel"] == {"minor": 60, "currency": "CNY"}


def test_a_neighbour_reads_nothing(cast: Cast, places: Places, down: Parcel, goods: Consignment) -> None:  # noqa: F811
    client = cast.neighbour.client
    assert client.get(f"{API}/parcels/{down.number}").status_code == 404
    assert client.get(f"{API}/consignments/{goods.number}").status_code == 404
    assert client.get(f"{API}/parcels").json()["total"] == 0


def test_a_late_scan_of_a_phone_without_network_is_kept_and_moves_nothing(
    cast: Cast, places: Places, down: Parcel
) -> None:
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(30))
    scan = {
        "code": down.number,
        "kind": "arrived",
        "unit": places.centre.number,
        "at": later(10).isoformat(),
    }
    told = cast.packer.client.post(f"{API}/scans", scan, content_type=JSON).json()
    assert told == {"number": down.number, "status": "at_point", "effect": "late"}


def test_a_wrong_code_is_counted_whatever_key_comes_with_it(cast: Cast, places: Places, down: Parcel) -> None:
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(9))
    client = cast.keeper.client
    by_rest = f"{API}/parcels/{down.number}/hand-over"
    told = client.post(by_rest, {"code": "wrong"}, content_type=JSON, headers={"Idempotency-Key": "a-key"})
    assert (told.status_code, told.json()["code"]) == (422, "wrong_code")
    page = f"/logistics/parcels/{down.number}/hand-over/"
    assert client.post(page, {"code": "wrong"}, headers={"Idempotency-Key": "b-key"}).status_code == 422
    down.refresh_from_db()
    assert (down.code_tries, down.status) == (2, ParcelStatus.AT_POINT)


def test_a_parcel_is_handed_over_refused_and_given_a_new_code(cast: Cast, places: Places, down: Parcel) -> None:
    client = cast.keeper.client
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(9))
    before = code_of()
    assert client.post(f"{API}/parcels/{down.number}/new-code").status_code == 200
    assert code_of() != before
    done = client.post(f"{API}/parcels/{down.number}/hand-over", {"code": code_of()}, content_type=JSON)
    assert (done.status_code, done.json()["status"]) == (200, "delivered")
    late = client.post(f"{API}/parcels/{down.number}/refuse", {}, content_type=JSON)
    assert (late.status_code, late.json()["code"]) == (409, "impossible_scan")


def test_a_parcel_is_handed_over_before_a_camera(cast: Cast, places: Places, down: Parcel) -> None:
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(9))
    path = f"{API}/parcels/{down.number}/hand-over-with-photo"
    bad = ContentFile(b"no picture", name="photo.jpg")
    assert cast.keeper.client.post(path, {"photo": bad}).status_code == 422
    done = cast.keeper.client.post(path, {"photo": photo()})
    assert (done.status_code, done.json()["status"]) == (200, "delivered")


def test_a_consignment_is_made_up_counted_and_cancelled(cast: Cast, places: Places, lot: Lot) -> None:  # noqa: F811
    client = cast.keeper.client
    part = {"lot": lot.number, "quantity": {"steps": 300_000, "unit": "KGM"}}
    body = {"from_unit": places.point.number, "to_unit": places.centre.number, "lots": [part], "crates": 15}
    made = client.post(f"{API}/consignments", body, content_type=JSON)
    assert (made.status_code, made.json()["weight"]["steps"]) == (201, 300_000)
    number = made.json()["number"]
    wrong = client.post(f"{API}/consignments", {**body, "weight_grams": 0}, content_type=JSON)
    assert (wrong.status_code, Consignment.objects.count()) == (422, 1)
    scan = {"code": number, "kind": "arrived", "unit": places.centre.number}
    cast.clerk.client.post(f"{API}/scans", scan, content_type=JSON)
    arrived = [{"lot": made.json()["lines"][0]["lot"], "quantity": {"steps": 299_000, "unit": "KGM"}}]
    unsaid = cast.clerk.client.post(f"{API}/consignments/{number}/receive", {"arrived": arrived}, content_type=JSON)
    assert (unsaid.status_code, unsaid.json()["errors"][0]["field"]) == (422, "reason")
    counted = cast.clerk.client.post(
        f"{API}/consignments/{number}/receive", {"arrived": arrived, "reason": "bruised"}, content_type=JSON
    )
    assert (counted.json()["status"], counted.json()["lines"][0]["arrived"]["steps"]) == ("arrived", 299_000)
    late = client.post(f"{API}/consignments/{number}/cancel")
    assert (late.status_code, late.json()["code"]) == (409, "not_waiting")


def test_more_than_was_sent_is_refused_at_the_bodys_own_field(
    cast: Cast,
    places: Places,
    goods: Consignment,  # noqa: F811
) -> None:
    services.scan(by=cast.clerk.actor, code=goods.number, kind=ScanKind.ARRIVED, unit=places.centre, now=later(9))
    [line] = goods.lines.all()
    arrived = [{"lot": Lot.objects.get(pk=line.lot_id).number, "quantity": {"steps": 900_000, "unit": "KGM"}}]
    told = cast.clerk.client.post(f"{API}/consignments/{goods.number}/receive", {"arrived": arrived}, content_type=JSON)
    assert (told.status_code, told.json()["errors"][0]["field"]) == (422, "arrived")
    goods.refresh_from_db()
    assert goods.arrived_at is None


def test_a_tour_is_planned_loaded_driven_and_finished(
    cast: Cast,
    places: Places,
    vehicle: Vehicle,  # noqa: F811
    down: Parcel,
) -> None:
    clerk, driver = cast.clerk.client, cast.driver.client

    def send(client: Client, path: str, **body: object) -> Any:
        answer = client.post(f"{API}/tours{path}", body, content_type=JSON)
        assert answer.status_code in (200, 201), answer.content
        return answer.json()

    drivers = clerk.get(f"{API}/drivers?unit={places.centre.number}").json()
    assert {"id": cast.driver.person.pk, "name": cast.driver.person.name} in drivers
    day = clock.today().isoformat()
    given = {"vehicle": vehicle.number, "driver": cast.driver.person.pk, "on": day, "starts_at": "08:00:00"}
    made = send(clerk, "", unit=places.centre.number, **given)
    path = f"/{made['number']}"
    changed = clerk.put(
        f"{API}/tours{path}", {**given, "version": made["version"], "starts_at": "09:00:00"}, content_type=JSON
    ).json()
    assert changed["starts_at"] == "09:00:00"
    plan = send(clerk, f"{path}/stops", version=changed["version"], unit=places.station.number)
    plan = send(clerk, f"{path}/stops", version=plan["version"], unit=places.point.number, planned_at="10:00:00")
    point = plan["stops"][1]["id"]
    stale = clerk.post(f"{API}/tours{path}/stops/{point}/move", {"version": 1, "places": -1}, content_type=JSON)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    plan = send(clerk, f"{path}/stops/{point}/move", version=plan["version"], places=-1)
    assert plan["stops"][0]["id"] == point
    plan = send(clerk, f"{path}/stops/{point}/time", version=plan["version"], planned_at=None)
    plan = send(clerk, f"{path}/loads", version=plan["version"], codes=[down.number])
    plan = send(clerk, f"{path}/loads/{plan['loads'][0]['id']}/remove", version=plan["version"])
    assert plan["loads"] == []
    plan = send(clerk, f"{path}/loads", version=plan["version"], codes=[down.number])
    plan = send(clerk, f"{path}/stops/{plan['stops'][1]['id']}/remove", version=plan["version"])
    assert send(driver, f"{path}/start")["status"] == "under_way"
    assert send(driver, f"{path}/take-all") == {"count": 1}
    assert send(driver, f"{path}/stops/{point}/arrive")["stops"][0]["arrived_at"]
    assert send(driver, f"{path}/stops/{point}/take-all") == {"count": 0}
    assert send(driver, f"{path}/stops/{point}/drop-all") == {"count": 1}
    assert send(driver, f"{path}/stops/{point}/leave")["stops"][0]["left_at"]
    send(driver, f"{path}/problem", text="A tyre is flat")
    assert send(driver, f"{path}/finish")["status"] == "finished"
    down.refresh_from_db()
    assert down.status == ParcelStatus.AT_POINT
    ended = clerk.post(f"{API}/tours{path}/cancel", {"version": plan["version"]}, content_type=JSON)
    assert (ended.status_code, ended.json()["code"]) == (409, "tour_ended")


def test_nobody_else_drives_a_tour_by_rest(cast: Cast, tour: Tour) -> None:  # noqa: F811
    for member, status in ((cast.keeper, 403), (cast.neighbour, 404), (cast.farmer, 404)):
        assert member.client.post(f"{API}/tours/{tour.number}/start").status_code == status
    assert cast.keeper.client.get(f"{API}/drivers?unit={tour.unit.number}").status_code == 403
    tour.refresh_from_db()
    assert tour.started_at is None


def test_the_fleet_the_carriers_and_the_tariffs_are_kept(cast: Cast, places: Places) -> None:
    clerk = cast.clerk.client
    lorry = {"unit": places.centre.number, "plate": "甘K 77777", "capacity_grams": 900_000}
    made = clerk.post(f"{API}/vehicles", lorry, content_type=JSON).json()
    again = clerk.post(f"{API}/vehicles", lorry, content_type=JSON)
    assert (again.status_code, again.json()["code"]) == (409, "known_plate")
    laid_up = {**lorry, "version": made["version"], "is_active": False}
    del laid_up["unit"]
    changed = clerk.put(f"{API}/vehicles/{made['number']}", laid_up, content_type=JSON).json()
    assert (changed["is_active"], clerk.get(f"{API}/vehicles").json()["total"]) == (False, 1)
    firm = factories.PartyFactory(area=factories.AreaFactory(code=VILLAGE[:6]), kind="enterprise", name="Far Crane")
    body = {"unit": places.centre.number, "party": firm.number}
    carrier = clerk.post(f"{API}/carriers", body, content_type=JSON).json()
    stopped = clerk.put(
        f"{API}/carriers/{carrier['number']}", {"version": carrier["version"], "is_active": False}, content_type=JSON
    )
    assert (stopped.json()["is_active"], clerk.get(f"{API}/carriers").json()["total"]) == (False, 2)
    money = {"minor": 60, "currency": "CNY"}
    tariff = {"kind": "fleet", "area": VILLAGE[:6], "starts_on": clock.today().isoformat()}
    tariff |= {"per_parcel": money, "per_kg": money}
    assert clerk.post(f"{API}/tariffs", tariff, content_type=JSON).status_code == 403
    set_by = cast.centre.client.post(f"{API}/tariffs", {**tariff, "party": places.courier.number}, content_type=JSON)
    assert (set_by.status_code, set_by.json()["party"]) == (201, places.courier.number)
