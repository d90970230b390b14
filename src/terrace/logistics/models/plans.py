"""Plans of a day, and what planning needs to know of a centre and of the roads to its units."""

import zlib
from array import array
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from pydantic import TypeAdapter

from terrace.kernel.db import PathField, Timed, Versioned, choice_check
from terrace.kernel.money import Money
from terrace.logistics.domain.day import DayRules, Errand, ShutOut, at_pace
from terrace.logistics.domain.fleet import FINE, Prices
from terrace.logistics.domain.plans import SILENT_AFTER, PlanState
from terrace.logistics.domain.roads import Hindrance
from terrace.logistics.domain.routing import Depot, Matrix, Measures, Plan, Problem, Rest, Vehicle
from terrace.logistics.domain.routing.levels import Station
from terrace.logistics.domain.routing.reasons import Reason
from terrace.logistics.domain.routing.ways_out import WayOut, WayOutKind
from terrace.logistics.domain.trials import Trial

ERRANDS = TypeAdapter(tuple[Errand, ...])
VEHICLES = TypeAdapter(list[Vehicle])
DEPOTS = TypeAdapter(list[Depot])
REST = TypeAdapter(Rest | None)
ROUTES = TypeAdapter(Plan)
MEASURES = TypeAdapter(Measures | None)
STATIONS = TypeAdapter(tuple[Station, ...])
SHUT_OUT = TypeAdapter(tuple[ShutOut, ...])
TRIAL = TypeAdapter(Trial)
REASONS = TypeAdapter(tuple[Reason, ...])
WAYS_OUT = TypeAdapter(tuple[WayOut, ...])
UNKEPT = {"__all__": {"problem", "plan"}}
"""What a way out proves itself by is found again by planning it."""


class PlanningRules(Versioned, Timed):
    """How a centre reckons its days, as `DayRules` says. Money is of the installation's currency."""

    unit = models.OneToOneField("network.ServiceUnit", on_delete=models.PROTECT, related_name="+")
    opens = models.TimeField()
    closes = models.TimeField()
    load_minutes = models.PositiveSmallIntegerField()
    rest_begins = models.TimeField(null=True)
    rest_minutes = models.PositiveSmallIntegerField()
    stop_seconds = models.PositiveSmallIntegerField()
    parcel_seconds = models.PositiveSmallIntegerField()
    seconds_per_100kg = models.PositiveSmallIntegerField()
    ml_per_kg = models.PositiveIntegerField()
    worth_per_kg_minor = models.BigIntegerField()
    diesel_minor = models.BigIntegerField()
    petrol_minor = models.BigIntegerField()
    gas_minor = models.BigIntegerField()
    electricity_minor = models.BigIntegerField()
    hour_minor = models.BigIntegerField()
    overtime_percent = models.PositiveSmallIntegerField()
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="logistics_rules_closes_after_opening"),
            models.CheckConstraint(
                condition=Q(
                    worth_per_kg_minor__gte=0,
                    diesel_minor__gte=0,
                    petrol_minor__gte=0,
                    gas_minor__gte=0,
                    electricity_minor__gte=0,
                    hour_minor__gte=0,
                    overtime_percent__gte=100,
                ),
                name="logistics_rules_prices",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}"

    @property
    def rules(self) -> DayRules:
        """What they say."""
        prices = Prices(**{one.name: getattr(self, one.name) for one in fields(Prices)})
        own = [one.name for one in fields(DayRules) if one.name != "prices"]
        return DayRules(**{name: getattr(self, name) for name in own}, prices=prices)


class Approach(Versioned, Timed):
    """How vehicles come to a unit: the widest that gets through (None for any), mountain roads, how much longer."""

    unit = models.OneToOneField("network.ServiceUnit", on_delete=models.PROTECT, related_name="+")
    widest_cm = models.PositiveSmallIntegerField(null=True)
    is_steep = models.BooleanField(default=False)
    extra_minutes = models.PositiveSmallIntegerField(default=0)
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        indexes = [models.Index(fields=["area_path"], name="logistics_approach_by_area")]

    def __str__(self) -> str:
        return f"{self.unit_id}"


class DayPlan(Versioned, Timed):
    """A plan of a centre's day: the day as it was when the search began, and the best routes found or made since.

    `errands`, `vehicles`, `depots`, `rest`, `roads` and `paces` are the day, so that the plan can be judged again
    whatever changed since; `fleet` are the vehicles' ids in their order, `shut_out` what could not be planned at all.
    On two levels the first plan that is found adds the visits of the trunk to the errands.
    `routes` is a `Plan`; `kept` are the vehicles, by their place, whose routes a new search leaves as they are.
    """

    number = models.CharField(max_length=20, unique=True)
    unit = models.ForeignKey("network.ServiceUnit", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=PlanState.choices(), default=PlanState.SEARCHING.value)
    note = models.CharField(max_length=80, blank=True, help_text="what sets it apart from others of the day")
    seconds = models.PositiveSmallIntegerField()
    seed = models.PositiveIntegerField(default=1)
    errands = models.JSONField()
    vehicles = models.JSONField()
    fleet = ArrayField(models.BigIntegerField())
    depots = models.JSONField()
    rest = models.JSONField(null=True)
    places = ArrayField(models.BigIntegerField(), help_text="units in the order of the roads, the centre first")
    roads = models.BinaryField(help_text="metres, then seconds, row by row, four bytes each, deflated")
    paces = ArrayField(models.PositiveSmallIntegerField())
    roads_source = models.CharField(max_length=10)
    roads_made_at = models.DateTimeField()
    roads_told = models.CharField(max_length=200, blank=True, help_text="why no better source was used")
    conditions = models.JSONField(default=list, help_text="hindrances of that day; older plans have them in words")
    shut_out = models.JSONField(default=list)
    stations = models.JSONField(default=list, help_text="those with rounds; none where it has one level")
    trial = models.JSONField(null=True, help_text="what it tries out; None where it can be driven")
    routes = models.JSONField(null=True)
    kept = ArrayField(models.PositiveSmallIntegerField(), default=list)
    measures = models.JSONField(null=True)
    reasons = models.JSONField(default=list, help_text="why the day is not possible, as the search found")
    ways_out = models.JSONField(default=list, help_text="what would make it possible")
    engine = models.CharField(max_length=20, blank=True)
    rounds = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        constraints = [
            choice_check("state", PlanState, "logistics_plan_state"),
            models.CheckConstraint(
                condition=~Q(state__in=[PlanState.READY.value, PlanState.APPROVED.value]) | Q(routes__isnull=False),
                name="logistics_plan_has_routes",
            ),
            models.CheckConstraint(
                condition=~Q(state=PlanState.APPROVED.value) | Q(trial__isnull=True), name="logistics_trials_stay_plans"
            ),
            models.UniqueConstraint(
                fields=["unit", "on"], condition=Q(state=PlanState.SEARCHING.value), name="logistics_one_search_a_day"
            ),
        ]
        indexes = [models.Index(fields=["area_path", "-on", "-id"], name="logistics_plans_by_area")]

    def __str__(self) -> str:
        return self.number

    @property
    def standing(self) -> PlanState:
        """Where it stands."""
        return PlanState(self.state)

    @property
    def tried(self) -> Trial:
        """What is otherwise than on the real day."""
        return TRIAL.validate_python(self.trial) if self.trial else Trial()

    @property
    def hindered(self) -> list[str]:
        """What was closed or slow that day, in the reader's words."""
        return [one if isinstance(one, str) else Hindrance(*one).text for one in self.conditions]

    @property
    def jobs(self) -> tuple[Errand, ...]:
        """What there is to do, in the order of the problem's jobs."""
        return ERRANDS.validate_python(self.errands)

    @property
    def problem(self) -> Problem:
        """The day as planners know it."""
        return Problem(
            [errand.job for errand in self.jobs],
            VEHICLES.validate_python(self.vehicles),
            DEPOTS.validate_python(self.depots),
            unpacked(bytes(self.roads), len(self.places), self.paces),
            REST.validate_python(self.rest),
        )

    @property
    def rounds_from(self) -> tuple[Station, ...]:
        """The stations with rounds; none where the day has one level."""
        return STATIONS.validate_python(self.stations)

    @property
    def plan(self) -> Plan:
        """The routes; none where none were found yet."""
        return ROUTES.validate_python(self.routes) if self.routes else Plan(())

    @property
    def figures(self) -> Measures | None:
        """The routes in figures."""
        found: Measures | None = MEASURES.validate_python(self.measures)
        return found

    @property
    def why_not(self) -> tuple[Reason, ...]:
        """Why the day is not possible."""
        return REASONS.validate_python(self.reasons)

    @property
    def help(self) -> tuple[WayOut, ...]:
        """What would make it possible."""
        day = {"problem": self.problem, "plan": self.plan}
        return tuple(WayOut(**{**one, **day, "kind": WayOutKind(one["kind"])}) for one in self.ways_out)

    @property
    def cost(self) -> Money | None:
        """What the routes cost."""
        figures = self.figures
        return Money(round(figures.cost / FINE), self.currency) if figures else None

    def is_silent(self, now: datetime) -> bool:
        """Whether its search should be over and told nothing: something stopped it."""
        ends = self.began_at + timedelta(seconds=self.seconds)
        return self.standing is PlanState.SEARCHING and now > ends + SILENT_AFTER


def packed(roads: Matrix) -> bytes:
    """Return metres and seconds as a row of a plan keeps them."""
    numbers = array("i", [number for table in (roads.distances, roads.durations) for row in table for number in row])
    return zlib.compress(numbers.tobytes())


def unpacked(kept: bytes, places: int, paces: Sequence[int]) -> list[Matrix]:
    """Return a matrix for each pace, from what `packed` made."""
    numbers = array("i")
    numbers.frombytes(zlib.decompress(kept))
    tables: list[Any] = [
        [numbers[row * places : (row + 1) * places] for row in range(first, first + places)] for first in (0, places)
    ]
    metres, seconds = tables
    return [at_pace(Matrix(metres, seconds), pace) for pace in paces]
