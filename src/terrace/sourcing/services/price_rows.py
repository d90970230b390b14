"""What the rows of a sheet of reference prices say, as people write it: names for codes, days in every spelling."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, TypeVar

from terrace.catalog import queries as catalog
from terrace.http.workbooks import GivenRow, Head, RowProblem
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.errors import DomainError, Invalid, NotFound
from terrace.kernel.money import Money, without_sign
from terrace.kernel.steps import plain_number
from terrace.kernel.words import Names, Text, _
from terrace.network import queries as network
from terrace.sourcing.domain import Permission

T = TypeVar("T")
SHEET = (
    Head("product", _("Product code"), also=_("Product")),
    Head("variety", _("Variety code"), also=_("Variety")),
    Head("on", _("Day")),
    Head("area", _("Area code"), also=_("Market")),
    Head("price", _("Price")),
    Head("source", _("Source")),
)
"""The columns of a sheet of reference prices, as exported and as read."""
LABELS = {head.name: head.label for head in SHEET}
DAY = re.compile(r"(\d{4})([-/.年]?)(\d{1,2})[-/.月]?(\d{1,2})日?")
FIRST_DAY = date(1899, 12, 30)
"""What a spreadsheet counts days from, where a cell with a day has lost its format."""
COUNTED_DAY = re.compile(r"[2-9]\d{4}")
"""Such a count from 1954 on: 46345 is 19 November 2026."""


class PriceRows:
    """The rows of a sheet, with what they name looked up once for all of them."""

    def __init__(self, by: Actor, rows: Sequence[GivenRow]) -> None:
        areas = {_text(row, "area") for row in rows}
        codes = network.areas_by_code(areas)
        named = network.areas_named(by.paths(Permission.PRICES), areas - codes.keys())
        self.areas = {code: [code] for code in codes} | {text: [a.code for a in found] for text, found in named.items()}
        self.products = _by_name((p.code, p.names) for p in catalog.products())
        self.retired = cache(_retired)
        self.varieties = cache(_varieties_of)

    def read(self, row: GivenRow) -> tuple[dict[str, Any], list[RowProblem]]:
        """Return what the row says, by column, and what is wrong with its cells: all of them at once."""
        problems: list[RowProblem] = []

        def cell(name: str, read: Callable[[], T]) -> T | None:
            """Return what the cell says, None where it is wrong: that joins the problems."""
            try:
                return read()
            except DomainError as refused:
                problems.append(told(row, refused, name))
                return None

        product = cell("product", lambda: self._product(_text(row, "product")))
        given = {
            "product": product,
            "variety": product and cell("variety", lambda: self._variety(product, _text(row, "variety"))),
            "on": cell("on", lambda: read_day(row.values.get("on"))),
            "area": cell("area", lambda: _one(self.areas, _text(row, "area"), NO_PLACE, "area")),
            "price": cell("price", lambda: read_price(_text(row, "price"))),
            "source": _text(row, "source"),
        }
        return given, problems

    def _product(self, text: str) -> str:
        """A retired product is known by its code alone: an old sheet may still speak of it."""
        known = text in self.products or text.casefold() in self.products
        return (not known and self.retired(text)) or _one(self.products, text, NO_PRODUCT, "product")

    def _variety(self, product: str, text: str) -> str:
        return _one(self.varieties(product), text, NO_VARIETY, "variety") if text else ""


NO_PRODUCT = _("There is no such product. Write its name or its code.")
NO_VARIETY = _("This product has no such variety.")
NO_PLACE = _("There is no such place in your area.")


def told(row: GivenRow, refused: DomainError, column: str = "") -> RowProblem:
    """Return what is wrong with a cell, naming its column as the sheet does."""
    return row.problem(str(LABELS[column or refused.field]), refused.message)


def read_price(text: str) -> Money:
    """Return the price as offices write it, "¥5.20" or "5，20"; raise `Invalid` when it is none."""
    amount = plain_number(without_sign(text, current().currency, current().languages), field="price")
    return Money.parse(amount, current().currency, field="price")


def read_day(value: Any) -> date:
    """Return the day as offices write it, "2026年9月1日" or "20260901", or as a spreadsheet counts it."""
    if isinstance(value, date):
        return value
    text = unicodedata.normalize("NFKC", str(value)).strip().removesuffix(" 00:00:00")
    if COUNTED_DAY.fullmatch(text):
        return FIRST_DAY + timedelta(days=int(text))
    found = DAY.fullmatch(text)
    # Without marks between them the digits say which are the month's only when there are eight.
    if found and (found[2] or len(text) == len("20260901")):
        try:
            return date(int(found[1]), int(found[3]), int(found[4]))
        except ValueError:
            pass
    raise Invalid(_("Enter a day such as 2026-09-30."), field="on")


def _retired(code: str) -> str:
    """Return the code of the product that is called so although it is traded no longer, "" where there is none."""
    try:
        return catalog.get_product(code).code
    except NotFound:
        return ""


def _varieties_of(product: str) -> dict[str, list[str]]:
    return _by_name((v.code, v.names) for v in catalog.varieties_of(catalog.get_product(product).pk))


def _by_name(things: Iterable[tuple[str, Names]]) -> dict[str, list[str]]:
    """Return the codes that each code and each name stands for, in any language and case."""
    found: dict[str, list[str]] = {}
    named: dict[str, list[str]] = {}
    for code, names in things:
        found[code.casefold()] = [code]
        for name in {name.casefold() for name in names.values()}:
            named.setdefault(name, []).append(code)
    return named | found


def _one(known: Mapping[str, list[str]], text: str, reason: Text, field: str) -> str:
    """Return the code that `text` stands for; raise `Invalid` where it is none's, or more than one's."""
    codes = known.get(text) or known.get(text.casefold()) or []
    if not codes:
        raise Invalid(reason, field=field)
    if len(codes) > 1:
        raise Invalid(_("More than one has this name. Write the code."), field=field)
    return codes[0]


def _text(row: GivenRow, name: str) -> str:
    return str(row.values.get(name, ""))
