"""How far units are from each other on a day: where distances come from, and what roads are closed or slow."""

from terrace.logistics.domain.roads.conditions import CLOSED, Between, Circle, Condition, Where, with_conditions
from terrace.logistics.domain.roads.day import DayRoads, Hindrance, RoadSource
from terrace.logistics.domain.roads.distances import (
    USUAL,
    USUAL_DETOUR,
    USUAL_KMH,
    Detour,
    NoDistances,
    Placed,
    Tables,
    by_air,
    great_circles,
    whole,
    with_access,
)
from terrace.logistics.domain.roads.learning import Learned, Leg, learn_detours

__all__ = [
    "CLOSED",
    "USUAL",
    "USUAL_DETOUR",
    "USUAL_KMH",
    "Between",
    "Circle",
    "Condition",
    "DayRoads",
    "Detour",
    "Hindrance",
    "Learned",
    "Leg",
    "NoDistances",
    "Placed",
    "RoadSource",
    "Tables",
    "Where",
    "by_air",
    "great_circles",
    "learn_detours",
    "whole",
    "with_access",
    "with_conditions",
]
