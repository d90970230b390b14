"""Logistics over REST: carriers announce and tell of parcels, programs scan and read."""

from datetime import time

from terrace.logistics import services
from terrace.logistics.domain import ParcelStatus, ScanKind, TariffKind
from terrace.logistics.models import Consignment, Parcel, Tour
from tests import factories
from tests.conftest import Cast, Member
from tests.logistics.conftest import Places, later
from tests.logistics.test_consignments import goods, lot  # noqa: F401 - fixtures
from tests.logistics.test_fees import agree
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
