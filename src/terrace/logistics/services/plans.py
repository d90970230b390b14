"""Planning a day by the engines: a search in a job, its best plan so far, and what becomes of it."""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app

from terrace.audit import services as audit
from terrace.kernel import clock, ids
from terrace.kernel.actors import SYSTEM, Actor
from terrace.kernel.deployment import current
from terrace.kernel.errors import DomainError, Forbidden, Invalid, NotFound
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.words import _
from terrace.logistics.domain import Permission
from terrace.logistics.domain.plans import MOST_SECONDS, PlanState
from terrace.logistics.domain.routing import Budget, Plan, Planned, Problem, RoutePlanner, best_of, check, measure
from terrace.logistics.domain.routing.alike import AlikeAsOne
from terrace.logistics.domain.routing.explaining import explain
from terrace.logistics.domain.routing.parts import remainder
from terrace.logistics.domain.routing.reasons import Reason
from terrace.logistics.domain.routing.ways_out import WayOut, ways_out
from terrace.logistics.domain.trials import MOST_MORE, Trial
from terrace.logistics.engines.first_by_hand import FirstByHand
from terrace.logistics.engines.together import Together
from terrace.logistics.models import DayPlan
from terrace.logistics.models.plans import (
    DEPOTS,
    ERRANDS,
    MEASURES,
    REASONS,
    REST,
    ROUTES,
    SHUT_OUT,
    STATIONS,
    TRIAL,
    UNKEPT,
    VEHICLES,
    WAYS_OUT,
    packed,
)
from terrace.logistics.services.days import AS_IT_IS, GatheredDay, gather
from terrace.logistics.services.fleet import home_of
from terrace.logistics.services.two_levels import lay_out
from terrace.network import queries as network
from terrace.network.models import ServiceUnit

SEARCH_JOB = "logistics.search_plan"
FARTHEST = timedelta(days=14)
logger = logging.getLogger(__name__)


class StillSearching(DomainError):
    """A plan of this day is being searched for."""

    code = "still_searching"
    message = _("A plan for this day is being made. Wait until it is there.")


class PlanClosed(DomainError):
    """The plan was approved or dropped."""

    code = "plan_closed"
    message = _("This plan was approved or dropped. Make a new one.")


@dataclass(frozen=True, slots=True)
class PlanGiven:
    """Which day is planned, how many seconds the engines may search, and what sets the plan apart from others."""

    on: date
    seconds: int
    note: str = ""
    seed: int = 1
    trial: Trial = AS_IT_IS
    on_two_levels: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """Why a day is not possible, and what would make it possible."""

    reasons: tuple[Reason, ...] = ()
    ways_out: tuple[WayOut, ...] = ()


@transaction.atomic
def begin_plan(*, by: Actor, unit_id: int, given: PlanGiven, now: datetime | None = None) -> DayPlan:
    """Take the day of a centre as it stands and let a job search for a plan.

    Raises `Forbidden`, `Invalid` at the field, `NothingToPlan`, `NoVehicle`, `NoRounds`, `StillSearching`.
    """
    centre = home_of(unit_id)
    by.require(Permission.DISPATCH, centre.area_path)
    if by.person_id is None:
        raise Forbidden
    moment = now or clock.now()
    note = _checked(given, clock.today(moment))
    _check_trial(given.trial, centre)
    gathered = gather(centre=centre, on=given.on, now=moment, trial=given.trial, on_two_levels=given.on_two_levels)
    plan = DayPlan(
        number=ids.reference("L"),
        unit=centre,
        on=given.on,
        person_id=by.person_id,
        note=note,
        seconds=given.seconds,
        seed=given.seed,
        trial=None if given.trial.is_real else TRIAL.dump_python(given.trial, mode="json"),
        currency=current().currency,
        began_at=moment,
        area_path=centre.area_path,
        county_code=network.place(centre.area_id).county_code,
    )
    _take(plan, gathered)
    _save_searching(plan)
    details = {"on": given.on.isoformat(), "seconds": given.seconds, "errands": len(gathered.day.errands)}
    audit.record(by=by, act="logistics.begin_plan", subject=plan, area_path=plan.area_path, details=details, now=moment)
    transaction.on_commit(lambda: _enqueue(plan.pk))
    return plan


@transaction.atomic
def search_again(*, by: Actor, plan: DayPlan, version: int, seconds: int, now: datetime | None = None) -> DayPlan:
    """Search once more for a plan of the same day, from another seed; kept routes stay, and a worse plan is not taken.

    One whose search was interrupted may be taken up again. Raises `Forbidden`, `Stale`, `PlanClosed`, `StillSearching`.
    """
    by.require(Permission.DISPATCH, plan.area_path)
    moment, found = now or clock.now(), lock_plan(plan.pk)
    if found.standing is PlanState.SEARCHING and not found.is_silent(moment):
        raise StillSearching
    if not (found.standing.is_open or found.standing in (PlanState.SEARCHING, PlanState.FAILED)):
        raise PlanClosed
    found.seconds = _seconds(seconds)
    found.state, found.began_at, found.ended_at, found.seed = PlanState.SEARCHING, moment, None, found.seed + 2
    try:
        with transaction.atomic():
            found.save_version(version, ["seconds", "state", "began_at", "ended_at", "seed"])
    except IntegrityError as clash:
        raise StillSearching from clash
    audit.record(by=by, act="logistics.begin_plan", subject=found, area_path=found.area_path, now=moment)
    transaction.on_commit(lambda: _enqueue(found.pk))
    return found


@transaction.atomic
def drop_plan(*, by: Actor, plan: DayPlan, version: int) -> DayPlan:
    """Give up a plan; a search for it ends for nothing. Raises `Forbidden`, `Stale`, `PlanClosed`."""
    by.require(Permission.DISPATCH, plan.area_path)
    found = lock_plan(plan.pk)
    if found.standing in (PlanState.APPROVED, PlanState.DROPPED):
        raise PlanClosed
    found.state = PlanState.DROPPED
    found.save_version(version, ["state"])
    audit.record(by=by, act="logistics.drop_plan", subject=found, area_path=found.area_path)
    return found


def run_search(*, plan_id: int, planner: RoutePlanner | None = None) -> None:
    """Search for a plan as long as it says, keep the best so far where people see it, and end. Safe to repeat."""
    plan = DayPlan.objects.filter(pk=plan_id, state=PlanState.SEARCHING).first()
    if plan is None:
        return
    engines = planner or FirstByHand(AlikeAsOne(Together()))
    try:
        problem, planned = lay_out(plan, engines) if plan.stations and not plan.routes else _search(plan, engines)
    except Exception:
        DayPlan.objects.filter(pk=plan_id, state=PlanState.SEARCHING).update(
            state=PlanState.FAILED, ended_at=clock.now()
        )
        raise
    reasons = explain(problem, planned.plan)
    _end(plan_id, problem, planned, _Found(tuple(reasons), tuple(ways_out(problem, planned.plan)) if reasons else ()))


def judge(plan: DayPlan, problem: Problem, routes: Plan) -> None:
    """Put routes into a plan, with their figures and where it stands with them. Nothing is written."""
    plan.routes = ROUTES.dump_python(routes, mode="json")
    plan.measures = MEASURES.dump_python(measure(problem, routes), mode="json")
    plan.state = PlanState.IMPOSSIBLE if check(problem, routes) else PlanState.READY


def lock_plan(plan_id: int) -> DayPlan:
    """Return a plan as it is now, locked until the transaction ends. Raises `NotFound`."""
    found = DayPlan.objects.select_for_update(of=("self",)).filter(pk=plan_id).first()
    if found is None:
        raise NotFound
    return found


def lock_open(plan_id: int) -> DayPlan:
    """Return a plan that may be changed or approved, locked. Raises `NotFound`, `StillSearching`, `PlanClosed`."""
    found = lock_plan(plan_id)
    if found.standing is PlanState.SEARCHING:
        raise StillSearching
    if not found.standing.is_open:
        raise PlanClosed
    return found


def _search(plan: DayPlan, engines: RoutePlanner) -> tuple[Problem, Planned]:
    """Return the day and the best plan of it whole, the one that is there already among those compared."""
    problem = plan.problem
    left = remainder(problem, plan.plan, plan.kept)
    before = [Planned(plan.plan, plan.engine, plan.rounds)] if plan.routes else []

    def hear(planned: Planned) -> None:
        _note(plan, problem, Planned(left.with_settled(planned.plan), planned.engine, planned.rounds))

    if left.problem.jobs and left.problem.vehicles:
        found = engines.plan(left.problem, Budget(plan.seconds, seed=plan.seed), hear)
    else:
        found = Planned(Plan(()), "", 0)
    whole = Planned(left.with_settled(found.plan), found.engine, found.rounds)
    return problem, best_of(problem, [*before, whole])


def _note(plan: DayPlan, problem: Problem, planned: Planned) -> None:
    """Let people see the best plan so far, where it is better than what was there."""
    if plan.routes and best_of(problem, [Planned(plan.plan, plan.engine), planned]) is not planned:
        return
    judge(plan, problem, planned.plan)
    plan.engine, plan.rounds = planned.engine, planned.rounds
    DayPlan.objects.filter(pk=plan.pk, state=PlanState.SEARCHING).update(
        routes=plan.routes, measures=plan.measures, engine=planned.engine, rounds=planned.rounds
    )


@transaction.atomic
def _end(plan_id: int, problem: Problem, planned: Planned, told: _Found) -> None:
    found = lock_plan(plan_id)
    if found.standing is not PlanState.SEARCHING:
        return
    judge(found, problem, planned.plan)
    found.engine, found.rounds, found.ended_at = planned.engine, planned.rounds, clock.now()
    found.reasons = REASONS.dump_python(told.reasons, mode="json")
    found.ways_out = WAYS_OUT.dump_python(told.ways_out, mode="json", exclude=UNKEPT)
    fields = ["state", "routes", "measures", "engine", "rounds", "ended_at", "reasons", "ways_out"]
    found.save_version(found.version, fields)
    details = {"state": found.state, "engine": planned.engine}
    audit.record(by=SYSTEM, act="logistics.find_plan", subject=found, area_path=found.area_path, details=details)


def _take(plan: DayPlan, gathered: GatheredDay) -> None:
    """Put the day into the plan, so that it can be judged again whatever changes."""
    day, problem = gathered.day, gathered.day.problem
    plan.errands = ERRANDS.dump_python(day.errands, mode="json")
    plan.vehicles = VEHICLES.dump_python(list(problem.vehicles), mode="json")
    plan.depots = DEPOTS.dump_python(list(problem.depots), mode="json")
    plan.rest = REST.dump_python(problem.rest, mode="json")
    plan.shut_out = SHUT_OUT.dump_python(day.shut_out, mode="json")
    plan.stations = STATIONS.dump_python(day.stations, mode="json")
    plan.fleet = [vehicle.pk for vehicle in gathered.vehicles]
    plan.places, plan.paces = list(gathered.roads.places), list(gathered.paces)
    plan.roads, plan.roads_source = packed(gathered.roads.matrix()), str(gathered.roads.source)
    plan.roads_made_at, plan.roads_told = gathered.roads.made_at, gathered.roads.told[:200]
    plan.conditions = list(gathered.roads.conditions)


def _save_searching(plan: DayPlan) -> None:
    try:
        with transaction.atomic():
            plan.save(force_insert=True)
    except IntegrityError as clash:
        raise StillSearching from clash


def _checked(given: PlanGiven, today: date) -> str:
    if given.on < today:
        raise Invalid(_("This day is over."), field="on")
    if given.on > today + FARTHEST:
        raise Invalid(_("Plan at most two weeks ahead: nobody knows yet what will wait then."), field="on")
    _seconds(given.seconds)
    note = " ".join(given.note.split())
    refuse_identity_number(note, field="note")
    return note


def _check_trial(trial: Trial, centre: ServiceUnit) -> None:
    if not 0 <= trial.more <= MOST_MORE:
        raise Invalid(_("Enter %(least)d to %(most)d.") % {"least": 0, "most": MOST_MORE}, field="more")
    if trial.more and trial.more_like is None:
        raise Invalid(_("Say like which vehicle they are."), field="more_like")
    yard = network.units_by_id([trial.yard_id]).get(trial.yard_id) if trial.yard_id else centre
    if yard is None or not yard.area_path.startswith(centre.area_path):
        raise Invalid(_("Choose a unit of the centre's own area."), field="yard")


def _seconds(seconds: int) -> int:
    if not 5 <= seconds <= MOST_SECONDS:
        raise Invalid(_("Enter %(least)d to %(most)d.") % {"least": 5, "most": MOST_SECONDS}, field="seconds")
    return seconds


def _enqueue(plan_id: int) -> None:
    """Ask for the job; the lock lets two searches for one plan follow, never accompany, each other."""
    app.configure_task(SEARCH_JOB, lock=f"{SEARCH_JOB}.{plan_id}").defer(plan_id=plan_id)
