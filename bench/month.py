"""A month of parcels through the real services: each accounted for, all money as reckoned by hand, no check failing.

`python -m bench.month --days 30 --parcels 900 --seed 1` founds a county in an installation of its own and lives
through the days, planned by the engines (`--by-hand`: by the rule that needs none), with scans that come late, twice
and in any order, refusals, losses, returns and cash on delivery. After each day all checks of `terrace verify` run.
It prints one JSON line, and exits with 1 when anything does not add up.
"""

import argparse
import json
import os
import resource
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.installation import installation

FIRST = date(2026, 9, 1)


def lived(folder: Path, *, days: int, parcels: int, seed: int, is_by_hand: bool) -> dict[str, Any]:
    """Live through the days in a database that is empty but migrated, and return what came of it."""
    from bench.months import county as counties
    from bench.months import sums
    from bench.months.days import Month
    from terrace.kernel import clock
    from terrace.logistics.domain.agreements import next_month
    from terrace.logistics.domain.routing.alike import AlikeAsOne
    from terrace.logistics.domain.routing.by_hand import ByHand
    from terrace.logistics.engines.together import Together

    begun, found = time.perf_counter(), list[str]()
    start = clock.begin_of(FIRST)
    with clock.told(start):
        county = counties.found(folder, seed, FIRST)
    month = Month(county, ByHand() if is_by_hand else AlikeAsOne(Together()), start)
    for number in range(days):
        on = FIRST + timedelta(days=number)
        month.live(on, parcels * (number + 1) // days - parcels * number // days)
        found += (f"{on}: {problem}" for problem in sums.problems())
    month.now = clock.begin_of(next_month(FIRST)) + timedelta(hours=6)
    month.settle()
    stands, nowhere = sums.whereabouts()
    found += (*sums.problems(), *sums.differences(county, FIRST), *(f"{number}: nowhere" for number in nowhere))
    return {
        "bench": "month",
        "days": days,
        "seed": seed,
        "parcels": dict(sorted(stands.items())),
        "paid_minor": sums.money(county, FIRST),
        "did": dict(sorted(month.did.items())),
        "refused": dict(sorted(month.refused.items())),
        "seconds": round(time.perf_counter() - begun, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "problems": found[:20],
        "holds": not found,
    }


def main() -> None:
    """Print the figures as one line."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--days", type=int, default=30)
    asked.add_argument("--parcels", type=int, default=900)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--by-hand", action="store_true")
    told = asked.parse_args()
    os.environ["TERRACE_LOG_LEVEL"] = "ERROR"
    with installation() as folder:
        figures = lived(folder, days=told.days, parcels=told.parcels, seed=told.seed, is_by_hand=told.by_hand)
    print(json.dumps(figures, ensure_ascii=False))
    sys.exit(0 if figures["holds"] else 1)


if __name__ == "__main__":
    main()
