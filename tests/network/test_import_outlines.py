"""Outlines for maps: every feature that is none is told, and nothing is taken."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from terrace.http.workbooks import RowsRefused
from terrace.kernel.actors import SYSTEM
from terrace.network import services
from terrace.network.models import Area, AreaOutline
from tests.network.places import CHINA, HEADS, rows

pytestmark = pytest.mark.django_db
RING = [[105, 34], [105, 35], [106, 35], [105, 34]]
HOLE = [[105.1, 34.2], [105.1, 34.3], [105.2, 34.3], [105.1, 34.2]]
NAN, INFINITY = float("nan"), float("inf")


def _feature(coordinates: Any, kind: Any = "Polygon", code: Any = "6212") -> dict[str, Any]:
    return {"properties": {"code": code}, "geometry": {"type": kind, "coordinates": coordinates}}


def _ring(*second: Any) -> list[list[Any]]:
    return [RING[0], list(second), *RING[2:]]


@pytest.mark.parametrize(
    ("feature", "column"),
    [
        (_feature([RING], code="9999"), "code"),
        (_feature([RING], code="62"), "code"),
        (_feature([RING], code="\0"), "code"),
        (_feature([RING], code="\ud800"), "code"),
        (_feature([RING], code=["6212"]), "code"),
        ({"properties": None}, "code"),
        ({"properties": ["code"]}, "code"),
        ({"properties": "code"}, "code"),
        ("nothing", "code"),
        (_feature([RING], kind="Point"), "geometry"),
        (_feature([RING], kind=["Polygon"]), "geometry"),
        ({"properties": {"code": "6212"}, "geometry": None}, "geometry"),
        ({"properties": {"code": "6212"}, "geometry": {"type": "Polygon"}}, "geometry"),
        (_feature([7]), "geometry"),
        (_feature([]), "geometry"),
        (_feature([[]]), "geometry"),
        (_feature(RING), "geometry"),
        (_feature([[RING]]), "geometry"),
        (_feature([RING], kind="MultiPolygon"), "geometry"),
        (_feature([RING[:3]]), "geometry"),
        (_feature([[*RING[:3], [106, 34]]]), "geometry"),
        (_feature([_ring("a", 2)]), "geometry"),
        (_feature([_ring(105)]), "geometry"),
        (_feature([_ring(True, 35)]), "geometry"),
        (_feature([_ring(NAN, 35)]), "geometry"),
        (_feature([_ring(105, INFINITY)]), "geometry"),
        (_feature([_ring(181, 35)]), "geometry"),
        (_feature([_ring(105, -91)]), "geometry"),
        (_feature([_ring(10**400, 35)]), "geometry"),
    ],
)
def test_an_outline_that_is_no_polygon_of_an_area_is_refused(feature: Any, column: str) -> None:
    services.import_areas(by=SYSTEM, rows=rows())

    with pytest.raises(RowsRefused) as refusal:
        services.import_outlines(by=SYSTEM, collection={"features": [_feature([RING], code="62"), feature]})

    assert [(problem.row, problem.column) for problem in refusal.value.problems] == [(2, column)]
    assert not AreaOutline.objects.exists()


def test_outlines_with_holes_parts_and_heights_are_taken_as_a_map_draws_them() -> None:
    services.import_areas(by=SYSTEM, rows=rows())
    high = [[longitude + 0.123456, latitude, 1200] for longitude, latitude in RING]

    services.import_outlines(
        by=SYSTEM,
        collection={"features": [_feature([RING, HOLE]), _feature([[high], [RING]], "MultiPolygon", 621226)]},
    )

    flat = [[105.1235, 34], [105.1235, 35], [106.1235, 35], [105.1235, 34]]
    assert {outline.area_id: outline.geometry["coordinates"] for outline in AreaOutline.objects.all()} == {
        "6212": [RING, HOLE],
        "621226": [[flat], [RING]],
    }


def _files(folder: Path, outlines: str) -> tuple[str, Path]:
    areas, map_file = folder / "areas.csv", folder / "map.geojson"
    areas.write_text("\n".join([",".join(HEADS), *(",".join(row) for row in CHINA)]), "utf-8")
    map_file.write_text(outlines, "utf-8")
    return str(areas), map_file


def test_the_command_takes_areas_and_outlines_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    areas, outlines = _files(tmp_path, json.dumps({"features": [_feature([RING])]}))

    call_command("import_areas", areas, outlines=outlines)

    assert "1 outlines imported." in capsys.readouterr().err
    assert [outline.area_id for outline in AreaOutline.objects.all()] == ["6212"]


@pytest.mark.parametrize(
    "outlines",
    [
        json.dumps({"features": [_feature([RING]), _feature([RING])]}),
        json.dumps({"features": [{"properties": ["code"]}]}),
        json.dumps({"features": [_feature([_ring(NAN, 35)])]}),
        json.dumps({"features": [_feature([7])]}),
        json.dumps([7]),
        "{",
        "[" * 200_000,
    ],
    ids=["twice", "properties", "no number", "too flat", "no collection", "cut off", "very deep"],
)
def test_the_command_takes_no_areas_when_it_cannot_take_their_outlines(tmp_path: Path, outlines: str) -> None:
    areas, map_file = _files(tmp_path, outlines)

    with pytest.raises(CommandError):
        call_command("import_areas", areas, outlines=map_file, verbosity=0)

    assert not Area.objects.exists()
