"""What every model shares: paths and their subtrees, versions of edited rows, enums and money as columns."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, TruncDate

from terrace.kernel import clock
from terrace.kernel.errors import Stale
from terrace.kernel.paging import Page, Rows
from terrace.kernel.readings import narrow

WRITTEN = partial(pgtrigger.Referencing, new="written")()
"""What one statement wrote, as its triggers see it."""
LAST = "\U0010ffff"
"""Sorts after every character in the C collation, so `path .. path + LAST` is the subtree."""


def after_insert(name: str, func: str, *, declare: Sequence[tuple[str, str]] = ()) -> pgtrigger.Trigger:
    """Return a trigger that runs `func` once for each statement that inserts, over the rows in its table `written`."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=WRITTEN,
        declare=list(declare) or None,
        func=func,
    )


def never_changed(name: str) -> list[pgtrigger.Trigger]:
    """Return the triggers of rows that are written once: nobody changes or deletes them, or empties their table."""
    return [pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete), _never_emptied(name)]


def never_gone(name: str) -> list[pgtrigger.Trigger]:
    """Return the triggers of rows that may change and stay for ever: nobody deletes them, or empties their table."""
    return [pgtrigger.Protect(name=name, operation=pgtrigger.Delete), _never_emptied(name)]


def _never_emptied(name: str) -> pgtrigger.Trigger:
    """Return the trigger that refuses `TRUNCATE`, which asks no trigger of rows; it costs a table in use nothing."""
    return pgtrigger.Trigger(
        name=f"{name}_whole",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'the rows of % are kept for ever', TG_TABLE_NAME USING ERRCODE = 'check_violation';",
    )


if TYPE_CHECKING:
    _Text = models.CharField[str, str]
    _Moment = models.DateTimeField[datetime, datetime]
else:
    _Text = models.CharField
    _Moment = models.DateTimeField


class PathField(_Text):
    """The materialised path of an area, compared byte by byte so that a subtree is one range of the index."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 120)
        options["db_collation"] = "C"
        super().__init__(**options)

    def deconstruct(self) -> Any:
        """Stand in migrations as the plain column it is, so that they import nothing of ours."""
        name, _, positional, options = super().deconstruct()
        return name, "django.db.models.CharField", positional, options


class MadeAtField(_Moment):
    """When the row was made, by the house's own clock."""

    def __init__(self, **options: Any) -> None:
        options["auto_now_add"] = True
        super().__init__(**options)

    def pre_save(self, row: models.Model, add: bool) -> Any:
        """Return the moment of the clock for a new row, the one it has for any other."""
        if add:
            setattr(row, self.attname, clock.now())
        return getattr(row, self.attname)

    def deconstruct(self) -> Any:
        """Stand in migrations as the plain column it is, so that they import nothing of ours."""
        name, _, positional, options = super().deconstruct()
        return name, "django.db.models.DateTimeField", positional, options


def within(paths: Iterable[str], field: str = "area_path") -> Q:
    """Return the condition that `field` lies in the subtree of one of `paths`; no path matches nothing."""
    condition = Q(pk__in=[])
    for path in paths:
        if not path:
            # Everything, said so that it stays everything beside an `or`: an empty Q would vanish there.
            return ~Q(pk__in=[])
        condition |= Q(**{f"{field}__gte": path, f"{field}__lt": path + LAST})
    return condition


def found_by(text: str, field: str = "search") -> Q:
    """Return the condition that `field`, made by `readings.search_text`, holds every word of `text`."""
    condition = Q()
    for word in narrow(text).replace("\0", " ").casefold().split():
        condition &= Q(**{f"{field}__contains": word})
    return condition


def among(ids: Iterable[int]) -> RawSQL:
    """Return `ids` as what a column is looked for in, `party__in=among(ids)`: one parameter, however many they are.

    A plain list is a parameter for each, which for a hundred thousand takes seconds.
    """
    return RawSQL("select unnest(%s::bigint[])", [list(ids)])


def in_order_of(field: str, ids: Sequence[int]) -> Func:
    """Return the place of `field` among `ids`, null where it is none of them: rows sort by what another table knows.

    The other context gives the ids in order, so no statement joins two. It
    compares each row with each id: for hundreds of them, not for a register.
    """
    known = Value(list(ids), output_field=ArrayField(models.BigIntegerField()))
    return Func(known, F(field), function="array_position", output_field=models.IntegerField())


class Versioned(models.Model):
    """A row that people edit: a save names the version it was made from, so no edit is lost unseen."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def save_version(self, expected: int, fields: Iterable[str]) -> Self:
        """Write `fields` if the row is still at version `expected`, or raise `Stale` and write nothing."""
        values: dict[str, Any] = {name: getattr(self, name) for name in fields}
        rows = type(self)._default_manager.filter(pk=self.pk, version=expected)
        if not rows.update(**values, version=F("version") + 1):
            raise Stale
        self.version = expected + 1
        return self


class Timed(models.Model):
    """A row that knows when it was made."""

    created_at = MadeAtField()

    class Meta:
        abstract = True


def choice_check(field: str, values: Iterable[str], name: str) -> models.CheckConstraint:
    """Return the constraint that `field` holds one of `values`: an enum is true in the database too."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": [str(value) for value in values]}), name=name)


def grouped(rows: models.QuerySet[Any], key: Any, **sums: Any) -> models.QuerySet[Any, tuple[Any, ...]]:
    """Return `sums` of the rows by `key`, which comes first of each answer."""
    found: models.QuerySet[Any, tuple[Any, ...]] = rows.order_by().annotate(key=key).values_list("key").annotate(**sums)
    return found


def day_of(moment: Any) -> Cast:
    """Return the local day of a moment as text, for `date.fromisoformat`: a key beside keys of another kind."""
    return Cast(TruncDate(moment), models.TextField())


def together(parts: Sequence[models.QuerySet[Any, Any]]) -> list[list[tuple[Any, ...]]]:
    """Return the rows of each of several `values_list` with the same columns, asked for in one statement."""
    numbered = [part.annotate(part=Value(place)) for place, part in enumerate(parts)]
    found: list[list[tuple[Any, ...]]] = [[] for _part in parts]
    if numbered:
        for *row, place in numbered[0].union(*numbered[1:], all=True):
            found[place].append(tuple(row))
    return found


def by_length(lengths: Iterable[int], answers: Iterable[Iterable[tuple[Any, ...]]]) -> dict[str, tuple[Any, ...]]:
    """Return what was answered for each length of a path, by path; what lies above that length is left out."""
    pairs = zip(lengths, answers, strict=True)
    return {path: tuple(rest) for length, rows in pairs for path, *rest in rows if len(path) == length}


def page_of(rows: Rows[Any], *, number: int, size: int, most: int = 0) -> Page:
    """Return the page of `rows` that is wanted; with `most`, of a table that grows for ever, count little further."""
    if not most or not isinstance(rows, models.QuerySet):
        return Page.of(total=rows.count(), number=number, size=size)
    return Page.counting(lambda bound: rows[:bound].count(), most=most, number=number, size=size)
