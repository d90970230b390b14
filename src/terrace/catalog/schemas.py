"""What the REST interface of the catalogue takes and gives."""

from collections.abc import Sequence
from typing import Annotated

from ninja import Field, Schema

from terrace.catalog import queries
from terrace.catalog.domain import (
    LONGEST_CODE,
    LONGEST_NAME,
    LONGEST_NOTE,
    Category,
    Keeping,
    ProductTerms,
    Season,
    Storage,
)
from terrace.catalog.models import Pack, Product, Variety
from terrace.http.rest import QuantityValue
from terrace.kernel.quantity import Quantity, Unit

Code = Annotated[str, Field(max_length=LONGEST_CODE)]
Month = Annotated[int, Field(ge=1, le=12)]
Celsius = Annotated[int, Field(ge=-60, le=60)]
Language = Annotated[str, Field(max_length=10)]
MOST_LANGUAGES = 20
NamesValue = Annotated[dict[Language, Annotated[str, Field(max_length=LONGEST_NAME)]], Field(max_length=MOST_LANGUAGES)]
"""What something is called, by language code: `{"en": "Apple", "zh-hans": "苹果"}`."""


class SeasonValue(Schema):
    """From a month to a month, both inclusive; it may run over the turn of the year."""

    first: Month
    last: Month

    @classmethod
    def of(cls, season: Season | None) -> "SeasonValue | None":
        """Return the season as JSON, None for none."""
        return None if season is None else cls(first=season.first, last=season.last)

    @property
    def season(self) -> Season:
        """The season."""
        return Season(self.first, self.last)


class ProductValues(Schema):
    """What the catalogue says of a product. `hs_code` is a subheading of HS 2022."""

    names: NamesValue
    category: Category
    unit: Unit
    hs_code: str = Field(max_length=6)
    season: SeasonValue
    storage: Storage
    keeps_days: int = Field(ge=1, le=3650)
    min_celsius: Celsius | None = None
    max_celsius: Celsius | None = None
    moisture_matters: bool = False
    gtin: str = Field("", max_length=20, description="GTIN-8, -12, -13 or -14; kept as GTIN-14; empty for none")
    standard_moisture: int | None = Field(None, gt=0, lt=1000, description="thousandths of the weight")
    illustration: str = Field("", max_length=60)
    origin_note: dict[Language, Annotated[str, Field(max_length=LONGEST_NOTE)]] = Field({}, max_length=MOST_LANGUAGES)

    def terms(self) -> ProductTerms:
        """Return the terms as the services take them."""
        return ProductTerms(
            names=self.names,
            category=self.category,
            unit=self.unit,
            hs_code=self.hs_code,
            season=self.season.season,
            keeping=Keeping(self.storage, self.keeps_days, self.min_celsius, self.max_celsius),
            moisture_matters=self.moisture_matters,
            standard_moisture=self.standard_moisture,
            gtin=self.gtin,
            illustration=self.illustration,
            origin_note=self.origin_note,
        )


class NewProductIn(ProductValues):
    """A new product. Its code and its unit cannot be changed later."""

    code: Code


class ChangedProductIn(ProductValues):
    """A change of a product that was read at `version`."""

    version: int = Field(ge=1)


class ProductVersionIn(Schema):
    """The version that the product was read at."""

    version: int = Field(ge=1)


class VarietyIn(Schema):
    """A new variety, with its own season where it differs from the product's."""

    code: Code
    names: NamesValue
    season: SeasonValue | None = None


class PackIn(Schema):
    """A new pack of the product, holding `content`."""

    code: Code
    names: NamesValue
    content: QuantityValue
    gtin: str = Field("", max_length=20)


class GtinIn(Schema):
    """The number of a pack, "" for none, given at its product's `version`."""

    version: int = Field(ge=1)
    gtin: str = Field(max_length=20)


class VarietyOut(Schema):
    """A variety of a product; its season is the product's where it has none of its own."""

    code: str
    names: dict[str, str]
    season: SeasonValue | None


class PackOut(Schema):
    """A pack of a product. `number` is what its labels bear: its GTIN, else one of this installation's own."""

    code: str
    names: dict[str, str]
    content: QuantityValue
    gtin: str
    number: str


class ProductOut(ProductValues):
    """A product with its varieties and packs in use. A retired one is no longer traded."""

    names: dict[str, str]
    code: str
    version: int
    is_active: bool
    varieties: list[VarietyOut]
    packs: list[PackOut]


def products_out(products: Sequence[Product]) -> list[ProductOut]:
    """Return the products as JSON, with one look-up for all varieties and one for all packs."""
    varieties = queries.varieties_of_all(product.pk for product in products)
    packs = queries.packs_of_all(product.pk for product in products)
    return [_product_out(product, varieties[product.pk], packs[product.pk]) for product in products]


def variety_out(variety: Variety) -> VarietyOut:
    """Return a variety as JSON."""
    return VarietyOut(code=variety.code, names=variety.names, season=SeasonValue.of(variety.season))


def pack_out(pack: Pack, unit: Unit) -> PackOut:
    """Return a pack of a product that is traded in `unit` as JSON."""
    return PackOut(
        code=pack.code,
        names=pack.names,
        content=QuantityValue.of(Quantity(pack.content, unit)),
        gtin=pack.gtin,
        number=pack.number,
    )


def _product_out(product: Product, varieties: Sequence[Variety], packs: Sequence[Pack]) -> ProductOut:
    unit = Unit(product.unit)
    return ProductOut(
        code=product.code,
        version=product.version,
        is_active=product.is_active,
        names=product.names,
        category=Category(product.category),
        unit=unit,
        hs_code=product.hs_code,
        season=SeasonValue(first=product.season_from, last=product.season_to),
        storage=Storage(product.storage),
        keeps_days=product.keeps_days,
        min_celsius=product.min_celsius,
        max_celsius=product.max_celsius,
        moisture_matters=product.moisture_matters,
        standard_moisture=product.standard_moisture,
        gtin=product.gtin,
        illustration=product.illustration,
        origin_note=product.origin_note,
        varieties=[variety_out(variety) for variety in varieties],
        packs=[pack_out(pack, unit) for pack in packs],
    )
