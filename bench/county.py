"""Promise: a county's day (600 stops, 30 vehicles, both ways) is planned in 60 s, so that it may be approved.

`python -m bench.county` draws a day on real townships (`bench/county_day.py`), plans it with the engines of the
product, and beside it what else could be driven: each carrier alone and the farm goods alone, by the same engines, and
the plan that a dispatcher would make by hand. It prints one JSON line for each, and a last one with what the joint plan
saves and whether the promise holds: in time, without fault by our own checker, dearer than neither.
"""

import argparse
import json
import os
import resource
import time
from collections.abc import Sequence
from typing import Any

from bench.county_day import CountyDay, county_day

os.environ.setdefault("TERRACE_MODE", "test")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terrace.config.settings")

PROMISED_S = 60
SEARCH_S = 55
"""How long the engines search, so that starting them and judging what they found stays within the promise."""
NEAR_THE_END = 1.02
"""A plan this near to the last one is as good to who approves it."""


def planned(name: str, problem: Any, seconds: float, seed: int) -> dict[str, Any]:
    """Plan a day as the product does and return its line."""
    from terrace.logistics.domain.routing import Budget, Planned, measure
    from terrace.logistics.domain.routing.alike import AlikeAsOne
    from terrace.logistics.engines.together import Together

    heard: list[tuple[float, int]] = []
    began = time.perf_counter()

    def hear(found: Planned) -> None:
        heard.append((time.perf_counter() - began, measure(problem, found.plan).total))

    found = AlikeAsOne(Together()).plan(problem, Budget(seconds, seed=seed), hear)
    line = _line(name, problem, found.plan, time.perf_counter() - began)
    near = [at for at, total in heard if total <= NEAR_THE_END * measure(problem, found.plan).total]
    return line | {"engine": found.engine, "rounds": found.rounds, "near_the_end_s": round(min(near, default=0), 1)}


def by_hand(problem: Any) -> dict[str, Any]:
    """Plan a day from each stop to the nearest next."""
    from terrace.logistics.domain import routing

    began = time.perf_counter()
    plan = routing.by_hand(problem)
    return _line("nearest neighbour", problem, plan, time.perf_counter() - began)


def _line(name: str, problem: Any, plan: Any, seconds: float) -> dict[str, Any]:
    from terrace.logistics.domain.routing import check, measure, timetable

    faults, measures = check(problem, plan), measure(problem, plan)
    return {
        "plan": name,
        "stops": len(problem.jobs),
        "vehicles": measures.vehicles,
        "km": round(measures.distance / 1000, 1),
        "hours": round(measures.duration / 3600, 2),
        "overtime_hours": round(measures.overtime / 3600, 2),
        "cost": _yuan(measures.cost),
        "cost_and_missed": _yuan(measures.total),
        "left_waiting": sum(not problem.jobs[job].is_required for job in plan.left_out(problem)),
        "reloads": sum(len(route.trips) - 1 for route in plan.routes),
        "late": sum(visit.late > 0 for route in plan.routes for visit in timetable(problem, route).visits),
        "faults": len(faults),
        "feasible": not faults,
        "seconds": round(seconds, 2),
    }


def _yuan(cost: int) -> float:
    """Return costs, which are thousandths of a fen, in yuan."""
    return round(cost / 100_000, 2)


def added(lines: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the line of several plans together."""
    sums = {
        key: round(sum(line[key] for line in lines), 2) for key in lines[0] if isinstance(lines[0][key], int | float)
    }
    return sums | {"plan": "separate", "feasible": all(line["feasible"] for line in lines), "tours_of": len(lines)}


def saved(line: dict[str, Any], other: dict[str, Any]) -> dict[str, float]:
    """Return by how many percent a plan is below another."""
    figures = ("km", "vehicles", "hours", "cost", "cost_and_missed")
    return {key: round(100 * (1 - line[key] / other[key]), 1) for key in figures if other[key]}


def memory() -> dict[str, float]:
    """Return the most memory of this process and of the largest of its engines' processes, in MB."""
    whose = {"memory_mb": resource.RUSAGE_SELF, "engine_memory_mb": resource.RUSAGE_CHILDREN}
    return {name: round(resource.getrusage(who).ru_maxrss / 1024, 1) for name, who in whose.items()}


def run(day: CountyDay, seconds: float, seed: int) -> None:
    """Plan a day in all ways and print their lines."""
    problem = day.joint()
    joint = planned("joint", problem, seconds, seed)
    print(json.dumps(joint), flush=True)
    hand = by_hand(problem)
    print(json.dumps(hand), flush=True)
    parts = []
    for name, part in day.apart():
        parts.append(planned(name, part, seconds / 3, seed))
        print(json.dumps(parts[-1]), flush=True)
    apart = added(parts)
    print(json.dumps(apart), flush=True)
    against = {"saved_against_separate_percent": saved(joint, apart), "saved_by_hand_percent": saved(joint, hand)}
    cheapest = joint["cost_and_missed"] <= min(apart["cost_and_missed"], hand["cost_and_missed"])
    holds = joint["seconds"] <= PROMISED_S and joint["feasible"] and cheapest
    print(json.dumps({"bench": "county", **joint, **against, **memory(), "holds": holds}))


def main() -> None:
    """Draw a day as the command line asks for, and plan it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=SEARCH_S)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stops", type=int, default=600)
    parser.add_argument("--counties", nargs="+", default=["621202"], metavar="CODE")
    asked = parser.parse_args()
    run(county_day(asked.seed, asked.stops, asked.counties), asked.seconds, asked.seed)


if __name__ == "__main__":
    main()
