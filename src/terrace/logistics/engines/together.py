"""Several engines at once, each in a process of its own; the best plan is kept, and one that is stuck replaced.

On instances of many families the best of three (PyVRP from nothing, PyVRP from VROOM's plan, VROOM) was nearer to the
best known plans than any of them alone, because each fails elsewhere.
"""

import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from terrace.logistics.domain.routing import Budget, Planned, Problem, RoutePlanner, best_of, check, rank
from terrace.logistics.engines import watch
from terrace.logistics.engines.by_pyvrp import PyvrpPlanner
from terrace.logistics.engines.by_vroom import VroomPlanner, can_plan
from terrace.logistics.engines.by_windows import ByWindows, may_be_stuck
from terrace.logistics.engines.fewer import FewerVehicles

VROOMS_PART = 4
"""VROOM has one part in so many of the time: on large days it would use all of it for less than PyVRP makes of it."""
LARGE = 150
"""More jobs than these are left to PyVRP alone: there VROOM's plan is no better a beginning than its own, and late."""
NEWS_EVERY = 1.0
"""Seconds between two plans that one engine tells of."""


@dataclass(frozen=True, slots=True)
class FromVroom:
    """PyVRP from VROOM's plan, where VROOM can plan the day and leaves nothing out; else from nothing."""

    def plan(self, problem: Problem, budget: Budget, tell: Callable[[Planned], None] | None = None) -> Planned:
        """Return the better of VROOM's plan and what PyVRP makes of it."""
        if not can_plan(problem):
            return PyvrpPlanner().plan(problem, budget, tell)
        began = time.monotonic()
        first = VroomPlanner().plan(problem, replace(budget, seconds=budget.seconds / VROOMS_PART), tell)
        left = replace(budget, seconds=max(0.0, budget.seconds - (time.monotonic() - began)))
        is_complete = not check(problem, first.plan)
        then = PyvrpPlanner(first.plan if is_complete else None).plan(problem, left, tell)
        return best_of(problem, [then, first])


@dataclass(frozen=True, slots=True)
class Together:
    """Engines side by side. Each has the whole budget, and a seed of its own that follows from the budget's.

    Which they are follows from the day's size where none are named.
    """

    engines: Sequence[RoutePlanner] = ()

    def plan(self, problem: Problem, budget: Budget, tell: Callable[[Planned], None] | None = None) -> Planned:
        """Return the best plan of all engines; `tell` hears of plans that are better than all before.

        Raises `NoEngineEnded`.
        """
        best: Planned | None = None
        with _Running(problem, time.monotonic() + budget.seconds) as running:
            for number, engine in enumerate(self.engines or engines_for(problem)):
                running.start(engine, replace(budget, seed=budget.seed + number))
            for planned in running.news():
                if best is None or rank(problem, planned) < rank(problem, best):
                    best = planned
                    if tell:
                        tell(best)
        if best is None:
            raise NoEngineEnded
        return best


def engines_for(problem: Problem) -> tuple[RoutePlanner, ...]:
    """Return which engines are best at a day of this size; where they may be stuck, one of them is careful."""
    first = PyvrpPlanner(is_careful=may_be_stuck(problem))
    return (first, FewerVehicles() if len(problem.jobs) > LARGE else FromVroom())


class NoEngineEnded(RuntimeError):
    """All engines broke off before they had found a plan."""


class _Running:
    """The processes under way, by where their news comes from. One that was stuck is followed by one that never is."""

    def __init__(self, problem: Problem, until: float) -> None:
        self.problem, self.until = problem, until
        self.context = multiprocessing.get_context("spawn")
        self.processes: dict[Connection, BaseProcess] = {}

    def __enter__(self) -> "_Running":
        return self

    def __exit__(self, *_error: object) -> None:
        for connection, process in self.processes.items():
            process.terminate()
            process.join()
            connection.close()

    def start(self, engine: RoutePlanner, budget: Budget) -> None:
        """Start an engine; its process alone holds the far end of its line, so that its end closes the line."""
        here, there = self.context.Pipe(duplex=False)
        process = self.context.Process(target=_run, args=(engine, self.problem, budget, there), daemon=True)
        process.start()
        there.close()
        self.processes[here] = process

    def news(self) -> Iterator[Planned]:
        """Yield plans as they come, until every process has ended."""
        while self.processes:
            ready = wait([*self.processes])
            for connection in [one for one in self.processes if one in ready]:
                try:
                    planned: Planned = connection.recv()
                    yield planned
                except (EOFError, OSError):  # the latter where it ended in the middle of a message
                    self._ended(connection)

    def _ended(self, connection: Connection) -> None:
        process = self.processes.pop(connection)
        process.join()
        connection.close()
        left = self.until - time.monotonic()
        if process.exitcode == -watch.SIGNAL and left > 0:
            self.start(ByWindows(), Budget(left))


def _run(engine: RoutePlanner, problem: Problem, budget: Budget, line: Connection) -> None:
    """Plan in a process of its own; tell what it finds now and then, and at the end. One that is stuck ends itself."""
    watch.begin()
    watch.give(budget.seconds + watch.seconds_to_begin(problem))
    told: float | None = None

    def tell(planned: Planned) -> None:
        nonlocal told
        if told is None or time.monotonic() - told >= NEWS_EVERY:
            line.send(planned)
            told = time.monotonic()

    line.send(engine.plan(problem, budget, tell))
    line.close()
