"""What the REST interface takes and says of plans of days."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated

from ninja import Field, Schema

from terrace.http.rest import MoneyValue, Text
from terrace.logistics import queries
from terrace.logistics.domain.day import Errand
from terrace.logistics.domain.plans import MOST_SECONDS, USUAL_SECONDS, PlanState
from terrace.logistics.domain.routing import Visit, check, timetable
from terrace.logistics.models import DayPlan, Vehicle
from terrace.logistics.models.plans import SHUT_OUT
from terrace.logistics.schemas.fields import LogisticsVersionIn, Number, numbers_of
from terrace.logistics.schemas.tours import PersonId

Seconds = Annotated[int, Field(ge=5, le=MOST_SECONDS)]


class PlanFilters(Schema):
    """Filters of the list of plans."""

    first: date | None = None
    last: date | None = None
    state: PlanState | None = None


class NewPlanIn(Schema):
    """A day of a centre, by its number, and how long the engines may search for a plan of it."""

    unit: Number
    on: date
    seconds: Seconds = USUAL_SECONDS
    note: Annotated[Text, Field(max_length=80)] = ""
    on_two_levels: bool = False


class SearchIn(LogisticsVersionIn):
    """How long the engines search once more."""

    seconds: Seconds = USUAL_SECONDS


class VehicleDriver(Schema):
    """Who drives a vehicle: the vehicle by its number, the driver by the id that the list of drivers says."""

    vehicle: Number
    driver: PersonId


class ApprovalIn(LogisticsVersionIn):
    """Who drives the vehicles of a plan."""

    drivers: Annotated[list[VehicleDriver], Field(max_length=200)]


class ApprovedOut(Schema):
    """The tours that a plan became, what no longer waits and rides on none of them, and what rides along from one unit
    below to another, by their numbers."""

    tours: list[str]
    gone: list[str]
    along: list[str]


class PlanOut(Schema):
    """A plan of a centre's day in figures: metres, paid seconds and those of them beyond the shift, costs."""

    number: str
    version: int
    state: PlanState
    unit: str
    on: date
    note: str
    vehicles: int | None
    metres: int | None
    seconds: int | None
    overtime_seconds: int | None
    cost: MoneyValue | None
    began_at: datetime
    ended_at: datetime | None


class VisitOut(Schema):
    """A visit: the unit by its number, when work begins and ends (seconds since midnight), what it drops and takes."""

    unit: str
    begins_s: int
    ends_s: int
    late_s: int
    drops: list[str]
    takes: list[str]


class RouteOut(Schema):
    """A vehicle's day; the vehicle by its number, the units where it begins and ends by theirs."""

    vehicle: str
    begins_at: str
    ends_at: str
    starts_s: int
    ends_s: int
    metres: int
    visits: list[VisitOut]


class LeftOut(Schema):
    """What nobody carries, and why where no plan could."""

    number: str
    why: str


class PlanWhole(PlanOut):
    """A plan with its routes, what it leaves out, how many faults the checker finds, and the tours that it became."""

    routes: list[RouteOut]
    left_out: list[LeftOut]
    faults: int
    tours: list[str]


def plans_out(rows: Sequence[DayPlan]) -> list[PlanOut]:
    """Return plans as JSON."""
    units = numbers_of(row.unit_id for row in rows)
    return [PlanOut.model_validate(_figures(row, units[row.unit_id])) for row in rows]


def whole_out(plan: DayPlan) -> PlanWhole:
    """Return one plan as JSON, with its routes."""
    problem, routes, errands = plan.problem, plan.plan, plan.jobs
    bases = [plan.places[depot.place] for depot in problem.depots]
    units = numbers_of({plan.unit_id, *bases, *(errand.unit_id for errand in errands)})
    vehicles = dict(Vehicle.objects.filter(pk__in=plan.fleet).values_list("pk", "number"))
    left = [haul.number for job in routes.left_out(problem) for haul in errands[job].hauls] if plan.routes else []
    left = list(dict.fromkeys(left))  # on two levels a thing is carried twice
    lines = []
    for route in routes.routes:
        times, number = timetable(problem, route), vehicles[plan.fleet[route.vehicle]]
        visits = [_visit(visit, errands[visit.job], units) for visit in times.visits if visit.job is not None]
        driven = problem.vehicles[route.vehicle]
        lines.append(
            RouteOut(
                vehicle=number,
                begins_at=units[bases[driven.start]],
                ends_at=units[bases[driven.end]],
                starts_s=times.starts,
                ends_s=times.ends,
                metres=times.distance,
                visits=visits,
            )
        )
    shut_out = [LeftOut(number=one.number, why=one.why.value) for one in SHUT_OUT.validate_python(plan.shut_out)]
    told = {
        "routes": lines,
        "left_out": [*(LeftOut(number=number, why="") for number in left), *shut_out],
        "faults": len(check(problem, routes)) if plan.routes else 0,
        "tours": [tour.number for tour in queries.tours_of_plan(plan)],
    }
    return PlanWhole.model_validate({**_figures(plan, units[plan.unit_id]), **told})


def _visit(visit: Visit, errand: Errand, units: Mapping[int, str]) -> VisitOut:
    return VisitOut(
        unit=units[errand.unit_id],
        begins_s=visit.begins,
        ends_s=visit.ends,
        late_s=visit.late,
        drops=[haul.number for haul in errand.hauls if not haul.goes_up],
        takes=[haul.number for haul in errand.hauls if haul.goes_up],
    )


def _figures(plan: DayPlan, unit: str) -> dict[str, object]:
    told = plan.figures
    return {
        "number": plan.number,
        "version": plan.version,
        "state": plan.standing,
        "unit": unit,
        "on": plan.on,
        "note": plan.note,
        "vehicles": told and told.vehicles,
        "metres": told and told.distance,
        "seconds": told and told.duration,
        "overtime_seconds": told and told.overtime,
        "cost": MoneyValue.of(plan.cost),
        "began_at": plan.began_at,
        "ended_at": plan.ended_at,
    }
