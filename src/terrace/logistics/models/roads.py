"""Distances that were found out, how roads of townships are, and what is closed or slow for some days."""

import zlib
from dataclasses import fields
from datetime import date
from io import BytesIO

import numpy as np
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from terrace.kernel.db import PathField, Timed, Versioned, choice_check
from terrace.kernel.words import _
from terrace.logistics.domain.roads import Between, Circle, Condition, Detour, Hindrance, RoadSource, Tables, Where
from terrace.logistics.domain.roads.network import RoadGraph
from terrace.network.domain.places import Point

QUICKLY = 1
"""Deflate's first level: nearly as small here, and three times as fast."""


class RoadMatrix(models.Model):
    """Metres and seconds between units of a centre, from one source.

    `fingerprint` stands for all that they were made of: places, source, factors. `told` says why no better source
    was used. Conditions of days are put on when it is read.
    """

    unit = models.ForeignKey("network.ServiceUnit", on_delete=models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64)
    places = ArrayField(models.BigIntegerField(), help_text="units in the order of the tables")
    source = models.CharField(max_length=10, choices=RoadSource.choices())
    told = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    tables = models.BinaryField(help_text="metres, then seconds, row by row, four bytes each, deflated")
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        constraints = [
            choice_check("source", RoadSource, "logistics_matrix_source"),
            models.UniqueConstraint(fields=["unit", "fingerprint"], name="logistics_matrix_once"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.source}"

    @property
    def kept(self) -> Tables:
        """The tables."""
        return unpacked(bytes(self.tables), len(self.places))


class DetourFactor(models.Model):
    """How much longer than the great circle roads of an area are, and how fast, learned from so many drives."""

    area = models.OneToOneField("network.Area", on_delete=models.PROTECT, related_name="+")
    percent = models.PositiveSmallIntegerField()
    kmh = models.PositiveSmallIntegerField()
    drives = models.PositiveIntegerField()
    learned_at = models.DateTimeField()
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        indexes = [models.Index(fields=["area_path"], name="logistics_detours_by_area")]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=100, percent__lte=400, kmh__gte=5, kmh__lte=120), name="logistics_detour_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.percent} %"

    @property
    def detour(self) -> Detour:
        """What it says."""
        return Detour(self.percent, self.kmh)


class RoadCondition(Versioned, Timed):
    """Roads near a point, or between two areas, that are closed or slow from day until day, both included.

    `pace_percent` nought is closed. Without `until_on` it holds until it is ended: from `ended_on` on it holds no
    more.
    """

    centre = models.ForeignKey("network.ServiceUnit", on_delete=models.PROTECT, related_name="+")
    pace_percent = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=120)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    unit = models.ForeignKey("network.ServiceUnit", null=True, on_delete=models.PROTECT, related_name="+")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    radius_m = models.PositiveIntegerField(null=True)
    one_area = models.ForeignKey("network.Area", null=True, on_delete=models.PROTECT, related_name="+")
    other_area = models.ForeignKey("network.Area", null=True, on_delete=models.PROTECT, related_name="+")
    one_path = PathField(blank=True)
    other_path = PathField(blank=True)
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        indexes = [models.Index(fields=["area_path", "-from_on", "-id"], name="logistics_conditions_by_area")]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")), name="logistics_condition_days"
            ),
            models.CheckConstraint(condition=Q(pace_percent__lt=100), name="logistics_condition_pace"),
            models.CheckConstraint(
                condition=Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    radius_m__isnull=False,
                    one_area__isnull=True,
                    other_area__isnull=True,
                )
                | Q(
                    latitude__isnull=True,
                    longitude__isnull=True,
                    radius_m__isnull=True,
                    unit__isnull=True,
                    one_area__isnull=False,
                    other_area__isnull=False,
                ),
                name="logistics_condition_is_somewhere",
                violation_error_message=_("Say where: near a place, or between two areas."),
            ),
        ]

    def __str__(self) -> str:
        return self.reason

    @property
    def where(self) -> Where:
        """Which roads it is about."""
        if self.latitude is None or self.longitude is None or self.radius_m is None:
            return Between(self.one_path, self.other_path)
        return Circle(Point(self.latitude, self.longitude), self.radius_m)

    @property
    def condition(self) -> Condition:
        """What it does to the roads of its days."""
        return Condition(self.where, self.pace_percent)

    @property
    def hindrance(self) -> Hindrance:
        """What it does to a road, and why."""
        return Hindrance(self.pace_percent, self.reason)

    @property
    def is_closed(self) -> bool:
        """Whether nothing gets through."""
        return self.condition.is_closed

    def holds_on(self, on: date) -> bool:
        """Say whether it holds on a day."""
        days = self.from_on <= on and (self.until_on is None or on <= self.until_on)
        return days and (self.ended_on is None or on < self.ended_on)


class RoadNetwork(Timed):
    """The roads of a centre's area, from a file: the youngest that is in use counts."""

    unit = models.ForeignKey("network.ServiceUnit", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120, help_text="of the file")
    is_active = models.BooleanField(default=True)
    edges = models.PositiveIntegerField()
    nodes = models.PositiveIntegerField()
    roads = models.BinaryField(help_text="points, directed edges, metres and seconds, as arrays, deflated")
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")

    def __str__(self) -> str:
        return self.name

    @property
    def graph(self) -> RoadGraph:
        """The network itself."""
        with np.load(BytesIO(bytes(self.roads)), allow_pickle=False) as kept:
            return RoadGraph(**{one.name: kept[one.name] for one in fields(RoadGraph)})


def network_bytes(graph: RoadGraph) -> bytes:
    """Return a network as a row keeps it."""
    kept = BytesIO()
    np.savez_compressed(kept, **{one.name: getattr(graph, one.name) for one in fields(RoadGraph)})
    return kept.getvalue()


def packed(tables: Tables) -> bytes:
    """Return tables as a row keeps them."""
    numbers = np.stack([tables.metres, tables.seconds]).astype("<i4")
    return zlib.compress(numbers.tobytes(), QUICKLY)


def unpacked(kept: bytes, places: int) -> Tables:
    """Return the tables from what `packed` made."""
    numbers = np.frombuffer(zlib.decompress(kept), dtype="<i4").astype(np.int64)
    metres, seconds = numbers.reshape(2, places, places)
    return Tables(metres, seconds)
