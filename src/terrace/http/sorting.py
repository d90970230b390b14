"""Putting rows in the order that a reader chose, those that have nothing there last."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import TypeVar

from django.db.models import Expression, F, Model, OrderBy

T = TypeVar("T")
Sorting = Callable[[], Sequence[Expression]]


def in_order(rows: Sequence[T], attribute: str, down: bool) -> Sequence[T]:
    """Return the rows by an attribute, equal ones as they stand; those that have nothing there come last."""
    value = attrgetter(attribute.replace("__", "."))
    known = sorted((row for row in rows if value(row) is not None), key=value, reverse=down)
    return [*known, *(row for row in rows if value(row) is None)]


def ordering(sort: str | Sorting, model: type[Model], down: bool) -> list[str | OrderBy]:
    """Return what orders by a column's `sort`; rows that have nothing there come last, up or down."""
    if callable(sort):
        return [_directed(expression, down) for expression in sort()]
    nullable = {field.name for field in model._meta.fields if field.null}
    sign = "-" if down else ""
    # A column that is never empty stays a plain name: said otherwise, PostgreSQL would not use its index.
    return [_directed(F(name), down) if name in nullable else sign + name for name in sort.split(",")]


def _directed(expression: Expression | F, down: bool) -> OrderBy:
    return OrderBy(expression, descending=down, nulls_last=True)
