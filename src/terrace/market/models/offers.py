"""Offers with their photos and reviews."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from terrace.kernel.db import PathField, Timed, Versioned, choice_check
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import in_language
from terrace.market.domain import OfferStatus, SaleUnit

PHOTOS = "offers/"
"""The folder of the photos, in the installation's storage."""


class Offer(Versioned, Timed):
    """Goods for sale at a price in a window. One of it holds `content_steps` of the product's unit.

    `stocked` counts what was ever put into it, `available` what is left: the
    difference is what orders hold, and `terrace verify` compares the two.
    Freight of an order line: `freight_first_minor`, and `freight_more_minor` for
    each further one, nothing from `freight_free_from_minor` of goods on.
    `area` is where the goods come from, not where the seller lives.
    """

    number = models.CharField(max_length=20, unique=True)
    seller = models.ForeignKey("registry.Party", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, related_name="+")
    variety = models.ForeignKey("catalog.Variety", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    pack = models.ForeignKey("catalog.Pack", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    notice = models.ForeignKey(
        "sourcing.SupplyNotice", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sale_unit = models.CharField(max_length=10, choices=SaleUnit.choices())
    content_steps = models.BigIntegerField()
    unit = models.CharField(max_length=3, choices=Unit.choices())
    titles = models.JSONField()
    stories = models.JSONField(default=dict, blank=True)
    search = models.TextField(help_text="titles, product, variety, place and seller, with readings, in lower case")
    price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    freight_first_minor = models.BigIntegerField(default=0)
    freight_more_minor = models.BigIntegerField(default=0)
    freight_free_from_minor = models.BigIntegerField(null=True, blank=True)
    stocked = models.BigIntegerField(default=0)
    available = models.BigIntegerField(default=0)
    most_per_order = models.PositiveIntegerField(default=99)
    opens_on = models.DateField()
    closes_on = models.DateField()
    status = models.CharField(max_length=10, choices=OfferStatus.choices(), default=OfferStatus.DRAFT.value)
    rating_sum = models.PositiveIntegerField(default=0)
    rating_count = models.PositiveIntegerField(default=0)
    area = models.ForeignKey("network.Area", on_delete=models.PROTECT, related_name="+")
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        constraints = [
            choice_check("status", OfferStatus, "market_offer_status"),
            choice_check("sale_unit", SaleUnit, "market_offer_sale_unit"),
            models.CheckConstraint(condition=Q(price_minor__gt=0), name="market_offer_price"),
            models.CheckConstraint(condition=Q(content_steps__gt=0), name="market_offer_content"),
            models.CheckConstraint(
                condition=Q(available__gte=0, available__lte=F("stocked")), name="market_offer_available"
            ),
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="market_offer_window"),
            models.CheckConstraint(
                condition=Q(freight_first_minor__gte=0, freight_more_minor__gte=0), name="market_offer_freight"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "closes_on", "-id"], name="market_offer_on_sale"),
            models.Index(fields=["area_path", "status"], name="market_offer_by_area"),
            models.Index(fields=["product", "status"], name="market_offer_by_product"),
            models.Index(fields=["seller", "-id"], name="market_offer_by_seller"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def title(self) -> str:
        """Its title in the reader's language."""
        return in_language(self.titles)

    @property
    def price(self) -> Money:
        """The price of one."""
        return Money(self.price_minor, self.currency)

    @property
    def content(self) -> Quantity:
        """What one holds."""
        return Quantity(self.content_steps, Unit(self.unit))

    def is_on_sale(self, today: date) -> bool:
        """Say whether it can be bought on `today`, stock apart."""
        return self.status == OfferStatus.ON_SALE and self.opens_on <= today <= self.closes_on


class OfferPhoto(models.Model):
    """A photo of an offer, in the order in which they are shown."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="photos")
    photo = models.ImageField(upload_to=PHOTOS)
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("place", "id")

    def __str__(self) -> str:
        return f"{self.offer_id}/{self.pk}"


class Review(Timed):
    """What somebody who bought it says of an order line: one to five, and a text."""

    line = models.OneToOneField("market.OrderLine", on_delete=models.PROTECT, related_name="review")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="reviews")
    rating = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500, blank=True)
    signed = models.CharField(max_length=40, blank=True, help_text="as the buyer wants to be called")
    answer = models.CharField(max_length=500, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(rating__range=(1, 5)), name="market_review_rating")]
        indexes = [models.Index(fields=["offer", "-id"], name="market_reviews_of_offer")]

    def __str__(self) -> str:
        return f"{self.offer_id}/{self.pk}"
