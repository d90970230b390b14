"""Offers with their photos and reviews."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from terrace.kernel import clock
from terrace.kernel.db import PathField, Timed, Versioned, choice_check
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import in_language
from terrace.market.domain import FreightRule, OfferStatus, SaleUnit, Standing, standing
from terrace.market.domain.offers import BEST_RATING, USUAL_MOST_PER_ORDER

PHOTOS = "offers/"
"""The folder of the photos, in the installation's storage."""


class Offer(Versioned, Timed):
    """Goods for sale at a price in a window. One of it holds `content_steps` of the product's unit.

    `stocked` counts what was ever put into it and not taken out again, `available`
    what is left: the difference is what orders hold, and `terrace verify` compares
    the two. Both move only by statements that add or subtract, so `version`, which
    guards what people edit, is not of them.
    Freight of an order line: `freight_first_minor`, and `freight_more_minor` for
    each further one, nothing from `freight_free_from_minor` of goods on.
    `area` is where the goods come from, `seller_path` where the seller is at home:
    who sells for it there may change the offer.
    """

    number = models.CharField(max_length=20, unique=True)
    seller = models.ForeignKey("registry.Party", on_delete=models.PROTECT, related_name="+")
    seller_path = PathField()
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
    most_per_order = models.PositiveIntegerField(default=USUAL_MOST_PER_ORDER)
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
                condition=Q(freight_first_minor__gte=0, freight_more_minor__gte=0)
                & (Q(freight_free_from_minor__isnull=True) | Q(freight_free_from_minor__gt=0)),
                name="market_offer_freight",
            ),
            models.CheckConstraint(condition=Q(most_per_order__gt=0), name="market_offer_most_per_order"),
            models.CheckConstraint(
                condition=Q(rating_sum__gte=F("rating_count"), rating_sum__lte=5 * F("rating_count")),
                name="market_offer_rating",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "closes_on", "-id"], name="market_offer_on_sale"),
            models.Index(fields=["area_path", "status"], name="market_offer_by_area"),
            models.Index(fields=["seller_path", "status"], name="market_offer_by_seller_area"),
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

    @property
    def story(self) -> str:
        """Its story in the reader's language, else in another, "" for none."""
        return in_language(self.stories)

    @property
    def freight(self) -> FreightRule:
        """What sending it costs."""
        free_from = self.freight_free_from_minor
        return FreightRule(
            first=Money(self.freight_first_minor, self.currency),
            more=Money(self.freight_more_minor, self.currency),
            free_from=None if free_from is None else Money(free_from, self.currency),
        )

    @property
    def price_per_unit(self) -> Money:
        """The price of one unit of trade (one kg, one litre, one piece), rounded to the minor unit."""
        return self.price.per(self.content.unit.steps, self.content_steps)

    @property
    def sold(self) -> int:
        """How many of it orders hold."""
        return self.stocked - self.available

    @property
    def standing(self) -> Standing:
        """Where it stands today. The column `status` says of its end only after the next run of the job."""
        return self.standing_on(clock.today())

    def standing_on(self, today: date) -> Standing:
        """Return where it stands on `today`."""
        return standing(OfferStatus(self.status), self.opens_on, self.closes_on, self.available, today)

    def is_on_sale(self, today: date) -> bool:
        """Say whether it can be bought on `today`, stock apart."""
        return self.standing_on(today) in (Standing.ON_SALE, Standing.SOLD_OUT)


class OfferPhoto(models.Model):
    """A photo of an offer, in the order in which they are shown; `small` is the same for tiles and telephones.

    `width` and `height` are the large one's, in pixels: a page keeps its place before the photo is there.
    """

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="photos")
    photo = models.ImageField(upload_to=PHOTOS)
    small = models.ImageField(upload_to=PHOTOS)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("place", "id")
        indexes = [models.Index(fields=["offer", "place", "id"], name="market_photos_of_offer")]

    def __str__(self) -> str:
        return f"{self.offer_id}/{self.pk}"


class Review(Timed):
    """What somebody who bought it says of an order line: one to five, and a text.

    A hidden one is not read and does not count; the record of acts knows who hid it.
    """

    line = models.OneToOneField("market.OrderLine", on_delete=models.PROTECT, related_name="review")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="reviews")
    rating = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500, blank=True)
    signed = models.CharField(max_length=40, blank=True, help_text="as the buyer wants to be called")
    answer = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(rating__range=(1, BEST_RATING)), name="market_review_rating")]
        indexes = [models.Index(fields=["offer", "-id"], name="market_reviews_of_offer")]

    def __str__(self) -> str:
        return f"{self.offer_id}/{self.pk}"

    @property
    def stars(self) -> str:
        """The rating as a row of stars, full and empty."""
        return "★" * self.rating + "☆" * (BEST_RATING - self.rating)
