"""Public instances are read as they are written, also where they are written a little otherwise."""

from pathlib import Path

from bench.instances import FINE, files, read

TEXT = """Name: tiny
VEHICLES : 2
capacity : 10.5
EDGE_WEIGHT_TYPE : {kind}
NODE_COORD_SECTION:
1 0 0
2 3 4.3
PICKUP_AND_DELIVERY_SECTION :
1 0 0 100 0 0 0
2 0 5 50 10 2.5 4
EOF
"""


def test_loads_with_decimals_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "tiny.vrpsdptw"
    path.write_text(TEXT.format(kind="EXACT_2D"), encoding="utf-8")
    problem = read(path).problem
    assert problem.vehicles[0].capacity == (105_000,)
    assert (problem.jobs[0].takes, problem.jobs[0].drops) == ((25_000,), (40_000,))
    assert problem.matrices[0].distances[0][1] == 52_431


def test_rounded_lengths_are_whole(tmp_path: Path) -> None:
    path = tmp_path / "tiny.vrpsdptw"
    path.write_text(TEXT.format(kind="EUC_2D"), encoding="utf-8")
    assert read(path).problem.matrices[0].distances[0][1] == 5 * FINE


def test_a_file_that_is_named_is_read_whatever_its_ending(tmp_path: Path) -> None:
    for name in ("one.txt", "two.vrp", "README.md"):
        (tmp_path / name).write_text("", encoding="utf-8")
    assert [path.name for path in files([tmp_path])] == ["two.vrp"]
    assert [path.name for path in files([tmp_path / "one.txt"])] == ["one.txt"]
