"""Orders and their lines."""

from django.db import models
from django.db.models import F, Q

from terrace.kernel.db import PathField, Timed, Versioned, choice_check
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import in_language
from terrace.market.domain import OrderStatus


class Order(Versioned, Timed):
    """What one buyer bought of one seller in one checkout. `phone` is E.164.

    Name, phone, address and note are personal data of the buyer, who need not
    have an account; they are emptied at `emptied_at`, some time after the end.
    `complete_by` is when it counts as confirmed. `area_path` is the seller's.
    """

    number = models.CharField(max_length=20, unique=True)
    payment = models.ForeignKey("market.Payment", on_delete=models.PROTECT, related_name="orders")
    seller = models.ForeignKey("registry.Party", on_delete=models.PROTECT, related_name="+")
    agreement = models.ForeignKey(
        "market.Agreement", null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="null: no fees"
    )
    buyer = models.ForeignKey("registry.Party", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        "accounts.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="who bought it for themselves, signed in or claimed later",
    )
    recipient = models.CharField(max_length=80)
    phone = models.CharField(max_length=20)
    region = models.CharField(max_length=120, help_text="province, city, district")
    address = models.CharField(max_length=200)
    note = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10)
    goods_minor = models.BigIntegerField()
    freight_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    refunded_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=10, choices=OrderStatus.choices(), default=OrderStatus.PLACED.value)
    paid_at = models.DateTimeField(null=True, blank=True)
    packed_at = models.DateTimeField(null=True, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    complete_by = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="when it was cancelled or expired")
    emptied_at = models.DateTimeField(null=True, blank=True, help_text="when the buyer's data were taken out")
    warned_at = models.DateTimeField(null=True, blank=True, help_text="when its buyer was told of recalled goods")
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        constraints = [
            choice_check("status", OrderStatus, "market_order_status"),
            models.CheckConstraint(
                condition=Q(total_minor=F("goods_minor") + F("freight_minor"), goods_minor__gt=0, freight_minor__gte=0),
                name="market_order_total",
            ),
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("total_minor")), name="market_order_refunded"
            ),
            models.CheckConstraint(
                condition=Q(emptied_at__isnull=True) | Q(recipient="", phone="", address="", note=""),
                name="market_emptied_is_empty",
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "status", "-id"], name="market_orders_of_seller"),
            models.Index(fields=["area_path", "status"], name="market_orders_by_area"),
            models.Index(fields=["status", "complete_by"], name="market_orders_to_complete"),
            models.Index(fields=["phone", "-id"], name="market_orders_by_phone"),
            models.Index(fields=["paid_at"], name="market_orders_by_payment"),
            models.Index(fields=["person", "-id"], condition=Q(person__isnull=False), name="market_orders_of_person"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def goods(self) -> Money:
        """What the goods cost."""
        return Money(self.goods_minor, self.currency)

    @property
    def freight(self) -> Money:
        """What sending them costs the buyer."""
        return Money(self.freight_minor, self.currency)

    @property
    def total(self) -> Money:
        """What the buyer pays: goods and freight."""
        return Money(self.total_minor, self.currency)

    @property
    def refunded(self) -> Money:
        """What went back to the buyer of it."""
        return Money(self.refunded_minor, self.currency)

    @property
    def escrow(self) -> Money:
        """What is left of it after refunds: what escrow holds from payment to completion."""
        return Money(self.total_minor - self.refunded_minor, self.currency)

    @property
    def reference(self) -> str:
        """How the ledger, parcels and lots below name it."""
        return f"order/{self.number}"


class Address(Timed):
    """Where somebody with an account lets goods be sent again: kept on their wish, gone with the account."""

    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    recipient = models.CharField(max_length=80)
    phone = models.CharField(max_length=20)
    region = models.CharField(max_length=120)
    address = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "recipient", "phone", "region", "address"], name="market_address_kept_once"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class OrderLine(models.Model):
    """So many of one offer, as it was when it was bought.

    `area_path` is where the goods come from: of the offer, and once they are packed from lots where those grew.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    offer = models.ForeignKey("market.Offer", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, related_name="+")
    variety = models.ForeignKey("catalog.Variety", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    titles = models.JSONField()
    quantity = models.PositiveIntegerField()
    price_minor = models.BigIntegerField(help_text="of one")
    amount_minor = models.BigIntegerField()
    refunded_minor = models.BigIntegerField(default=0, help_text="what was given back of the amount")
    freight_minor = models.BigIntegerField()
    content_steps = models.BigIntegerField(help_text="of one")
    unit = models.CharField(max_length=3, choices=Unit.choices())
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, amount_minor=F("price_minor") * F("quantity")), name="market_line_amount"
            ),
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("amount_minor")), name="market_line_refunded"
            ),
            models.UniqueConstraint(fields=["order", "offer"], name="market_offer_once_per_order"),
        ]
        indexes = [
            models.Index(fields=["offer"], name="market_lines_of_offer"),
            models.Index(fields=["area_path"], name="market_lines_by_area"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.pk}"

    @property
    def title(self) -> str:
        """What was bought, in the reader's language."""
        return in_language(self.titles)

    @property
    def amount(self) -> Money:
        """What the buyer paid for it, without freight; the order is read for its currency."""
        return Money(self.amount_minor, self.order.currency)

    @property
    def refunded(self) -> Money:
        """What was given back of the amount."""
        return Money(self.refunded_minor, self.order.currency)

    @property
    def content(self) -> Quantity:
        """What the whole line holds."""
        return Quantity(self.content_steps * self.quantity, Unit(self.unit))
