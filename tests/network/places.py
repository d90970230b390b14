"""Small files of divisions for the tests, and the invented country of Upland beside the built-in one."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from terrace.kernel.deployment import CodeSystem, Deployment
from terrace.kernel.tiers import read_plan
from terrace.network.services import Division

UPLAND = Deployment(
    plan=read_plan(str(Path(__file__).with_name("upland.json"))),
    code_system=CodeSystem.OPAQUE,
    root_area="UP",
    currency="KES",
    region="KE",
    languages=("en", "sw"),
    time_zone="Africa/Nairobi",
)
HEADS = ("code", "parent_code", "level", "name_zh", "name_pinyin", "latitude", "longitude")
CHINA = (
    ("62", "", "province", "甘肃省", "Gansu Province", "", ""),
    ("6212", "62", "prefecture", "陇南市", "Longnan City", "33.4", "104.9"),
    ("621226", "6212", "county", "礼县", "Lixian County", "34.2", "105.2"),
    ("621226101", "621226", "township", "盐官镇", "Yanguan Town", "", ""),
    ("621226101200", "621226101", "village", "排头村", "", "", ""),
    ("621226101201", "621226101", "community", "城关社区", "Chengguan Community", "", ""),
)
UPLAND_ROWS = (
    ("WORLD", "", "continent", "World", ""),
    ("UP", "WORLD", "region", "Upland", "Nyanda"),
    ("UP-7", "UP", "ward", "Thiès", "Tiesi"),
    ("70", "UP-7", "hamlet", "Cold Spring", "Chemchemi"),
    ("7", "UP", "municipality", "Seven", "Saba"),
    ("0", "7", "hamlet", "Nought", "Sifuri"),
    ("0a", "0", "field", "The field of Nought", "Shamba"),
)


def rows(*given: tuple[str, ...], heads: Iterable[str] = HEADS) -> Iterator[Division]:
    """Yield divisions as a file would, the first on line 2."""
    names = tuple(heads)
    for line, values in enumerate(given or CHINA, start=2):
        yield Division(line, dict(zip(names, values, strict=False)))


def upland_rows(*more: tuple[str, ...]) -> Iterator[Division]:
    """Yield Upland's divisions and `more` of them."""
    return rows(*UPLAND_ROWS, *more, heads=("code", "parent_code", "level", "name_en", "name_sw"))
