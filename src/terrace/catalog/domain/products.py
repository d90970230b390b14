"""Products as the trade knows them: categories, storage, seasons, and what makes a product, variety or pack valid."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from terrace.catalog.domain.gtin import read_gtin
from terrace.kernel.deployment import current
from terrace.kernel.errors import Invalid
from terrace.kernel.quantity import Unit
from terrace.kernel.words import Choice, Names, Text, _

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
HS_CODE = re.compile(r"[0-9]{6}")
LONGEST_CODE = 40
ROUTES = frozenset({"new"})
"""Addresses of the catalogue's own pages: no product is called so."""
LONGEST_NAME = 80
LONGEST_NOTE = 200
LARGEST_CONTENT = 100_000_000
"""A hundred tonnes: more than any pack, less than the column holds."""
COLDEST, WARMEST = -60, 60
MONTHS = range(1, 13)


class Permission(Choice):
    """What a post may allow about the catalogue."""

    MANAGE = "catalog.manage", _("Add and change products, varieties and packs")


ACTS: Mapping[str, Text] = {
    "catalog.add_product": _("added a product"),
    "catalog.change_product": _("changed a product"),
    "catalog.retire_product": _("retired a product"),
    "catalog.restore_product": _("restored a product"),
    "catalog.add_variety": _("added a variety"),
    "catalog.retire_variety": _("retired a variety"),
    "catalog.restore_variety": _("restored a variety"),
    "catalog.add_pack": _("added a pack"),
    "catalog.number_pack": _("gave a pack its GTIN"),
    "catalog.retire_pack": _("retired a pack"),
    "catalog.restore_pack": _("restored a pack"),
}
"""What the record of acts calls this context's acts."""


class Category(Choice):
    """Shelves of the catalogue."""

    FRUIT = "fruit", _("Fruit")
    NUTS_SPICES = "nuts-spices", _("Nuts and spices")
    HERBS = "herbs", _("Medicinal herbs")
    GRAIN_OIL = "grain-oil", _("Grain, noodles and oil")
    FUNGI_VEGETABLES = "fungi-vegetables", _("Fungi and vegetables")
    ANIMAL = "animal", _("Honey, eggs and meat")
    PROCESSED = "processed", _("Processed food")
    HANDICRAFT = "handicraft", _("Handicraft")


class Storage(Choice):
    """How a product is kept."""

    AMBIENT = "ambient", _("Dry, at room temperature")
    COOL = "cool", _("Cool")
    COLD = "cold", _("Cold room")
    FROZEN = "frozen", _("Frozen")


@dataclass(frozen=True, slots=True)
class Season:
    """From a month to a month, both inclusive; one that ends before it begins runs over the turn of the year."""

    first: int
    last: int

    @property
    def months(self) -> tuple[int, ...]:
        """The months in which it holds, in its own order: 11, 12, 1, 2."""
        length = (self.last - self.first) % 12 + 1
        return tuple((self.first - 1 + n) % 12 + 1 for n in range(length))

    @property
    def is_all_year(self) -> bool:
        """Whether there is no month without it."""
        return len(self.months) == 12


def in_season(first_month: int, last_month: int, on: date) -> bool:
    """Say whether `on` lies in a season of months, which may run over the turn of the year (11 to 2)."""
    return on.month in Season(first_month, last_month).months


@dataclass(frozen=True, slots=True)
class Keeping:
    """How a product is kept, between which degrees (None where it does not matter), and for how many days."""

    storage: Storage
    days: int
    min_celsius: int | None = None
    max_celsius: int | None = None


@dataclass(frozen=True, slots=True)
class ProductTerms:
    """What the catalogue says of a product; `hs_code` is a subheading of HS 2022, `illustration` a drawing of ours.

    `standard_moisture` is the water, in thousandths of the weight, that its prices are quoted at.
    """

    names: Names
    category: Category
    unit: Unit
    hs_code: str
    season: Season
    keeping: Keeping
    moisture_matters: bool = False
    standard_moisture: int | None = None
    gtin: str = ""
    illustration: str = ""
    origin_note: Mapping[str, str] = field(default_factory=dict)


def check_product(terms: ProductTerms) -> None:
    """Raise `Invalid` at the field that breaks a rule."""
    check_names(terms.names)
    check_hs_code(terms.hs_code)
    check_season(terms.season)
    check_keeping(terms.keeping)
    check_moisture(terms)
    check_origin_note(terms.origin_note)
    read_gtin(terms.gtin)


def check_code(code: str) -> None:
    """Raise `Invalid` unless `code` is short, in lower case and fit for an address."""
    if not CODE.fullmatch(code) or len(code) > LONGEST_CODE or code in ROUTES:
        raise Invalid(_("A code has small letters, digits and single hyphens, such as wood-ear."), field="code")


def check_names(names: Names) -> None:
    """Raise `Invalid` unless there is a name in every language of the installation."""
    for language in current().languages:
        name = names.get(language, "").strip()
        if not name:
            raise Invalid(_("Give a name in every language."), field=f"name_{language}")
        if len(name) > LONGEST_NAME:
            raise Invalid(_("A name has at most 80 characters."), field=f"name_{language}")
    _check_languages(names, field="names")


def check_origin_note(note: Mapping[str, str]) -> None:
    """Raise `Invalid` unless a note on the origin is short, and in languages of the installation."""
    _check_languages(note, field="origin_note")
    if any(len(text) > LONGEST_NOTE for text in note.values()):
        raise Invalid(_("A note on the origin has at most 200 characters."), field="origin_note")


def _check_languages(words: Mapping[str, str], *, field: str) -> None:
    if not set(words) <= set(current().languages):
        raise Invalid(_("These words are in a language that nobody reads here."), field=field)


def check_hs_code(code: str) -> None:
    """Raise `Invalid` unless `code` is a subheading: a chapter from 01 to 97 (77 is kept free), then four digits."""
    if not HS_CODE.fullmatch(code) or not 1 <= int(code[:2]) <= 97 or code.startswith("77"):
        raise Invalid(_("An HS code has six digits, such as 080810."), field="hs_code")


def check_season(season: Season) -> None:
    """Raise `Invalid` unless a season runs from a month to a month."""
    for name, month in (("season_from", season.first), ("season_to", season.last)):
        if month not in MONTHS:
            raise Invalid(_("A month is a number from 1 to 12."), field=name)


def check_keeping(keeping: Keeping) -> None:
    """Raise `Invalid` unless a product keeps for a day at least, between degrees that are in order."""
    if keeping.days < 1:
        raise Invalid(_("Enter how many days it keeps, at least one."), field="keeps_days")
    coldest, warmest = keeping.min_celsius, keeping.max_celsius
    if (coldest is None) != (warmest is None):
        raise Invalid(_("Enter both degrees or neither."), field="min_celsius" if coldest is None else "max_celsius")
    if coldest is None or warmest is None:
        return
    if coldest > warmest:
        raise Invalid(_("The highest degree cannot be below the lowest."), field="max_celsius")
    if coldest < COLDEST or warmest > WARMEST:
        raise Invalid(_("Degrees lie between −60 and 60 °C."), field="min_celsius")


def check_moisture(terms: ProductTerms) -> None:
    """Raise `Invalid` unless a standard moisture is a part of the weight, of a product whose moisture matters."""
    if terms.standard_moisture is None:
        return
    if not terms.moisture_matters:
        reason = _("Prices are quoted at a moisture only where the moisture decides them.")
        raise Invalid(reason, field="standard_moisture")
    if not 0 < terms.standard_moisture < 1000:
        raise Invalid(_("Moisture is more than 0 and less than 100 %."), field="standard_moisture")


def check_variety_season(season: Season, product: Season) -> None:
    """Raise `Invalid` unless a variety's season lies within its product's."""
    check_season(season)
    if not set(season.months) <= set(product.months):
        raise Invalid(_("A variety's season lies within its product's."), field="season_from")


def check_content(steps: int) -> None:
    """Raise `Invalid` unless a pack holds something that can be carried."""
    if steps <= 0:
        raise Invalid(_("Enter a quantity above zero."), field="content")
    if steps > LARGEST_CONTENT:
        raise Invalid(_("No pack is that large."), field="content")
