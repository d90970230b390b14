"""What a centre agreed with a carrier, from day until day."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q, Value

from terrace.kernel.db import PathField, Timed, Versioned
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.logistics.domain import Rate
from terrace.logistics.models.fleet import Carrier


class Agreement(Versioned, Timed):
    """A carrier's contract with a centre, both days included; without `ends_on` until it is ended.

    Its prices are never changed, for parcels announced under it are paid by it:
    another price is another agreement. `minimum_minor` is what a whole calendar
    month costs at least.
    """

    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="agreements")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    minimum_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="logistics_agreement_one_at_a_time",
                expressions=[
                    (Func("carrier_id", "carrier_id", Value("[]"), function="int8range"), "&&"),
                    (Func("starts_on", "ends_on", Value("[]"), function="daterange"), "&&"),
                ],
                violation_error_message=_("Two agreements with one carrier cannot overlap."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="logistics_agreement_days"
            ),
            models.CheckConstraint(condition=Q(minimum_minor__gte=0), name="logistics_agreement_minimum"),
        ]
        indexes = [models.Index(fields=["area_path", "-starts_on"], name="logistics_agreements_by_area")]

    def __str__(self) -> str:
        return f"{self.carrier_id} {self.starts_on}"

    @property
    def minimum(self) -> Money:
        """What a whole month costs at least."""
        return Money(self.minimum_minor, self.currency)


class Zone(models.Model):
    """Areas that cost the same, there and back; one that names none is for all that no other zone names."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="zones")
    name = models.CharField(max_length=40)
    is_rest = models.BooleanField(help_text="for all areas that no other zone of the agreement names")
    per_parcel_minor = models.BigIntegerField()
    per_kg_minor = models.BigIntegerField()
    first_grams = models.BigIntegerField(default=0, help_text="of each parcel, covered by the price of the parcel")
    return_parcel_minor = models.BigIntegerField(default=0)
    return_kg_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "name"], name="logistics_zone_name_once"),
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(is_rest=True), name="logistics_zone_one_for_the_rest"
            ),
            models.CheckConstraint(
                condition=Q(
                    per_parcel_minor__gte=0,
                    per_kg_minor__gte=0,
                    first_grams__gte=0,
                    return_parcel_minor__gte=0,
                    return_kg_minor__gte=0,
                ),
                name="logistics_zone_amounts",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def rate(self) -> Rate:
        """What a parcel that is handed over there costs."""
        return self._rate(self.per_parcel_minor, self.per_kg_minor)

    @property
    def return_rate(self) -> Rate:
        """What a parcel costs that comes back from there."""
        return self._rate(self.return_parcel_minor, self.return_kg_minor)

    def _rate(self, parcel: int, kilogram: int) -> Rate:
        return Rate(Money(parcel, self.currency), Money(kilogram, self.currency), self.first_grams)


class ZoneArea(models.Model):
    """An area that a zone names, with all below it."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="+")
    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="areas")
    area = models.ForeignKey("network.Area", on_delete=models.PROTECT, related_name="+")
    area_path = PathField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "area"], name="logistics_area_in_one_zone")]

    def __str__(self) -> str:
        return self.area_path


class CutOff(models.Model):
    """A round of the day: what the carrier hands over until `by` is ready for tours at `ready_at`."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="rounds")
    by = models.TimeField()
    ready_at = models.TimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "by"], name="logistics_round_once"),
            models.CheckConstraint(condition=Q(ready_at__gte=F("by")), name="logistics_round_order"),
        ]

    def __str__(self) -> str:
        return f"{self.by:%H:%M}"


class MonthCharge(Timed):
    """What a whole month of an agreement lacked to its minimum, asked for once when the month is over; 0 for nothing.

    It is paid to the centre by the transfer `carrier-minimum/<agreement>/<month>` as soon as the carrier's account
    holds it, and never changed but for that.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="months")
    month = models.DateField(help_text="its first day")
    fees_minor = models.BigIntegerField(help_text="what the parcels of the month cost")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "month"], name="logistics_minimum_once_a_month"),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0, fees_minor__gte=0), name="logistics_minimum_amount"
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(paid_at__isnull=True, amount_minor__gt=0), name="logistics_minimums_owed"
            )
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id}/{self.month:%Y-%m}"

    @property
    def amount(self) -> Money:
        """What is paid on top."""
        return Money(self.amount_minor, self.currency)
