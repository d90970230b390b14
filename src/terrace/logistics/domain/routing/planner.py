"""The port: what this house asks of whoever makes plans."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from terrace.logistics.domain.routing.checking import check
from terrace.logistics.domain.routing.measuring import measure
from terrace.logistics.domain.routing.plan import Plan
from terrace.logistics.domain.routing.problem import Problem


@dataclass(frozen=True, slots=True)
class Budget:
    """How long a planner may search: seconds, and rounds of its search where it has to come to the same plan again.

    The same seed leads through the same plans. How far it comes in so many seconds depends on the machine, so a plan
    is found again by its seed and the rounds that `Planned` tells, given seconds enough.
    """

    seconds: float
    rounds: int | None = None
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, which engine made it, and in how many rounds of its search."""

    plan: Plan
    engine: str
    rounds: int = 0


class RoutePlanner(Protocol):
    """Makes plans."""

    def plan(self, problem: Problem, budget: Budget, tell: Callable[[Planned], None] | None = None) -> Planned:
        """Return the best plan found; `tell` hears of better ones meanwhile. It may have faults: `check` decides."""


def rank(problem: Problem, planned: Planned) -> tuple[int, int]:
    """Return by what the better of two plans is known: fewer faults first, then costs with what was missed."""
    return len(check(problem, planned.plan)), measure(problem, planned.plan).total


def best_of(problem: Problem, found: Sequence[Planned]) -> Planned:
    """Return the best of some plans, the first of equal ones."""
    return min(found, key=lambda planned: rank(problem, planned))
