"""Products, their varieties and packs."""

from django.db import models
from django.db.models import F, Q

from terrace.catalog.domain import Category, Keeping, Season, Storage, own_number
from terrace.kernel.db import Versioned, choice_check
from terrace.kernel.quantity import Unit
from terrace.kernel.words import in_language

A_GTIN = Q(gtin="") | Q(gtin__regex=r"^[0-9]{14}$")
"""Kept as GTIN-14, the shorter ones with zeros before them, so that two of them compare as they are."""
A_MONTH = Q(season_from__gte=1, season_from__lte=12, season_to__gte=1, season_to__lte=12)

NO_SEASON = Q(season_from__isnull=True, season_to__isnull=True)
A_SEASON = Q(season_from__isnull=False, season_to__isnull=False) & A_MONTH
"""A null would make the comparison unknown, and a check lets the unknown pass."""

NO_DEGREES = Q(min_celsius__isnull=True, max_celsius__isnull=True)
DEGREES = Q(min_celsius__isnull=False, max_celsius__isnull=False, min_celsius__lte=F("max_celsius"))


class Product(Versioned):
    """Something that is grown or made, with one unit of trade. `hs_code` has the six digits of HS 2022.

    `gtin` is the GTIN-14 of what is sold loose by weight, "" where nobody gave it one.
    """

    code = models.SlugField(max_length=40, unique=True)
    names = models.JSONField()
    search = models.TextField(help_text="names, pinyin and initials in lower case")
    category = models.CharField(max_length=20, choices=Category.choices())
    unit = models.CharField(max_length=3, choices=Unit.choices())
    hs_code = models.CharField(max_length=6)
    storage = models.CharField(max_length=10, choices=Storage.choices())
    min_celsius = models.SmallIntegerField(null=True, blank=True)
    max_celsius = models.SmallIntegerField(null=True, blank=True)
    keeps_days = models.PositiveSmallIntegerField()
    season_from = models.PositiveSmallIntegerField()
    season_to = models.PositiveSmallIntegerField()
    moisture_matters = models.BooleanField(default=False)
    standard_moisture = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="thousandths of the weight that prices are quoted at"
    )
    illustration = models.CharField(max_length=60, blank=True)
    origin_note = models.JSONField(default=dict, blank=True)
    gtin = models.CharField(max_length=14, blank=True, default="")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=A_GTIN, name="catalog_product_gtin"),
            models.UniqueConstraint(fields=["gtin"], condition=~Q(gtin=""), name="catalog_product_gtin_once"),
            choice_check("unit", Unit, "catalog_product_unit"),
            choice_check("category", Category, "catalog_product_category"),
            choice_check("storage", Storage, "catalog_product_storage"),
            models.CheckConstraint(condition=Q(hs_code__regex=r"^[0-9]{6}$"), name="catalog_product_hs_code"),
            models.CheckConstraint(condition=NO_DEGREES | DEGREES, name="catalog_product_degrees"),
            models.CheckConstraint(condition=A_MONTH, name="catalog_product_season"),
            models.CheckConstraint(
                condition=Q(standard_moisture__isnull=True)
                | Q(moisture_matters=True, standard_moisture__gt=0, standard_moisture__lt=1000),
                name="catalog_product_moisture",
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.names)

    @property
    def season(self) -> Season:
        """The months in which it is harvested or made."""
        return Season(self.season_from, self.season_to)

    @property
    def keeping(self) -> Keeping:
        """How it is kept."""
        return Keeping(Storage(self.storage), self.keeps_days, self.min_celsius, self.max_celsius)

    @property
    def picture(self) -> str:
        """The static path of its illustration, or of the crate that stands for what nobody has drawn yet."""
        return f"catalog/illustrations/{self.illustration}" if self.illustration else "catalog/not-drawn.svg"

    @property
    def number(self) -> str:
        """The GTIN-14 that a label bears: its own, else the one of this installation."""
        return self.gtin or own_number(self.pk, is_pack=False)


class Variety(models.Model):
    """A variety of a product, with its own season where it differs."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="varieties")
    code = models.SlugField(max_length=40)
    names = models.JSONField()
    season_from = models.PositiveSmallIntegerField(null=True, blank=True)
    season_to = models.PositiveSmallIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "code"], name="catalog_variety_once"),
            models.CheckConstraint(condition=NO_SEASON | A_SEASON, name="catalog_variety_season"),
        ]

    def __str__(self) -> str:
        return in_language(self.names)

    @property
    def season(self) -> Season | None:
        """Its own season, None where it is the product's."""
        return Season(self.season_from, self.season_to) if self.season_from and self.season_to else None


class Pack(models.Model):
    """How a product is packed for sale: `content` in steps of its unit. `gtin` is "" where nobody gave it one."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="packs")
    code = models.SlugField(max_length=40)
    names = models.JSONField()
    content = models.PositiveIntegerField()
    gtin = models.CharField(max_length=14, blank=True, default="")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=A_GTIN, name="catalog_pack_gtin"),
            models.UniqueConstraint(fields=["gtin"], condition=~Q(gtin=""), name="catalog_pack_gtin_once"),
            models.UniqueConstraint(fields=["product", "code"], name="catalog_pack_once"),
            models.CheckConstraint(condition=Q(content__gt=0), name="catalog_pack_holds_something"),
        ]

    def __str__(self) -> str:
        return in_language(self.names)

    @property
    def number(self) -> str:
        """The GTIN-14 that a label bears: its own, else the one of this installation."""
        return self.gtin or own_number(self.pk, is_pack=True)
