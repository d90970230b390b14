"""What would make an impossible day possible. Each way out comes with the plan that proves it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from terrace.kernel.words import Choice, _
from terrace.logistics.domain.routing.by_hand import completed
from terrace.logistics.domain.routing.checking import check
from terrace.logistics.domain.routing.plan import Plan
from terrace.logistics.domain.routing.planner import Budget, RoutePlanner
from terrace.logistics.domain.routing.problem import ALWAYS, Depot, Problem, Vehicle, Window

MOST_MORE = 5
"""How many vehicles more are tried of each kind."""
LONGER_S = (1_800, 3_600, 7_200)


class WayOutKind(Choice):
    """What is made otherwise."""

    MORE_VEHICLES = "more_vehicles", _("More vehicles")
    LONGER_DAY = "longer_day", _("A longer day, with overtime")
    ANOTHER_TRIP = "another_trip", _("Let vehicles load once more")
    OTHER_HOURS = "other_hours", _("Come outside the opening hours")
    LET_WAIT = "let_wait", _("Let goods wait for another day")


@dataclass(frozen=True, slots=True)
class WayOut:
    """A way out: what is otherwise, and the day and plan in which all is done, without fault.

    `vehicle` is what `count` more are needed of, by its index in the day as it was; `seconds` by how much every day is
    longer; `jobs` which wait, or are visited at another time.
    """

    kind: WayOutKind
    problem: Problem = field(repr=False)
    plan: Plan = field(repr=False)
    vehicle: int | None = None
    count: int = 0
    seconds: int = 0
    jobs: tuple[int, ...] = ()


def ways_out(
    problem: Problem, plan: Plan, planner: RoutePlanner | None = None, budget: Budget | None = None
) -> list[WayOut]:
    """Return what would make a day possible whose best plan has faults; nothing where they can be mended by hand.

    What the plan lacks is put into it by hand; where that does not do, the planner has a try, if there is one.
    """
    mended = plan if not check(problem, plan) else completed(problem, plan)
    if not check(problem, mended):
        return []
    tries = _Tries(problem, mended, planner, budget or Budget(2))
    found = (tries.vehicles(), tries.longer(), tries.again(), tries.hours(), tries.waiting())
    return [way for ways in found for way in ways]


class _Tries:
    """What is tried with a day."""

    def __init__(self, problem: Problem, plan: Plan, planner: RoutePlanner | None, budget: Budget) -> None:
        self.problem, self.plan, self.planner, self.budget = problem, plan, planner, budget
        self.missing = tuple(job for job in plan.left_out(problem) if problem.jobs[job].is_required)

    def vehicles(self) -> Iterator[WayOut]:
        """Yield how many more of each kind of vehicle are enough."""
        kinds = {replace(vehicle, key="", count=1): at for at, vehicle in reversed([*enumerate(self.problem.vehicles)])}
        for kind, at in sorted(kinds.items(), key=lambda one: one[1]):
            for count in range(1, MOST_MORE + 1):
                more = replace(self.problem, vehicles=[*self.problem.vehicles, replace(kind, count=count)])
                plan = self._solved(more)
                if plan:
                    yield WayOut(WayOutKind.MORE_VEHICLES, more, plan, vehicle=at, count=count)
                    break

    def longer(self) -> Iterator[WayOut]:
        """Yield by how much longer the day would have to be."""
        for seconds in LONGER_S:
            fleet = [_longer(vehicle, seconds) for vehicle in self.problem.vehicles]
            depots = [_open_longer(depot, seconds) for depot in self.problem.depots]
            later = replace(self.problem, vehicles=fleet, depots=depots)
            plan = self._solved(later)
            if plan:
                yield WayOut(WayOutKind.LONGER_DAY, later, plan, seconds=seconds)
                return

    def again(self) -> Iterator[WayOut]:
        """Yield whether one trip more of every vehicle is enough."""
        fleet = [
            replace(one, reloads=one.reloads + 1, reload_at=one.reload_at or (one.start,))
            for one in self.problem.vehicles
        ]
        again = replace(self.problem, vehicles=fleet)
        plan = self._solved(again)
        if plan:
            yield WayOut(WayOutKind.ANOTHER_TRIP, again, plan, count=1)

    def hours(self) -> Iterator[WayOut]:
        """Yield whether it is enough to come to what is left out at any time."""
        shut = tuple(job for job in self.missing if self.problem.jobs[job].windows != (ALWAYS,))
        if not shut:
            return
        jobs = list(self.problem.jobs)
        for job in shut:
            jobs[job] = replace(jobs[job], windows=(ALWAYS,))
        wide = replace(self.problem, jobs=jobs)
        plan = self._solved(wide)
        if plan:
            yield WayOut(WayOutKind.OTHER_HOURS, wide, plan, jobs=shut)

    def waiting(self) -> Iterator[WayOut]:
        """Yield what could wait; that is always a way out."""
        jobs = list(self.problem.jobs)
        for job in self.missing:
            jobs[job] = replace(jobs[job], prize=0)
        yield WayOut(WayOutKind.LET_WAIT, replace(self.problem, jobs=jobs), self.plan, jobs=self.missing)

    def _solved(self, problem: Problem) -> Plan | None:
        """Return a plan without fault, None where none is found at once."""
        plan = completed(problem, self.plan)
        if check(problem, plan) and self.planner:
            plan = self.planner.plan(problem, self.budget).plan
        return None if check(problem, plan) else plan


def _longer(vehicle: Vehicle, seconds: int) -> Vehicle:
    shift = Window(vehicle.shift.earliest, vehicle.shift.latest + seconds)
    return replace(vehicle, shift=shift, overtime_s=vehicle.overtime_s + seconds)


def _open_longer(depot: Depot, seconds: int) -> Depot:
    return replace(depot, open=Window(depot.open.earliest, depot.open.latest + seconds))
