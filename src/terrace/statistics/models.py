"""The one thing that statistics writes: what it costs to run an outlet."""

from django.db import models
from django.db.models import Q

from terrace.kernel.db import PathField, Timed, Versioned, choice_check
from terrace.kernel.money import Money
from terrace.statistics.domain import CostKind
from terrace.statistics.domain.outlets import LONGEST_NOTE


class OutletCost(Versioned, Timed):
    """What a unit paid for one kind of thing in one month, as its keeper enters it. `month` is the month's first day.

    Its fees stand in the ledger; what it pays by itself, in cash to a landlord, no other part of the system knows.
    """

    unit = models.ForeignKey("network.ServiceUnit", on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    kind = models.CharField(max_length=10, choices=CostKind.choices())
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "month", "kind"], name="statistics_cost_once_a_month"),
            choice_check("kind", CostKind, "statistics_cost_kind"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="statistics_cost_amount"),
            models.CheckConstraint(condition=Q(month__day=1), name="statistics_cost_month"),
        ]
        indexes = [models.Index(fields=["area_path", "month"], name="statistics_cost_by_area")]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.month:%Y-%m}/{self.kind}"

    @property
    def amount(self) -> Money:
        """What was paid."""
        return Money(self.amount_minor, self.currency)
