"""What tours cost."""

from django.db import models
from django.db.models import Q

from terrace.kernel.db import PathField, Timed
from terrace.kernel.money import Money


class TourCost(Timed):
    """What a tour that came home cost, by the prices of that day; `Load.cost_minor` is what each thing bears of it.

    `shared_minor` is the whole where it carried anything, else nothing. `metres` and `seconds` are what it was
    reckoned for; whether the metres were driven, by positions, or are those of the roads between its stops, says
    `is_driven`.
    """

    tour = models.OneToOneField("logistics.Tour", on_delete=models.PROTECT, related_name="cost")
    metres = models.BigIntegerField()
    is_driven = models.BooleanField(default=False)
    seconds = models.PositiveIntegerField()
    energy_minor = models.BigIntegerField()
    wear_minor = models.BigIntegerField()
    driver_minor = models.BigIntegerField()
    standing_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    on = models.DateField()
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    total_minor=models.F("energy_minor")
                    + models.F("wear_minor")
                    + models.F("driver_minor")
                    + models.F("standing_minor")
                ),
                name="logistics_tour_cost_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(metres__gte=0, energy_minor__gte=0, wear_minor__gte=0, driver_minor__gte=0)
                & Q(standing_minor__gte=0),
                name="logistics_tour_cost_amounts",
            ),
        ]
        indexes = [models.Index(fields=["area_path", "on"], name="logistics_costs_by_area")]

    def __str__(self) -> str:
        return str(self.tour_id)

    @property
    def total(self) -> Money:
        """What it cost."""
        return Money(self.total_minor, self.currency)
