"""The REST interface of the catalogue: products with their varieties and packs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from terrace.catalog import queries, services
from terrace.catalog.domain import Category
from terrace.catalog.models import Product
from terrace.catalog.schemas import (
    ChangedProductIn,
    GtinIn,
    NewProductIn,
    PackIn,
    PackOut,
    ProductOut,
    ProductVersionIn,
    VarietyIn,
    VarietyOut,
    pack_out,
    products_out,
    variety_out,
)
from terrace.http.rest import REFUSALS, Paged, PageNumber, actor_of, paged
from terrace.kernel import clock
from terrace.kernel.db import found_by
from terrace.kernel.errors import DomainError
from terrace.kernel.quantity import Unit

router = Router(tags=["catalog"])


@router.get("", response={200: Paged[ProductOut], **REFUSALS})
def list_products(
    request: HttpRequest,
    text: str = "",
    category: Category | None = None,
    in_season: bool = False,
    page: PageNumber = 1,
) -> dict[str, Any]:
    """List the products that are traded, by code; `text` searches names, pinyin, initials and varieties' names."""
    rows = queries.visible_to(actor_of(request)).filter(found_by(text))
    if category:
        rows = rows.filter(category=category)
    if in_season:
        rows = rows.filter(queries.in_season_in(clock.today().month))
    return paged(rows, products_out, page)


@router.post("", response={201: ProductOut, **REFUSALS})
def add_product(request: HttpRequest, given: NewProductIn) -> Status[ProductOut]:
    """Add a product."""
    with _refusals():
        product = services.add_product(by=actor_of(request), code=given.code, terms=given.terms())
    return Status(201, _out(product))


@router.get("/{code}", response={200: ProductOut, **REFUSALS})
def get_product(request: HttpRequest, code: str) -> ProductOut:
    """Read one product."""
    return _out(_product(request, code))


@router.put("/{code}", response={200: ProductOut, **REFUSALS})
def change_product(request: HttpRequest, code: str, given: ChangedProductIn) -> ProductOut:
    """Change a product that was read at `version`."""
    product, terms = _product(request, code), given.terms()
    with _refusals():
        return _out(services.change_product(by=actor_of(request), product=product, version=given.version, terms=terms))


@router.post("/{code}/retire", response={200: ProductOut, **REFUSALS})
def retire_product(request: HttpRequest, code: str, given: ProductVersionIn) -> ProductOut:
    """Take a product out of trade; what exists of it stays."""
    product = _product(request, code)
    return _out(services.retire_product(by=actor_of(request), product=product, version=given.version))


@router.post("/{code}/restore", response={200: ProductOut, **REFUSALS})
def restore_product(request: HttpRequest, code: str, given: ProductVersionIn) -> ProductOut:
    """Bring a retired product back into trade."""
    product = _product(request, code)
    return _out(services.restore_product(by=actor_of(request), product=product, version=given.version))


@router.post("/{code}/varieties", response={201: VarietyOut, **REFUSALS})
def add_variety(request: HttpRequest, code: str, given: VarietyIn) -> Status[VarietyOut]:
    """Add a variety of a product."""
    product, season = _product(request, code), given.season.season if given.season else None
    with _refusals():
        variety = services.add_variety(
            by=actor_of(request), product=product, code=given.code, names=given.names, season=season
        )
    return Status(201, variety_out(variety))


@router.post("/{code}/packs", response={201: PackOut, **REFUSALS})
def add_pack(request: HttpRequest, code: str, given: PackIn) -> Status[PackOut]:
    """Add a pack of a product."""
    product = _product(request, code)
    with _refusals():
        pack = services.add_pack(
            by=actor_of(request),
            product=product,
            code=given.code,
            names=given.names,
            content=given.content.quantity,
            gtin=given.gtin,
        )
    return Status(201, pack_out(pack, Unit(product.unit)))


@router.put("/{code}/packs/{pack}/gtin", response={200: ProductOut, **REFUSALS})
def number_pack(request: HttpRequest, code: str, pack: str, given: GtinIn) -> ProductOut:
    """Give a pack its GTIN, or take it away, at its product's `version`."""
    found = queries.get_pack(_product(request, code).pk, pack)
    services.number_pack(by=actor_of(request), pack=found, version=given.version, gtin=given.gtin)
    return _out(_product(request, code))


@router.post("/{code}/varieties/{variety}/retire", response={200: ProductOut, **REFUSALS})
def retire_variety(request: HttpRequest, code: str, variety: str, given: ProductVersionIn) -> ProductOut:
    """Take a variety out of trade, at its product's `version`; what exists of it stays."""
    return _use_variety(request, code, variety, given.version, is_active=False)


@router.post("/{code}/varieties/{variety}/restore", response={200: ProductOut, **REFUSALS})
def restore_variety(request: HttpRequest, code: str, variety: str, given: ProductVersionIn) -> ProductOut:
    """Bring a retired variety back into trade, at its product's `version`."""
    return _use_variety(request, code, variety, given.version, is_active=True)


@router.post("/{code}/packs/{pack}/retire", response={200: ProductOut, **REFUSALS})
def retire_pack(request: HttpRequest, code: str, pack: str, given: ProductVersionIn) -> ProductOut:
    """Take a pack out of use, at its product's `version`."""
    return _use_pack(request, code, pack, given.version, is_active=False)


@router.post("/{code}/packs/{pack}/restore", response={200: ProductOut, **REFUSALS})
def restore_pack(request: HttpRequest, code: str, pack: str, given: ProductVersionIn) -> ProductOut:
    """Bring a retired pack back into use, at its product's `version`."""
    return _use_pack(request, code, pack, given.version, is_active=True)


def _use_variety(request: HttpRequest, code: str, variety: str, version: int, *, is_active: bool) -> ProductOut:
    found = queries.get_variety(_product(request, code).pk, variety)
    services.set_variety_in_use(by=actor_of(request), variety=found, version=version, is_active=is_active)
    return _out(_product(request, code))


def _use_pack(request: HttpRequest, code: str, pack: str, version: int, *, is_active: bool) -> ProductOut:
    found = queries.get_pack(_product(request, code).pk, pack)
    services.set_pack_in_use(by=actor_of(request), pack=found, version=version, is_active=is_active)
    return _out(_product(request, code))


@contextmanager
def _refusals() -> Iterator[None]:
    """Let what is refused at a field of our forms be told at the place that a body has for it."""
    try:
        yield
    except DomainError as error:
        if error.field.startswith("name_"):
            error.field = f"names.{error.field.removeprefix('name_')}"
        error.field = {"season_from": "season.first", "season_to": "season.last"}.get(error.field, error.field)
        raise


def _product(request: HttpRequest, code: str) -> Product:
    return queries.product_for(actor_of(request), code)


def _out(product: Product) -> ProductOut:
    return products_out([product])[0]
