"""Payments, every notice that a provider sent of one, and what goes back."""

from django.db import models
from django.db.models import Q

from terrace.kernel.db import Timed, choice_check
from terrace.kernel.money import Money
from terrace.market.domain import Answer, PaymentStatus, Provider, RepaymentStatus
from terrace.market.domain.payments import ASIDE


class Payment(Timed):
    """One payment for all orders of a checkout. `key` makes the checkout idempotent.

    `pay_by` is when the goods go back into stock if nothing came. `charge_reference` is the provider's of the try
    that the buyer was last sent to, `provider_reference` that of the one by which it was paid.
    """

    number = models.CharField(max_length=20, unique=True)
    key = models.CharField(max_length=64, unique=True)
    provider = models.CharField(max_length=10, choices=Provider.choices())
    provider_reference = models.CharField(max_length=80, blank=True)
    charge_reference = models.CharField(max_length=80, blank=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=10, choices=PaymentStatus.choices(), default=PaymentStatus.WAITING.value)
    pay_by = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            choice_check("status", PaymentStatus, "market_payment_status"),
            choice_check("provider", Provider, "market_payment_provider"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="market_payment_amount"),
            models.CheckConstraint(
                condition=~Q(status=PaymentStatus.PAID.value) | Q(paid_at__isnull=False), name="market_payment_paid_at"
            ),
        ]
        indexes = [models.Index(fields=["status", "pay_by"], name="market_payments_due")]

    def __str__(self) -> str:
        return self.number

    @property
    def amount(self) -> Money:
        """What is to be paid."""
        return Money(self.amount_minor, self.currency)

    @property
    def reference(self) -> str:
        """How the ledger names it."""
        return f"payment/{self.number}"


class PaymentNotice(models.Model):
    """A provider's notice as it came, with what was done about it: the evidence when provider and books disagree.

    `mark` is the fingerprint of what was said: said again it is counted in `times`, and no row is added.
    `settled_at` is when somebody has looked into one that does not fit.
    """

    mark = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    settled_at = models.DateTimeField(null=True, blank=True)
    provider = models.CharField(max_length=10, choices=Provider.choices())
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="notices")
    body = models.JSONField()
    answer = models.CharField(max_length=12, choices=Answer.choices())

    class Meta:
        constraints = [choice_check("answer", Answer, "market_payment_answer")]

    def __str__(self) -> str:
        return f"{self.provider} {self.pk}"

    @property
    def amount(self) -> Money | None:
        """What it says was paid; None where it says nothing of it."""
        minor, currency = self.body.get("minor"), self.body.get("currency")
        return Money(minor, currency) if isinstance(minor, int) and isinstance(currency, str) else None


class Repayment(Timed):
    """Money that goes back to a buyer by the way it came. The ledger has booked it; this is the order to the provider.

    `key` is unique for ever, here and at the provider: the same cause goes back
    once. `due_at` moves on as a try begins, so no two processes try at once.
    `reference` is the provider's of the money that goes back: of one payment more than one may have come.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="repayments")
    key = models.CharField(max_length=120, unique=True)
    reference = models.CharField(max_length=80, blank=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=10, choices=RepaymentStatus.choices(), default=RepaymentStatus.WAITING.value)
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            choice_check("status", RepaymentStatus, "market_repayment_status"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="market_repayment_amount"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status="waiting"), name="market_repayments_due"),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id}/{self.pk}"

    @property
    def amount(self) -> Money:
        """What goes back."""
        return Money(self.amount_minor, self.currency)

    @property
    def is_aside(self) -> bool:
        """Whether it came beside the payment: in another amount, or a second time."""
        return self.key.startswith(ASIDE)
