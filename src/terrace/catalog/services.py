"""Acts on the catalogue. It is one for the whole installation, so they need the permission at its top."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from django.db import transaction

from terrace.audit import services as audit
from terrace.catalog import queries
from terrace.catalog.domain import (
    Category,
    Keeping,
    Permission,
    ProductTerms,
    Season,
    Storage,
    check_code,
    check_content,
    check_names,
    check_product,
    check_variety_season,
    read_gtin,
)
from terrace.catalog.models import Pack, Product, Variety
from terrace.kernel.actors import SYSTEM, Actor
from terrace.kernel.deployment import current
from terrace.kernel.errors import DomainError, Invalid
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.readings import search_text
from terrace.kernel.words import Names, _
from terrace.network import queries as network

Part = TypeVar("Part", Variety, Pack)
SHIPPED = Path(__file__).parent / "data" / "products.json"
COLUMNS = (
    "names",
    "search",
    "category",
    "hs_code",
    "storage",
    "min_celsius",
    "max_celsius",
    "keeps_days",
    "season_from",
    "season_to",
    "moisture_matters",
    "standard_moisture",
    "illustration",
    "origin_note",
    "gtin",
)


class CodeTaken(DomainError):
    """Something else already has the code."""

    code = "code_taken"
    message = _("This code is taken. Choose another.")
    field = "code"


class GtinTaken(DomainError):
    """Something else already bears the number."""

    code = "gtin_taken"
    message = _("Another product or pack has this GTIN.")
    field = "gtin"


@transaction.atomic
def add_product(*, by: Actor, code: str, terms: ProductTerms) -> Product:
    """Add a product under `code`, which never changes. Raises `Forbidden`, `Invalid` at a field, `CodeTaken`."""
    _require(by)
    check_code(code)
    _check(terms)
    _check_free(terms.gtin)
    product, is_new = Product.objects.get_or_create(
        code=code, defaults={"unit": terms.unit.value, **_columns(terms, code)}
    )
    if not is_new:
        raise CodeTaken
    _record(by, "catalog.add_product", product)
    return product


@transaction.atomic
def change_product(*, by: Actor, product: Product, version: int, terms: ProductTerms) -> Product:
    """Change a product that was loaded at `version`.

    Raises `Stale` when somebody changed it meanwhile, `Forbidden`, and `Invalid`
    at a field; at "unit" when it differs, for everything is counted in it.
    """
    _require(by)
    _check(terms)
    _check_free(terms.gtin, but=product)
    _hold(product)
    if terms.unit != product.unit:
        raise Invalid(_("The unit cannot change: quantities are counted in it. Add a new product."), field="unit")
    _check_varieties(product, terms.season)
    before = _told(product)
    for name, value in _columns(terms, product.code, *_names_of_varieties(product)).items():
        setattr(product, name, value)
    product.save_version(version, COLUMNS)
    _record(by, "catalog.change_product", product, {"before": before, "after": _told(product)})
    return product


def retire_product(*, by: Actor, product: Product, version: int) -> Product:
    """Take a product out of trade; what exists of it stays. Raises `Forbidden`, `Stale`."""
    return _set_active(by, "catalog.retire_product", product, version, is_active=False)


def restore_product(*, by: Actor, product: Product, version: int) -> Product:
    """Bring a retired product back into trade. Raises `Forbidden`, `Stale`."""
    return _set_active(by, "catalog.restore_product", product, version, is_active=True)


@transaction.atomic
def add_variety(*, by: Actor, product: Product, code: str, names: Names, season: Season | None = None) -> Variety:
    """Add a variety, with its own season where it differs. Raises `Forbidden`, `Invalid` at a field, `CodeTaken`.

    What others made of the product since it was loaded counts: its name of now is indexed, its season of now holds.
    """
    _require(by)
    check_code(code)
    check_names(names)
    product = _hold(product)
    if season:
        check_variety_season(season, product.season)
    variety = _new_variety(product, code, names, season)
    _index(product)
    _record(by, "catalog.add_variety", variety, {"product": product.code})
    return variety


@transaction.atomic
def add_pack(*, by: Actor, product: Product, code: str, names: Names, content: Quantity, gtin: str = "") -> Pack:
    """Add a pack of `content`. Raises `Forbidden`, `Invalid` at a field, `CodeTaken`, `GtinTaken`."""
    _require(by)
    check_code(code)
    check_names(names)
    check_content(content.steps)
    if content.unit != product.unit:
        raise Invalid(_("This product is traded in another unit."), field="content")
    _check_free(gtin)
    pack = _new_pack(product, code, names, content.steps, read_gtin(gtin))
    _record(by, "catalog.add_pack", pack, {"product": product.code})
    return pack


@transaction.atomic
def number_pack(*, by: Actor, pack: Pack, version: int, gtin: str) -> Pack:
    """Give a pack its GTIN, or take it away by "", at its product's `version`. Labels printed before keep theirs.

    Raises `Forbidden`, `Stale`, `Invalid`, `GtinTaken`.
    """
    _require(by)
    whole = read_gtin(gtin)
    _check_free(whole, but=pack)
    pack.product.save_version(version, [])
    before, pack.gtin = pack.gtin, whole
    pack.save(update_fields=["gtin"])
    _record(by, "catalog.number_pack", pack, {"before": before, "after": whole})
    return pack


def set_variety_in_use(*, by: Actor, variety: Variety, version: int, is_active: bool) -> Variety:
    """Take a variety out of trade or bring it back; what exists of it stays.

    `version` is the product's, whose part it is. Raises `Forbidden`, `Stale`.
    """
    return _set_in_use(by, variety, version, is_active, "catalog.restore_variety", "catalog.retire_variety")


def set_pack_in_use(*, by: Actor, pack: Pack, version: int, is_active: bool) -> Pack:
    """Take a pack out of use or bring it back, at its product's `version`. Raises `Forbidden`, `Stale`."""
    return _set_in_use(by, pack, version, is_active, "catalog.restore_pack", "catalog.retire_pack")


@transaction.atomic
def load_shipped_products(*, by: Actor = SYSTEM) -> int:
    """Add the products that ship with Terrace and are not there yet; return how many were added.

    What is there stays as people have made it, retired products too, so it can be
    called again after every upgrade.
    """
    _require(by)
    rows: list[dict[str, Any]] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    known = set(Product.objects.filter(code__in=[row["code"] for row in rows]).values_list("code", flat=True))
    new = [row for row in rows if row["code"] not in known]
    for row in new:
        _load(by, row)
    return len(new)


def _load(by: Actor, row: Mapping[str, Any]) -> None:
    product = add_product(by=by, code=row["code"], terms=_shipped_terms(row))
    for variety in row["varieties"]:
        _new_variety(product, variety["code"], _read_here(variety["names"]), _shipped_season(variety))
    for pack in row["packs"]:
        _new_pack(product, pack["code"], _read_here(pack["names"]), pack["content"])
    _index(product)


def _shipped_terms(row: Mapping[str, Any]) -> ProductTerms:
    kept = row["storage"]
    return ProductTerms(
        names=_read_here(row["names"]),
        category=Category(row["category"]),
        unit=Unit(row["unit"]),
        hs_code=row["hs_code"],
        season=Season(row["season"]["from"], row["season"]["to"]),
        keeping=Keeping(Storage(kept["kind"]), kept["days"], kept["min_c"], kept["max_c"]),
        moisture_matters=row["moisture_matters"],
        standard_moisture=row.get("standard_moisture"),
        illustration=row["illustration"],
        origin_note=_read_here(row.get("gi", {})),
    )


def _read_here(words: Mapping[str, str]) -> dict[str, str]:
    """Return of the words that ship those in languages of the installation."""
    return {language: text for language, text in words.items() if language in current().languages}


def _shipped_season(row: Mapping[str, Any]) -> Season | None:
    return Season(row["season"]["from"], row["season"]["to"]) if "season" in row else None


def _new_variety(product: Product, code: str, names: Names, season: Season | None) -> Variety:
    months = {"season_from": season.first, "season_to": season.last} if season else {}
    variety, is_new = Variety.objects.get_or_create(
        product=product, code=code, defaults={"names": _stripped(names), **months}
    )
    if not is_new:
        raise CodeTaken
    return variety


def _new_pack(product: Product, code: str, names: Names, steps: int, gtin: str = "") -> Pack:
    pack, is_new = Pack.objects.get_or_create(
        product=product, code=code, defaults={"names": _stripped(names), "content": steps, "gtin": gtin}
    )
    if not is_new:
        raise CodeTaken
    return pack


@transaction.atomic
def _set_active(by: Actor, act: str, product: Product, version: int, *, is_active: bool) -> Product:
    _require(by)
    product.is_active = is_active
    product.save_version(version, ["is_active"])
    _record(by, act, product)
    return product


@transaction.atomic
def _set_in_use(by: Actor, part: Part, version: int, is_active: bool, restore: str, retire: str) -> Part:
    """Take a part of a product out of use or bring it back, and record which of the two acts it was."""
    _require(by)
    part.product.save_version(version, [])
    part.is_active = is_active
    part.save(update_fields=["is_active"])
    _record(by, restore if is_active else retire, part)
    return part


def _hold(product: Product) -> Product:
    """Return the product as it is now, and keep others from it until this act is done.

    Its season and its varieties', its search text and their names are judged and
    written together; two acts at once would each do so without the other's.
    """
    return Product.objects.select_for_update(no_key=True).get(pk=product.pk)


def _index(product: Product) -> None:
    """Let the product be found by its varieties' names too. Not an edit, so the version stays."""
    product.search = search_text(*product.names.values(), product.code, *_names_of_varieties(product))
    product.save(update_fields=["search"])


def _check(terms: ProductTerms) -> None:
    check_product(terms)
    if terms.illustration and terms.illustration not in queries.illustrations():
        raise Invalid(_("Choose one of the illustrations."), field="illustration")


def _check_free(gtin: str, *, but: Product | Pack | None = None) -> None:
    """Refuse a number that another product or pack bears: a scanner could not tell them apart."""
    number = read_gtin(gtin)
    for model in (Product, Pack) if number else ():
        others = model.objects.filter(gtin=number)
        if (others.exclude(pk=but.pk) if isinstance(but, model) else others).exists():
            raise GtinTaken


def _check_varieties(product: Product, season: Season) -> None:
    """Refuse a season that leaves a variety's own season outside."""
    for variety in Variety.objects.filter(product=product, season_from__isnull=False).order_by("code"):
        if variety.season and not set(variety.season.months) <= set(season.months):
            reason = _("The variety %(name)s has a season outside of this one.") % {"name": variety}
            raise Invalid(reason, field="season_from")


def _names_of_varieties(product: Product) -> list[str]:
    names = Variety.objects.filter(product=product).order_by("code").values_list("names", flat=True)
    return [name for row in names for name in row.values()]


def _columns(terms: ProductTerms, code: str, *more_names: str) -> dict[str, Any]:
    names = _stripped(terms.names)
    return {
        "names": names,
        "search": search_text(*names.values(), code, *more_names),
        "category": terms.category.value,
        "hs_code": terms.hs_code,
        "storage": terms.keeping.storage.value,
        "min_celsius": terms.keeping.min_celsius,
        "max_celsius": terms.keeping.max_celsius,
        "keeps_days": terms.keeping.days,
        "season_from": terms.season.first,
        "season_to": terms.season.last,
        "moisture_matters": terms.moisture_matters,
        "standard_moisture": terms.standard_moisture,
        "illustration": terms.illustration,
        "origin_note": dict(terms.origin_note),
        "gtin": read_gtin(terms.gtin),
    }


def _stripped(names: Names) -> dict[str, str]:
    return {language: name.strip() for language, name in names.items() if name.strip()}


def _told(product: Product) -> dict[str, Any]:
    return {name: getattr(product, name) for name in COLUMNS if name != "search"}


def _require(by: Actor) -> None:
    by.require(Permission.MANAGE, network.root_path())


def _record(by: Actor, act: str, subject: Product | Variety | Pack, details: Mapping[str, Any] | None = None) -> None:
    audit.record(by=by, act=act, subject=subject, area_path=network.root_path(), details=details)
