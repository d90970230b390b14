"""Public routing instances, read into the problems that the planner solves.

Families: vehicle routing with simultaneous delivery and pickup (Dethloff; Montane and Galvao), with time windows (Wang
and Chen), of a parcel company (JD), and PyVRP's own dialect of VRPLIB (heterogeneous fleets; several trips with time
windows and release times). Whatever has decimals is scaled to integers, and `Instance.unit` scales costs back.
"""

import csv
import gzip
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from terrace.logistics.domain.routing import ALWAYS, NO_ROAD, Depot, Job, Matrix, Problem, Vehicle, Window

FINE = 10_000
"""Parts of one unit of length and time, where coordinates or tables have decimals."""
MINUTE = 60
TENTHS = 10
PERCENT = 100
"""Fleets of several kinds: lengths, costs a length and fixed costs are hundredths, so a cost is a ten thousandth."""
FLEET_UNIT = PERCENT * PERCENT
HEAD = re.compile(r"^([A-Za-z_]+)\s*:\s*(.*)$")
NOT_INSTANCES = frozenset({".csv", ".sol", ".md", ".txt"})
OPEN_END = 1_000_000_000
"""What files hold for a window that never closes."""

Rows = list[list[str]]
Table = list[list[int]]


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance: its problem, and how many units of its problem's costs are one of the published costs."""

    name: str
    problem: Problem
    unit: int
    best_known: float | None


@dataclass(frozen=True, slots=True)
class _File:
    head: dict[str, str]
    sections: dict[str, Rows]

    def column(self, section: str, default: str, length: int) -> list[str]:
        """Return the second column of a section, or as many defaults."""
        rows = self.sections.get(section)
        return [row[1] for row in rows] if rows else [default] * length


def files(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files that are named, and what looks like an instance below the folders that are."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        below = sorted(one for one in path.rglob("*") if one.is_file())
        yield from (one for one in below if one.suffix not in NOT_INSTANCES and one.name != "LICENSE")


def read(path: Path) -> Instance:
    """Read an instance. Raises `ValueError` for a family that is not known here."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    file = _parse(raw.decode("utf-8"))
    for section, build in BUILDERS.items():
        if section in file.sections:
            problem, unit = build(file)
            name = path.name.removesuffix(".gz").split(".")[0] if path.suffix in (".gz", "") else path.stem
            return Instance(name, problem, unit, _best_known(path, name))
    raise ValueError(f"{path.name}: none of {', '.join(BUILDERS)}")


def _parse(text: str) -> _File:
    head: dict[str, str] = {}
    sections: dict[str, Rows] = {}
    rows: Rows = []
    for line in (one.strip() for one in text.splitlines()):
        title = line.rstrip(" :").upper()
        if title.endswith("_SECTION"):
            rows = sections.setdefault(title, [])
        elif found := HEAD.match(line):
            head[found[1].upper()] = found[2].strip()
        elif line and line != "EOF":
            rows.append(line.replace(",", " ").split())
    return _File(head, sections)


def _best_known(path: Path, name: str) -> float | None:
    """Return the cost of the best known plan, from the list or the solution that lies beside an instance."""
    known, solution = path.parent / "best-known.csv", path.with_suffix(".sol")
    if known.exists():
        with known.open(encoding="utf-8", newline="") as lines:
            return next((float(row["cost"]) for row in csv.DictReader(lines) if row["instance"] == name), None)
    if solution.exists():
        cost = re.search(r"^Cost:?\s+([\d.]+)", solution.read_text(encoding="utf-8"), re.MULTILINE)
        return float(cost[1]) if cost else None
    return None


def _scaled(text: str) -> int:
    return round(float(text) * FINE)


def _points(file: _File) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for _node, x, y in file.sections["NODE_COORD_SECTION"]]


def _between(points: Sequence[tuple[float, float]], rounded: Callable[[float], int]) -> Table:
    return [[rounded(math.dist(one, other)) for other in points] for one in points]


def _both_ways(file: _File) -> tuple[Problem, int]:
    """Delivery and pickup at once. Rows: node, demand (unused), earliest, latest, service, pickup, delivery."""
    rows = [[float(number) for number in row] for row in file.sections["PICKUP_AND_DELIVERY_SECTION"]]
    if file.head.get("EDGE_WEIGHT_TYPE") == "EXPLICIT":
        numbers = [number for row in file.sections["EDGE_WEIGHT_SECTION"] for number in row]
        fine = 1 if all(number.isdigit() for number in numbers) else FINE
        flat = [round(float(number) * fine) for number in numbers]
        distances = durations = [flat[at : at + len(rows)] for at in range(0, len(flat), len(rows))]
    else:
        points, fine = _points(file), FINE
        if file.head.get("EDGE_WEIGHT_TYPE") == "EUC_2D":
            distances = durations = _between(points, lambda length: round(length) * FINE)
        else:
            distances = _between(points, lambda length: round(length * FINE))
            durations = _between(points, lambda length: math.ceil(length * FINE))
    windows = [_open(early, late, fine) for _node, _demand, early, late, *_rest in rows]
    most = float(file.head["CAPACITY"])
    loads = 1 if all(load.is_integer() for load in (most, *(load for row in rows for load in row[5:7]))) else FINE
    jobs = [
        Job(str(at), at, (round(row[6] * loads),), (round(row[5] * loads),), (windows[at],), round(row[4] * fine))
        for at, row in enumerate(rows)
        if at
    ]
    count = int(file.head.get("VEHICLES", len(jobs)))
    vehicle = Vehicle("vehicle", (round(most * loads),), count, shift=windows[0], cost_per_m=1)
    return Problem(jobs, [vehicle], [Depot(0)], [Matrix(distances, durations)]), FINE


def _open(early: float, late: float, fine: int) -> Window:
    return ALWAYS if late >= OPEN_END else Window(round(early * fine), round(late * fine))


def _parcel_company(file: _File) -> tuple[Problem, int]:
    """JD's: so much a vehicle and a metre; times in minutes. Node, delivery, pickup, earliest, latest, service."""
    fine, unit = 1_000_000, 1_000
    rows = [[float(number) for number in row] for row in file.sections["NODE_SECTION"]]
    distances, durations = (
        [[0 if one == two else NO_ROAD for two in range(len(rows))] for one in range(len(rows))] for _ in range(2)
    )
    for start, end, metres, minutes in ([int(one) for one in row] for row in file.sections["DISTANCETIME_SECTION"]):
        distances[start][end], durations[start][end] = metres, minutes * MINUTE
    jobs = [
        Job(
            str(at),
            at,
            (round(row[1] * fine),),
            (round(row[2] * fine),),
            (Window(int(row[3]) * MINUTE, int(row[4]) * MINUTE),),
            int(row[5]) * MINUTE,
        )
        for at, row in enumerate(rows)
        if at
    ]
    vehicle = Vehicle(
        "vehicle",
        (round(float(file.head["CAPACITY"]) * fine),),
        min(int(file.head["VEHICLES"]), len(jobs)),
        shift=Window(int(rows[0][3]) * MINUTE, int(rows[0][4]) * MINUTE),
        fixed_cost=round(float(file.head["DISPATCHINGCOST"]) * unit),
        cost_per_m=round(float(file.head["UNITCOST"]) * unit),
    )
    return Problem(jobs, [vehicle], [Depot(0)], [Matrix(distances, durations)]), unit


def _dialect(file: _File) -> tuple[Problem, int]:
    """PyVRP's dialect: several trips with windows and release times in tenths, or fleets of several kinds."""
    points, fine, unit = _points(file), 1, FLEET_UNIT
    if "TIME_WINDOW_SECTION" in file.sections:
        fine, unit = TENTHS, 1
        distances = _between(points, lambda length: int(length * TENTHS))
    else:
        distances = _between(points, lambda length: round(length * PERCENT))
    demands = file.column("DEMAND_SECTION", "0", len(points))
    released = file.column("RELEASE_TIME_SECTION", "0", len(points))
    windows = [_open(float(one), float(two), fine) for _node, one, two in file.sections.get("TIME_WINDOW_SECTION", [])]
    windows = windows or [ALWAYS] * len(points)
    service = int(file.head.get("SERVICE_TIME", 0)) * fine
    jobs = [
        Job(str(at), at, (int(demands[at]),), (0,), (windows[at],), service, int(released[at]) * fine)
        for at in range(1, len(points))
    ]
    return Problem(jobs, list(_fleet(file, windows[0])), [Depot(0)], [Matrix(distances, distances)]), unit


def _fleet(file: _File, shift: Window) -> Iterator[Vehicle]:
    """Yield each kind of vehicle of a fleet."""
    size = int(file.head["VEHICLES"])
    again = "VEHICLES_RELOAD_DEPOT_SECTION" in file.sections
    columns = (
        file.column("CAPACITY_SECTION", file.head.get("CAPACITY", "0"), size),
        file.column("VEHICLES_FIXED_COST_SECTION", "0", size),
        file.column("VEHICLES_UNIT_DISTANCE_COST_SECTION", "1", size),
    )
    kinds = list(zip(*columns, strict=True))
    for number, kind in enumerate(dict.fromkeys(kinds)):
        capacity, fixed, each = (int(value) for value in kind)
        yield Vehicle(
            str(number),
            (capacity,),
            kinds.count(kind),
            shift=shift,
            reloads=len(kinds) if again else 0,
            reload_at=(0,) if again else (),
            fixed_cost=fixed * PERCENT,
            cost_per_m=each,
        )


BUILDERS: dict[str, Callable[[_File], tuple[Problem, int]]] = {
    "PICKUP_AND_DELIVERY_SECTION": _both_ways,
    "DISTANCETIME_SECTION": _parcel_company,
    "NODE_COORD_SECTION": _dialect,
}
"""Which family an instance is of, by a section that it alone has; the last is what is left."""
