"""Guards that watch every test: habits that would otherwise be kept only as long as somebody remembers them.

An undefined variable in a template of ours raises. Rows that nobody ordered come back to front, and may not be sliced.
An SQL statement that joins two contexts' tables raises. A list's order must end in something unique. The fragment that
HTMX asks for must be a part of the full page.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.backends.signals import connection_created
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import render as django_render
from django.template import engines
from django.template.base import Node

from terrace.http import listing, pages
from terrace.http.request import Request
from tests.architecture.house import SOURCE, ladder


class BrokenHabit(AssertionError):
    """A guard saw something that the house does not do."""


class UndefinedVariable(str):
    """What Django's engine puts in the place of an undefined variable: in our own templates, an error."""

    __slots__ = ()

    def __mod__(self, variable: object) -> str:
        """Raise with the template's name, or say nothing in a library's template."""
        template = _template_being_drawn()
        if template is None or SOURCE not in Path(template).parents:
            return ""
        raise BrokenHabit(f"{template}: {{{{ {variable} }}}} is not defined")


def _template_being_drawn() -> str | None:
    """Return the file of the innermost node on the stack: Django does not tell it otherwise."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        frame = frame.f_back
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and getattr(node, "origin", None):
            return str(node.origin.name)
    return None


def _is_ours(model: type[Model]) -> bool:
    return model._meta.app_label in ladder()


_fetch: Callable[[QuerySet[Any]], None] = QuerySet._fetch_all
_slice: Callable[[QuerySet[Any], Any], Any] = QuerySet.__getitem__


def _fetch_back_to_front(rows: QuerySet[Any]) -> None:
    """Turn rows round that nobody ordered: PostgreSQL may, and in a test of three rows it never would."""
    is_fresh = rows._result_cache is None
    _fetch(rows)
    if is_fresh and rows._result_cache and not rows.ordered and _is_ours(rows.model):
        rows._result_cache.reverse()


def _slice_of_ordered(rows: QuerySet[Any], part: Any) -> Any:
    """Refuse to take the first of rows that have no first."""
    if rows._result_cache is None and not rows.ordered and _is_ours(rows.model):
        raise BrokenHabit(f"a slice of {rows.model._meta.label} in no order")
    return _slice(rows, part)


@cache
def _context_of_table() -> Mapping[str, str]:
    models = apps.get_models(include_auto_created=True)
    return {model._meta.db_table: model._meta.app_label for model in models if _is_ours(model)}


def joined_contexts(sql: str) -> set[str]:
    """Return the contexts that one SELECT of the statement joins, nothing when it keeps to one."""
    here = ""
    for word, table in re.findall(r'\b(FROM|JOIN) "?(\w+)"?', sql):
        context = _context_of_table().get(table, "")
        if word == "FROM":
            here = context
        elif here and context and context != here:
            return {here, context}
    return set()


def _refuse_joins(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    if " JOIN " in sql and (joined := joined_contexts(sql)):
        raise BrokenHabit(f"a join of {' and '.join(sorted(joined))}: ask the other's queries by ids\n{sql}")
    return execute(sql, params, many, context)


def _watch_statements(connection: Any, **_: Any) -> None:
    if _refuse_joins not in connection.execute_wrappers:
        connection.execute_wrappers.append(_refuse_joins)


_order = listing._ordered


def _ordered_to_the_end(table: Any, rows: QuerySet[Any], query: Any) -> QuerySet[Any]:
    """Refuse a list whose pages could repeat or skip a row."""
    last = table.order[-1].lstrip("-")
    unique = {"pk", rows.model._meta.pk.name, *(f.name for f in rows.model._meta.fields if f.unique)}
    if last not in unique:
        raise BrokenHabit(f"the order of list {table.name} ends in {last}, which is not unique")
    return _order(table, rows, query)


_render = pages.render
ONE_TIME = re.compile(r'name="(?:csrfmiddlewaretoken|idempotency_key)"[^>]*')


def same_but_for_secrets(html: bytes) -> str:
    """Return a page's HTML without the values that are new each time, in one kind of white space."""
    return " ".join(ONE_TIME.sub("", html.decode()).split())


def _render_and_compare(
    request: Request, template: str, context: Mapping[str, Any] | None = None, *, fragment: str = "", status: int = 200
) -> HttpResponse:
    """Draw the page, and its fragment too: what HTMX puts in must be what a reload shows."""
    response = _render(request, template, context, fragment=fragment, status=status)
    if fragment and not request.htmx:
        counts, connection.force_debug_cursor = connection.force_debug_cursor, False
        part = django_render(request, f"{template}#{fragment}", dict(context or {}))
        connection.force_debug_cursor = counts
        if same_but_for_secrets(part.content) not in same_but_for_secrets(response.content):
            raise BrokenHabit(f"the fragment {fragment} of {template} is not what the page shows")
    return response


@pytest.fixture(scope="session", autouse=True)
def guards() -> Iterator[None]:
    """Watch the whole run."""
    engines["django"].engine.string_if_invalid = UndefinedVariable("%s")
    connection_created.connect(_watch_statements)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QuerySet, "_fetch_all", _fetch_back_to_front)
        patch.setattr(QuerySet, "__getitem__", _slice_of_ordered)
        patch.setattr(listing, "_ordered", _ordered_to_the_end)
        patch.setattr(pages, "render", _render_and_compare)
        yield
    connection_created.disconnect(_watch_statements)
