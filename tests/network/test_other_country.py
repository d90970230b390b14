"""Upland, an invented country: three tiers, opaque codes, other languages, phones and money, and nothing of China."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from terrace.accounts.domain import roles
from terrace.kernel.actors import SYSTEM, Actor, grants_of
from terrace.kernel.deployment import current, using
from terrace.kernel.errors import Forbidden, Invalid
from terrace.kernel.money import Money
from terrace.kernel.tiers import Workspace
from terrace.network import queries, services
from terrace.network.domain import Permission
from terrace.network.models import Area, ServiceUnit
from terrace.network.services import Details
from tests.network.places import UPLAND, upland_rows


@pytest.fixture(autouse=True)
def upland(db: None) -> Iterator[None]:
    """Work in Upland, with its areas."""
    with using(UPLAND):
        services.import_areas(by=SYSTEM, rows=upland_rows())
        yield


def _manager(path: str) -> Actor:
    return Actor(person_id=1, name="Asha", grants=grants_of([(Permission.MANAGE, path), (Permission.VIEW, path)]))


@pytest.mark.parametrize(
    ("code", "path", "tier", "county"),
    [
        ("WORLD", "WORLD/", "", "WORLD"),
        ("UP", "WORLD/UP/", "region", "UP"),
        ("UP-7", "WORLD/UP/UP-7/", "ward", "UP-7"),
        ("70", "WORLD/UP/UP-7/70/", "hamlet", "UP-7"),
        ("7", "WORLD/UP/7/", "ward", "7"),
        ("0a", "WORLD/UP/7/0/0a/", "", "7"),
    ],
)
def test_paths_string_the_codes_together(code: str, path: str, tier: str, county: str) -> None:
    area = Area.objects.get(code=code)

    assert (area.path, area.tier, area.county_code) == (path, tier, county)


def test_a_code_that_begins_like_another_is_not_below_it() -> None:
    below = queries.areas_under(queries.get_area("7").path)

    assert [area.code for area in below] == ["7", "0", "0a"]


def test_the_top_of_the_installation_is_its_own_root() -> None:
    assert [area.code for area in queries.ancestors("WORLD/UP/UP-7/70/")] == ["UP", "UP-7", "70"]
    assert queries.home_path(SYSTEM) == "WORLD/UP/"


def test_places_and_units_are_named_in_its_languages() -> None:
    unit = services.found_unit(
        by=_manager("WORLD/UP/"), area="70", details=Details(names={"en": "Spring", "sw": "Chemchemi"})
    )

    with override("sw"):
        assert str(queries.get_area("70")) == "Chemchemi"
        assert str(unit) == "Chemchemi"
    with pytest.raises(Invalid):
        services.change_unit(by=_manager("WORLD/UP/"), unit=unit, version=1, details=Details(names={"zh-hans": "泉"}))


def test_accents_do_not_hide_a_place() -> None:
    assert [area.code for area in queries.search_areas(["WORLD/"], "thiès")] == ["UP-7"]


def test_telephone_numbers_follow_its_rules() -> None:
    names = {"en": "Spring"}
    unit = services.found_unit(by=_manager("WORLD/UP/"), area="70", details=Details(names=names, phone="0712 345678"))

    assert unit.phone == "+254712345678"
    with pytest.raises(Invalid):
        services.found_unit(by=_manager("WORLD/UP/"), area="70", details=Details(names=names, phone="0939-4400123"))


def test_its_day_is_that_of_its_time_zone() -> None:
    late = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)

    unit = services.found_unit(by=_manager("WORLD/UP/"), area="70", details=Details(names={"en": "Spring"}), now=late)

    assert unit.founded_on.isoformat() == "2026-11-22"


def test_its_three_tiers_and_their_work() -> None:
    for code in ("UP", "UP-7", "70"):
        services.found_unit(by=SYSTEM, area=code, details=Details(names={"en": f"Unit of {code}"}))

    assert [unit.tier for unit in queries.units_under("WORLD/UP/")] == ["region", "ward", "hamlet"]
    assert [unit.area_id for unit in queries.units_under("WORLD/", [Workspace.POINT])] == ["70"]
    assert not queries.units_under("WORLD/", [Workspace.STATION]).exists()
    assert current().plan.below(current().plan.get("ward")) == current().plan.bottom


def test_scope_is_the_subtree_of_the_path() -> None:
    keeper = _manager("WORLD/UP/7/")

    services.found_unit(by=keeper, area="0", details=Details(names={"en": "Nought"}))
    with pytest.raises(Forbidden):
        services.found_unit(by=keeper, area="70", details=Details(names={"en": "Spring"}))

    assert [unit.area_id for unit in ServiceUnit.objects.all()] == ["0"]


def test_the_roles_of_the_house_know_its_kinds_of_work() -> None:
    workspaces = {tier.workspace for tier in current().plan.tiers}

    assert any(workspaces & set(role.workspaces) for role in roles().values())
    assert Money.parse("12.50", current().currency).currency == "KES"
