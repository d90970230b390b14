"""A plan as its page shows it: each vehicle's route with its visits, times and loads, and what is wrong with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from terrace.http import written
from terrace.kernel.money import Money
from terrace.kernel.words import Text, _, in_language, plural
from terrace.logistics.domain.day import KILOGRAM, Errand, ShutOut
from terrace.logistics.domain.fleet import FINE, MINUTE
from terrace.logistics.domain.routing import Fault, FaultKind, Problem, Route, Timetable, Visit, check, timetable
from terrace.logistics.domain.routing.checking import legs
from terrace.logistics.domain.routing.measuring import cost_of, overtime_of
from terrace.logistics.domain.routing.reasons import Reason
from terrace.logistics.domain.routing.ways_out import WayOut
from terrace.logistics.domain.routing.wording import sentence, way_out
from terrace.logistics.models import DayPlan, Vehicle
from terrace.logistics.models.plans import SHUT_OUT
from terrace.network import queries as network
from terrace.network.models import ServiceUnit

WIDE = 1000
"""So wide is the time-line, whatever the hours of the day that it shows."""
MOST_NAMED, MOST_REASONS = 6, 10
TONES = 6
"""So many colours tell tours on the map apart; then they begin anew."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A piece of the time-line: from where, how wide, and what the vehicle does there."""

    x: int
    width: int
    kind: str


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A stop of a route; `number` counts from 1, and is None where the vehicle loads in the yard or comes home."""

    name: str
    arrives: str
    leaves: str
    number: int | None = None
    job: int | None = None
    drops: str = ""
    takes: str = ""
    faults: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class RouteCard:
    """A vehicle's day. `place` is the vehicle's place in the plan; `tone` is the colour of its line on the map."""

    place: int
    tone: int
    vehicle: Vehicle
    lines: tuple[VisitLine, ...]
    bars: tuple[Bar, ...]
    visits: int
    metres: int
    seconds: int
    overtime: int
    cost: Money
    fullest_percent: int
    is_kept: bool
    faults: tuple[Text, ...]

    @property
    def way(self) -> Text:
        """How far it drives."""
        return kilometres(self.metres)

    @property
    def hours(self) -> str:
        """How long it is on the road."""
        return hours(self.seconds)

    @property
    def can_split(self) -> bool:
        """Whether there is something to hand to another vehicle."""
        return self.visits > 1


@dataclass(frozen=True, slots=True)
class LeftLine:
    """A visit that nobody makes."""

    job: int
    name: str
    what: str
    may_wait: bool


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """Why a day is not possible, at which units, and whether that is proven."""

    text: Text
    names: str
    is_certain: bool


@dataclass(frozen=True, slots=True)
class PlanCards:
    """A plan whole: its routes, what nobody does, what could not be planned, and the hours of its time-line."""

    routes: tuple[RouteCard, ...]
    left_out: tuple[LeftLine, ...]
    shut_out: tuple[tuple[str, str, Text], ...]
    hours: tuple[str, ...]
    faults: tuple[Text, ...]
    reasons: tuple[ReasonLine, ...]
    ways_out: tuple[Text, ...]


def cards_of(plan: DayPlan, vehicles: Mapping[int, Vehicle]) -> PlanCards:
    """Return a plan as its page shows it."""
    return _Cards(plan, vehicles).all()


def hours(seconds: int) -> str:
    """Return a time as hours and minutes."""
    return f"{seconds // 3600}:{seconds % 3600 // MINUTE:02d}"


def kilometres(metres: int) -> Text:
    """Return a way in whole kilometres."""
    return _("%(count)s km") % {"count": written.number(round(metres / 1000))}


class _Cards:
    """Makes the cards of one plan."""

    def __init__(self, plan: DayPlan, vehicles: Mapping[int, Vehicle]) -> None:
        self.plan, self.vehicles = plan, vehicles
        self.problem, self.routes, self.errands = plan.problem, plan.plan, plan.jobs
        self.shut_out: Sequence[ShutOut] = SHUT_OUT.validate_python(plan.shut_out)
        self.bases = [plan.places[depot.place] for depot in self.problem.depots]
        wanted = {*self.bases, *(one.unit_id for one in self.errands), *(one.unit_id for one in self.shut_out)}
        self.units: Mapping[int, ServiceUnit] = network.units_by_id(wanted)
        self.faults = check(self.problem, self.routes) if plan.routes else []
        self.times = [timetable(self.problem, route) for route in self.routes.routes]
        self.first, self.last = _span(self.problem, self.times)

    def all(self) -> PlanCards:
        routes = zip(self.routes.routes, self.times, strict=True)
        return PlanCards(
            tuple(self._card(number, route, times) for number, (route, times) in enumerate(routes)),
            tuple(self._left(job) for job in self.routes.left_out(self.problem)) if self.plan.routes else (),
            tuple((one.number, self._name(one.unit_id), one.why.label) for one in self.shut_out),
            tuple(hours(second) for second in range(self.first, self.last + 1, 2 * 3600)),
            tuple(_said(fault) for fault in self.faults if fault.route is None and fault.job is None),
            tuple(self._reason(reason) for reason in self.plan.why_not[:MOST_REASONS]) if self.faults else (),
            tuple(self._way_out(way) for way in self.plan.help) if self.faults else (),
        )

    def _reason(self, reason: Reason) -> ReasonLine:
        names = dict.fromkeys(self._name(self.errands[job].unit_id) for job in reason.jobs)
        return ReasonLine(sentence(reason), ", ".join([*names][:MOST_NAMED]), reason.kind.is_certain)

    def _way_out(self, way: WayOut) -> Text:
        like = "" if way.vehicle is None else self.vehicles[self.plan.fleet[way.vehicle]].plate
        return way_out(way, like)

    def _card(self, number: int, route: Route, times: Timetable) -> RouteCard:
        vehicle = self.problem.vehicles[route.vehicle]
        own = [fault for fault in self.faults if fault.route == number]
        return RouteCard(
            place=route.vehicle,
            tone=number % TONES + 1,
            vehicle=self.vehicles[self.plan.fleet[route.vehicle]],
            lines=tuple(self._lines(route, times, own)),
            bars=tuple(self._bars(times)),
            visits=len(route.jobs),
            metres=times.distance,
            seconds=times.duration,
            overtime=overtime_of(vehicle, times),
            cost=Money(round(cost_of(self.problem, route, times) / FINE), self.plan.currency),
            fullest_percent=_fullest(self.problem, route),
            is_kept=route.vehicle in self.plan.kept,
            faults=tuple(_said(fault) for fault in own if fault.job is None),
        )

    def _lines(self, route: Route, times: Timetable, faults: Sequence[Fault]) -> Iterable[VisitLine]:
        number = 0
        halts = iter(bases_of(self.problem, route))
        for visit in times.visits:
            if visit.job is None:
                yield VisitLine(self._name(self.bases[next(halts)]), hours(visit.arrives), hours(visit.ends))
                continue
            number += 1
            errand = self.errands[visit.job]
            wrong = tuple(_said(fault) for fault in faults if fault.job == visit.job)
            name, comes, goes = self._name(errand.unit_id), hours(visit.begins), hours(visit.ends)
            drops, takes = carried(errand, up=False), carried(errand, up=True)
            yield VisitLine(name, comes, goes, number, visit.job, drops, takes, wrong)

    def _bars(self, times: Timetable) -> Iterable[Bar]:
        yield self._bar(times.starts, times.ends, "way")
        for visit in times.visits:
            if visit.ends > visit.begins:
                yield self._bar(visit.begins, visit.ends, _kind(visit))

    def _bar(self, begins: int, ends: int, kind: str) -> Bar:
        x = (begins - self.first) * WIDE // (self.last - self.first)
        return Bar(x, max(2, (ends - self.first) * WIDE // (self.last - self.first) - x), kind)

    def _left(self, job: int) -> LeftLine:
        errand = self.errands[job]
        what = ", ".join(part for part in (carried(errand, up=False), carried(errand, up=True)) if part)
        return LeftLine(job, self._name(errand.unit_id), what, not errand.job.is_required)

    def _name(self, unit_id: int) -> str:
        return in_language(self.units[unit_id].names)


def bases_of(problem: Problem, route: Route) -> list[int]:
    """Return the depots, by their numbers, where a route begins, loads again and ends."""
    return [*(trip.depot for trip in route.trips), problem.vehicles[route.vehicle].end]


def carried(errand: Errand, *, up: bool) -> str:
    """Return what a visit drops or takes, in words: "3 parcels, 12.4 kg"; "" for nothing."""
    hauls = [haul for haul in errand.hauls if haul.goes_up is up]
    if not hauls:
        return ""
    kilograms = -(-sum(haul.grams for haul in hauls) // KILOGRAM)
    told = {"count": written.number(len(hauls)), "weight": written.number(kilograms)}
    if any(haul.is_cold for haul in hauls):
        return str(_("%(count)s cold, %(weight)s kg") % told)
    return str(plural("%(count)s piece, %(weight)s kg", "%(count)s pieces, %(weight)s kg", len(hauls)) % told)


def _kind(visit: Visit) -> str:
    if visit.job is None:
        return "load"
    return "late" if visit.late else "stop"


def _span(problem: Problem, times: Sequence[Timetable]) -> tuple[int, int]:
    """Return from when until when the time-line goes: whole hours round the yard's day and every route."""
    begins = min([problem.depots[0].open.earliest, *(one.starts for one in times)])
    ends = max([problem.depots[0].open.latest, *(one.ends for one in times)])
    return begins // 3600 * 3600, -(-ends // 3600) * 3600


def _fullest(problem: Problem, route: Route) -> int:
    """Return how full the vehicle is at its fullest, in percent of what is scarcest."""
    most = problem.vehicles[route.vehicle].capacity
    loads = [load for trip in route.trips for _job, load in legs(problem, trip, (0,) * len(most))]
    return max(
        (-(-100 * now // limit) for load in loads for now, limit in zip(load, most, strict=True) if limit), default=0
    )


def _said(fault: Fault) -> Text:
    """Return a fault in words."""
    if fault.kind is FaultKind.LATE:
        return _("%(minutes)d minutes too late") % {"minutes": -(-fault.by // MINUTE)}
    if fault.kind in (FaultKind.AFTER_THE_SHIFT, FaultKind.TOO_LONG):
        return _("%(what)s: by %(minutes)d minutes") % {"what": fault.kind.label, "minutes": -(-fault.by // MINUTE)}
    return fault.kind.label
