"""Reading the catalogue. Everybody may: it says what exists, not who has it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from django.db.models import Count, F, Model, Q, QuerySet
from django.utils.dates import MONTHS

from terrace.audit.queries import Namer
from terrace.catalog.domain import Permission, Season, own_item
from terrace.catalog.models import Pack, Product, Variety
from terrace.kernel.actors import Actor
from terrace.kernel.db import found_by
from terrace.kernel.errors import NotFound
from terrace.kernel.readings import reading_order
from terrace.kernel.words import Names, _, in_language
from terrace.network import queries as network


def products() -> QuerySet[Product]:
    """Return the products that are traded, by code."""
    return Product.objects.filter(is_active=True).order_by("code")


def visible_to(actor: Actor) -> QuerySet[Product]:
    """Return the traded products, and for who manages the catalogue the retired ones too."""
    return Product.objects.order_by("code") if actor.holds(Permission.MANAGE) else products()


def get_product(code: str) -> Product:
    """Return the product called `code`, retired or not; raise `NotFound` when there is none."""
    found = Product.objects.filter(code=code).first()
    if found is None:
        raise NotFound(field="product")
    return found


def product_for(actor: Actor, code: str) -> Product:
    """Return the product called `code` if `actor` sees it, or raise `NotFound`."""
    found = visible_to(actor).filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def search_products(text: str) -> QuerySet[Product]:
    """Return the traded products whose names, pinyin, initials, or varieties' names hold every word of `text`."""
    return products().filter(found_by(text))


def in_season_in(month: int) -> Q:
    """Return the condition that `month` lies in the product's season, which may run over the turn of the year."""
    has_begun, has_not_ended = Q(season_from__lte=month), Q(season_to__gte=month)
    within_a_year = Q(season_from__lte=F("season_to"))
    return (within_a_year & has_begun & has_not_ended) | (~within_a_year & (has_begun | has_not_ended))


def variety_ids_out_of_season(month: int) -> list[int]:
    """Return the varieties whose own season leaves `month` out; those without one have their product's."""
    own = Variety.objects.filter(season_from__isnull=False).exclude(in_season_in(month))
    return list(own.order_by("pk").values_list("pk", flat=True))


def products_in_season(on: date) -> QuerySet[Product]:
    """Return the traded products that are in season on the day `on`."""
    return products().filter(in_season_in(on.month))


def products_by_id(ids: Iterable[int]) -> dict[int, Product]:
    """Return the products, retired ones too, by id."""
    return Product.objects.in_bulk(list(ids))


def find_by_gtin(number: str) -> Product | None:
    """Return the product that a GTIN-14 names, itself or one of its packs, retired ones too; None for any other."""
    named = Product.objects.filter(Q(gtin=number) | Q(packs__gtin=number)).first() if number else None
    own = own_item(number)
    if named is not None or own is None:
        return named
    pk, is_pack = own
    return Product.objects.filter(packs=pk).first() if is_pack else Product.objects.filter(pk=pk).first()


def varieties_by_id(ids: Iterable[int]) -> dict[int, Variety]:
    """Return the varieties, retired ones too, by id."""
    return Variety.objects.in_bulk(list(ids))


def by_name(products: Iterable[Product]) -> list[Product]:
    """Return products by name in the reader's language, Chinese by pinyin."""
    return sorted(products, key=lambda product: _name_order(product.names))


def product_ids_by_name() -> list[int]:
    """Return the ids of all products, retired ones too, by name in the reader's language, Chinese by pinyin.

    A list of another context sorts by it with `kernel.db.in_order_of`.
    """
    return _ids_by_name(Product.objects.order_by("code").values_list("pk", "names"))


def variety_ids_by_name() -> list[int]:
    """Return the ids of all varieties, retired ones too, as `product_ids_by_name` does."""
    return _ids_by_name(Variety.objects.order_by("product_id", "code").values_list("pk", "names"))


def _ids_by_name(rows: Iterable[tuple[int, Names]]) -> list[int]:
    return [pk for pk, names in sorted(rows, key=lambda row: _name_order(row[1]))]


def _name_order(names: Names) -> tuple[str, str]:
    return reading_order(in_language(names))


def season_text(season: Season) -> str:
    """Return a season in words."""
    if season.is_all_year:
        return str(_("All year"))
    first, last = MONTHS[season.first], MONTHS[season.last]
    if season.first == season.last:
        return str(first)
    return str(_("%(first)s to %(last)s") % {"first": first, "last": last})


def varieties_of(product_id: int) -> QuerySet[Variety]:
    """Return the varieties of a product that are traded, by code."""
    return Variety.objects.filter(product_id=product_id, is_active=True).order_by("code")


def all_varieties_of(product_id: int) -> QuerySet[Variety]:
    """Return the varieties of a product, retired ones too, by code."""
    return Variety.objects.filter(product_id=product_id).order_by("code")


def varieties_of_all(product_ids: Iterable[int]) -> dict[int, list[Variety]]:
    """Return the varieties that are traded of each product, by code."""
    found: dict[int, list[Variety]] = defaultdict(list)
    for variety in Variety.objects.filter(product_id__in=list(product_ids), is_active=True).order_by("code"):
        found[variety.product_id].append(variety)
    return found


def count_varieties(product_ids: Iterable[int]) -> dict[int, int]:
    """Return how many varieties of each product are traded; a product without any is left out."""
    rows = Variety.objects.filter(product_id__in=list(product_ids), is_active=True)
    return dict(rows.values_list("product_id").annotate(count=Count("pk")).order_by("product_id"))


def get_variety(product_id: int, code: str) -> Variety:
    """Return the variety of a product, retired or not; raise `NotFound` when there is none."""
    found = Variety.objects.filter(product_id=product_id, code=code).first()
    if found is None:
        raise NotFound
    return found


def get_pack(product_id: int, code: str) -> Pack:
    """Return the pack of a product, in use or not; raise `NotFound` when there is none."""
    found = Pack.objects.filter(product_id=product_id, code=code).first()
    if found is None:
        raise NotFound
    return found


def packs_of(product_id: int) -> QuerySet[Pack]:
    """Return the packs of a product that are in use, the smallest first."""
    return Pack.objects.filter(product_id=product_id, is_active=True).order_by("content", "code")


def all_packs_of(product_id: int) -> QuerySet[Pack]:
    """Return the packs of a product, those out of use too, the smallest first."""
    return Pack.objects.filter(product_id=product_id).order_by("content", "code")


def packs_of_all(product_ids: Iterable[int]) -> dict[int, list[Pack]]:
    """Return the packs in use of each product, the smallest first."""
    found: dict[int, list[Pack]] = defaultdict(list)
    rows = Pack.objects.filter(product_id__in=list(product_ids), is_active=True)
    for pack in rows.order_by("content", "code"):
        found[pack.product_id].append(pack)
    return found


@cache
def illustrations() -> frozenset[str]:
    """Return the names of the drawings that ship with the catalogue: what a product may be shown by."""
    folder = Path(__file__).parent / "static" / "catalog" / "illustrations"
    return frozenset(path.name for path in folder.glob("*.svg"))


def may_manage(actor: Actor) -> bool:
    """Say whether `actor` may change the catalogue, which is one for the whole installation."""
    return actor.may(Permission.MANAGE, network.root_path())


def names_of_products(actor: Actor, ids: Collection[str]) -> Mapping[str, str]:
    """Return what products are called in the reader's language: for the record of acts."""
    return {str(product.pk): str(product) for product in Product.objects.filter(pk__in=ids)}


def names_of_varieties(actor: Actor, ids: Collection[str]) -> Mapping[str, str]:
    """Return varieties with their product, in the reader's language: for the record of acts."""
    rows = Variety.objects.filter(pk__in=ids).select_related("product")
    return {str(variety.pk): f"{variety.product} · {variety}" for variety in rows}


def names_of_packs(actor: Actor, ids: Collection[str]) -> Mapping[str, str]:
    """Return packs with their product, in the reader's language: for the record of acts."""
    rows = Pack.objects.filter(pk__in=ids).select_related("product")
    return {str(pack.pk): f"{pack.product} · {pack}" for pack in rows}


NAMERS: Mapping[type[Model], Namer] = {
    Product: names_of_products,
    Variety: names_of_varieties,
    Pack: names_of_packs,
}
"""Who names what in the record of acts."""
