"""Parcels that carriers hand over as files or many at once: read, judged by row, each waybill once."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from terrace.http.workbooks import Head, RowsRefused, Sheet, write
from terrace.kernel.errors import Forbidden, Invalid
from terrace.logistics import queries, services
from terrace.logistics.domain.handing_in import suggested
from terrace.logistics.domain.placing import Gazetteer, Named
from terrace.logistics.models import ColumnMap, Parcel, ParcelFile, Scan, UnplacedParcel
from tests import factories
from tests.amounts import fen
from tests.conftest import VILLAGE, Cast, Member
from tests.logistics.agreed import carrier_of, make
from tests.logistics.conftest import NOON, Places, later

JSON = "application/json"
TITLES = ("运单号", "收件人", "手机号", "重量", "村", "地址", "代收货款", "冷链")
COLUMNS = dict(zip(("waybill", "recipient", "phone", "weight", "place", "address", "cod", "cold"), TITLES, strict=True))
QUERIES = 26
GOOD = ("SC1", "赵素琴", "13993901234", "2.4", VILLAGE, "", "", "")


def csv(*rows: tuple[str, ...], encoding: str = "gb18030") -> bytes:
    """Return a file as offices save it."""
    return "\r\n".join(",".join(row) for row in (TITLES, *rows)).encode(encoding)


def taken(cast: Cast, places: Places, content: bytes) -> ParcelFile:
    """Return a file that was taken in and whose columns were named."""
    by = cast.clerk.actor
    file = services.take_file(by=by, carrier=carrier_of(places), content=content, file_name="parcels.csv")
    return services.map_columns(by=by, file=file, columns=COLUMNS)


def hand_in(cast: Cast, places: Places, *rows: tuple[str, ...], takes_good_rows: bool = False) -> ParcelFile:
    """Hand over a file with the rows."""
    file = taken(cast, places, csv(*rows))
    return services.hand_in(by=cast.clerk.actor, file=file, takes_good_rows=takes_good_rows, now=NOON)


def test_a_file_becomes_parcels_as_if_each_had_been_announced(cast: Cast, places: Places) -> None:
    make(cast, places)
    done = hand_in(cast, places, GOOD, ("SC2", *GOOD[1:6], "12.50", "是"))
    assert (done.new_count, done.known_count, done.open_count, done.bad_count) == (2, 0, 0, 0)
    first, second = Parcel.objects.order_by("waybill")
    assert (first.weight_grams, first.to_unit_id, first.phone) == (2_400, places.point.pk, "+8613993901234")
    assert first.agreement is not None
    assert first.due_on == NOON.date()
    assert (first.is_cold, second.is_cold) == (False, True)
    assert (first.cod, second.cod) == (None, fen(1250))
    assert Scan.objects.filter(parcel=first, kind="registered", moved=True).count() == 1
    assert {check.name for check in queries.CHECKS if list(check.find())} == set()


def test_the_same_file_and_the_same_waybill_twice_change_nothing(cast: Cast, places: Places) -> None:
    done = hand_in(cast, places, GOOD)
    again = services.take_file(
        by=cast.clerk.actor, carrier=carrier_of(places), content=csv(GOOD), file_name="again.csv"
    )
    assert again.pk == done.pk
    with pytest.raises(services.FileClosed):
        services.hand_in(by=cast.clerk.actor, file=again, now=NOON)
    other = hand_in(cast, places, ("SC1", "Somebody", "13800138000", "9", VILLAGE, "", "", ""), ("SC2", *GOOD[1:]))
    assert (other.new_count, other.known_count) == (1, 1)
    assert Parcel.objects.get(waybill="SC1").weight_grams == 2_400


def test_every_bad_row_is_told_and_nothing_is_taken(cast: Cast, places: Places) -> None:
    rows = [
        GOOD,
        ("", *GOOD[1:]),
        ("SC3", "", *GOOD[2:]),
        ("SC4", GOOD[1], "12", *GOOD[3:]),
        ("SC5", *GOOD[1:3], "heavy", *GOOD[4:]),
        ("SC6", *GOOD[1:3], "900", *GOOD[4:]),
        GOOD,
        ("SC7", "赵素琴 11010519491231002X", *GOOD[2:]),
        ("W-SC8", *GOOD[1:]),
        ("SC9", *GOOD[1:6], "-5", ""),
    ]
    file = taken(cast, places, csv(*rows))
    with pytest.raises(RowsRefused) as refused:
        services.hand_in(by=cast.clerk.actor, file=file, now=NOON)
    assert [(bad.row, bad.column) for bad in refused.value.problems] == [
        (3, "Waybill"),
        (4, "Recipient"),
        (5, "Phone"),
        (6, "Weight (kg)"),
        (7, "Weight (kg)"),
        (8, "Waybill"),
        (9, "Recipient"),
        (10, "Waybill"),
        (11, "Cash on delivery"),
    ]
    assert not Parcel.objects.exists()
    assert ParcelFile.objects.get().content is not None
    done = services.hand_in(by=cast.clerk.actor, file=file, takes_good_rows=True, now=NOON)
    assert (done.new_count, done.bad_count) == (1, 9)


def test_a_place_that_the_agreement_does_not_cover_is_a_bad_row(cast: Cast, places: Places) -> None:
    make(cast, places, zones=(services.ZoneGiven("Near", fen(180), fen(40), areas=(VILLAGE,)),))
    file = taken(cast, places, csv(GOOD, ("SC2", *GOOD[1:4], VILLAGE[:9], *GOOD[5:])))
    with pytest.raises(RowsRefused) as refused:
        services.hand_in(by=cast.clerk.actor, file=file, now=NOON)
    [bad] = refused.value.problems
    assert (bad.row, bad.column) == (3, "Village or point")
    assert "does not cover" in bad.reason


def test_a_parcel_whose_village_nobody_can_tell_waits_for_a_person(cast: Cast, places: Places) -> None:
    done = hand_in(cast, places, ("SC1", *GOOD[1:4], "", "somewhere in the hills", "", ""))
    assert (done.new_count, done.open_count) == (0, 1)
    waiting = queries.unplaced_visible_to(cast.clerk.actor).get()
    assert not queries.unplaced_visible_to(cast.neighbour.actor).exists()
    again = hand_in(cast, places, ("SC1", *GOOD[1:]), ("SC2", *GOOD[1:]))
    assert (again.new_count, again.known_count) == (1, 1)
    made = services.place_parcel(by=cast.clerk.actor, unplaced=waiting, unit_id=places.point.pk, now=later(5))
    assert (made.waybill, made.to_unit_id) == ("SC1", places.point.pk)
    assert not UnplacedParcel.objects.exists()


def test_who_does_not_handle_parcels_there_hands_over_nothing(cast: Cast, places: Places) -> None:
    file = taken(cast, places, csv(GOOD))
    with pytest.raises(Forbidden):
        services.hand_in(by=cast.neighbour.actor, file=file, now=NOON)
    other = factories.PartyFactory(area=places.courier.area, kind="enterprise")
    stranger = Member(factories.RepresentativeFactory(party=other).person, other).actor
    with pytest.raises(Forbidden):
        services.take_file(by=stranger, carrier=carrier_of(places), content=csv(GOOD), file_name="x.csv")
    assert not queries.files_visible_to(stranger).exists()
    assert not Parcel.objects.exists()


def test_a_file_names_every_column_that_is_needed_and_none_twice(cast: Cast, places: Places) -> None:
    by = cast.clerk.actor
    file = services.take_file(by=by, carrier=carrier_of(places), content=csv(GOOD), file_name="x.csv")
    for columns in ({**COLUMNS, "waybill": ""}, {**COLUMNS, "phone": TITLES[0]}, {**COLUMNS, "phone": "none"}):
        with pytest.raises(Invalid):
            services.map_columns(by=by, file=file, columns=columns)
    assert not ColumnMap.objects.exists()


def test_the_pages_take_a_workbook_ask_for_its_columns_once_and_show_what_is_wrong(cast: Cast, places: Places) -> None:
    courier = Member(factories.RepresentativeFactory(party=places.courier).person, places.courier).client
    page = f"/logistics/carriers/{carrier_of(places).number}/files/"

    def send(*rows: tuple[str, ...]) -> str:
        heads = [Head(title, title) for title in TITLES]
        sheet = SimpleUploadedFile("parcels.xlsx", write(Sheet("parcels", heads, rows)))
        return str(courier.post(f"{page}new/", {"file": sheet}).headers["Location"])

    first = send(GOOD, ("SC2", *GOOD[1:3], "heavy", *GOOD[4:]))
    asked = courier.get(first)
    assert asked.headers["Location"] == f"{first}columns/"
    assert courier.post(f"{first}columns/", COLUMNS).headers["Location"] == first
    shown = courier.get(first).content.decode()
    assert "Weight (kg)" in shown
    refused = courier.post(first, {})
    assert (refused.status_code, Parcel.objects.count()) == (422, 0)
    assert courier.post(first, {"takes_good_rows": "on"}).status_code == 302
    assert Parcel.objects.get().waybill == "SC1"
    second = send(("SC3", *GOOD[1:4], "", "nowhere", "", ""))
    assert courier.get(second).status_code == 200
    courier.post(second, {})
    waiting = UnplacedParcel.objects.get()
    assert "nowhere" in courier.get("/logistics/unplaced/").content.decode()
    address = f"/logistics/unplaced/{waiting.pk}/"
    assert courier.post(address, {"unit": ""}).status_code == 422
    assert courier.post(address, {"unit": places.point.number}).status_code == 302
    assert Parcel.objects.filter(waybill="SC3").exists()
    assert cast.neighbour.client.get(second).status_code == 404


def test_programs_hand_over_many_parcels_at_once_and_twice_without_harm(cast: Cast, places: Places) -> None:
    courier = Member(factories.RepresentativeFactory(party=places.courier).person, places.courier).client
    address = f"/api/v1/logistics/carriers/{carrier_of(places).number}/parcels"
    one = {"waybill": "SC1", "recipient": "Zhao", "phone": "13993901234", "weight_grams": 900, "place": VILLAGE}
    given = {"parcels": [one, {**one, "waybill": "SC2", "phone": "12"}]}
    refused = courier.post(address, json.dumps(given), content_type=JSON)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["row"] == 2
    assert not Parcel.objects.exists()
    good = json.dumps({**given, "takes_good_rows": True})
    headers = {"Idempotency-Key": "batch-1"}
    done = courier.post(address, good, content_type=JSON, headers=headers)
    assert done.json() == courier.post(address, good, content_type=JSON, headers=headers).json()
    assert len(done.json()["new"]) == 1
    assert courier.post(address, good, content_type=JSON).json()["known"] == 1
    assert Parcel.objects.count() == 1


@pytest.mark.parametrize("count", [1, 40])
def test_a_file_costs_as_many_queries_whatever_its_length(
    cast: Cast, places: Places, count: int, django_assert_num_queries: object
) -> None:
    make(cast, places)
    file = taken(cast, places, csv(*((f"SC{n}", *GOOD[1:]) for n in range(count))))
    with django_assert_num_queries(QUERIES):  # type: ignore[operator]
        services.hand_in(by=cast.clerk.actor, file=file, now=NOON)


def test_files_that_nobody_handed_over_are_forgotten(cast: Cast, places: Places) -> None:
    taken(cast, places, csv(GOOD))
    assert services.forget_files() == 0
    ParcelFile.objects.update(created_at=NOON - timedelta(days=31))
    assert services.forget_files(now=NOON) == 1


VALE, MILL, OTHER = "621226101200", "621226101201", "621226102200"


def gazetteer() -> Gazetteer:
    """Return two townships with villages, two of which bear one name."""
    named = [
        Named("621226", "621226", ("礼县",), is_last=False),
        Named("621226101", "621226101", ("盐官镇", "Yanguan Town"), is_last=False),
        Named("621226102", "621226102", ("石桥镇",), is_last=False),
        Named(VALE, VALE, ("杜村",), is_last=True),
        Named(MILL, MILL, ("上杜村", "Shangdu Village"), is_last=True),
        Named(OTHER, OTHER, ("杜村",), is_last=True),
    ]
    return Gazetteer(named, "621226")


@pytest.mark.parametrize(
    ("place", "address", "found"),
    [
        (MILL, "", MILL),
        ("上杜村", "", MILL),
        ("shangdu  village", "", MILL),
        ("杜村", "", None),
        ("杜村", "礼县石桥镇", OTHER),
        ("", "甘肃省礼县盐官镇杜村12号", VALE),
        ("", "礼县盐官镇上杜村", MILL),
        ("", "礼县盐官镇", None),
        ("盐官镇", "", "621226101"),
        ("", "", None),
    ],
)
def test_a_village_is_told_by_code_name_or_address_and_never_guessed(
    place: str, address: str, found: str | None
) -> None:
    assert gazetteer().find(place, address) == found


def test_columns_are_suggested_by_what_files_usually_call_them() -> None:
    assert suggested(TITLES) == COLUMNS
