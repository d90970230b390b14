"""Importing areas: where each stands, what a second import changes."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command

from terrace.audit.models import Act
from terrace.kernel.actors import SYSTEM
from terrace.kernel.deployment import Deployment, current, using
from terrace.kernel.errors import Forbidden, Invalid
from terrace.network import services
from terrace.network.models import Area, AreaOutline
from terrace.network.services import Step
from terrace.network.services.shipped import DIVISIONS
from tests.conftest import Cast
from tests.network.places import CHINA, HEADS, UPLAND, rows

pytestmark = pytest.mark.django_db


def _write(path: Path, lines: list[str], encoding: str = "utf-8") -> Path:
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def test_an_area_knows_its_path_tier_county_and_names() -> None:
    imported = services.import_areas(by=SYSTEM, rows=rows())

    village = Area.objects.get(code="621226101201")
    assert (imported.rows, imported.added, imported.changed) == (6, 6, 0)
    assert (village.path, village.parent_id, village.tier, village.level) == (
        "621226101201",
        "621226101",
        "village",
        "community",
    )
    assert village.county_code == "621226"
    assert village.names == {"en": "Chengguan Community", "zh-hans": "城关社区"}


@pytest.mark.parametrize(("code", "county"), [("62", "62"), ("6212", "6212"), ("621226", "621226")])
def test_an_area_above_the_second_tier_is_its_own_county(code: str, county: str) -> None:
    services.import_areas(by=SYSTEM, rows=rows())

    assert Area.objects.get(code=code).county_code == county


def test_a_township_without_a_county_above_is_its_own_county() -> None:
    services.import_areas(by=SYSTEM, rows=rows(*CHINA[:2], ("621200100", "6212", "township", "东莞镇", "", "", "")))

    assert Area.objects.get(code="621200100").county_code == "621200100"


def test_a_level_outside_the_plan_has_no_tier() -> None:
    services.import_areas(by=SYSTEM, rows=rows(*CHINA, ("6212261012001", "621226101200", "hamlet", "上组", "", "", "")))

    hamlet = Area.objects.get(code="6212261012001")
    assert (Area.objects.get(code="62").tier, hamlet.tier, hamlet.county_code) == ("", "", "621226")


def test_a_missing_reading_is_read_from_the_characters() -> None:
    services.import_areas(by=SYSTEM, rows=rows())

    village = Area.objects.get(code="621226101200")
    assert village.names["en"] == "Paitou Village"
    assert {"排头村", "paitou", "paitoucun", "ptc"} <= set(village.search.split())


def test_a_place_without_a_point_takes_that_of_the_area_above() -> None:
    services.import_areas(by=SYSTEM, rows=rows())

    village, county, province = (Area.objects.get(code=code) for code in ("621226101200", "621226", "62"))
    assert (village.latitude, village.longitude, village.is_placed) == (34.2, 105.2, False)
    assert county.is_placed
    assert province.point is None


def test_importing_again_changes_nothing() -> None:
    services.import_areas(by=SYSTEM, rows=rows())
    before = list(Area.objects.order_by("code").values())

    again = services.import_areas(by=SYSTEM, rows=rows())

    assert (again.added, again.changed) == (0, 0)
    assert list(Area.objects.order_by("code").values()) == before


def test_importing_again_takes_new_names_and_keeps_a_point_that_somebody_set() -> None:
    services.import_areas(by=SYSTEM, rows=rows())
    Area.objects.filter(code="621226101200").update(latitude=34.25, longitude=105.25, is_placed=True)

    renamed = ("621226101200", "621226101", "village", "新排头村", "New Paitou", "", "")
    again = services.import_areas(by=SYSTEM, rows=rows(*CHINA[:4], renamed))

    village = Area.objects.get(code="621226101200")
    assert (again.added, again.changed) == (0, 1)
    assert village.names["zh-hans"] == "新排头村"
    assert (village.latitude, village.longitude, village.is_placed) == (34.25, 105.25, True)


def test_places_below_follow_when_the_point_above_moves() -> None:
    services.import_areas(by=SYSTEM, rows=rows())

    moved = ("621226", "6212", "county", "礼县", "Lixian County", "34.3", "105.3")
    services.import_areas(by=SYSTEM, rows=rows(moved))

    assert Area.objects.get(code="621226101200").point == Area.objects.get(code="621226").point
    assert Area.objects.get(code="621226101200").latitude == 34.3


def test_one_village_can_be_imported_below_areas_that_are_there() -> None:
    services.import_areas(by=SYSTEM, rows=rows())

    services.import_areas(by=SYSTEM, rows=rows(("621226101209", "621226101", "village", "下坪村", "", "", "")))

    village = Area.objects.get(code="621226101209")
    assert (village.county_code, village.latitude, village.tier) == ("621226", 34.2, "village")


def test_the_import_is_on_record() -> None:
    services.import_areas(by=SYSTEM, rows=rows())

    act = Act.objects.get(act="network.import_areas")
    assert act.details == {"file": "", "rows": 6, "added": 6, "changed": 0}


def test_progress_is_told_step_by_step() -> None:
    told: list[tuple[Step, int]] = []

    services.import_areas(by=SYSTEM, rows=rows(), progress=lambda step, done: told.append((step, done)))

    assert told == [(Step.READ, 6), (Step.CHECK, 0), (Step.WRITE, 0)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_read_in_the_encodings_that_offices_use(tmp_path: Path, encoding: str) -> None:
    lines = [",".join(HEADS), *(",".join(row) for row in CHINA)]

    services.import_areas(by=SYSTEM, file=_write(tmp_path / "areas.csv", lines, encoding))

    assert Area.objects.get(code="6212").names["zh-hans"] == "陇南市"


def test_a_file_without_the_needed_columns_is_refused_with_their_names(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="parent_code, name_…"):
        services.import_areas(by=SYSTEM, file=_write(tmp_path / "areas.csv", ["code,level", "62,province"]))
    assert not Area.objects.exists()


def test_only_who_manages_the_whole_installation_may_import(cast: Cast) -> None:
    before = Area.objects.count()

    with pytest.raises(Forbidden):
        services.import_areas(by=cast.administrator.actor, rows=rows())

    assert Area.objects.count() == before
    assert not Act.objects.filter(act="network.import_areas").exists()


@pytest.mark.slow
def test_what_ships_is_loaded_into_an_empty_table_and_only_there() -> None:
    imported = services.import_shipped(by=SYSTEM)
    again = services.import_shipped(by=SYSTEM)

    assert imported is not None
    assert (imported.added, again) == (3500, None)
    assert Area.objects.filter(tier="village").count() == 3290
    assert AreaOutline.objects.count() == 9
    assert Area.objects.filter(names__contains={"zh-hans": "城关镇"}).count() == 8
    assert Act.objects.get(act="network.import_areas").details["file"] == DIVISIONS.name


@pytest.mark.parametrize("other", [UPLAND, replace(current(), root_area="6213")])
def test_what_ships_is_not_loaded_into_another_place(other: Deployment) -> None:
    with using(other):
        assert services.import_shipped(by=SYSTEM) is None
    assert not Area.objects.exists()


@pytest.mark.slow
def test_a_town_whose_point_is_only_its_counties_seat_is_not_placed() -> None:
    services.import_shipped(by=SYSTEM)

    proxies = Area.objects.filter(code__in=["621202001", "621202002", "621202003", "621202004"])
    assert not any(town.is_placed for town in proxies)
    assert all(town.point == Area.objects.get(code="621202").point for town in proxies)


@pytest.mark.slow
def test_the_command_imports_a_file_and_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_areas", str(DIVISIONS))

    assert "3,500 areas read: 3,500 new, 0 changed." in capsys.readouterr().err
    assert Area.objects.count() == 3500


@pytest.mark.slow
def test_the_command_without_a_file_loads_what_ships(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_areas")
    call_command("import_areas")

    assert "nothing to do" in capsys.readouterr().err
    assert Area.objects.count() == 3500
