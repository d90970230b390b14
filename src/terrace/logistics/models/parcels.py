"""Parcels, and every scan of parcels and consignments."""

from datetime import date
from typing import cast

from django.db import models
from django.db.models import F, Q

from terrace.kernel.db import PathField, Timed, choice_check, never_changed
from terrace.kernel.money import Money
from terrace.logistics.domain import Direction, ParcelStatus, Proof, Rate, ScanKind, TariffKind
from terrace.logistics.domain.parcels import FINAL, LIES, SHELVES
from terrace.logistics.domain.tariffs import FEES
from terrace.logistics.models.fleet import Tariff

PHOTOS = "scans/"
"""The folder of the photos, in the installation's storage."""


class Parcel(Timed):
    """Something in a box with one recipient. `phone` is E.164; `reference` is its owner's own: `order/O-...`.

    It goes up from `from_unit` through a carrier, or down to `to_unit`, where it
    is handed over for a code that is kept as a fingerprint; one that goes up to a
    `to_unit` is a return, which ends as it arrives there. `status`, `unit_at`
    and `tour_at` are what the latest scan says; `seen_at` is when it was last
    scanned, repeats too. One that was called back and goes home has `from_unit` for
    `to_unit`. Recipient, phone, region and address are personal data,
    emptied by a job some time after its end. `is_refused`: it goes back.
    """

    number = models.CharField(max_length=20, unique=True)
    direction = models.CharField(max_length=4, choices=Direction.choices())
    reference = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=12, choices=ParcelStatus.choices(), default=ParcelStatus.REGISTERED.value)
    seen_at = models.DateTimeField()
    carrier = models.ForeignKey("registry.Party", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    waybill = models.CharField(max_length=40, blank=True)
    sender = models.ForeignKey("registry.Party", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recipient = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    region = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=200, blank=True)
    weight_grams = models.BigIntegerField()
    cod_minor = models.BigIntegerField(
        default=0, help_text="cash on delivery: what who fetches it pays for the carrier"
    )
    cod_currency = models.CharField(max_length=3, blank=True)
    is_cold = models.BooleanField(default=False, help_text="has to be kept cold on its way")
    from_unit = models.ForeignKey("network.ServiceUnit", on_delete=models.PROTECT, related_name="+")
    to_unit = models.ForeignKey("network.ServiceUnit", null=True, on_delete=models.PROTECT, related_name="+")
    from_path = PathField()
    to_path = PathField(blank=True)
    county_code = models.CharField(max_length=32, db_collation="C")
    unit_at = models.ForeignKey("network.ServiceUnit", null=True, on_delete=models.PROTECT, related_name="+")
    tour_at = models.ForeignKey("logistics.Tour", null=True, on_delete=models.PROTECT, related_name="+")
    is_refused = models.BooleanField(default=False)
    is_astray = models.BooleanField(default=False, help_text="lies at a unit that is not on its way")
    called_back_at = models.DateTimeField(null=True, help_text="when its sender no longer wanted it to go")
    code = models.CharField(max_length=64, blank=True, help_text="fingerprint of the pick-up code")
    code_tries = models.PositiveSmallIntegerField(default=0)
    collector = models.CharField(max_length=80, blank=True, help_text="who may collect it instead of the recipient")
    collector_phone = models.CharField(max_length=20, blank=True)
    collector_code = models.CharField(max_length=64, blank=True, help_text="fingerprint of the collector's own code")
    shelf = models.CharField(max_length=20, blank=True, help_text="the compartment where it lies at its unit")
    shelved_at = models.DateTimeField(null=True, help_text="when it came to where it is handed over")
    remind_at = models.DateTimeField(
        null=True, help_text="when its recipient is to be reminded; None once that is done"
    )
    keep_until = models.DateTimeField(null=True, help_text="until when it waits on the shelf; then it may go back")
    agreement = models.ForeignKey(
        "logistics.Agreement", null=True, on_delete=models.PROTECT, related_name="+", help_text="that it is paid by"
    )
    due_on = models.DateField(null=True, help_text="when it is due to ride down, by its carrier's agreement")
    ready_at = models.TimeField(null=True, help_text="of that day, as agreed; None for any hour")
    sent_at = models.DateTimeField(null=True, help_text="when it was handed to the carrier")
    ended_at = models.DateTimeField(null=True)
    emptied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            choice_check("direction", Direction, "logistics_parcel_direction"),
            choice_check("status", ParcelStatus, "logistics_parcel_status"),
            models.CheckConstraint(condition=Q(weight_grams__gt=0), name="logistics_parcel_weight"),
            models.CheckConstraint(
                condition=Q(cod_minor=0, cod_currency="")
                | Q(cod_minor__gt=0, direction=Direction.DOWN.value, carrier__isnull=False) & ~Q(cod_currency=""),
                name="logistics_cash_for_a_carrier",
            ),
            models.CheckConstraint(
                condition=~Q(direction=Direction.DOWN.value) | Q(to_unit__isnull=False), name="logistics_down_to_a_unit"
            ),
            models.CheckConstraint(
                condition=~Q(status=ParcelStatus.ON_VEHICLE.value) | Q(tour_at__isnull=False),
                name="logistics_parcel_on_a_tour",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[str(shelf) for shelf in sorted(SHELVES)]) | Q(unit_at__isnull=False),
                name="logistics_parcel_at_a_unit",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[str(end) for end in sorted(FINAL)], ended_at__isnull=False)
                | ~Q(status__in=[str(end) for end in sorted(FINAL)]) & Q(ended_at__isnull=True),
                name="logistics_parcel_ended",
            ),
            models.CheckConstraint(
                condition=Q(emptied_at__isnull=True)
                | Q(
                    recipient="",
                    phone="",
                    region="",
                    address="",
                    collector="",
                    collector_phone="",
                    ended_at__isnull=False,
                ),
                name="logistics_emptied_is_empty",
            ),
            models.UniqueConstraint(
                fields=["carrier", "waybill"], condition=~Q(waybill=""), name="logistics_waybill_once"
            ),
        ]
        indexes = [
            models.Index(fields=["from_path", "status"], name="logistics_parcels_from"),
            models.Index(fields=["to_path", "status"], name="logistics_parcels_to"),
            models.Index(fields=["reference"], name="logistics_parcels_about"),
            models.Index(fields=["carrier", "-id"], name="logistics_parcels_of_carrier"),
            models.Index(fields=["sender", "-id"], name="logistics_parcels_of_sender"),
            models.Index(fields=["unit_at", "status"], name="logistics_parcels_at"),
            models.Index(
                fields=["id"],
                condition=Q(direction=Direction.UP.value, status=ParcelStatus.RETURNED.value),
                name="logistics_parcels_back",
            ),
            models.Index(
                fields=["remind_at"], condition=Q(remind_at__isnull=False), name="logistics_parcels_to_remind"
            ),
            models.Index(fields=["keep_until"], condition=Q(keep_until__isnull=False), name="logistics_parcels_kept"),
            models.Index(fields=["unit_at"], condition=Q(is_astray=True), name="logistics_parcels_astray"),
            models.Index(fields=["ended_at"], condition=Q(emptied_at__isnull=True), name="logistics_parcels_to_empty"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_return(self) -> bool:
        """Whether it goes back inside the network, to the unit that sent it: no carrier takes it."""
        return self.direction == Direction.UP and self.to_unit_id is not None

    @property
    def cod(self) -> Money | None:
        """What who fetches it pays for the carrier, None for nothing."""
        return Money(self.cod_minor, self.cod_currency) if self.cod_minor else None

    @property
    def goes_home(self) -> bool:
        """Whether it was called back and is on its way to where it began: there it counts as given back."""
        return self.is_return and self.to_unit_id == self.from_unit_id

    @property
    def waits_to_go_home(self) -> bool:
        """Whether it was called back and lies elsewhere still, for somebody to send it home."""
        return self.called_back_at is not None and self.leaves_by_carrier and self.has_not_left

    @property
    def has_not_left(self) -> bool:
        """Whether it goes up and lies in the network still: who packed it may take it back."""
        return self.direction == Direction.UP and self.status in LIES and self.sent_at is None

    @property
    def lies_where_it_began(self) -> bool:
        """Whether it has not been seen anywhere but where it was handed in."""
        return self.unit_at_id in (None, self.from_unit_id)

    @property
    def is_lost_or_back(self) -> bool:
        """Whether it ended without reaching anybody."""
        return self.status in (ParcelStatus.LOST, ParcelStatus.RETURNED)

    @property
    def leaves_by_carrier(self) -> bool:
        """Whether it goes up and out by a carrier."""
        return self.direction == Direction.UP and self.to_unit_id is None

    @property
    def area_path(self) -> str:
        """Where it belongs: to whom it goes down, or from where it goes up."""
        return self.to_path if self.direction == Direction.DOWN else self.from_path


class Scan(Timed):
    """That a parcel or a consignment was seen: by whom, where, when, in which state. Never changed.

    `at` is the moment by the clock of who scanned, `created_at` when the news
    came. `moved`: it was news; else it came late, and only completes the history.
    """

    parcel = models.ForeignKey(Parcel, null=True, on_delete=models.PROTECT, related_name="scans")
    consignment = models.ForeignKey("logistics.Consignment", null=True, on_delete=models.PROTECT, related_name="scans")
    kind = models.CharField(max_length=12, choices=ScanKind.choices())
    status = models.CharField(max_length=12)
    at = models.DateTimeField()
    moved = models.BooleanField()
    unit = models.ForeignKey("network.ServiceUnit", null=True, on_delete=models.PROTECT, related_name="+")
    tour = models.ForeignKey("logistics.Tour", null=True, on_delete=models.PROTECT, related_name="+")
    person_id = models.BigIntegerField(null=True)
    signed = models.CharField(max_length=200, help_text="as the record of acts signs")
    note = models.CharField(max_length=200, blank=True)
    proof = models.CharField(max_length=10, blank=True, choices=Proof.choices(), help_text="of a hand-over at a point")
    to_other = models.BooleanField(default=False, help_text="handed to who was named to collect it")

    class Meta:
        constraints = [
            choice_check("kind", ScanKind, "logistics_scan_kind"),
            choice_check("proof", ["", *Proof], "logistics_scan_proof"),
            models.CheckConstraint(
                condition=Q(proof="") | Q(kind=ScanKind.HANDED_OVER.value), name="logistics_proof_of_hand_over"
            ),
            models.CheckConstraint(
                condition=Q(parcel__isnull=False, consignment__isnull=True)
                | Q(parcel__isnull=True, consignment__isnull=False),
                name="logistics_scan_of_one",
            ),
        ]
        indexes = [
            models.Index(fields=["parcel", "at"], name="logistics_scans_of_parcel"),
            models.Index(fields=["consignment", "at"], name="logistics_scans_of_goods"),
        ]
        triggers = never_changed("append_only")

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ScanPhoto(models.Model):
    """What a scan looked like: a photo or a signature as proof, or a damage.

    Apart from the scan, for it may show a person and must go.
    """

    scan = models.OneToOneField(Scan, on_delete=models.PROTECT, related_name="picture")
    photo = models.ImageField(upload_to=PHOTOS)

    def __str__(self) -> str:
        return str(self.scan_id)


class ParcelFee(Timed):
    """What a carrier owes the fleet or an outlet for a parcel that ended, and since when it is paid.

    By the tariff in force, or by the `zone` of the agreement under which the parcel
    was announced: of a zone's price an outlet gets what its `tariff` says, the fleet
    the rest. The fees of one parcel are paid by one transfer of the ledger, whose key
    is `parcel-fee/W-...`; while the carrier's account does not hold them they wait.
    """

    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="fees")
    kind = models.CharField(max_length=10, choices=TariffKind.choices())
    payer = models.ForeignKey("registry.Party", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("network.ServiceUnit", on_delete=models.PROTECT, related_name="+")
    tariff = models.ForeignKey("logistics.Tariff", null=True, on_delete=models.PROTECT, related_name="+")
    zone = models.ForeignKey("logistics.Zone", null=True, on_delete=models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    paid_at = models.DateTimeField(null=True)
    area_path = PathField(help_text="of the unit that earns it")
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        constraints = [
            choice_check("kind", FEES, "logistics_fee_kind"),
            models.CheckConstraint(
                condition=Q(tariff__isnull=False) | Q(zone__isnull=False), name="logistics_fee_has_a_reason"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="logistics_fee_amount"),
            models.UniqueConstraint(F("parcel"), F("kind"), name="logistics_fee_once"),
        ]
        indexes = [
            models.Index(fields=["payer"], condition=Q(paid_at__isnull=True), name="logistics_fees_owed"),
            models.Index(fields=["area_path", "kind"], name="logistics_fees_by_area"),
        ]

    def __str__(self) -> str:
        return f"{self.parcel_id}/{self.kind}"

    @property
    def amount(self) -> Money:
        """How much."""
        return Money(self.amount_minor, self.currency)

    @property
    def rate(self) -> Rate:
        """The prices that it comes from: the zone's, else the tariff's."""
        if self.zone is None:
            return cast(Tariff, self.tariff).rate
        return self.zone.return_rate if self.kind == TariffKind.RETURN else self.zone.rate

    @property
    def agreed_on(self) -> date:
        """The day on which the agreement, else the tariff, began that it comes from."""
        return cast(Tariff, self.tariff).starts_on if self.zone is None else self.zone.agreement.starts_on
