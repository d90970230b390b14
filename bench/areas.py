"""Promise: 620,000 areas import in under 60 s, and the subtree of a county or prefecture is read in under 10 ms.

`python -m bench.areas` makes a country's file (31 provinces down to 578,708 villages), imports it twice into an
embedded server of its own with the durable settings of a real installation, and prints one JSON line. A province's
subtree is measured beside the promise, not under it: an installation serves a prefecture, so nobody's page counts the
20,000 areas of a whole province.
"""

import csv
import json
import random
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from bench.installation import installation

ROWS = 620_000
PROVINCES, PREFECTURES, COUNTIES, TOWNSHIPS = 31, 11, 8, 14
"""How many of each lie in one of the tier above; the villages fill the file up to `ROWS`."""
PROMISED_IMPORT_S = 60
PROMISED_SUBTREE_MS = 10
LOOKS = 300
SIGNS = (
    "安柏白北草长城川大东凤富高关广海汉河红湖花黄吉江金井康兰李连林岭刘龙马梅门庙明南盘坪平青泉三沙山上石"
    "双水寺松太塘桃田头湾王文吴五西下小新杨阳羊姚永玉元云张赵寨中周朱庄"
)
LEVELS = {2: "省", 4: "市", 6: "县", 9: "镇", 12: "村"}
WORDS = {2: "province", 4: "prefecture", 6: "county", 9: "township", 12: "village"}
HEADS = ("code", "parent_code", "level", "name_zh", "name_pinyin", "latitude", "longitude")

Row = tuple[str, str, str, str, str, str, str]


def country(rows: int = ROWS, seed: int = 1) -> Iterator[Row]:
    """Yield a made country's divisions from the top down, the same for the same seed."""
    dice = random.Random(seed)
    above = [""]
    for width, number in ((2, PROVINCES), (2, PREFECTURES), (2, COUNTIES), (3, TOWNSHIPS)):
        above = [f"{code}{part:0{width}}" for code in above for part in range(11, 11 + number)]
        rows -= len(above)
        yield from (_row(code, code[: len(code) - width], dice) for code in above)
    for number, township in enumerate(above):
        villages = rows // len(above) + (number < rows % len(above))
        yield from (_row(f"{township}{part:03}", township, dice) for part in range(201, 201 + villages))


def _row(code: str, parent: str, dice: random.Random) -> Row:
    name = "".join(dice.choices(SIGNS, k=dice.choice((2, 2, 2, 3))))
    reading = "" if code.endswith("7") else f"{code} place"
    point = (f"{dice.uniform(22, 45):.5f}", f"{dice.uniform(98, 125):.5f}") if len(code) in (6, 9) else ("", "")
    return code, parent, WORDS[len(code)], name + LEVELS[len(code)], reading, *point


def write(path: Path) -> int:
    """Write the country's file and return how many rows it has."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADS)
        return sum(1 for row in country() if writer.writerow(row))


def timed(work: Callable[[], Any]) -> float:
    """Return how many seconds `work` takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def spread(name: str, seconds: list[float]) -> dict[str, float]:
    """Return the median and the 95th percentile in milliseconds."""
    cuts = statistics.quantiles(seconds, n=20, method="inclusive")
    return {f"{name}_ms_p50": round(cuts[9] * 1000, 2), f"{name}_ms_p95": round(cuts[18] * 1000, 2)}


def looks(folder: Path) -> dict[str, Any]:
    """Import the file into the server of `folder` and read it as pages do; return the figures."""
    from terrace.kernel.actors import SYSTEM
    from terrace.network import services
    from terrace.network.models import Area

    file = folder / "country.csv"
    rows = write(file)
    figures: dict[str, Any] = {
        "rows": rows,
        "import_s": round(timed(lambda: services.import_areas(by=SYSTEM, file=file)), 2),
    }
    figures["import_again_s"] = round(timed(lambda: services.import_areas(by=SYSTEM, file=file)), 2)
    assert Area.objects.count() == rows == ROWS

    for name, length in (("county", 6), ("prefecture", 4), ("province", 2)):
        paths = list(Area.objects.filter(level=WORDS[length]).values_list("path", flat=True))
        figures |= spread(
            f"subtree_{name}", [timed(partial(look, path)) for path in random.Random(2).choices(paths, k=LOOKS)]
        )
    worst = max(figures["subtree_county_ms_p95"], figures["subtree_prefecture_ms_p95"])
    figures["holds"] = figures["import_s"] < PROMISED_IMPORT_S and worst < PROMISED_SUBTREE_MS
    return figures


def look(path: str) -> None:
    """Read a subtree as a page does: how many areas it has, and the first fifty of them."""
    from terrace.network import queries

    below = queries.areas_under(path)
    assert below.count() >= len(list(below[:50]))


def main() -> None:
    """Start a server, take the figures, print them, leave nothing behind."""
    with installation() as folder:
        print(json.dumps({"bench": "areas", **looks(folder)}))


if __name__ == "__main__":
    main()
