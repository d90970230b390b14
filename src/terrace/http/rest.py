"""What every REST router shares: money and quantities as JSON, pages of a list, the actor behind a request."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Generic, TypeVar

from django.db.models import Expression, Model, QuerySet
from django.http import HttpRequest
from ninja import Field, Schema

from terrace.http.problems import Problem
from terrace.http.sorting import Sorting, ordering
from terrace.kernel.actors import ANONYMOUS, Actor
from terrace.kernel.errors import Invalid
from terrace.kernel.money import Money
from terrace.kernel.paging import Page, Rows
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import _

M = TypeVar("M", bound=Model)
S = TypeVar("S")
T = TypeVar("T")
LARGEST = 10**15

REFUSALS: dict[frozenset[int], type[Problem]] = {frozenset({400, 401, 403, 404, 409, 422}): Problem}
"""What every operation may answer instead: declare it as `response={200: X, **REFUSALS}`."""

Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]
"""Text without the one character that PostgreSQL does not keep."""
SortName = Annotated[str, Field(max_length=40)]
PageNumber = Annotated[int, Field(ge=1, le=1_000_000)]
PageSize = Annotated[int, Field(ge=1, le=200)]


class MoneyValue(Schema):
    """An amount in the currency's minor unit: `{"minor": 1250, "currency": "CNY"}` is 12.50 yuan."""

    minor: int = Field(ge=-LARGEST, le=LARGEST)
    currency: str = Field(pattern="^[A-Z]{3}$")

    @classmethod
    def of(cls, money: Money | None) -> "MoneyValue | None":
        """Return the amount as JSON, None for none."""
        return None if money is None else cls(minor=money.minor, currency=money.currency)

    @property
    def money(self) -> Money:
        """The amount."""
        return Money(self.minor, self.currency)


class QuantityValue(Schema):
    """So many steps of a unit (UN/CEFACT Rec 20): grams for KGM, millilitres for LTR, pieces for C62."""

    steps: int = Field(ge=-LARGEST, le=LARGEST)
    unit: Unit

    @classmethod
    def of(cls, quantity: Quantity) -> "QuantityValue":
        """Return the quantity as JSON."""
        return cls(steps=quantity.steps, unit=quantity.unit)

    @property
    def quantity(self) -> Quantity:
        """The quantity."""
        return Quantity(self.steps, self.unit)


class Paged(Schema, Generic[T]):
    """One page of a list."""

    items: list[T]
    page: int
    pages: int
    total: int


def paged(rows: Rows[T], present: Callable[[Sequence[T]], Sequence[Any]], page: int, size: int = 50) -> dict[str, Any]:
    """Return page `page` of `rows` (ordered by something unique), its models turned to schemas by `present` at once."""
    found = Page.of(total=rows.count(), number=page, size=size)
    items = present(list(rows[found.start : found.stop]))
    return {"items": items, "page": found.number, "pages": found.pages, "total": found.total}


def sorted_by(
    rows: QuerySet[M],
    sorts: Mapping[str, str | Sorting],
    wanted: str,
    order: Sequence[str],
    first: Sequence[Expression] = (),
) -> QuerySet[M]:
    """Return `rows` by one of `sorts`, "-price" downwards; without a wish by `first` and `order`, as the pages do.

    Raises `Invalid` at `sort` for a name that is none of them.
    """
    if not wanted:
        return rows.order_by(*first, *order)
    return rows.order_by(*ordering(sort_named(sorts, wanted), rows.model, wanted.startswith("-")), *order)


def sort_named(sorts: Mapping[str, S], wanted: str) -> S:
    """Return what `wanted` sorts by; raise `Invalid` at `sort` for a name that is none of `sorts`."""
    found = sorts.get(wanted.removeprefix("-"))
    if found is None:
        reason = _("This list is sorted by one of %(names)s; a minus before it turns the order.")
        raise Invalid(reason % {"names": ", ".join(sorts)}, field="sort")
    return found


def actor_of(request: HttpRequest) -> Actor:
    """Return who stands behind an API request; the middleware has put it there."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return actor
