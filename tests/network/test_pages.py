"""The pages of the network, as browsers ask for them."""

from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from terrace.kernel.actors import SYSTEM
from terrace.kernel.deployment import Deployment, using
from terrace.network import services
from terrace.network.models import Area, ServiceUnit
from tests import factories
from tests.conftest import NEIGHBOUR_VILLAGE, OTHER_COUNTY_VILLAGE, VILLAGE, Cast

FORM = {
    "names_en": "Xiaping Service Point",
    "names_zh-hans": "下坪村服务点",
    "services": ["sell", "send"],
    "phone": "0939-4400123",
    "address": "",
    "hours_0_days": ["1", "2", "3"],
    "hours_0_opens": "08:30",
    "hours_0_closes": "12:00",
    "hours_1_opens": "",
    "hours_1_closes": "",
}


def _unit(area: str = VILLAGE) -> ServiceUnit:
    return ServiceUnit.objects.get(area_id=area)


@pytest.fixture
def point(cast: Cast) -> ServiceUnit:
    """Return the village's point, as the fixture's cast has it, with hours and a telephone."""
    unit = ServiceUnit.objects.filter(area_id=VILLAGE).get()
    details = services.Details(
        names={"en": "Paitou Point", "zh-hans": "排头村服务点"}, services=["cold"], phone="13800138000"
    )
    return services.change_unit(by=cast.centre.actor, unit=unit, version=1, details=details)


@pytest.mark.parametrize("who", ["keeper", "station", "centre", "bureau"])
def test_the_network_page_opens_on_the_readers_own_area(cast: Cast, who: str) -> None:
    answer = getattr(cast, who).client.get("/network/")

    assert answer.status_code == 200
    assert answer.context["breadcrumb"][0][0] == str(Area.objects.get(pk=VILLAGE[:4]))


def test_an_area_outside_the_readers_own_is_not_found(cast: Cast) -> None:
    client = cast.station.client

    assert client.get(f"/network/areas/{VILLAGE}/").status_code == 200
    for code in (VILLAGE[:6], NEIGHBOUR_VILLAGE, OTHER_COUNTY_VILLAGE, "9999"):
        for page in ("", "outlines.json", "units.json"):
            assert client.get(f"/network/areas/{code}/{page}").status_code == 404


def test_steps_that_the_reader_may_not_take_have_no_address(cast: Cast) -> None:
    steps = cast.station.client.get(f"/network/areas/{VILLAGE}/").context["breadcrumb"]

    assert [bool(url) for _name, url in steps] == [False, False, True, True]


def test_an_area_counts_its_units_tier_by_tier(cast: Cast) -> None:
    figures = cast.centre.client.get("/network/").context["figures"]

    assert [figure["number"] for figure in figures] == ["4", "1", "2"]


def test_a_place_below_is_found_by_its_name(cast: Cast) -> None:
    Area.objects.filter(pk=NEIGHBOUR_VILLAGE).update(search="xiaping village 下坪村 xiapingcun xpc")

    listing = cast.centre.client.get("/network/?text=xpc").context["listing"]

    assert [row.url for row in listing.rows] == [f"/network/areas/{NEIGHBOUR_VILLAGE}/"]


@pytest.mark.parametrize("page", ["/network/?page=1", "/network/units/", "/network/points/?text=place"])
def test_a_list_takes_as_many_queries_for_one_row_as_for_many(cast: Cast, page: str) -> None:
    client = cast.administrator.client
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    for number in range(8):
        factories.UnitFactory(area=factories.AreaFactory(code=f"62122{number}"))
    with CaptureQueriesContext(connection) as many:
        client.get(page)

    assert len(many) == len(few)


def test_a_map_is_small_scoped_and_kept_by_the_browser(cast: Cast) -> None:
    Area.objects.all().update(latitude=34.2, longitude=105.2)
    outline = {
        "type": "Polygon",
        "coordinates": [[[105.1234567, 34.1], [105.2, 34.2], [105.3, 34.1], [105.1234567, 34.1]]],
    }
    collection = {"features": [{"properties": {"code": VILLAGE[:6]}, "geometry": outline}]}
    services.import_outlines(by=SYSTEM, collection=collection)
    client = cast.bureau.client

    outlines = client.get(f"/network/areas/{VILLAGE[:4]}/outlines.json")
    markers = client.get(f"/network/areas/{VILLAGE[:6]}/units.json")

    (feature,) = outlines.json()["features"]
    assert feature["properties"]["value"] == 7
    assert feature["geometry"]["coordinates"][0][0] == [105.1235, 34.1]
    assert len(markers.json()["features"]) == 7
    assert "private" in markers.headers["Cache-Control"]
    again = client.get(f"/network/areas/{VILLAGE[:6]}/units.json", headers={"If-None-Match": markers.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_units_at_one_point_are_drawn_apart_and_placed_ones_where_they_are(cast: Cast) -> None:
    Area.objects.all().update(latitude=34.2, longitude=105.2)
    services.place_unit(by=cast.centre.actor, unit=_unit(), version=1, latitude=34.3, longitude=105.3)

    features = cast.bureau.client.get(f"/network/areas/{VILLAGE[:6]}/units.json").json()["features"]

    places = {tuple(feature["geometry"]["coordinates"]) for feature in features}
    assert len(places) == len(features)
    placed = [feature for feature in features if feature["properties"]["placed"]]
    assert [feature["geometry"]["coordinates"] for feature in placed] == [[105.3, 34.3]]


def test_the_map_and_its_table_stand_on_the_page(cast: Cast) -> None:
    geometry = {"type": "Polygon", "coordinates": [[[105, 34], [106, 34], [106, 35], [105, 34]]]}
    collection = {"features": [{"properties": {"code": VILLAGE[:6]}, "geometry": geometry}]}
    services.import_outlines(by=SYSTEM, collection=collection)
    Area.objects.all().update(latitude=34.2, longitude=105.2)

    above = cast.bureau.client.get("/network/").context["map"]
    village = cast.keeper.client.get("/network/").context["map"]

    areas, units = above["tables"]
    assert areas.rows == [[(str(Area.objects.get(pk=VILLAGE[:6])), f"/network/areas/{VILLAGE[:6]}/"), ("7", "")]]
    markers = cast.bureau.client.get(above["units"]).json()["features"]
    assert {row[0][1] for row in units.rows} == {marker["properties"]["url"] for marker in markers} != set()
    assert {look for look, _kind in above["marks"]} == {marker["properties"]["tier"] for marker in markers}
    assert (above["counts"], village["counts"]) == (True, False)
    assert [[row[0][1] for row in table.rows] for table in village["tables"]] == [[f"/network/units/{_unit().number}/"]]


def test_a_table_that_cannot_hold_every_unit_leads_to_all_of_them(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    geometry = {"type": "Polygon", "coordinates": [[[105, 34], [106, 34], [106, 35], [105, 34]]]}
    services.import_outlines(
        by=SYSTEM, collection={"features": [{"properties": {"code": VILLAGE[:6]}, "geometry": geometry}]}
    )
    Area.objects.all().update(latitude=34.2, longitude=105.2)
    assert not cast.bureau.client.get("/network/").context["map"]["rest"]
    monkeypatch.setattr("terrace.network.views.maps.MOST_ROWS", 2)

    page = cast.bureau.client.get("/network/")

    assert len(page.context["map"]["tables"][-1].rows) == 2
    assert f'href="/network/units/?area={VILLAGE[:4]}"' in page.content.decode().split("map-table")[1]


def test_everybody_sees_a_units_public_side_and_nobody_below_its_history(cast: Cast, point: ServiceUnit) -> None:
    for client in (Client(), cast.farmer.client, cast.stranger.client):
        page = client.get(f"/network/units/{point.number}/")
        assert page.status_code == 200
        assert "tel:+8613800138000" in page.content.decode()
        assert not page.context["history"]
    page = cast.station.client.get(f"/network/units/{point.number}/")
    assert [act.act for act in page.context["history"]] == ["network.change_unit"]


@pytest.mark.parametrize(("hour", "is_open"), [(1, True), (5, False)])
def test_a_unit_says_whether_it_is_open_now(cast: Cast, time_machine: Any, hour: int, is_open: bool) -> None:
    time_machine.move_to(f"2026-11-23T{hour:02}:00:00+00:00", tick=False)  # a Monday; 09:00 and 13:00 in Longnan
    ServiceUnit.objects.filter(area_id=VILLAGE).update(hours=[{"days": [1], "opens": "08:30", "closes": "12:00"}])

    page = Client().get(f"/network/units/{_unit().number}/")

    assert page.context["is_open_now"] is is_open
    assert [day.is_today for day in page.context["hours"]] == [True] + [False] * 6


def test_a_closed_unit_is_gone_for_the_public(cast: Cast, point: ServiceUnit) -> None:
    services.close_unit(by=cast.centre.actor, unit=point, version=2)

    assert Client().get(f"/network/units/{point.number}/").status_code == 404
    assert cast.station.client.get(f"/network/units/{point.number}/").status_code == 200
    found = Client().get("/network/points/?text=place").context["found"]
    assert point not in [item.card.unit for item in found]


def test_the_public_finds_the_point_that_serves_a_place(cast: Cast) -> None:
    Area.objects.filter(pk=NEIGHBOUR_VILLAGE).update(search="xiaping village 下坪村 xiapingcun xpc")
    neighbour = _unit(NEIGHBOUR_VILLAGE)

    (found,) = Client().get("/network/points/?text=xpc").context["found"]
    services.close_unit(by=cast.centre.actor, unit=neighbour, version=1)
    (above,) = Client().get("/network/points/?text=xpc").context["found"]

    assert (found.card.unit, found.sought) == (neighbour, None)
    assert above.card.unit.area_id == VILLAGE[:6]
    assert above.sought == Area.objects.get(pk=NEIGHBOUR_VILLAGE).names


def test_the_public_page_without_a_search_shows_the_upper_tiers(cast: Cast) -> None:
    page = Client().get("/network/points/")

    assert {item.card.unit.tier for item in page.context["found"]} == {"prefecture", "county"}
    assert Client().get("/network/points/?text=nowhere").context["found"] == []


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 7),
        ("?tier=village", 2),
        ("?service=cold", 1),
        ("?text=排头", 1),
        ("?text=ptcfwd", 1),
        (f"?area={VILLAGE[:9]}", 2),
        ("?state=closed", 0),
        ("?state=all", 7),
        ("?tier=nonsense&page=99&sort=-number", 7),
        ("?text=%00", 7),
    ],
)
def test_the_list_of_units_is_filtered(cast: Cast, point: ServiceUnit, query: str, count: int) -> None:
    assert cast.centre.client.get(f"/network/units/{query}").context["listing"].page.total == count


def test_the_list_of_units_is_a_spreadsheet_too(cast: Cast, point: ServiceUnit) -> None:
    answer = cast.centre.client.get("/network/units/?export=xlsx&tier=village")

    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 3
    told = {row[-2]: (row[3], row[-1]) for row in rows[1:]}
    assert told == {_unit().number: (1, "Cold storage"), _unit(NEIGHBOUR_VILLAGE).number: (0, "")}


def test_a_centre_founds_a_unit_through_the_page(cast: Cast) -> None:
    client = cast.centre.client
    assert client.get(f"/network/areas/{VILLAGE}/units/new/").status_code == 200

    answer = client.post(f"/network/areas/{VILLAGE}/units/new/", FORM)

    unit = ServiceUnit.objects.get(names__en="Xiaping Service Point")
    assert answer.headers["Location"] == f"/network/units/{unit.number}/"
    assert unit.hours == [{"days": [1, 2, 3], "opens": "08:30", "closes": "12:00"}]
    assert unit.services == ["sell", "send"]


def test_a_unit_is_named_in_a_language_that_the_pages_do_not_speak(cast: Cast) -> None:
    with using(Deployment(languages=("en", "zh-hans", "bo"))):
        page = cast.centre.client.get(f"/network/areas/{VILLAGE}/units/new/").content.decode()

    assert "བོད་སྐད་" in page
    assert "简体中文" in page


def test_the_page_asks_once_whether_a_centre_is_a_further_one(cast: Cast) -> None:
    client, url = cast.administrator.client, f"/network/areas/{VILLAGE[:6]}/units/new/"
    assert 'type="checkbox" name="is_further"' not in client.get(url).content.decode()

    asked = client.post(url, FORM)
    assert asked.status_code == 422
    assert 'type="checkbox" name="is_further"' in asked.content.decode()
    assert not ServiceUnit.objects.filter(names__en="Xiaping Service Point").exists()

    assert client.post(url, {**FORM, "is_further": "on"}).status_code == 302
    assert ServiceUnit.objects.filter(names__en="Xiaping Service Point").count() == 1


def test_sending_the_form_twice_founds_one_unit(cast: Cast) -> None:
    client, data = cast.centre.client, {**FORM, "idempotency_key": "once"}

    first, second = (client.post(f"/network/areas/{VILLAGE}/units/new/", data) for _ in range(2))

    assert first.headers["Location"] == second.headers["Location"]
    assert ServiceUnit.objects.filter(names__en="Xiaping Service Point").count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"names_en": " ", "names_zh-hans": ""}, "names"),
        ({"names_en": "\x00"}, "names"),
        ({"services": ["magic"]}, "services"),
        ({"phone": "12"}, "phone"),
        ({"hours_0_closes": "08:00"}, "hours"),
        ({"hours_0_days": []}, "hours"),
        ({"hours_1_days": ["3"], "hours_1_opens": "11:00", "hours_1_closes": "13:00"}, "hours"),
        ({"founded_on": "2999-01-01"}, "founded_on"),
    ],
)
def test_a_refused_form_says_why_at_the_field_and_keeps_what_was_typed(
    cast: Cast, wrong: dict[str, Any], field: str
) -> None:
    before = ServiceUnit.objects.count()

    answer = cast.centre.client.post(f"/network/areas/{VILLAGE}/units/new/", {**FORM, **wrong})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert 'value="08:30"' in answer.content.decode()
    assert ServiceUnit.objects.count() == before


@pytest.mark.parametrize(
    ("who", "status"), [("keeper", 403), ("station", 403), ("bureau", 403), ("stranger", 404), ("farmer", 403)]
)
def test_only_who_manages_the_area_gets_the_form(cast: Cast, who: str, status: int) -> None:
    client = getattr(cast, who).client
    before = ServiceUnit.objects.count()

    assert client.get(f"/network/areas/{VILLAGE}/units/new/").status_code == status
    assert client.post(f"/network/areas/{VILLAGE}/units/new/", FORM).status_code == status
    assert ServiceUnit.objects.count() == before


@pytest.mark.parametrize("page", ["change", "place", "close"])
@pytest.mark.parametrize("who", ["keeper", "bureau", "stranger"])
def test_only_who_manages_the_area_touches_a_unit_through_pages(cast: Cast, page: str, who: str) -> None:
    unit = _unit()
    before = ServiceUnit.objects.filter(pk=unit.pk).values().get()
    data = {**FORM, "version": "1", "latitude": "34.3", "longitude": "105.3"}

    client = getattr(cast, who).client
    assert client.get(f"/network/units/{unit.number}/{page}/").status_code == 403
    assert client.post(f"/network/units/{unit.number}/{page}/", data).status_code == 403

    assert ServiceUnit.objects.filter(pk=unit.pk).values().get() == before


def test_changing_placing_and_closing_through_pages(cast: Cast) -> None:
    client, address = cast.centre.client, f"/network/units/{_unit().number}/"

    for page, data in (
        ("change", {**FORM, "version": "1"}),
        ("place", {"latitude": "34.3", "longitude": "105.3", "version": "2"}),
        ("close", {"version": "3"}),
    ):
        assert client.get(f"{address}{page}/").status_code == 200
        assert client.post(f"{address}{page}/", data).headers["Location"] == address

    unit = _unit()
    assert (unit.names["en"], unit.latitude, unit.is_open) == ("Xiaping Service Point", 34.3, False)
    assert client.get(f"{address}change/").status_code == 409


def test_the_form_shows_what_the_unit_has(cast: Cast, point: ServiceUnit) -> None:
    ServiceUnit.objects.filter(pk=point.pk).update(hours=[{"days": [6], "opens": "09:15", "closes": "11:45"}])

    page = cast.centre.client.get(f"/network/units/{point.number}/change/").content.decode()

    for shown in ("排头村服务点", "138 0013 8000", 'value="09:15"', 'value="cold"'):
        assert shown in page


def test_a_change_from_an_old_page_says_what_is_there_now_and_may_be_sent_again(cast: Cast, point: ServiceUnit) -> None:
    ServiceUnit.objects.filter(pk=point.pk).update(hours=[{"days": [6], "opens": "09:15", "closes": "11:45"}])
    address = f"/network/units/{point.number}/change/"

    answer = cast.centre.client.post(address, {**FORM, "version": "1"}, headers={"Accept-Language": "en"})

    form = answer.context["form"]
    assert answer.status_code == 422
    assert form.non_field_errors()
    assert form.errors["names"] == ["Now: Paitou Point, 排头村服务点"]
    assert form.errors["hours"] == ["Now: Sat 09:15–11:45"]
    assert _unit().names["en"] == "Paitou Point"
    page = answer.content.decode()
    assert 'value="Xiaping Service Point"' in page
    assert cast.centre.client.post(address, {**FORM, "version": form["version"].value()}).status_code == 302
    assert _unit().names["en"] == "Xiaping Service Point"


def test_the_light_pages_stay_light(cast: Cast, point: ServiceUnit) -> None:
    for address in ("/network/points/?text=place", f"/network/units/{point.number}/"):
        page = Client().get(address)
        assert len(page.content) < 30_000
        assert b"<script" not in page.content.replace(b'<script type="module"', b"")
