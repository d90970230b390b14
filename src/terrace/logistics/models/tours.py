"""Tours, their stops, and what rides between them."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q

from terrace.kernel.db import PathField, Timed, Versioned, choice_check
from terrace.logistics.domain import LoadState, TourStatus


class Tour(Versioned, Timed):
    """One vehicle's run of a day, from the yard of `unit` through its stops and home again.

    `plan` is the plan of a day of which it was made, None where it was put together by hand.
    Where its vehicle begins or ends the day at another unit than the yard, `begins_at` and `ends_at` say so.
    One of a vehicle and one of a driver is under way at a time, by constraint. Where another vehicle or driver went on
    with it, `relieved_at` says since when and `relieved` who drove before.
    """

    number = models.CharField(max_length=20, unique=True)
    unit = models.ForeignKey("network.ServiceUnit", on_delete=models.PROTECT, related_name="+")
    vehicle = models.ForeignKey("logistics.Vehicle", on_delete=models.PROTECT, related_name="+")
    driver = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    plan = models.ForeignKey("logistics.DayPlan", null=True, on_delete=models.PROTECT, related_name="+")
    begins_at = models.ForeignKey("network.ServiceUnit", null=True, on_delete=models.PROTECT, related_name="+")
    ends_at = models.ForeignKey("network.ServiceUnit", null=True, on_delete=models.PROTECT, related_name="+")
    starts_at = models.TimeField(help_text="by plan")
    status = models.CharField(max_length=10, choices=TourStatus.choices(), default=TourStatus.PLANNED.value)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    relieved_at = models.DateTimeField(null=True)
    relieved = models.ForeignKey("accounts.Person", null=True, on_delete=models.PROTECT, related_name="+")
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        constraints = [
            choice_check("status", TourStatus, "logistics_tour_status"),
            models.UniqueConstraint(
                fields=["vehicle"], condition=Q(status=TourStatus.UNDER_WAY.value), name="logistics_vehicle_on_one_tour"
            ),
            models.UniqueConstraint(
                fields=["driver"], condition=Q(status=TourStatus.UNDER_WAY.value), name="logistics_driver_on_one_tour"
            ),
            models.CheckConstraint(
                condition=~Q(status=TourStatus.FINISHED.value) | Q(started_at__isnull=False, finished_at__isnull=False),
                name="logistics_tour_finished",
            ),
        ]
        indexes = [
            models.Index(fields=["area_path", "-on"], name="logistics_tours_by_area"),
            models.Index(fields=["driver", "-on"], name="logistics_tours_of_driver"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def leaves_from(self) -> int:
        """The unit, by its id, where it begins."""
        return self.begins_at_id or self.unit_id

    @property
    def comes_home_to(self) -> int:
        """The unit, by its id, where it ends."""
        return self.ends_at_id or self.unit_id

    @property
    def is_round(self) -> bool:
        """Whether it begins and ends at a station, to which it brings what goes up."""
        return self.begins_at_id is not None and self.begins_at_id == self.ends_at_id

    @property
    def brings_home(self) -> bool:
        """Whether it carries what goes up: to the yard, or as a round to its station."""
        return self.ends_at_id is None or self.is_round

    def is_base(self, stop: "Stop", last: int) -> bool:
        """Say whether it begins or ends at this stop, of whose places `last` is the last."""
        begins = stop.place == 1 and stop.unit_id == self.begins_at_id
        return begins or (stop.place == last and stop.unit_id == self.ends_at_id)

    def way(self, stops: Iterable["Stop"]) -> list[int]:
        """Return the units, by their ids, that it drives by at these stops, from where it begins to where it ends."""
        return [self.leaves_from, *(stop.unit_id for stop in stops), self.comes_home_to]


class Stop(models.Model):
    """A halt of a tour at a station or point; `place` counts from 1 in the order of driving."""

    tour = models.ForeignKey(Tour, on_delete=models.CASCADE, related_name="stops")
    place = models.PositiveSmallIntegerField()
    unit = models.ForeignKey("network.ServiceUnit", on_delete=models.PROTECT, related_name="+")
    planned_at = models.TimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Two stops that change places pass through the same one: it is judged when the transaction ends.
            models.UniqueConstraint(
                fields=["tour", "place"], name="logistics_stops_in_a_row", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(arrived_at__isnull=False), name="logistics_leaves_after_arriving"
            ),
        ]
        indexes = [models.Index(fields=["unit", "tour"], name="logistics_stops_at")]

    def __str__(self) -> str:
        return f"{self.tour_id}/{self.place}"


class Load(models.Model):
    """A parcel or consignment that rides on a tour: from a stop to a stop, None for where the tour begins or ends."""

    tour = models.ForeignKey(Tour, on_delete=models.CASCADE, related_name="loads")
    parcel = models.ForeignKey("logistics.Parcel", null=True, on_delete=models.PROTECT, related_name="loads")
    consignment = models.ForeignKey("logistics.Consignment", null=True, on_delete=models.PROTECT, related_name="loads")
    take_at = models.ForeignKey(Stop, null=True, on_delete=models.PROTECT, related_name="takes")
    drop_at = models.ForeignKey(Stop, null=True, on_delete=models.PROTECT, related_name="drops")
    grams = models.BigIntegerField()
    cost_minor = models.BigIntegerField(null=True, help_text="its share of what the tour cost")
    state = models.CharField(max_length=10, choices=LoadState.choices(), default=LoadState.PLANNED.value)

    class Meta:
        constraints = [
            choice_check("state", LoadState, "logistics_load_state"),
            models.CheckConstraint(
                condition=Q(parcel__isnull=False, consignment__isnull=True)
                | Q(parcel__isnull=True, consignment__isnull=False),
                name="logistics_load_of_one",
            ),
            models.UniqueConstraint(
                fields=["parcel"],
                condition=Q(state__in=[LoadState.PLANNED.value, LoadState.LOADED.value]),
                name="logistics_parcel_on_one_tour",
            ),
            models.UniqueConstraint(
                fields=["consignment"],
                condition=Q(state__in=[LoadState.PLANNED.value, LoadState.LOADED.value]),
                name="logistics_goods_on_one_tour",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tour_id}/{self.pk}"
