"""Payments, and every notice that a provider sent of one."""

from django.db import models
from django.db.models import Q

from terrace.kernel.db import Timed, choice_check
from terrace.kernel.money import Money
from terrace.market.domain import Answer, PaymentStatus, Provider


class Payment(Timed):
    """One payment for all orders of a checkout. `key` makes the checkout idempotent; `secret` opens its pages.

    `pay_by` is when the goods go back into stock if nothing came.
    """

    number = models.CharField(max_length=20, unique=True)
    key = models.CharField(max_length=64, unique=True)
    secret = models.CharField(max_length=64, help_text="fingerprint of the secret in the buyer's link")
    provider = models.CharField(max_length=10, choices=Provider.choices())
    provider_reference = models.CharField(max_length=80, blank=True)
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
        ]
        indexes = [models.Index(fields=["status", "pay_by"], name="market_payments_due")]

    def __str__(self) -> str:
        return self.number

    @property
    def amount(self) -> Money:
        """What is to be paid."""
        return Money(self.amount_minor, self.currency)


class PaymentNotice(models.Model):
    """A provider's notice as it came, with what was done about it: the evidence when provider and books disagree."""

    at = models.DateTimeField()
    provider = models.CharField(max_length=10, choices=Provider.choices())
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="notices")
    body = models.JSONField()
    answer = models.CharField(max_length=12, choices=Answer.choices())

    class Meta:
        constraints = [choice_check("answer", Answer, "market_payment_answer")]

    def __str__(self) -> str:
        return f"{self.provider} {self.pk}"
