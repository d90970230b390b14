"""What keepers say was put down at their counter."""

from django.db import models
from django.db.models import F, Q

from terrace.kernel.db import Timed


class DropReceipt(Timed):
    """What a keeper confirms of a tour's stop: of so many pieces that were to come, how many are there, and how.

    The keeper's word, once for a stop; who drove does not give it. What is missing or damaged is scanned so.
    """

    stop = models.OneToOneField("logistics.Stop", on_delete=models.PROTECT, related_name="receipt")
    person = models.ForeignKey("accounts.Person", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    expected = models.PositiveIntegerField()
    arrived = models.PositiveIntegerField()
    missing = models.PositiveIntegerField()
    damaged = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expected=F("arrived") + F("missing") + F("damaged")), name="logistics_drop_adds_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stop_id}: {self.arrived}/{self.expected}"

    @property
    def is_whole(self) -> bool:
        """Whether all that was to come is there and well."""
        return self.arrived == self.expected
