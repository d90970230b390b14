"""Money that recipients paid at the counter for their carriers, and cash that came in at the centre."""

from django.db import models
from django.db.models import F, Q

from terrace.kernel.db import PathField, Timed, choice_check, never_changed
from terrace.kernel.money import Money
from terrace.logistics.domain.cash import CashWay


class CashTaken(Timed):
    """What was paid for a parcel as it was handed over. Its unit owes it to the centre, the ledger to the carrier.

    Booked by the transfer `cash/W-...` from the unit's cash to the carrier. Never changed.
    """

    parcel = models.OneToOneField("logistics.Parcel", on_delete=models.PROTECT, related_name="cash")
    unit = models.ForeignKey("network.ServiceUnit", on_delete=models.PROTECT, related_name="+")
    carrier = models.ForeignKey("registry.Party", on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=10, choices=CashWay.choices())
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        constraints = [
            choice_check("way", CashWay, "logistics_cash_way"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="logistics_cash_amount"),
        ]
        indexes = [
            models.Index(fields=["unit", "-at"], name="logistics_cash_of_unit"),
            models.Index(fields=["area_path", "at"], name="logistics_cash_by_area"),
        ]
        triggers = never_changed("cash_stays")

    def __str__(self) -> str:
        return f"{self.parcel_id}"

    @property
    def amount(self) -> Money:
        """How much."""
        return Money(self.amount_minor, self.currency)


class HandIn(Timed):
    """Cash of `unit` that came in at `centre`, which owes it now; without a unit, what the centre paid in at the bank.

    Booked by the transfer `hand-in/H-...`. Never changed.
    """

    number = models.CharField(max_length=20, unique=True)
    unit = models.ForeignKey("network.ServiceUnit", null=True, on_delete=models.PROTECT, related_name="+")
    centre = models.ForeignKey("network.ServiceUnit", on_delete=models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()
    bank_reference = models.CharField(max_length=60, blank=True)
    person_id = models.BigIntegerField(null=True)
    area_path = PathField(help_text="of the unit that handed it in")
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="logistics_hand_in_amount"),
            models.CheckConstraint(
                condition=Q(unit__isnull=True) & ~Q(bank_reference="")
                | Q(unit__isnull=False, bank_reference="") & ~Q(unit=F("centre")),
                name="logistics_hand_in_of_one",
            ),
        ]
        indexes = [models.Index(fields=["area_path", "-at"], name="logistics_hand_ins_by_area")]
        triggers = never_changed("hand_in_stays")

    def __str__(self) -> str:
        return self.number

    @property
    def amount(self) -> Money:
        """How much."""
        return Money(self.amount_minor, self.currency)
