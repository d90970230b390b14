"""Tags that draw the rows of a list, and single facts, each in the manner of its kind.

Rows are drawn in Python: a list has hundreds of cells, and a template takes ten nodes for each.
"""

from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from terrace.http import written
from terrace.http.listing import Cell, Row
from terrace.kernel.words import in_language
from terrace.web.templatetags.terrace import icon

register = template.Library()


@register.simple_tag
def table_row(row: Row) -> SafeString:
    """Draw a row of a list; its first cell leads where the row leads."""
    first, *others = row.cells
    drawn = [_table_cell(first, row.url or first.url, "row-link" if row.url else "")]
    drawn += [_table_cell(item, item.url) for item in others]
    return mark_safe(f"<tr>{''.join(drawn)}</tr>")  # noqa: S308 each cell is escaped where it is drawn


def _table_cell(item: Cell, url: str, link_class: str = "") -> str:
    """Draw a cell, its text escaped. Joined by hand: a page has hundreds, and `format_html` looks at each part anew."""
    shown = conditional_escape(cell(item))
    if url:
        shown = format_html('<a class="{}" href="{}">{}</a>', link_class, url, shown)
    head = item.column
    return f"<td{_attributes(head.kind, head.numeric, head.label, head.unit, item.tone)}>{shown}</td>"


@lru_cache(maxsize=2048)
def _attributes(kind: str, numeric: bool, label: str, unit: str, tone: str) -> SafeString:
    """Return a cell's classes, and what it is called where a row is a card: the same down a column."""
    classes = [f"cell-{kind}", *(["numeric"] if numeric else []), *([f"tone-{tone}"] if tone else [])]
    data_unit = format_html(' data-unit="{}"', unit) if unit else ""
    return format_html(' class="{}" data-label="{}"{}', " ".join(classes), label, data_unit)


@register.simple_tag
def cell(item: Cell) -> str | SafeString:
    """Write one cell of a list in the manner of its column's kind; `text`, when given, goes before the value."""
    text, value = item.text, item.value
    if item.column.kind in {"badge", "image", "boolean"}:
        return _drawn(item.column.kind, value, text, item.tone)
    if text:
        return text
    if value is None or value == "":
        return written.NOTHING
    amount = _in_manner(item.column.kind, value, "number" if item.column.unit else "")
    return f"{amount}{written.NO_BREAK_SPACE}/{written.NO_BREAK_SPACE}{item.per}" if item.per else amount


@register.simple_tag
def fact(kind: str, value: Any) -> str | SafeString:
    """Write one known thing by its kind, as a cell of a list would, or a "link"; a dash where nothing is known."""
    if kind == "link":
        text, url = value
        return format_html('<a href="{}">{}</a>', url, text)
    return written.NOTHING if value in (None, "", {}) else _in_manner(kind, value, "")


def _in_manner(kind: str, value: Any, style: str) -> str:
    match kind:
        case "quantity":
            return written.quantity(value, style)
        case "money":
            return written.money(value, style)
        case "price":
            return written.price(*value)
        case "date":
            return written.localdate(value)
        case "datetime":
            return written.localdate(value, "time")
        case "names":
            return in_language(value)
        case "number":
            return written.number(value)
    return str(value)


def _drawn(kind: str, value: Any, text: str, tone: str) -> str | SafeString:
    if kind == "badge":
        if not (text or value):
            return written.NOTHING
        return format_html('<span class="badge badge-{}">{}</span>', tone or "neutral", text or value)
    if kind == "image":
        return format_html('<img class="thumb" src="{}" alt="{}" loading="lazy">', value, text) if value else ""
    if value is None:
        return written.NOTHING
    return icon("check", text) if value else icon("minus", text)
