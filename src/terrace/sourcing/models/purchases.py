"""What was weighed and bought, what was paid for it, and for how much points may buy on a firm's account."""

from datetime import date

import pgtrigger
from django.db import models
from django.db.models import F, Q

from terrace.kernel.db import PathField, Timed, choice_check, never_changed, never_gone
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.sourcing.domain import Moisture, PaidState, PayRule, Weighing
from terrace.sourcing.models.notices import SupplyNotice
from terrace.traceability.domain import LossReason


def _purchase_checks() -> list[models.BaseConstraint]:
    weighed = Q(measure=Unit.KILOGRAM.value, gross_grams__isnull=False, tare_grams__isnull=False, tare_grams__gte=0)
    counted = ~Q(measure=Unit.KILOGRAM.value) & Q(gross_grams__isnull=True, tare_grams__isnull=True)
    dry = Q(moisture_permille__isnull=True, standard_permille__isnull=True, payable_steps=F("net_steps"))
    moist = Q(moisture_permille__gt=0, moisture_permille__lt=1000, standard_permille__gt=0, standard_permille__lt=1000)
    unknown = Q(reference_minor__isnull=True, premium_minor__isnull=True)
    known = Q(reference_minor__isnull=False, reference_minor__gt=0, premium_minor__isnull=False)
    facts = {
        "weighing": (weighed & Q(net_steps=F("gross_grams") - F("tare_grams"))) | counted,
        "has_quantity": Q(net_steps__gt=0, payable_steps__gt=0),
        "moisture": dry | (moist & Q(moisture_permille__isnull=False, standard_permille__isnull=False)),
        "has_price": Q(price_minor__gt=0, amount_minor__gt=0),
        "premium": unknown | known,
        "back": Q(back_steps__gte=0),
        "paid": Q(paid_minor__gte=0, lost_minor__gte=0, paid_minor__lte=F("amount_minor") - F("lost_minor")),
        "void_is_unpaid": Q(voided_at__isnull=True) | Q(paid_minor=0),
        "two_parties": ~Q(producer=F("buyer")),
        "notice": Q(notice__isnull=False, notice_steps__gte=0) | Q(notice_steps=0, ended_notice=False),
    }
    named = [models.CheckConstraint(condition=fact, name=f"sourcing_bought_{name}") for name, fact in facts.items()]
    return [
        *named,
        choice_check("pay_rule", PayRule, "sourcing_bought_pay_rule"),
        choice_check("measure", Unit, "sourcing_bought_measure"),
    ]


class Mandate(Timed):
    """That a point may buy on a firm's account: for so much a day, or in all, until a day. Withdrawn once, by trigger.

    `unit` null is every point of the county, `product` null all goods. A firm that
    has given one buys by its mandates alone; before that, any point of the county
    may buy for it.
    """

    number = models.CharField(max_length=20, unique=True)
    buyer = models.ForeignKey("registry.Party", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("network.ServiceUnit", null=True, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalog.Product", null=True, on_delete=models.PROTECT, related_name="+")
    day_minor = models.BigIntegerField(null=True, help_text="the most for one day")
    whole_minor = models.BigIntegerField(null=True, help_text="the most in all")
    currency = models.CharField(max_length=3)
    ends_on = models.DateField()
    withdrawn_at = models.DateTimeField(null=True)
    area = models.ForeignKey("network.Area", on_delete=models.PROTECT, related_name="+")
    area_path = PathField()
    unit_path = PathField(blank=True, help_text="the area of the unit, empty for every point of the county")
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(day_minor__isnull=False) | Q(whole_minor__isnull=False), name="sourcing_mandate_has_a_limit"
            ),
            models.CheckConstraint(
                condition=(Q(day_minor__isnull=True) | Q(day_minor__gt=0))
                & (Q(whole_minor__isnull=True) | Q(whole_minor__gt=0)),
                name="sourcing_mandate_limits",
            ),
        ]
        indexes = [
            models.Index(fields=["buyer", "-id"], name="sourcing_mandates_of"),
            models.Index(fields=["area_path", "-id"], name="sourcing_mandates_by_area"),
            models.Index(fields=["unit_path", "-id"], name="sourcing_mandates_at"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="sourcing_mandate_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("buyer", "unit", "product", "day_minor", "whole_minor", "ends_on"),
            ),
            pgtrigger.Protect(
                name="sourcing_mandate_withdrawn_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__withdrawn_at__isnull=False),
            ),
            *never_gone("sourcing_mandate_never_gone"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def a_day(self) -> Money | None:
        """The most for one day, None where there is no such limit."""
        return None if self.day_minor is None else Money(self.day_minor, self.currency)

    @property
    def in_all(self) -> Money | None:
        """The most in all, None where there is no such limit."""
        return None if self.whole_minor is None else Money(self.whole_minor, self.currency)

    def is_in_force(self, today: date) -> bool:
        """Whether points may still buy by it."""
        return self.withdrawn_at is None and self.ends_on >= today


class Purchase(Timed):
    """Goods weighed at a service unit and bought from a producer; one lot each. `price_minor` is for one unit of trade.

    `net_steps` is gross less tare in steps of `measure`, `payable_steps` what is
    paid of it: the same, unless moisture matters. `premium_minor` is what the
    producer gets above the reference price of the day, which is kept here: prices
    are replaced. `due_at` is when the payment fell due, null while it waits.
    `lost_minor` is what its losses came to that the producer bears (`PurchaseLoss`).
    `back_steps` came back sound after they had been paid for: they are the buyer's own.
    How it is paid and what it costs were agreed at the scales, and are never changed, by trigger.
    """

    number = models.CharField(max_length=20, unique=True)
    producer = models.ForeignKey("registry.Party", on_delete=models.PROTECT, related_name="+")
    buyer = models.ForeignKey("registry.Party", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("network.ServiceUnit", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, related_name="+")
    variety = models.ForeignKey("catalog.Variety", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    notice = models.ForeignKey(SupplyNotice, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    notice_steps = models.BigIntegerField(default=0, help_text="by how much the notice went down")
    ended_notice = models.BooleanField(default=False)
    lot = models.OneToOneField("traceability.Lot", on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=3, choices=Unit.choices())
    gross_grams = models.BigIntegerField(null=True, blank=True)
    tare_grams = models.BigIntegerField(null=True, blank=True)
    net_steps = models.BigIntegerField()
    moisture_permille = models.SmallIntegerField(null=True, blank=True)
    standard_permille = models.SmallIntegerField(null=True, blank=True)
    payable_steps = models.BigIntegerField()
    price_minor = models.BigIntegerField()
    reference_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    premium_minor = models.BigIntegerField(null=True, blank=True)
    mandate = models.ForeignKey(
        Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="null: the firm has none"
    )
    pay_rule = models.CharField(max_length=10, choices=PayRule.choices())
    paid_minor = models.BigIntegerField(default=0)
    lost_minor = models.BigIntegerField(default=0)
    back_steps = models.BigIntegerField(default=0)
    purchased_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    weighed_by = models.ForeignKey("accounts.Person", null=True, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("network.Area", on_delete=models.PROTECT, related_name="+")
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = _purchase_checks()
        indexes = [
            models.Index(fields=["area_path", "-purchased_at"], name="sourcing_bought_by_area"),
            models.Index(fields=["unit", "-purchased_at"], name="sourcing_bought_at_unit"),
            models.Index(fields=["producer", "-id"], name="sourcing_bought_of"),
            models.Index(fields=["buyer", "-id"], name="sourcing_bought_by"),
            models.Index(
                fields=["mandate", "-purchased_at"],
                name="sourcing_bought_by_mandate",
                condition=Q(mandate__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="sourcing_bought_for_good",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "pay_rule", "price_minor", "reference_minor", "currency", "amount_minor", "premium_minor"
                ),
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def reference(self) -> str:
        """What the ledger calls it."""
        return f"purchase/{self.number}"

    @property
    def net(self) -> Quantity:
        """What the goods weigh without crates."""
        return Quantity(self.net_steps, Unit(self.measure))

    @property
    def weighing(self) -> Weighing:
        """What the scales said."""
        if self.gross_grams is None or self.tare_grams is None:
            return Weighing(self.net)
        kilogram = Unit(self.measure)
        return Weighing(self.net, Quantity(self.gross_grams, kilogram), Quantity(self.tare_grams, kilogram))

    @property
    def moisture(self) -> Moisture | None:
        """The water in the goods and what the price is quoted at, None where it does not matter."""
        if self.moisture_permille is None or self.standard_permille is None:
            return None
        return Moisture(self.moisture_permille, self.standard_permille)

    @property
    def payable(self) -> Quantity:
        """What is paid of it."""
        return Quantity(self.payable_steps, Unit(self.measure))

    @property
    def price(self) -> Money:
        """The price of one unit of trade."""
        return Money(self.price_minor, self.currency)

    @property
    def reference_price(self) -> Money | None:
        """The market price of that day, None where nobody had quoted any."""
        return None if self.reference_minor is None else Money(self.reference_minor, self.currency)

    @property
    def amount(self) -> Money:
        """What the producer gets for it."""
        return Money(self.amount_minor, self.currency)

    @property
    def premium(self) -> Money | None:
        """What of it is above the market price, below zero where it is less."""
        return None if self.premium_minor is None else Money(self.premium_minor, self.currency)

    @property
    def earned_premium(self) -> Money | None:
        """What of the premium the producer gets: for what was lost before it was sold there is none."""
        return None if self.premium is None else self.premium.per((self.amount - self.lost).minor, self.amount_minor)

    @property
    def paid(self) -> Money:
        """What the producer has been paid."""
        return Money(self.paid_minor, self.currency)

    @property
    def lost(self) -> Money:
        """What the goods would have brought that were lost while they were the producer's."""
        return Money(self.lost_minor, self.currency)

    @property
    def owed(self) -> Money:
        """What the producer still has to get; nothing once it was voided."""
        return Money(0, self.currency) if self.voided_at else self.amount - self.paid - self.lost

    @property
    def state(self) -> PaidState:
        """Where it stands between the scales and the producer's account."""
        if self.voided_at:
            return PaidState.VOID
        if not self.owed:
            return PaidState.PAID if self.paid_minor else PaidState.LOST
        if self.due_at:
            return PaidState.DUE
        return PaidState.AT_SALE if self.pay_rule == PayRule.AT_SALE else PaidState.AT_GRADING

    @property
    def is_void(self) -> bool:
        """Whether it was taken back."""
        return self.voided_at is not None

    def worth_of(self, steps: int) -> Money:
        """Return what `steps` of its lot cost, for who pays the producer by what was sold."""
        return self.amount.per(steps, self.net_steps)


class PurchasePayment(models.Model):
    """What was paid of a purchase, below zero where it was taken back; never changed. `key` is what caused it, once.

    `reference` is what moved the money in the ledger: the purchase itself, or the order that was settled. `steps` is
    above zero where the buyer paid for so much that it sold and that brought no money.
    """

    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="payments")
    key = models.CharField(max_length=120, unique=True)
    reference = models.CharField(max_length=60)
    amount_minor = models.BigIntegerField()
    steps = models.BigIntegerField(default=0)
    paid_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount_minor=0), name="sourcing_payment_pays")]
        triggers = never_changed("sourcing_payment_stays")

    def __str__(self) -> str:
        return self.key

    @property
    def amount(self) -> Money:
        """What was paid."""
        return Money(self.amount_minor, self.purchase.currency)


class PurchaseDebt(models.Model):
    """What the buyer of a purchase has yet to pay for goods that are gone and brought no money.

    It stands while the buyer's account holds too little, and makes the purchase due. `reference` is the order that the
    goods went into; `steps` as those of the payment that will end it.
    """

    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="debts")
    reference = models.CharField(max_length=60)
    amount_minor = models.BigIntegerField()
    steps = models.BigIntegerField(default=0)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference", "purchase"], name="sourcing_debt_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0, steps__gte=0), name="sourcing_debt_of_something"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """The key of the payment that will end it."""
        return key_for_gone(self.reference, self.purchase_id)

    @property
    def amount(self) -> Money:
        """What is to be paid."""
        return Money(self.amount_minor, self.purchase.currency)


def key_for_gone(reference: str, purchase_id: int) -> str:
    """Return the key of the payment of a purchase's buyer for goods of it that went into the order `reference`."""
    return f"{reference}/rest/{purchase_id}"


class PurchaseLoss(models.Model):
    """Goods that were lost before they were sold, while the producer waited for the sale's money; never changed.

    `amount_minor` is what they would have brought: the producer bears it, until `borne_at` the buyer does and has
    paid it. Of the `steps` that were lost `own_steps` had been paid for before, and are the buyer's own loss.
    `event` says in the history of the lot what happened and why.
    """

    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="losses")
    event = models.ForeignKey("traceability.LotEvent", on_delete=models.PROTECT, related_name="+")
    steps = models.BigIntegerField()
    own_steps = models.BigIntegerField(default=0)
    amount_minor = models.BigIntegerField()
    reason = models.CharField(max_length=12, choices=LossReason.choices())
    lost_at = models.DateTimeField()
    borne_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purchase", "event"], name="sourcing_loss_once"),
            models.CheckConstraint(
                condition=Q(steps__gt=0, own_steps__range=(0, F("steps")), amount_minor__gte=0),
                name="sourcing_loss_of_something",
            ),
            choice_check("reason", LossReason, "sourcing_loss_reason"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="sourcing_loss_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "purchase", "event", "steps", "own_steps", "amount_minor", "reason", "lost_at"
                ),
            ),
            pgtrigger.Protect(
                name="sourcing_loss_borne_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__borne_at__isnull=False),
            ),
            *never_gone("sourcing_loss_never_gone"),
        ]

    def __str__(self) -> str:
        return f"{self.purchase_id} {self.reason} {self.steps}"

    @property
    def amount(self) -> Money:
        """What the goods would have brought."""
        return Money(self.amount_minor, self.purchase.currency)

    @property
    def quantity(self) -> Quantity:
        """How much was lost of what had not been paid for."""
        return Quantity(self.steps - self.own_steps, Unit(self.purchase.measure))
