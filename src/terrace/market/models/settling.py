"""What becomes of an order's money: agreements, settlements, refunds, disputes."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from terrace.kernel.db import PathField, Timed, Versioned, choice_check, never_changed
from terrace.kernel.money import Money
from terrace.ledger.domain import Part
from terrace.market.domain import (
    MOST_CONFIRM_DAYS,
    MOST_PERMILLE,
    DisputeKind,
    DisputeStatus,
    ReceiverKind,
    RefundReason,
    ReturnState,
    Rule,
)

PHOTOS = "disputes/"
"""The folder of the photos, in the installation's storage."""


class Agreement(Timed):
    """How the money of an area's orders is shared from a day on; of one `seller`, or the standard where it is null.

    A new one replaces it from its own first day. It is never changed, by
    trigger: an order keeps the one that was in force when it was placed, and
    what people agreed to stays readable.
    """

    number = models.CharField(max_length=20, unique=True)
    seller = models.ForeignKey("registry.Party", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("network.Area", on_delete=models.PROTECT, related_name="+")
    area_path = PathField()
    starts_on = models.DateField()
    platform_permille = models.PositiveIntegerField(help_text="of the price of the goods")
    packing_minor = models.BigIntegerField(help_text="for each parcel, to the unit that packed it")
    currency = models.CharField(max_length=3)
    confirm_days = models.PositiveIntegerField(help_text="from delivery until an order counts as confirmed")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "area", "starts_on"], name="market_one_agreement_a_day", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(platform_permille__lte=MOST_PERMILLE), name="market_agreement_platform"),
            models.CheckConstraint(condition=Q(packing_minor__gte=0), name="market_agreement_packing"),
            models.CheckConstraint(
                condition=Q(confirm_days__range=(1, MOST_CONFIRM_DAYS)), name="market_agreement_days"
            ),
        ]
        indexes = [models.Index(fields=["area_path", "-starts_on"], name="market_agreements_by_area")]
        triggers = [pgtrigger.Protect(name="agreement_stays", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return self.number

    @property
    def packing(self) -> Money:
        """What packing one parcel costs."""
        return Money(self.packing_minor, self.currency)


class Settlement(models.Model):
    """How the money of a completed order was shared; `transfer` is the one that did it, null where nothing was left.

    `escrow_minor` is what was left after refunds, and the sum of the lines.
    """

    order = models.OneToOneField("market.Order", on_delete=models.PROTECT, related_name="settlement")
    transfer = models.ForeignKey("ledger.Transfer", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    escrow_minor = models.BigIntegerField()
    missing_minor = models.BigIntegerField(default=0, help_text="what was due and not covered")
    currency = models.CharField(max_length=3)
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(escrow_minor__gte=0, missing_minor__gte=0), name="market_settlement_amounts"
            )
        ]
        indexes = [
            models.Index(fields=["area_path", "-at"], name="market_settlements_by_area"),
            models.Index(fields=["at"], name="market_settlements_by_day"),
        ]
        triggers = never_changed("settlement_stays")

    def __str__(self) -> str:
        return f"settlement of {self.order_id}"


class SettlementLine(models.Model):
    """What one receiver got of an order's money: `rule` and `numbers` say why, `due_minor` what it should have been.

    `party` or `unit` received it, neither means the platform. A grower's line names the `purchase` that it pays
    and for how many `steps` of it.
    """

    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="lines")
    place = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=10, choices=Part.choices())
    receiver = models.CharField(max_length=10, choices=ReceiverKind.choices())
    party = models.ForeignKey("registry.Party", null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("network.ServiceUnit", null=True, on_delete=models.PROTECT, related_name="+")
    purchase = models.ForeignKey("sourcing.Purchase", null=True, on_delete=models.PROTECT, related_name="+")
    due_minor = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    rule = models.CharField(max_length=10, choices=Rule.choices())
    numbers = models.JSONField()
    steps = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            choice_check("rule", Rule, "market_share_rule"),
            choice_check("receiver", ReceiverKind, "market_share_receiver"),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0, amount_minor__lte=F("due_minor")), name="market_share_amount"
            ),
            models.CheckConstraint(
                condition=Q(receiver="party", party__isnull=False, unit__isnull=True)
                | Q(receiver="unit", party__isnull=True, unit__isnull=False)
                | Q(receiver="platform", party__isnull=True, unit__isnull=True),
                name="market_share_to_one",
            ),
            models.UniqueConstraint(fields=["settlement", "place"], name="market_share_place"),
        ]
        indexes = [
            models.Index(fields=["party", "-id"], name="market_shares_of_party"),
            models.Index(fields=["unit", "-id"], name="market_shares_of_unit"),
        ]
        triggers = never_changed("share_stays")

    def __str__(self) -> str:
        return f"{self.settlement_id}/{self.place}"

    @property
    def due(self) -> Money:
        """What it should have been."""
        return Money(self.due_minor, self.currency)

    @property
    def amount(self) -> Money:
        """What was paid."""
        return Money(self.amount_minor, self.currency)

    @property
    def missing(self) -> Money:
        """What was due and not covered."""
        return Money(self.due_minor - self.amount_minor, self.currency)


class Dispute(Versioned, Timed):
    """What a buyer says is wrong with an order, what the seller says to it, and how it ended.

    Text, answer and photo are personal data of the buyer as those of an order.
    `answer_by` is when it goes to the centre if whoever's turn it is says nothing.
    """

    number = models.CharField(max_length=20, unique=True)
    order = models.ForeignKey("market.Order", on_delete=models.PROTECT, related_name="disputes")
    parcel = models.ForeignKey(
        "logistics.Parcel",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="which was lost or came back, where the buyer said nothing",
    )
    kind = models.CharField(max_length=20, choices=DisputeKind.choices())
    text = models.CharField(max_length=1000)
    photo = models.ImageField(upload_to=PHOTOS, blank=True)
    wanted_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=12, choices=DisputeStatus.choices(), default=DisputeStatus.OPEN.value)
    answer = models.CharField(max_length=1000, blank=True)
    offered_minor = models.BigIntegerField(null=True, blank=True)
    answer_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    asked_back = models.BooleanField(default=False, help_text="whether the seller asked for the goods")
    seller_agrees = models.BooleanField(default=False, help_text="whether the centre may grant what is offered at once")
    with_centre_at = models.DateTimeField(null=True, blank=True)
    return_waybill = models.CharField(max_length=40, blank=True, help_text="by which the buyer sent the goods back")
    return_state = models.CharField(max_length=10, blank=True, choices=ReturnState.choices())
    returned_at = models.DateTimeField(null=True, blank=True)
    decided_minor = models.BigIntegerField(null=True, blank=True)
    decided_by = models.ForeignKey("accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    words_to_buyer = models.CharField(max_length=1000, blank=True)
    words_to_seller = models.CharField(max_length=1000, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        constraints = [
            choice_check("kind", DisputeKind, "market_dispute_kind"),
            choice_check("status", DisputeStatus, "market_dispute_status"),
            models.CheckConstraint(condition=Q(wanted_minor__gte=0), name="market_dispute_wanted"),
            models.CheckConstraint(
                condition=Q(status__in=["settled", "withdrawn"], ended_at__isnull=False)
                | (~Q(status__in=["settled", "withdrawn"]) & Q(ended_at__isnull=True)),
                name="market_dispute_end",
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(ended_at__isnull=True), name="market_one_dispute_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["area_path", "status"], name="market_disputes_by_area"),
            models.Index(fields=["status", "answer_by"], name="market_disputes_due"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_of_parcel(self) -> bool:
        """Whether the buyer said nothing: it began when a parcel was lost or came back."""
        return self.parcel_id is not None

    @property
    def wanted(self) -> Money:
        """What the buyer wants back."""
        return Money(self.wanted_minor, self.currency)

    @property
    def offered(self) -> Money | None:
        """What the seller offers, None before an answer."""
        return None if self.offered_minor is None else Money(self.offered_minor, self.currency)

    @property
    def decided(self) -> Money | None:
        """What the buyer gets back in the end, None before that."""
        return None if self.decided_minor is None else Money(self.decided_minor, self.currency)


class Refund(Timed):
    """Money of an order that goes back to its buyer: `transfer` took it out of escrow, `repayment` brings it there."""

    number = models.CharField(max_length=20, unique=True)
    order = models.ForeignKey("market.Order", on_delete=models.PROTECT, related_name="refunds")
    dispute = models.ForeignKey(Dispute, null=True, blank=True, on_delete=models.PROTECT, related_name="refunds")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=10, choices=RefundReason.choices())
    note = models.CharField(max_length=200, blank=True)
    transfer = models.OneToOneField("ledger.Transfer", on_delete=models.PROTECT, related_name="+")
    repayment = models.OneToOneField("market.Repayment", on_delete=models.PROTECT, related_name="refund")
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        constraints = [
            choice_check("reason", RefundReason, "market_refund_reason"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="market_refund_amount"),
        ]
        indexes = [models.Index(fields=["area_path", "-id"], name="market_refunds_by_area")]
        triggers = never_changed("refund_stays")

    def __str__(self) -> str:
        return self.number

    @property
    def amount(self) -> Money:
        """What goes back."""
        return Money(self.amount_minor, self.currency)
