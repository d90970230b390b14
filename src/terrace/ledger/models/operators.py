"""Who runs a service unit, and so gets what it has earned."""

from django.db import models

from terrace.kernel.db import Timed


class Operator(Timed):
    """The producer or firm that runs a service unit: what the unit earns is handed on to it, and paid out with its own.

    One for each unit. The record of acts keeps who it was before.
    """

    unit = models.OneToOneField("network.ServiceUnit", on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey("registry.Party", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.party_id}"
