"""Where vehicles were."""

from django.db import models
from django.db.models import Q

from terrace.kernel.db import PathField, choice_check
from terrace.logistics.domain.tracking import Fix, PositionSource
from terrace.network.domain.places import Point


class Position(models.Model):
    """Where a vehicle was at a moment, as a source told it; the same moment told again changes nothing.

    It belongs to the tour that the vehicle drove then, if any: nobody reads others. Kept as many days as the setting
    `position_days` says.
    """

    vehicle = models.ForeignKey("logistics.Vehicle", on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=10, choices=PositionSource.choices())
    at = models.DateTimeField()
    latitude = models.FloatField()
    longitude = models.FloatField()
    accuracy_m = models.PositiveIntegerField(null=True)
    speed_kmh = models.PositiveSmallIntegerField(null=True)
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        constraints = [
            choice_check("source", PositionSource, "logistics_position_source"),
            models.UniqueConstraint(fields=["vehicle", "at", "source"], name="logistics_position_once"),
            models.CheckConstraint(
                condition=Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="logistics_position_on_earth",
            ),
        ]
        indexes = [models.Index(fields=["at"], name="logistics_positions_by_time")]

    def __str__(self) -> str:
        return f"{self.vehicle_id} {self.at.isoformat()}"

    @property
    def fix(self) -> Fix:
        """The position as the rules see it."""
        return Fix(self.at, Point(self.latitude, self.longitude), self.accuracy_m, self.speed_kmh)
