"""A day's tours as a problem to be solved: what there is to do, what a plan is and costs, whether it may be driven."""

from terrace.logistics.domain.routing.by_hand import ByHand, by_hand
from terrace.logistics.domain.routing.checking import Fault, FaultKind, check, check_route
from terrace.logistics.domain.routing.measuring import Measures, measure
from terrace.logistics.domain.routing.plan import Plan, Route, Trip
from terrace.logistics.domain.routing.planner import Budget, Planned, RoutePlanner, best_of, rank
from terrace.logistics.domain.routing.problem import (
    ALWAYS,
    FOREVER,
    NO_ROAD,
    Depot,
    Job,
    Load,
    Matrix,
    Problem,
    Rest,
    Vehicle,
    Window,
)
from terrace.logistics.domain.routing.timetable import Timetable, Visit, timetable

__all__ = [
    "ALWAYS",
    "FOREVER",
    "NO_ROAD",
    "Budget",
    "ByHand",
    "Depot",
    "Fault",
    "FaultKind",
    "Job",
    "Load",
    "Matrix",
    "Measures",
    "Plan",
    "Planned",
    "Problem",
    "Rest",
    "Route",
    "RoutePlanner",
    "Timetable",
    "Trip",
    "Vehicle",
    "Visit",
    "Window",
    "best_of",
    "by_hand",
    "check",
    "check_route",
    "measure",
    "rank",
    "timetable",
]
