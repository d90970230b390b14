"""Consignments of farm goods, and the lots in them."""

from django.db import models
from django.db.models import F, Q

from terrace.kernel.db import PathField, Timed, choice_check
from terrace.kernel.quantity import Quantity, Unit
from terrace.logistics.domain import ConsignmentStatus
from terrace.logistics.domain.sscc import UnitKind


class Consignment(Timed):
    """Lots that ride together from a point or station to the centre. `grams` is what they weigh on the vehicle.

    `arrived_at` is when they were counted in; `seen_at` as of a parcel.
    """

    number = models.CharField(max_length=20, unique=True)
    status = models.CharField(
        max_length=12, choices=ConsignmentStatus.choices(), default=ConsignmentStatus.WAITING.value
    )
    seen_at = models.DateTimeField()
    from_unit = models.ForeignKey("network.ServiceUnit", on_delete=models.PROTECT, related_name="+")
    to_unit = models.ForeignKey("network.ServiceUnit", on_delete=models.PROTECT, related_name="+")
    from_path = PathField()
    to_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")
    unit_at = models.ForeignKey("network.ServiceUnit", null=True, on_delete=models.PROTECT, related_name="+")
    tour_at = models.ForeignKey("logistics.Tour", null=True, on_delete=models.PROTECT, related_name="+")
    crates = models.PositiveIntegerField(default=0)
    grams = models.BigIntegerField()
    is_cold = models.BooleanField(default=False)
    ready_at = models.DateTimeField(null=True, help_text="from when it can be fetched; None: at once")
    waits_until = models.DateTimeField(
        null=True, help_text="until when it may wait; None: it rides the day it is ready"
    )
    sent_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            choice_check("status", ConsignmentStatus, "logistics_consignment_status"),
            models.CheckConstraint(
                condition=Q(waits_until__isnull=True) | Q(ready_at__isnull=True) | Q(waits_until__gt=F("ready_at")),
                name="logistics_waits_after_ready",
            ),
            models.CheckConstraint(condition=Q(grams__gt=0), name="logistics_consignment_weight"),
            models.CheckConstraint(condition=~Q(from_unit=F("to_unit")), name="logistics_consignment_goes_somewhere"),
            models.CheckConstraint(
                condition=~Q(status=ConsignmentStatus.ON_VEHICLE.value) | Q(tour_at__isnull=False),
                name="logistics_consignment_on_a_tour",
            ),
            models.CheckConstraint(
                condition=~Q(status=ConsignmentStatus.ARRIVED.value) | Q(arrived_at__isnull=False),
                name="logistics_consignment_arrived",
            ),
        ]
        indexes = [
            models.Index(fields=["from_path", "status"], name="logistics_goods_from"),
            models.Index(fields=["to_path", "status"], name="logistics_goods_to"),
            models.Index(fields=["unit_at", "status"], name="logistics_goods_at"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def area_path(self) -> str:
        """Where it belongs: from where the goods come."""
        return self.from_path


class PackedUnit(models.Model):
    """A crate or pallet of a consignment, with a number of its own that any scanner reads; `place` counts from 1."""

    consignment = models.ForeignKey(Consignment, on_delete=models.PROTECT, related_name="packed")
    kind = models.CharField(max_length=8, choices=UnitKind.choices())
    place = models.PositiveSmallIntegerField()
    sscc = models.CharField(max_length=18, blank=True)

    class Meta:
        constraints = [
            choice_check("kind", UnitKind, "logistics_packed_kind"),
            models.UniqueConstraint(fields=["consignment", "kind", "place"], name="logistics_packed_once"),
            models.UniqueConstraint(fields=["sscc"], condition=~Q(sscc=""), name="logistics_sscc_once"),
        ]

    def __str__(self) -> str:
        return self.sscc


class ConsignmentLine(models.Model):
    """A lot of a consignment: how much was sent, and how much arrived (None until it was counted)."""

    consignment = models.ForeignKey(Consignment, on_delete=models.PROTECT, related_name="lines")
    lot = models.ForeignKey("traceability.Lot", on_delete=models.PROTECT, related_name="+")
    sent_steps = models.BigIntegerField()
    arrived_steps = models.BigIntegerField(null=True)
    unit = models.CharField(max_length=3, choices=Unit.choices())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consignment", "lot"], name="logistics_lot_once_per_consignment"),
            models.CheckConstraint(
                condition=Q(sent_steps__gt=0)
                & (Q(arrived_steps__isnull=True) | Q(arrived_steps__gte=0, arrived_steps__lte=F("sent_steps"))),
                name="logistics_line_arrives_in_part",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consignment_id}/{self.pk}"

    @property
    def sent(self) -> Quantity:
        """How much was sent."""
        return Quantity(self.sent_steps, Unit(self.unit))

    @property
    def arrived(self) -> Quantity | None:
        """How much arrived, None until it was counted."""
        return None if self.arrived_steps is None else Quantity(self.arrived_steps, Unit(self.unit))
