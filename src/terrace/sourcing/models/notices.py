"""Notices of supply and demand, advice, reference prices."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from terrace.kernel import clock
from terrace.kernel.db import PathField, Timed, Versioned, choice_check
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.sourcing.domain import Side, Status, Window, standing

PHOTOS = "supply/"
"""The folder of the photos, in the installation's storage."""


class NoticeRow(Versioned, Timed):
    """What supply and demand notices share. `price_minor` is for one unit of trade (one kg, one litre, one piece)."""

    number = models.CharField(max_length=20, unique=True)
    party = models.ForeignKey("registry.Party", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, related_name="+")
    variety = models.ForeignKey("catalog.Variety", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    quantity_steps = models.BigIntegerField()
    unit = models.CharField(max_length=3, choices=Unit.choices())
    opens_on = models.DateField()
    closes_on = models.DateField()
    price_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=500, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices(), default=Status.OPEN.value)
    area = models.ForeignKey("network.Area", on_delete=models.PROTECT, related_name="+")
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number

    @property
    def quantity(self) -> Quantity:
        """How much."""
        return Quantity(self.quantity_steps, Unit(self.unit))

    @property
    def price(self) -> Money | None:
        """The price of one unit of trade, None where none was named."""
        return None if self.price_minor is None else Money(self.price_minor, self.currency)

    def side_from(self, today: date) -> Side:
        """Return the notice as one side of a possible match. Days before `today` are gone, whatever it once said."""
        window = Window(max(self.opens_on, today), self.closes_on)
        return Side(self.product_id, self.variety_id, self.quantity, window, self.price_minor, self.area_path)

    @property
    def standing(self) -> Status:
        """Where it stands today. The column `status` says so only after the next run of the job that ends notices."""
        return self.standing_on(clock.today())

    @property
    def is_open(self) -> bool:
        """Whether it still counts today."""
        return self.standing is Status.OPEN

    def standing_on(self, today: date) -> Status:
        """Return where it stands on `today`."""
        return standing(Status(self.status), self.closes_on, today)


def _checks(name: str) -> list[models.BaseConstraint]:
    return [
        models.CheckConstraint(condition=Q(quantity_steps__gt=0), name=f"sourcing_{name}_has_quantity"),
        models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name=f"sourcing_{name}_window"),
        models.CheckConstraint(
            condition=Q(price_minor__isnull=True) | Q(price_minor__gt=0), name=f"sourcing_{name}_price"
        ),
        choice_check("status", Status, f"sourcing_{name}_status"),
    ]


def _indexes(name: str) -> list[models.Index]:
    return [
        models.Index(fields=["area_path", "status"], name=f"sourcing_{name}_by_area"),
        models.Index(fields=["product", "status", "closes_on"], name=f"sourcing_{name}_by_product"),
        models.Index(fields=["party", "-id"], name=f"sourcing_{name}_by_party"),
    ]


class SupplyNotice(NoticeRow):
    """What a producer will have for sale, at the asking price."""

    photo = models.ImageField(upload_to=PHOTOS, blank=True)

    class Meta:
        constraints = _checks("supply")
        indexes = _indexes("supply")


class DemandNotice(NoticeRow):
    """What a shop, a group-buy leader or another buyer wants, at the price it would pay."""

    class Meta:
        constraints = _checks("demand")
        indexes = _indexes("demand")


class Advice(Timed):
    """Advice of a unit to every station and point below it, each of which must acknowledge it."""

    number = models.CharField(max_length=20, unique=True)
    unit = models.ForeignKey("network.ServiceUnit", on_delete=models.PROTECT, related_name="+")
    area_path = PathField(help_text="the subtree that it goes to")
    product = models.ForeignKey("catalog.Product", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    text = models.TextField()
    issued_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["area_path", "-id"], name="sourcing_advice_by_area")]

    def __str__(self) -> str:
        return self.title


class AdviceReceipt(models.Model):
    """That an advice reached a unit, and who there took note of it."""

    advice = models.ForeignKey(Advice, on_delete=models.CASCADE, related_name="receipts")
    unit = models.ForeignKey("network.ServiceUnit", on_delete=models.PROTECT, related_name="+")
    area_path = PathField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey("accounts.Person", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["advice", "unit"], name="sourcing_advice_once_per_unit")]
        indexes = [
            models.Index(fields=["unit", "acknowledged_at"], name="sourcing_receipts_of_unit"),
            models.Index(fields=["area_path"], name="sourcing_receipts_by_area"),
        ]

    def __str__(self) -> str:
        return f"{self.advice} / {self.unit}"


class ReferencePrice(Timed):
    """The market price of a product on a day, quoted at an area's market, for one unit of trade."""

    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, related_name="+")
    variety = models.ForeignKey("catalog.Variety", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    area = models.ForeignKey("network.Area", on_delete=models.PROTECT, related_name="+")
    area_path = PathField()
    price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    source = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "variety", "area", "on"], name="sourcing_one_price_a_day", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(price_minor__gt=0), name="sourcing_reference_price"),
        ]
        indexes = [models.Index(fields=["product", "on"], name="sourcing_price_line")]

    def __str__(self) -> str:
        return f"{self.product} {self.on}"

    @property
    def price(self) -> Money:
        """The price of one unit of trade."""
        return Money(self.price_minor, self.currency)
