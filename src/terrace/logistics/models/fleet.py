"""Who carries and for how much: vehicles of a centre, carriers that share the network, tariffs."""

from django.db import models
from django.db.models import Q

from terrace.kernel.db import PathField, Timed, Versioned, choice_check
from terrace.kernel.money import Money
from terrace.logistics.domain import Rate, TariffKind


class Vehicle(Versioned, Timed):
    """A vehicle of a centre. It carries up to `capacity_grams`; cold goods ride only on one that `is_cold`."""

    number = models.CharField(max_length=20, unique=True)
    plate = models.CharField(max_length=20, unique=True)
    label = models.CharField(max_length=60, blank=True)
    unit = models.ForeignKey("network.ServiceUnit", on_delete=models.PROTECT, related_name="+")
    capacity_grams = models.BigIntegerField()
    is_cold = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(capacity_grams__gt=0), name="logistics_vehicle_capacity")]
        indexes = [models.Index(fields=["area_path", "is_active"], name="logistics_vehicle_by_area")]

    def __str__(self) -> str:
        return self.plate


class Carrier(Versioned, Timed):
    """A courier company that shares a centre's network: it hands over what goes down, and takes what goes up."""

    number = models.CharField(max_length=20, unique=True)
    party = models.ForeignKey("registry.Party", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("network.ServiceUnit", on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "unit"], name="logistics_carrier_once_per_centre")]
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
