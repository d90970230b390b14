"""The REST interface of the network."""

from typing import Any

import pytest
from django.test import Client

from terrace.network.models import ServiceUnit
from tests.conftest import NEIGHBOUR_VILLAGE, OTHER_COUNTY_VILLAGE, VILLAGE, Cast, Member

UNIT = {
    "area": VILLAGE,
    "names": {"en": "Xiaping Service Point"},
    "services": ["sell"],
    "hours": [{"days": [1, 2], "opens": "08:30", "closes": "12:00"}],
    "phone": "0939-4400123",
}


def _send(who: Member, method: str, address: str, body: dict[str, Any], **headers: str) -> Any:
    request = getattr(who.client, method)
    return request(f"/api/v1{address}", body, content_type="application/json", headers=headers)


def test_nobody_reads_without_saying_who_asks(db: None) -> None:
    for address in ("/areas", "/units", f"/areas/{VILLAGE}"):
        assert Client().get(f"/api/v1{address}").status_code == 401


def test_areas_are_read_by_every_caller(cast: Cast) -> None:
    client = cast.farmer.client

    area = client.get(f"/api/v1/areas/{VILLAGE}").json()
    children = client.get(f"/api/v1/areas/{VILLAGE[:6]}/children").json()

    assert (area["code"], area["parent"], area["tier"], area["county"]) == (
        VILLAGE,
        VILLAGE[:9],
        "village",
        VILLAGE[:6],
    )
    assert [child["code"] for child in children["items"]] == [VILLAGE[:9], NEIGHBOUR_VILLAGE[:9]]
    assert client.get("/api/v1/areas/9999").status_code == 404
    assert client.get("/api/v1/areas/9999/children").status_code == 404


def test_areas_are_found_by_name_and_tier(cast: Cast) -> None:
    found = cast.buyer.client.get(f"/api/v1/areas?text={VILLAGE[:6]}&tier=village").json()

    assert {area["code"] for area in found["items"]} == {VILLAGE, NEIGHBOUR_VILLAGE}
    assert (found["total"], found["page"], found["pages"]) == (2, 1, 1)


@pytest.mark.parametrize(
    ("query", "areas"),
    [
        (f"?area={VILLAGE[:9]}", {VILLAGE[:9], VILLAGE}),
        (f"?area={VILLAGE[:6]}&tier=village", {VILLAGE, NEIGHBOUR_VILLAGE}),
        ("?service=cold", set()),
        ("?text=nothing", set()),
    ],
)
def test_units_are_listed_by_what_is_asked(cast: Cast, query: str, areas: set[str]) -> None:
    found = cast.farmer.client.get(f"/api/v1/units{query}").json()

    assert {unit["area"] for unit in found["items"]} == areas


@pytest.mark.parametrize("query", ["?service=magic", "?area=%00", "?page=0", f"?text={'a' * 61}"])
def test_a_question_that_makes_no_sense_is_refused(cast: Cast, query: str) -> None:
    assert cast.farmer.client.get(f"/api/v1/units{query}").status_code == 422


def test_a_unit_is_founded_changed_placed_and_closed(cast: Cast) -> None:
    founded = _send(cast.centre, "post", "/units", UNIT)
    assert founded.status_code == 201
    address = f"/units/{founded.json()['number']}"

    changed = _send(cast.centre, "put", address, {**UNIT, "version": 1, "phone": ""})
    placed = _send(cast.centre, "put", f"{address}/place", {"version": 2, "latitude": 34.3, "longitude": 105.3})
    closed = _send(cast.centre, "post", f"{address}/close", {"version": 3})

    assert [answer.status_code for answer in (changed, placed, closed)] == [200, 200, 200]
    after = cast.centre.client.get(f"/api/v1{address}").json()
    assert (after["version"], after["phone"], after["latitude"]) == (4, "", 34.3)
    assert after["closed_on"]
    assert after["hours"] == UNIT["hours"]
    assert cast.farmer.client.get(f"/api/v1{address}").status_code == 404


def test_the_same_key_founds_one_unit(cast: Cast) -> None:
    before = ServiceUnit.objects.count()

    first, second = (_send(cast.centre, "post", "/units", UNIT, **{"Idempotency-Key": "k1"}) for _ in range(2))

    assert first.json() == second.json()
    assert ServiceUnit.objects.count() == before + 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"phone": "12"}, "phone"),
        ({"names": {}}, "names"),
        ({"names": {"xx": "Point"}}, "names"),
        ({"hours": [{"days": [1], "opens": "12:00", "closes": "08:30"}]}, "hours"),
        ({"latitude": 34.3}, "longitude"),
        ({"founded_on": "2999-01-01"}, "founded_on"),
    ],
)
def test_a_rule_that_is_broken_is_told_as_a_problem_at_its_field(cast: Cast, wrong: dict[str, Any], field: str) -> None:
    before = ServiceUnit.objects.count()

    answer = _send(cast.centre, "post", "/units", {**UNIT, **wrong})

    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert ServiceUnit.objects.count() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"names": {"en": "a\x00b"}},
        {"services": ["magic"]},
        {"hours": [{"days": [8], "opens": "08:30", "closes": "12:00"}]},
        {"hours": [{"days": [1], "opens": "25:00", "closes": "26:00"}]},
        {"latitude": 91, "longitude": 0},
        {"area": None},
    ],
)
def test_a_body_that_is_no_unit_is_refused(cast: Cast, wrong: dict[str, Any]) -> None:
    before = ServiceUnit.objects.count()

    assert _send(cast.centre, "post", "/units", {**UNIT, **wrong}).status_code == 422
    assert ServiceUnit.objects.count() == before


@pytest.mark.parametrize("who", ["keeper", "station", "bureau", "stranger", "farmer"])
def test_only_who_manages_the_area_writes(cast: Cast, who: str) -> None:
    unit = ServiceUnit.objects.filter(area_id=VILLAGE).get()
    before = list(ServiceUnit.objects.order_by("id").values())
    caller = getattr(cast, who)

    for method, address, body in (
        ("post", "/units", UNIT),
        ("put", f"/units/{unit.number}", {**UNIT, "version": 1}),
        ("put", f"/units/{unit.number}/place", {"version": 1, "latitude": 34.3, "longitude": 105.3}),
        ("post", f"/units/{unit.number}/close", {"version": 1}),
    ):
        assert _send(caller, method, address, body).status_code == 403

    assert list(ServiceUnit.objects.order_by("id").values()) == before


def test_a_change_from_an_old_version_is_a_conflict(cast: Cast) -> None:
    unit = ServiceUnit.objects.filter(area_id=OTHER_COUNTY_VILLAGE[:6]).get()
    body = {"names": {"en": "Centre"}, "version": 7}

    answer = _send(cast.stranger, "put", f"/units/{unit.number}", body)

    assert (answer.status_code, answer.json()["code"]) == (409, "stale")
    assert ServiceUnit.objects.get(pk=unit.pk).version == 1
