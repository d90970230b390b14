"""The pages of logistics: the keeper's desk, parcels, consignments, the planner's and the driver's pages."""

import re
from datetime import time

import pytest
import time_machine

from terrace.logistics import queries, services
from terrace.logistics.domain import ConsignmentStatus, ParcelStatus, ScanKind, TourStatus
from terrace.logistics.models import Carrier, Consignment, Load, Parcel, Stop, Tariff, Tour, Vehicle
from terrace.logistics.views.riders import Rider
from terrace.network.models import ServiceUnit
from terrace.traceability.models import Lot
from tests import factories
from tests.conftest import VILLAGE, Cast
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.test_consignments import goods, lot  # noqa: F401 - fixtures
from tests.logistics.test_parcels import code_of
from tests.logistics.test_tours import tour, vehicle  # noqa: F401 - fixtures


def own_unit(person_units: frozenset[int]) -> ServiceUnit:
    """Return the unit at which somebody holds the only post."""
    [unit_id] = person_units
    return ServiceUnit.objects.get(pk=unit_id)


def test_a_keeper_scans_a_parcel_in_and_hands_it_over(cast: Cast, places: Places, down: Parcel) -> None:
    keeper = cast.keeper.client
    page = keeper.get("/logistics/desk/")
    assert page.status_code == 200
    assert "shelf is empty" in page.text
    answer = keeper.post("/logistics/desk/", {"code": down.number, "kind": "arrived"}, follow=True)
    assert "Zhao Suqin" in answer.text
    assert keeper.get(f"/logistics/parcels/{down.number}/").text.count("Hand over") == 1
    wrong = keeper.post(f"/logistics/parcels/{down.number}/hand-over/", {"code": "12"})
    assert wrong.status_code == 422
    assert "not the code" in wrong.text
    down.refresh_from_db()
    assert (down.status, down.code_tries) == (ParcelStatus.AT_POINT, 1)
    done = keeper.post(f"/logistics/parcels/{down.number}/hand-over/", {"code": code_of()})
    assert done.status_code == 302
    down.refresh_from_db()
    assert down.status == ParcelStatus.DELIVERED


def test_the_desk_says_what_is_wrong_with_a_scan(cast: Cast, places: Places, down: Parcel) -> None:
    answer = cast.keeper.client.post("/logistics/desk/", {"code": "W-NOTHING", "kind": "arrived"})
    assert answer.status_code == 422
    assert "Nothing here bears this number" in answer.text


def test_a_clerk_announces_a_parcel(cast: Cast, places: Places) -> None:
    fields = {
        "from_unit": places.centre.number,
        "to_unit": places.point.number,
        "carrier": str(places.courier.pk),
        "waybill": "SC1",
        "recipient": "Li Hua",
        "phone": "139 9390 1235",
        "weight": "1.25",
    }
    answer = cast.clerk.client.post("/logistics/parcels/new/down/", fields)
    parcel = Parcel.objects.get()
    assert answer.headers["Location"] == f"/logistics/parcels/{parcel.number}/"
    assert (parcel.weight_grams, parcel.phone) == (1250, "+8613993901235")
    assert "Rides cold" not in cast.clerk.client.get(answer.headers["Location"]).content.decode()
    refused = cast.clerk.client.post("/logistics/parcels/new/down/", {**fields, "phone": "12", "waybill": "SC2"})
    assert refused.status_code == 422
    assert Parcel.objects.count() == 1


def test_a_parcel_that_has_to_ride_cold_says_so_wherever_it_is_handled(cast: Cast, places: Places) -> None:
    asked = {
        "direction": "down",
        "from_unit": places.centre.number,
        "to_unit": places.point.number,
        "carrier": places.courier.number,
        "recipient": "Li Hua",
        "phone": "13993901235",
        "weight_grams": 1250,
        "is_cold": True,
    }
    client = cast.clerk.client
    told = client.post("/api/v1/logistics/parcels", asked, content_type="application/json").json()
    assert told["is_cold"] is True
    assert "Rides cold" in client.get(f"/logistics/parcels/{told['number']}/").content.decode()
    assert Rider(Load(parcel=Parcel.objects.get())).kind == "Cold parcel"
    assert client.get(f"/logistics/parcels/{told['number']}/label.pdf").status_code == 200


def test_a_packer_hands_a_parcel_to_its_carrier_and_notes_what_it_says(cast: Cast, places: Places, up: Parcel) -> None:
    packer = cast.packer.client
    base = f"/logistics/parcels/{up.number}"
    packer.post(f"{base}/to-carrier/", {"carrier": str(places.courier.pk), "waybill": "SC9"})
    packer.post(f"{base}/news/", {"status": "in_transit"})
    page = packer.get(f"{base}/")
    assert "On its way" in page.text
    up.refresh_from_db()
    assert (up.status, up.waybill) == (ParcelStatus.IN_TRANSIT, "SC9")


def test_the_recipient_is_named_to_who_handles_the_parcel_and_to_nobody_else(
    cast: Cast, places: Places, down: Parcel
) -> None:
    page = f"/logistics/parcels/{down.number}/"
    assert "Zhao Suqin" in cast.keeper.client.get(page).text
    assert "Zhao Suqin" not in cast.bureau.client.get(page).text
    assert cast.neighbour.client.get(page).status_code == 404


def test_lists_show_what_there_is(cast: Cast, places: Places, down: Parcel, up: Parcel) -> None:
    page = cast.clerk.client.get("/logistics/parcels/")
    assert down.number in page.text
    assert up.number in page.text
    only_down = cast.clerk.client.get("/logistics/parcels/?direction=down&text=SC100")
    assert up.number not in only_down.text
    assert "xlsx" in page.text
    assert cast.clerk.client.get("/logistics/parcels/?export=xlsx").status_code == 200


def test_a_keeper_makes_up_a_consignment(cast: Cast, places: Places, lot: Lot) -> None:  # noqa: F811
    keeper = cast.keeper.client
    assert lot.number in keeper.get("/logistics/consignments/new/").text
    fields = {"to_unit": places.centre.number, "crates": "3", f"lot_{lot.pk}": "120.5"}
    answer = keeper.post("/logistics/consignments/new/", fields)
    made = Consignment.objects.get()
    assert answer.headers["Location"] == f"/logistics/consignments/{made.number}/"
    assert made.grams == 120_500
    assert "120.5" in keeper.get(f"/logistics/consignments/{made.number}/").text
    keeper.post(f"/logistics/consignments/{made.number}/cancel/")
    made.refresh_from_db()
    assert made.status == ConsignmentStatus.CANCELLED


def test_a_packer_counts_a_consignment_in(cast: Cast, places: Places, goods: Consignment) -> None:  # noqa: F811
    services.scan(by=cast.packer.actor, code=goods.number, kind=ScanKind.ARRIVED, unit=places.centre)
    line = goods.lines.get()
    address, field = f"/logistics/consignments/{goods.number}/receive/", f"lot_{line.lot_id}"
    refused = cast.packer.client.post(address, {field: "480"})
    assert refused.status_code == 422
    assert "Say why" in refused.text
    cast.packer.client.post(address, {field: "480", "reason": "bruised"})
    line.refresh_from_db()
    assert line.arrived_steps == 480_000
    history = cast.packer.client.get(f"/logistics/consignments/{goods.number}/").text
    told = re.findall(r"<strong>\s*(.+?)\s*</strong>", history)
    assert [step for step in told if step in {"Registered", "Arrived", "Counted in"}] == [
        "Counted in",
        "Arrived",
        "Registered",
    ]


@time_machine.travel(NOON, tick=False)
def test_a_clerk_plans_a_tour_by_hand(cast: Cast, places: Places, vehicle: Vehicle, down: Parcel) -> None:  # noqa: F811
    clerk = cast.clerk.client
    home = {"vehicle": vehicle.pk, "driver": cast.driver.person.pk, "on": "2026-11-20", "starts_at": "08:00"}
    answer = clerk.post(f"/logistics/tours/new/?unit={places.centre.number}", home)
    tour = Tour.objects.get()  # noqa: F811
    page = f"/logistics/tours/{tour.number}/"
    assert answer.headers["Location"] == page
    clerk.post(f"{page}stops/", {"version": 1, "unit": places.station.number})
    clerk.post(f"{page}stops/", {"version": 2, "unit": places.point.number, "planned_at": "10:30"})
    second = Stop.objects.get(place=2)
    assert down.number in clerk.get(page).text
    clerk.post(f"{page}stops/{second.pk}/move/", {"version": 3, "places": -1})
    clerk.post(f"{page}stops/{second.pk}/time/", {"version": 4, "planned_at": "09:15"})
    clerk.post(f"{page}loads/", {"version": 5, "codes": [down.number]})
    load = Load.objects.get()
    second.refresh_from_db()
    assert (second.place, second.planned_at, load.drop_at_id) == (1, time(9, 15), second.pk)
    told = clerk.post(f"{page}stops/", {"version": 1, "unit": places.point.number}, follow=True)
    assert "stops there already" in told.text
    clerk.post(f"{page}loads/{load.pk}/remove/", {"version": 6})
    clerk.post(f"{page}stops/{second.pk}/remove/", {"version": 7})
    assert (Load.objects.count(), Stop.objects.count()) == (0, 1)
    clerk.post(f"{page}change/", {**home, "version": 8, "starts_at": "09:00"})
    clerk.post(f"{page}cancel/", {"version": 9})
    tour.refresh_from_db()
    assert (tour.starts_at, tour.status) == (time(9), TourStatus.CANCELLED)


@time_machine.travel(NOON, tick=False)
def test_a_driver_drives_a_tour_on_the_phone(cast: Cast, tour: Tour, down: Parcel) -> None:  # noqa: F811
    services.assign(by=cast.clerk.actor, tour=tour, version=tour.version, codes=[down.number])
    driver, page = cast.driver.client, f"/logistics/drive/{tour.number}/"
    assert driver.get("/logistics/drive/").headers["Location"] == page
    assert down.number in driver.get(page).text
    driver.post(page, {"code": down.number, "kind": "loaded"})
    driver.post(f"{page}start/")
    first, second = queries.stops_of(tour)
    for stop in (first, second):
        assert "I am here" in driver.get(page).text
        driver.post(f"{page}stops/{stop.pk}/arrive/")
        driver.post(f"{page}stops/{stop.pk}/drop-all/")
        driver.post(f"{page}stops/{stop.pk}/leave/")
    assert "All stops are done" in driver.get(page).text
    driver.post(f"{page}problem/", {"text": "A tyre is flat"})
    driver.post(f"{page}finish/")
    tour.refresh_from_db()
    down.refresh_from_db()
    assert (tour.status, down.status) == (TourStatus.FINISHED, ParcelStatus.AT_POINT)


def test_the_loading_list_is_printed(cast: Cast, tour: Tour, down: Parcel) -> None:  # noqa: F811
    services.assign(by=cast.clerk.actor, tour=tour, version=tour.version, codes=[down.number])
    answer = cast.driver.client.get(f"/logistics/tours/{tour.number}/loading-list.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_another_driver_does_not_see_the_tour(cast: Cast, tour: Tour) -> None:  # noqa: F811
    unit = factories.UnitFactory(area=factories.AreaFactory(code="621227"))
    other = factories.PostFactory(unit=unit, role="driver").person
    from tests.conftest import Member

    assert Member(other).client.get(f"/logistics/drive/{tour.number}/").status_code == 404


def test_vehicles_carriers_and_tariffs_are_kept_by_the_centre(cast: Cast, places: Places) -> None:
    clerk, centre = cast.clerk.client, cast.centre.client
    clerk.post("/logistics/vehicles/new/", {"unit": places.centre.number, "plate": "甘K 1", "capacity": "900"})
    vehicle = Vehicle.objects.get()  # noqa: F811
    assert "甘K 1" in clerk.get("/logistics/vehicles/").text
    clerk.post(f"/logistics/vehicles/{vehicle.number}/", {"version": 1, "plate": "甘K 2", "capacity": "1000"})
    vehicle.refresh_from_db()
    assert (vehicle.plate, vehicle.capacity_grams, vehicle.is_active) == ("甘K 2", 1_000_000, False)
    firm = factories.PartyFactory(area=factories.AreaFactory(code=VILLAGE[:6]), kind="enterprise", name="Red Kite")
    clerk.post("/logistics/carriers/new/", {"unit": places.centre.number, "party": firm.number})
    carrier = Carrier.objects.get(party=firm)
    assert "Red Kite" in clerk.get("/logistics/carriers/").text
    clerk.post(f"/logistics/carriers/{carrier.number}/", {"version": 1})
    carrier.refresh_from_db()
    assert not carrier.is_active
    given = {"kind": "outlet", "area": VILLAGE[:6], "starts_on": "2999-01-01", "per_parcel": "0.5", "per_kg": "0"}
    assert centre.post("/logistics/tariffs/new/", given).status_code == 422
    with time_machine.travel(NOON):
        centre.post("/logistics/tariffs/new/", {**given, "starts_on": "2026-12-01", "first": "1"})
    assert Tariff.objects.get().first_grams == 1000
    assert "0.50" in centre.get("/logistics/tariffs/").text


def test_who_waits_for_a_parcel_finds_it_by_number_and_phone_without_a_name(
    cast: Cast, places: Places, down: Parcel, client: object
) -> None:
    from django.test import Client

    visitor = Client()
    assert visitor.get("/logistics/status/").status_code == 200
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(5))
    found = visitor.post("/logistics/status/", {"number": down.number.lower(), "tail": "1234"})
    assert found.status_code == 200
    assert "At the point" in found.text
    assert "Zhao" not in found.text
    refused = visitor.post("/logistics/status/", {"number": down.number, "tail": "9999"})
    assert refused.status_code == 422
    assert "At the point" not in refused.text


@pytest.mark.slow
def test_guessing_at_a_parcel_comes_to_an_end(down: Parcel) -> None:
    from django.test import Client

    visitor = Client()
    tries = [visitor.post("/logistics/status/", {"number": down.number, "tail": f"{n:04}"}) for n in range(9)]
    assert tries[-1].status_code == 429
    right = visitor.post("/logistics/status/", {"number": down.number, "tail": "1234"})
    assert right.status_code == 429


def test_a_carrier_sees_its_own_parcels_and_no_others(cast: Cast, places: Places, down: Parcel) -> None:
    from tests.conftest import Member

    party = places.courier
    speaker = Member(factories.RepresentativeFactory(party=party).person, party)
    assert down.number in speaker.client.get("/logistics/parcels/").text
    other = factories.RepresentativeFactory(party=factories.PartyFactory(kind="enterprise")).person
    assert down.number not in Member(other).client.get("/logistics/parcels/").text


def test_a_label_is_printed_for_what_is_scanned_and_names_nobody(
    cast: Cast,
    places: Places,
    down: Parcel,
    goods: Consignment,  # noqa: F811
) -> None:
    for address in (f"/logistics/parcels/{down.number}/label.pdf", f"/logistics/consignments/{goods.number}/label.pdf"):
        answer = cast.keeper.client.get(address)
        assert answer.content.startswith(b"%PDF")
        assert cast.neighbour.client.get(address).status_code == 404
