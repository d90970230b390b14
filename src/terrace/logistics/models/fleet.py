"""Who carries and for how much: vehicles of a centre, carriers that share the network, tariffs."""

from datetime import time

from django.db import models
from django.db.models import F, Q

from terrace.kernel.db import PathField, Timed, Versioned, choice_check
from terrace.kernel.money import Money
from terrace.logistics.domain import Rate, TariffKind
from terrace.logistics.domain.fleet import Energy, Equipment, Shift, VehicleKind


class Vehicle(Versioned, Timed):
    """A vehicle of a centre. It carries up to `capacity_grams`; cold goods ride only on one that `is_cold`.

    What plans and costs ask of it beside that is `equipment`, and kept as there: where its day begins and ends too,
    None for the yard. One that begins at a station drives that station's rounds.
    """

    number = models.CharField(max_length=20, unique=True)
    plate = models.CharField(max_length=20, unique=True)
    label = models.CharField(max_length=60, blank=True)
    unit = models.ForeignKey("network.ServiceUnit", on_delete=models.PROTECT, related_name="+")
    capacity_grams = models.BigIntegerField()
    is_cold = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    kind = models.CharField(max_length=12, choices=VehicleKind.choices(), default=VehicleKind.VAN.value)
    width_cm = models.PositiveSmallIntegerField(default=200)
    climbs = models.BooleanField(default=True, help_text="drives on mountain roads")
    capacity_ml = models.BigIntegerField(null=True)
    cold_grams = models.BigIntegerField(null=True, help_text="of its payload; None for all, where it cools")
    energy = models.CharField(max_length=12, choices=Energy.choices(), default=Energy.DIESEL.value)
    use_per_100km = models.PositiveIntegerField(default=10_000, help_text="thousandths of what it is sold by")
    wear_per_km_minor = models.BigIntegerField(default=0)
    per_day_minor = models.BigIntegerField(default=0, help_text="depreciation and insurance")
    pace_percent = models.PositiveSmallIntegerField(default=100, help_text="of the speed that is usual on the roads")
    shift_begins = models.TimeField(default=time(7))
    shift_ends = models.TimeField(default=time(19))
    shift_minutes = models.PositiveSmallIntegerField(default=480)
    overtime_minutes = models.PositiveSmallIntegerField(default=120)
    reloads = models.PositiveSmallIntegerField(default=1)
    begins_at = models.ForeignKey("network.ServiceUnit", null=True, on_delete=models.PROTECT, related_name="+")
    ends_at = models.ForeignKey("network.ServiceUnit", null=True, on_delete=models.PROTECT, related_name="+")
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(capacity_grams__gt=0), name="logistics_vehicle_capacity"),
            choice_check("kind", VehicleKind, "logistics_vehicle_kind"),
            choice_check("energy", Energy, "logistics_vehicle_energy"),
            models.CheckConstraint(
                condition=Q(begins_at__isnull=True) | Q(ends_at__isnull=True), name="logistics_vehicle_of_one_base"
            ),
            models.CheckConstraint(
                condition=Q(shift_ends__gt=models.F("shift_begins"), shift_minutes__gt=0),
                name="logistics_vehicle_shift",
            ),
            models.CheckConstraint(
                condition=Q(capacity_ml__isnull=True) | Q(capacity_ml__gt=0), name="logistics_vehicle_room"
            ),
            models.CheckConstraint(
                condition=Q(cold_grams__isnull=True) | Q(cold_grams__gte=0, cold_grams__lte=F("capacity_grams")),
                name="logistics_vehicle_cold",
            ),
            models.CheckConstraint(
                condition=Q(wear_per_km_minor__gte=0, per_day_minor__gte=0, pace_percent__gt=0),
                name="logistics_vehicle_costs",
            ),
        ]
        indexes = [models.Index(fields=["area_path", "is_active"], name="logistics_vehicle_by_area")]

    def __str__(self) -> str:
        return self.plate

    @property
    def equipment(self) -> Equipment:
        """What it is beside its plate and payload."""
        return Equipment(
            kind=VehicleKind(self.kind),
            width_cm=self.width_cm,
            climbs=self.climbs,
            capacity_ml=self.capacity_ml,
            cold_grams=self.coldest_grams,
            energy=Energy(self.energy),
            use_per_100km=self.use_per_100km,
            wear_per_km_minor=self.wear_per_km_minor,
            per_day_minor=self.per_day_minor,
            pace_percent=self.pace_percent,
            shift=Shift(self.shift_begins, self.shift_ends, self.shift_minutes, self.overtime_minutes),
            reloads=self.reloads,
            begins_at_id=self.begins_at_id,
            ends_at_id=self.ends_at_id,
        )

    @property
    def coldest_grams(self) -> int:
        """How much of its payload may be cold."""
        if not self.is_cold:
            return 0
        return self.capacity_grams if self.cold_grams is None else self.cold_grams


class Carrier(Versioned, Timed):
    """A courier company that shares a centre's network: it hands over what goes down, and takes what goes up."""

    number = models.CharField(max_length=20, unique=True)
    party = models.ForeignKey("registry.Party", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("network.ServiceUnit", on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    remind_days = models.PositiveSmallIntegerField(null=True, help_text="as agreed; None: as everywhere here")
    keep_days = models.PositiveSmallIntegerField(null=True, help_text="as agreed; None: as everywhere here")
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party", "unit"], name="logistics_carrier_once_per_centre"),
            models.CheckConstraint(
                condition=Q(remind_days__isnull=True, keep_days__isnull=True)
                | Q(remind_days__gt=0, keep_days__gte=models.F("remind_days")),
                name="logistics_carrier_shelf_days",
            ),
        ]
        indexes = [models.Index(fields=["area_path", "is_active"], name="logistics_carrier_by_area")]

    def __str__(self) -> str:
        return self.number


class Tariff(Timed):
    """What a carrier, the fleet or an outlet is paid in an area from a day on, until the next one there begins.

    `party` is the carrier that it was agreed with: who carries (CARRIER), or who
    pays the fleet and the outlets (the others). Without one it holds for all.
    A tariff is never changed: what was owed by it stays explained.
    """

    kind = models.CharField(max_length=10, choices=TariffKind.choices())
    party = models.ForeignKey("registry.Party", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("network.Area", on_delete=models.PROTECT, related_name="+")
    area_path = PathField()
    starts_on = models.DateField()
    per_parcel_minor = models.BigIntegerField()
    per_kg_minor = models.BigIntegerField()
    first_grams = models.BigIntegerField(default=0, help_text="of each parcel, covered by the price of the parcel")
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            choice_check("kind", TariffKind, "logistics_tariff_kind"),
            models.UniqueConstraint(
                fields=["kind", "area", "party", "starts_on"], name="logistics_one_tariff_a_day", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(per_parcel_minor__gte=0, per_kg_minor__gte=0, first_grams__gte=0),
                name="logistics_tariff_amounts",
            ),
        ]
        indexes = [models.Index(fields=["kind", "area_path", "-starts_on"], name="logistics_tariff_in_force")]

    def __str__(self) -> str:
        return f"{self.kind} {self.area_path} {self.starts_on}"

    @property
    def rate(self) -> Rate:
        """What it says."""
        return Rate(self.per_parcel, self.per_kg, self.first_grams)

    @property
    def per_parcel(self) -> Money:
        """The price of one parcel."""
        return Money(self.per_parcel_minor, self.currency)

    @property
    def per_kg(self) -> Money:
        """The price of one kilogram beyond what the price of a parcel covers."""
        return Money(self.per_kg_minor, self.currency)

    def fee(self, parcels: int, grams: int) -> Money:
        """Return what so many parcels of so many grams together cost, rounded half up once: see `Rate.fee`."""
        return self.rate.fee(parcels, grams)
