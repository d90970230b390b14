"""A plan at once, by a rule that needs no engine, and a better one when an engine has found it."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from terrace.logistics.domain.routing import Budget, Planned, Problem, RoutePlanner, best_of
from terrace.logistics.domain.routing.by_hand import ByHand
from terrace.logistics.engines.together import NoEngineEnded

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FirstByHand:
    """Tells of the plan that a dispatcher would make by hand, then lets engines search for a better one."""

    engines: RoutePlanner

    def plan(self, problem: Problem, budget: Budget, tell: Callable[[Planned], None] | None = None) -> Planned:
        """Return the better of both; where no engine comes to an end, the one made by hand."""
        began = time.monotonic()
        first = ByHand().plan(problem, budget, tell)
        left = replace(budget, seconds=max(1.0, budget.seconds - (time.monotonic() - began)))
        try:
            return best_of(problem, [self.engines.plan(problem, left, tell), first])
        except NoEngineEnded:
            logger.exception("no engine planned the day; the plan made by hand stays")
            return first
