"""Lots, the ledger of their mass, what was packed of them, and their tests."""

from decimal import Decimal

import pgtrigger
from django.db import models
from django.db.models import F, Q

from terrace.kernel.db import PathField, Timed, after_insert, choice_check, never_changed, never_gone
from terrace.kernel.quantity import Quantity, Unit
from terrace.traceability.domain import EventKind, Grade, LossReason, Measure, Result

DOCUMENTS = "tests/"
"""The folder of the photos of test reports, in the installation's storage."""

KEEP_STEPS_LEFT = """
    UPDATE traceability_lot AS lot SET steps = lot.steps + moved.steps
    FROM (SELECT lot_id, sum(steps) AS steps FROM written GROUP BY lot_id) AS moved
    WHERE lot.id = moved.lot_id AND moved.steps <> 0;
    RETURN NULL;
"""
"""One statement writes an event's entries, so one statement keeps the lots: the CHECK of the column refuses less
than nothing, and with it the entries."""

BALANCE_EVENTS = """
    IF EXISTS (
        SELECT 1 FROM traceability_lotevent AS event JOIN (
            SELECT event_id, sum(steps) AS whole, min(steps) AS least, max(steps) AS most
            FROM traceability_lotentry WHERE event_id IN (SELECT event_id FROM written) GROUP BY event_id
        ) AS moved ON moved.event_id = event.id
        WHERE NOT CASE
            WHEN event.kind IN ('split', 'merged') THEN moved.whole = 0
            WHEN event.kind IN ('taken_in', 'unpacked') THEN moved.least > 0
            WHEN event.kind IN ('lost', 'packed') THEN moved.most < 0
            ELSE moved.least = 0 AND moved.most = 0
        END
    ) THEN
        RAISE EXCEPTION 'the entries of an event do not balance' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""

KEPT_BY_ENTRIES = """
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'the steps left of a lot are kept by its entries' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
"""At depth 2 it is the trigger of the entries that writes."""


KEEP_ORIGINS_LEFT = """
    UPDATE traceability_lotorigin AS origin SET left_steps = origin.left_steps + moved.steps
    FROM (SELECT lot_id, root_id, sum(steps) AS steps FROM written GROUP BY lot_id, root_id) AS moved
    WHERE origin.lot_id = moved.lot_id AND origin.root_id = moved.root_id;
    RETURN NULL;
"""
"""The shares of an event are written by one statement while their lots are locked, so each origin is written once."""

KEPT_BY_SHARES = """
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'what is left of an origin is kept by its shares' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Lot(Timed):
    """An identified quantity of one product with one history. `steps` is what is left, kept by trigger from entries.

    `area` is where it grew, or for a mixture the area above all of its origins; `unit_at` where it lies, None while
    it is under way. `owner` is whose goods they are: who bought them, or else who brought them; parts and mixtures
    are the owner's of what they are made of. `first_steps` is what it began with. The number is its lot number on
    labels (GS1 AI 10).
    """

    number = models.CharField(max_length=20, unique=True)
    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, related_name="+")
    variety = models.ForeignKey("catalog.Variety", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    unit = models.CharField(max_length=3, choices=Unit.choices())
    steps = models.BigIntegerField(default=0)
    first_steps = models.BigIntegerField()
    producer = models.ForeignKey("registry.Party", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        "registry.Party", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    area = models.ForeignKey("network.Area", on_delete=models.PROTECT, related_name="+")
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C", blank=True)
    unit_at = models.ForeignKey(
        "network.ServiceUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    unit_path = PathField(blank=True, help_text="the area of the unit where it lies, empty while it is under way")
    set_aside_for = models.CharField(
        max_length=60, blank=True, help_text="what it waits for: a consignment until that is sent or given up"
    )
    harvested_on = models.DateField(null=True, blank=True)
    grade = models.CharField(max_length=10, choices=Grade.choices(), blank=True)
    gtin = models.CharField(max_length=14, help_text="GTIN-14 of the product, as the label bears it")
    recalled_at = models.DateTimeField(null=True, blank=True)
    recall_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(steps__gte=0),
                name="traceability_lot_no_less_than_nothing",
                violation_error_message="There is not so much left of the lot.",
            ),
            models.CheckConstraint(condition=Q(first_steps__gt=0), name="traceability_lot_began_with_something"),
            models.CheckConstraint(condition=Q(gtin__regex=r"^[0-9]{14}$"), name="traceability_lot_gtin"),
            models.CheckConstraint(
                condition=Q(recalled_at__isnull=True, recall_reason="")
                | (Q(recalled_at__isnull=False) & ~Q(recall_reason="")),
                name="traceability_lot_recall_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(set_aside_for="") | Q(unit_at__isnull=False), name="traceability_lot_set_aside_lies_there"
            ),
            choice_check("unit", Unit, "traceability_lot_unit"),
            choice_check("grade", ["", *Grade], "traceability_lot_grade"),
        ]
        indexes = [
            models.Index(fields=["area_path", "-id"], name="traceability_lots_by_area"),
            models.Index(fields=["unit_path", "product"], name="traceability_lots_by_place"),
            models.Index(fields=["unit_at", "product"], name="traceability_lots_in_stock", condition=Q(steps__gt=0)),
            models.Index(fields=["producer", "-id"], name="traceability_lots_of_producer"),
            models.Index(fields=["owner", "-id"], name="traceability_lots_of_owner"),
            models.Index(fields=["id"], name="traceability_lots_recalled", condition=Q(recalled_at__isnull=False)),
        ]
        triggers = [
            pgtrigger.Protect(name="begins_empty", operation=pgtrigger.Insert, condition=pgtrigger.Q(new__steps__gt=0)),
            pgtrigger.Trigger(
                name="kept_by_entries",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__steps__df=pgtrigger.F("new__steps")),
                func=KEPT_BY_ENTRIES,
            ),
            pgtrigger.Protect(
                name="stays_what_it_is",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "number", "product", "variety", "unit", "first_steps", "gtin", "producer", "owner"
                ),
            ),
            *never_gone("never_gone"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def left(self) -> Quantity:
        """How much is left."""
        return Quantity(self.steps, Unit(self.unit))

    @property
    def began_with(self) -> Quantity:
        """How much it was at first."""
        return Quantity(self.first_steps, Unit(self.unit))

    @property
    def is_recalled(self) -> bool:
        """Whether nobody should eat, sell or pack it."""
        return self.recalled_at is not None


class LotEvent(models.Model):
    """Something that happened to lots; never changed, by trigger. `details` hold plain values, no personal data."""

    kind = models.CharField(max_length=10, choices=EventKind.choices())
    at = models.DateTimeField()
    unit = models.ForeignKey("network.ServiceUnit", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, choices=LossReason.choices(), blank=True)
    reference = models.CharField(max_length=60, blank=True, help_text="the caller's own: a parcel, a consignment")
    details = models.JSONField(default=dict)
    person_id = models.BigIntegerField(null=True)
    signature = models.CharField(max_length=120, blank=True, help_text="as the record of acts writes who did it")
    left_by = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="of goods that stayed behind: the event by which they had left the lot that they are split off",
    )

    class Meta:
        constraints = [
            choice_check("kind", EventKind, "traceability_event_kind"),
            models.CheckConstraint(
                condition=(Q(kind=EventKind.LOST.value) & Q(reason__in=[str(reason) for reason in LossReason]))
                | (~Q(kind=EventKind.LOST.value) & Q(reason="")),
                name="traceability_loss_has_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["at", "id"], name="traceability_events_by_time")]
        triggers = never_changed("event_stays")

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"


class LotEntry(models.Model):
    """So many steps more or less of a lot by an event, or 0 where the event moves no mass; never changed, by trigger.

    All entries of an event are written by one statement. Those of a split or a merger sum to zero.
    """

    event = models.ForeignKey(LotEvent, on_delete=models.PROTECT, related_name="entries")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="entries")
    steps = models.BigIntegerField()
    county_code = models.CharField(max_length=32, db_collation="C", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "lot"], name="traceability_one_entry_each")]
        indexes = [models.Index(fields=["lot", "event"], name="traceability_entries_of_lot")]
        triggers = [
            *never_changed("entry_stays"),
            after_insert("balance_events", BALANCE_EVENTS),
            after_insert("keep_steps_left", KEEP_STEPS_LEFT),
        ]

    def __str__(self) -> str:
        return f"{self.event_id}/{self.lot_id} {self.steps:+}"


class LotOrigin(models.Model):
    """How much of what a lot began with came from a lot that was taken in: itself, for one of those.

    Written with the lot and never changed, so who is told of a recall is one look-up. `left_steps` is what is left
    of it, kept by trigger from shares: what a parcel takes is cut from it, however many parcels were packed before.
    """

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="origins")
    root = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    steps = models.BigIntegerField()
    left_steps = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot", "root"], name="traceability_one_origin_each"),
            models.CheckConstraint(condition=Q(steps__gt=0), name="traceability_origin_of_something"),
            models.CheckConstraint(
                condition=Q(left_steps__gte=0, left_steps__lte=F("steps")),
                name="traceability_origin_gives_what_it_has",
            ),
        ]
        indexes = [models.Index(fields=["root", "lot"], name="traceability_lots_of_root")]
        triggers = [
            pgtrigger.Protect(
                name="begins_whole",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__left_steps__df=pgtrigger.F("new__steps")),
            ),
            pgtrigger.Trigger(
                name="kept_by_shares",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__left_steps__df=pgtrigger.F("new__left_steps")),
                func=KEPT_BY_SHARES,
            ),
            pgtrigger.Protect(
                name="origin_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("lot", "root", "steps"),
            ),
            *never_gone("origin_never_gone"),
        ]

    def __str__(self) -> str:
        return f"{self.lot_id} < {self.root_id} {self.steps}"


class LotShare(models.Model):
    """How much of what an event took out of a lot, or put back, came from which lot that was taken in; never changed.

    Signed as the event's entry, and together as much: so what is left of each origin is known to the step.
    """

    event = models.ForeignKey(LotEvent, on_delete=models.PROTECT, related_name="shares")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="shares")
    root = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    steps = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot", "event", "root"], name="traceability_one_share_each"),
            models.CheckConstraint(condition=~Q(steps=0), name="traceability_share_of_something"),
        ]
        triggers = [*never_changed("share_stays"), after_insert("keep_origins_left", KEEP_ORIGINS_LEFT)]

    def __str__(self) -> str:
        return f"{self.event_id}/{self.lot_id} < {self.root_id} {self.steps:+}"


class LotUse(models.Model):
    """That so much of a lot is in what `reference` names, a parcel for one; `undone_at` when it was put back."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="uses")
    reference = models.CharField(max_length=60)
    steps = models.BigIntegerField()
    packed_by = models.ForeignKey(LotEvent, on_delete=models.PROTECT, related_name="+")
    packed_at = models.DateTimeField()
    undone_by = models.ForeignKey(LotEvent, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    county_code = models.CharField(max_length=32, db_collation="C", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(steps__gt=0), name="traceability_use_of_something"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False, undone_at__gte=F("packed_at")),
                name="traceability_use_undone_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["reference", "lot"], name="traceability_uses_in"),
            models.Index(fields=["lot", "-id"], name="traceability_uses_of"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="use_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("lot", "reference", "steps", "packed_by", "packed_at"),
            ),
            pgtrigger.Protect(
                name="undone_once", operation=pgtrigger.Update, condition=pgtrigger.Q(old__undone_at__isnull=False)
            ),
            *never_gone("use_never_gone"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.lot_id}"


class Inspection(models.Model):
    """A test of a lot, with its results; never changed, by trigger: a wrong one is followed by a right one."""

    event = models.OneToOneField(LotEvent, primary_key=True, on_delete=models.PROTECT, related_name="inspection")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="inspections")
    tested_on = models.DateField()
    tested_by = models.CharField(max_length=120, help_text="the laboratory or office, never a person")
    document = models.ImageField(upload_to=DOCUMENTS, blank=True)

    class Meta:
        indexes = [models.Index(fields=["lot", "tested_on"], name="traceability_tests_of_lot")]
        triggers = never_changed("inspection_stays")

    def __str__(self) -> str:
        return f"{self.tested_on} {self.tested_by}"


class InspectionResult(models.Model):
    """One value of a test, in its measure's unit, and whether it passed; never changed, by trigger."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="results")
    measure = models.CharField(max_length=10, choices=Measure.choices())
    substance = models.CharField(max_length=60, blank=True)
    value = models.DecimalField(max_digits=9, decimal_places=4)
    limit = models.DecimalField(max_digits=9, decimal_places=4, null=True, blank=True)
    passed = models.BooleanField()

    class Meta:
        constraints = [
            choice_check("measure", Measure, "traceability_result_measure"),
            models.CheckConstraint(condition=Q(value__gte=Decimal(0)), name="traceability_result_value"),
        ]
        triggers = never_changed("result_stays")

    def __str__(self) -> str:
        return f"{self.measure} {self.value}"

    @property
    def result(self) -> Result:
        """The result as the domain knows it."""
        return Result(Measure(self.measure), self.value, self.limit, self.passed, self.substance)
