"""Reference prices: the market price of a product on a day, entered one by one or imported as a sheet."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from django.db import transaction

from terrace.audit import services as audit
from terrace.catalog import queries as catalog
from terrace.http.workbooks import GivenRow, RowProblem, RowsRefused
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import require_own_currency
from terrace.kernel.errors import DomainError, Invalid, NotFound
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.network import queries as network
from terrace.sourcing import queries
from terrace.sourcing.domain import Permission
from terrace.sourcing.models import ReferencePrice
from terrace.sourcing.services.likely import ask_about_price
from terrace.sourcing.services.price_rows import SHEET, PriceRows, told

LONGEST_SOURCE = 120


@dataclass(frozen=True, slots=True)
class PriceGiven:
    """A price of one unit of trade of a product (and variety, "" for any) on a day at an area's market.

    `sure_of_price`: who gives it was asked whether it is right, and said yes.
    """

    product: str
    on: date
    area: str
    price: Money
    variety: str = ""
    source: str = ""
    sure_of_price: bool = False


@transaction.atomic
def set_reference_price(*, by: Actor, given: PriceGiven, now: datetime | None = None) -> ReferencePrice:
    """Enter the market price of a day; a second price for the same day and market replaces the first.

    Raises `Forbidden` outside the actor's area, `Invalid` for a future day or a
    price of nothing, `NotFound` for an unknown product or area, and
    `UnlikelyPrice` far from the price of the days before, or very high where there
    is none. A sheet is not asked: it may hold the prices of years.
    """
    checked = _checked(by, given, now or clock.now(), _Known())
    if not given.sure_of_price:
        before = queries.latest_price(checked.product_id, checked.area_path, checked.variety_id, before=given.on)
        ask_about_price(given.price, before)
    price = _write([checked])[0]
    details = {"product": given.product, "on": given.on.isoformat(), "price": str(given.price)}
    audit.record(by=by, act="sourcing.set_reference_price", subject=price, area_path=price.area_path, details=details)
    return price


@transaction.atomic
def withdraw_reference_price(*, by: Actor, price: ReferencePrice) -> None:
    """Take back a price that was entered by mistake; what it said stays on the record of acts.

    Raises `Forbidden` outside the actor's area, `NotFound` when somebody else has taken it back.
    """
    by.require(Permission.PRICES, price.area_path)
    goods = queries.goods_of([price])[0]
    taken, _rows = ReferencePrice.objects.filter(pk=price.pk).delete()
    if not taken:
        raise NotFound
    details = {
        "product": goods.product.code,
        "variety": goods.variety_code,
        "on": price.on.isoformat(),
        "price": str(price.price),
        "source": price.source,
    }
    act = "sourcing.withdraw_reference_price"
    audit.record(by=by, act=act, subject=price, area_path=price.area_path, details=details)


@transaction.atomic
def import_reference_prices(*, by: Actor, rows: Sequence[GivenRow], now: datetime | None = None) -> int:
    """Take all rows of a sheet, or none: raises `RowsRefused` with every bad row. Returns how many were taken.

    Of two rows for the same day and market the later one counts. A file without
    rows is `Invalid`.
    """
    if not rows:
        raise Invalid(_("There are no rows."), field="file")
    moment, known, sheet = now or clock.now(), _Known(), PriceRows(by, rows)
    problems: list[RowProblem] = []
    prices: list[ReferencePrice] = []
    for row in rows:
        given, wrong = sheet.read(row)
        problems += wrong
        try:
            prices += [] if wrong else [_checked(by, PriceGiven(**given), moment, known)]
        except DomainError as refused:
            problems.append(told(row, refused))
    if problems:
        raise RowsRefused(problems, SHEET)
    first = _write(prices)[0]
    widest = min((price.area_path for price in prices), key=len)
    details = {"rows": len(prices)}
    audit.record(by=by, act="sourcing.import_reference_prices", subject=first, area_path=widest, details=details)
    return len(prices)


class _Known:
    """What the rows of a sheet name again and again, looked up once."""

    def __init__(self) -> None:
        self.area = cache(network.get_area)
        self.product = cache(catalog.get_product)
        self.varieties = cache(lambda product_id: {v.code: v for v in catalog.varieties_of(product_id)})


def _checked(by: Actor, given: PriceGiven, now: datetime, known: _Known) -> ReferencePrice:
    """Return the row that says what was given, not written yet, or raise why it cannot be taken."""
    with _blamed_on("area"):
        area = known.area(given.area)
        by.require(Permission.PRICES, area.path)
    if given.price.minor <= 0:
        raise Invalid(_("Enter a price above zero."), field="price")
    require_own_currency(given.price)
    if given.on > clock.today(now):
        raise Invalid(_("A price cannot be of a day to come."), field="on")
    refuse_identity_number(given.source, field="source")
    if len(given.source) > LONGEST_SOURCE:
        reason = _("This text is longer than %(most)d characters.") % {"most": LONGEST_SOURCE}
        raise Invalid(reason, field="source")
    with _blamed_on("product"):
        product = known.product(given.product)
    variety = known.varieties(product.pk).get(given.variety)
    if given.variety and variety is None:
        raise Invalid(_("This product has no such variety."), field="variety")
    return ReferencePrice(
        product=product,
        variety=variety,
        on=given.on,
        area=area,
        area_path=area.path,
        price_minor=given.price.minor,
        currency=given.price.currency,
        source=given.source,
    )


@contextmanager
def _blamed_on(field: str) -> Iterator[None]:
    """Name the column at fault where a look-up or a permission refuses without knowing of columns."""
    try:
        yield
    except DomainError as refused:
        refused.field = field
        raise


def _write(prices: Sequence[ReferencePrice]) -> list[ReferencePrice]:
    """Write the prices in one statement: years of them in a sheet are seconds. One replaces what it finds."""
    by_market = {(price.product_id, price.variety_id, price.area_id, price.on): price for price in prices}
    return ReferencePrice.objects.bulk_create(
        by_market.values(),
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["product", "variety", "area", "on"],
        update_fields=["price_minor", "currency", "source", "area_path"],
    )
