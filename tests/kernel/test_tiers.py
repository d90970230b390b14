"""The tiers of a network, ours and another country's."""

import json
from pathlib import Path
from typing import Any

import pytest

from terrace.kernel import deployment
from terrace.kernel.deployment import CodeSystem, Deployment
from terrace.kernel.tiers import CHINA, Workspace, read_plan


def _tier(code: str, workspace: str, *levels: str) -> dict[str, Any]:
    names = {"en": code.capitalize()}
    return {"code": code, "area": names, "unit": names, "workspace": workspace, "levels": [code, *levels]}


ISLES: dict[str, Any] = {
    "code": "isles",
    "tiers": [_tier("realm", "bureau"), _tier("isle", "centre"), _tier("cove", "point", "bay")],
}


def _file(folder: Path, content: object) -> str:
    file = folder / "tiers.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return str(file)


def test_china_has_four_tiers_from_the_prefecture_down() -> None:
    assert [tier.workspace for tier in CHINA.tiers] == list(Workspace)
    assert (CHINA.top.code, CHINA.bottom.code) == ("prefecture", "village")
    assert [tier.digits for tier in CHINA.tiers] == [4, 6, 9, 12]
    assert CHINA.of_level("community") is CHINA.bottom
    assert CHINA.of_level("province") is None
    assert read_plan("china") is CHINA


def test_one_goes_down_tier_by_tier_to_the_bottom() -> None:
    assert CHINA.below(CHINA.top) is CHINA.get("county")
    assert CHINA.below(CHINA.bottom) is None
    with pytest.raises(KeyError):
        CHINA.get("isle")


def test_another_country_brings_its_own_plan(tmp_path: Path) -> None:
    plan = read_plan(_file(tmp_path, ISLES))
    assert [(tier.code, tier.rank) for tier in plan.tiers] == [("realm", 1), ("isle", 2), ("cove", 3)]
    assert plan.of_level("bay") is plan.bottom
    assert plan.bottom.workspace is Workspace.POINT


@pytest.mark.parametrize(
    "content",
    [{}, [], {"code": "x", "tiers": []}, {"code": "x", "tiers": ISLES["tiers"][:1]}, {"code": "x", "tiers": [{}, {}]}],
)
def test_refuses_a_plan_that_says_too_little(tmp_path: Path, content: object) -> None:
    with pytest.raises(ValueError, match="tier plan"):
        read_plan(_file(tmp_path, content))


def test_refuses_a_plan_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        read_plan(str(tmp_path / "none.json"))


def test_an_installation_is_left_as_it_was_found() -> None:
    before = deployment.current()

    def travel() -> None:
        with deployment.using(Deployment(currency="XIS", code_system=CodeSystem.OPAQUE)):
            assert deployment.current().currency == "XIS"
            raise LookupError

    with pytest.raises(LookupError):
        travel()
    assert deployment.current() is before
