"""Areas, their outlines, and the service units in them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from terrace.kernel.db import PathField, Timed, Versioned
from terrace.kernel.words import in_language
from terrace.network.domain import Service
from terrace.network.domain.hours import Period, read_hours
from terrace.network.domain.places import Point


class Area(models.Model):
    """An administrative division. `tier` is "" for a level above or outside the network.

    Without a point of its own a place has the point of the area above it, as of
    the last import or placing: `is_placed` says which.
    """

    code = models.CharField(primary_key=True, max_length=32, db_collation="C")
    path = PathField()
    # No index of its own: the one on (parent, code) serves it, and a country has 620,000 rows to keep.
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    tier = models.CharField(max_length=20, blank=True)
    level = models.CharField(max_length=20)
    county_code = models.CharField(max_length=32, db_collation="C", blank=True)
    names = models.JSONField()
    search = models.TextField(help_text="names, readings and initials in lower case")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    is_placed = models.BooleanField(default=False, help_text="its own point, not one taken from the area above")

    class Meta:
        indexes = [models.Index(fields=["parent", "code"], name="network_area_children")]
        constraints = [
            # Not `unique=True`, which would add a second index for LIKE: this one, in the C collation, serves that too.
            models.UniqueConstraint(fields=["path"], name="network_area_one_path"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="network_area_point_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.names)

    @property
    def point(self) -> Point | None:
        """Its own point or that of an area above, None where no area above has one."""
        return _point(self.latitude, self.longitude)


class AreaOutline(models.Model):
    """The sketched outline of an area, for maps on screen: a GeoJSON geometry (WGS84), rounded to some 10 m."""

    area = models.OneToOneField(Area, primary_key=True, on_delete=models.CASCADE, related_name="outline")
    geometry = models.JSONField()

    def __str__(self) -> str:
        return str(self.area_id)


class ServiceUnit(Versioned, Timed):
    """A bureau, centre, station or point. `tier` is its area's; people are posted to it.

    `phone` is E.164. Without a point of its own it is shown at its area's.
    """

    number = models.CharField(max_length=20, unique=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    area_path = PathField()
    tier = models.CharField(max_length=20)
    names = models.JSONField()
    search = models.TextField(blank=True, default="", help_text="names, readings and initials in lower case")
    services = ArrayField(models.CharField(max_length=20, choices=Service.choices()), default=list, blank=True)
    hours = models.JSONField(default=list, blank=True, help_text="[{days: [1..7], opens: HH:MM, closes: HH:MM}]")
    phone = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=200, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    founded_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["area_path", "tier"], name="network_unit_by_area")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("founded_on")),
                name="network_unit_closes_after_founding",
                violation_error_message="A unit cannot close before it was founded.",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="network_unit_point_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.names)

    @property
    def is_open(self) -> bool:
        """Whether it still works: it was not closed for good."""
        return self.closed_on is None

    @property
    def point(self) -> Point | None:
        """Its own point, None until somebody placed it."""
        return _point(self.latitude, self.longitude)

    @property
    def opening_hours(self) -> tuple[Period, ...]:
        """When it is open, in order."""
        return read_hours(self.hours)


def _point(latitude: float | None, longitude: float | None) -> Point | None:
    return None if latitude is None or longitude is None else Point(latitude, longitude)
