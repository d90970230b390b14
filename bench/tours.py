"""Promise: tours near the best that are known for public instances, by the planner that plans a county's day.

`python -m bench.tours FOLDER_OR_FILE... --seconds S` reads every instance in and below the paths, plans each for S
seconds with the engines of `logistics/engines` side by side, and prints one JSON line for each: vehicles, cost, the
best cost known (null where none lies beside the file) and by how much the plan is dearer, and whether our own checker
finds it without fault. The last line holds the means, of all and by folder. `--seed` and `--rounds` find a plan again.
"""

import argparse
import json
import os
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from bench.instances import Instance, files, read

os.environ.setdefault("TERRACE_MODE", "test")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terrace.config.settings")


def solve(instance: Instance, seconds: float, rounds: int | None, seed: int) -> dict[str, Any]:
    """Plan an instance and return its line."""
    from terrace.logistics.domain.routing import Budget, check, measure
    from terrace.logistics.engines.together import Together

    began = time.perf_counter()
    planned = Together().plan(instance.problem, Budget(seconds, rounds, seed))
    took = time.perf_counter() - began
    faults, measures = check(instance.problem, planned.plan), measure(instance.problem, planned.plan)
    cost, best = measures.cost / instance.unit, instance.best_known
    return {
        "instance": instance.name,
        "customers": len(instance.problem.jobs),
        "vehicles": measures.vehicles,
        "cost": round(cost, 4),
        "best_known": best,
        "gap_percent": round(100 * (cost - best) / best, 4) if best else None,
        "feasible": not faults,
        "engine": planned.engine,
        "rounds": planned.rounds,
        "seconds": round(took, 2),
    }


def means(lines: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return what some instances come to together."""
    gaps = [line["gap_percent"] for line in lines if line["gap_percent"] is not None]
    return {
        "instances": len(lines),
        "mean_gap_percent": round(mean(gaps), 4) if gaps else None,
        "worst_gap_percent": max(gaps, default=None),
        "mean_cost": round(mean(line["cost"] for line in lines), 4) if lines else None,
        "mean_seconds": round(mean(line["seconds"] for line in lines), 2) if lines else None,
        "feasible": all(line["feasible"] for line in lines),
    }


def main() -> None:
    """Plan the instances named on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("paths", nargs="+", type=Path, metavar="FOLDER_OR_FILE")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path in files(asked.paths):
        line = solve(read(path), asked.seconds, asked.rounds, asked.seed)
        print(json.dumps(line), flush=True)
        found[path.parent.name].append(line)
    lines = [line for family in found.values() for line in family]
    print(json.dumps(means(lines) | {"families": {name: means(family) for name, family in found.items()}}))


if __name__ == "__main__":
    main()
