"""Tags and filters that every template has: icons, amounts, dates, names, query strings, cells of a list."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_datetime_format
from babel.numbers import format_currency, format_decimal
from django import template
from django.forms import BoundField
from django.http import QueryDict
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, to_locale

from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity
from terrace.kernel.words import Names, Text, in_language

register = template.Library()

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def reader_locale() -> Locale:
    """Return Babel's locale for the language the reader chose."""
    return _locale(get_language() or "en")


@cache
def _locale(language: str) -> Locale:
    """Parsed once: a list writes hundreds of amounts."""
    return Locale.parse(to_locale(language))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw the icon `name` of the sprite; without `label` it is decoration and hidden from screen readers."""
    address = f"{static('dist/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" width="20" height="20" role="img" aria-label="{}"><use href="{}"></use></svg>',
            label,
            address,
        )
    return format_html(
        '<svg class="icon" width="20" height="20" aria-hidden="true"><use href="{}"></use></svg>', address
    )


@register.simple_tag
def illustration(name: str, alt: str = "") -> SafeString:
    """Show our own drawing `name` (a path below `illustrations/`, without `.svg`); all of them are three by two."""
    address = static(f"illustrations/{name}.svg")
    return format_html('<img class="illustration" src="{}" alt="{}" width="240" height="160">', address, alt)


@register.filter
def number(value: int | Decimal | float | None) -> str:
    """Write a number as the reader's language does: 12,345.5."""
    return "" if value is None else format_decimal(value, locale=reader_locale())


@register.filter
def quantity(value: Quantity | None, style: str = "unit") -> str:
    """Write a quantity: `800 kg`, or `800` with the argument "number" where the head names the unit."""
    if value is None:
        return ""
    amount = format_decimal(value.amount.normalize(), locale=reader_locale())
    return amount if style == "number" else f"{amount}{NO_BREAK_SPACE}{value.unit.label}"


@register.filter
def money(value: Money | None, style: str = "currency") -> str:
    """Write money: `¥12.50`, or `12.50` with the argument "number" where the head names the currency."""
    if value is None:
        return ""
    if style == "number":
        return format_currency(value.amount, value.currency, "#,##0.00", locale=reader_locale())
    return format_currency(value.amount, value.currency, locale=reader_locale())


@register.filter
def price(value: Money | None, unit: Text) -> str:
    """Write the price of one `unit`: `¥5.20 / kg`."""
    return "" if value is None else f"{money(value)}{NO_BREAK_SPACE}/{NO_BREAK_SPACE}{unit}"


@register.filter
def localdate(value: date | datetime | None, style: str = "date") -> str:
    """Write a day in local time: "date" (Nov 21, 2026), "short" (Nov 21), "long" (with the weekday) or "time"."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _written_day(timezone.localtime(value) if timezone.is_aware(value) else value, style)
    return _known_day(value, style, get_language() or "en")


@lru_cache(maxsize=4096)
def _known_day(value: date, style: str, language: str) -> str:
    """A list writes the same few days again and again, and Babel takes its time over each."""
    return _written_day(value, style)


def _written_day(value: date | datetime, style: str) -> str:
    match style:
        case "time":
            return _day_and_time(value)
        case "short":
            return str(format_skeleton("MMMd", value, locale=reader_locale(), tzinfo=_zone_of(value)))
        case "long":
            return str(format_date(value, "full", locale=reader_locale()))
    return str(format_date(value, "medium", locale=reader_locale()))


def _day_and_time(value: date | datetime) -> str:
    """Join day and hour as the language does, without the seconds that Babel would add."""
    locale = reader_locale()
    pattern = str(get_datetime_format("medium", locale=locale)).replace("'", "")
    hour = format_time(value, "short", tzinfo=_zone_of(value), locale=locale) if isinstance(value, datetime) else ""
    return pattern.format(hour, format_date(value, "medium", locale=locale)).strip(" ,")


def _zone_of(value: date | datetime) -> Any:
    """Babel turns everything to UTC unless it is told the zone again."""
    return value.tzinfo if isinstance(value, datetime) else None


@register.filter
def names(value: Names | None) -> str:
    """Say what something is called in the reader's language, else in another that it has a name in."""
    return in_language(value) if value else ""


@register.filter
def get(value: Mapping[str, Any] | None, key: str) -> Any:
    """Look up a key that a template's dot cannot spell: `{{ widget.attrs|get:"data-unit" }}`."""
    return value.get(key, "") if value else ""


@register.filter
def label_at(columns: Sequence[Mapping[str, Any]], place: int) -> Text:
    """Return the label of the column that a cell stands in: a template cannot count in two lists at once."""
    label: Text = columns[place]["label"]
    return label


@register.filter
def input_kind(field: BoundField) -> str:
    """Tell a form's template which shape a field has: checkbox, choices, file or line."""
    kind = getattr(field.field.widget, "input_type", "")
    if kind in {"checkbox", "radio"}:
        return "choices" if field.field.widget.use_fieldset else "checkbox"
    return "file" if kind == "file" else "line"


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """Return the page's query string with `changes` made; an empty or None value takes a key away."""
    request = context.get("request")
    params = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for key, value in changes.items():
        if value in (None, ""):
            params.pop(key, None)
        else:
            params[key] = str(value)
    return f"?{params.urlencode()}" if params else "?"


@register.simple_tag
def cell(item: Any) -> str | SafeString:
    """Write one cell of a list in the manner of its column's kind; `text`, when given, goes before the value."""
    text, value = item.text, item.value
    if item.column.kind in {"badge", "image", "boolean"}:
        return _drawn_cell(item.column.kind, value, str(text or ""), item.tone)
    if text:
        return str(text)
    if value is None or value == "":
        return "–"
    written = _written_cell(item.column.kind, value, "number" if item.column.unit else "")
    return f"{written}{NO_BREAK_SPACE}/{NO_BREAK_SPACE}{item.per}" if item.per else written


@register.filter
def written(value: Any) -> str:
    """Write a value in the reader's manner by what it is: a quantity, money, a day, names or plain text."""
    match value:
        case None | "":
            return "–"
        case Quantity():
            return quantity(value)
        case Money():
            return money(value)
        case date():
            return localdate(value, "short")
        case Mapping():
            return names(value)
    return str(value)


@register.simple_tag
def fact(kind: str, value: Any) -> str:
    """Write one known thing by its kind, as a cell of a list would; a dash where nothing is known."""
    return "–" if value in (None, "", {}) else _written_cell(kind, value, "")


def _written_cell(kind: str, value: Any, style: str) -> str:
    match kind:
        case "quantity":
            return quantity(value, style)
        case "money":
            return money(value, style)
        case "price":
            return price(*value)
        case "date":
            return localdate(value)
        case "datetime":
            return localdate(value, "time")
        case "names":
            return names(value)
        case "number":
            return number(value)
    return str(value)


def _drawn_cell(kind: str, value: Any, text: str, tone: str) -> str | SafeString:
    if kind == "badge":
        if not (text or value):
            return "–"
        return format_html('<span class="badge badge-{}">{}</span>', tone or "neutral", text or value)
    if kind == "image":
        return format_html('<img class="thumb" src="{}" alt="{}" loading="lazy">', value, text) if value else ""
    return icon("check", text) if value else icon("minus", text)


BROWSERS = {"MicroMessenger": "WeChat", "Edg": "Edge", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
DEVICES = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}


@register.filter
def device(user_agent: str) -> str:
    """Name browser and device as their owner does: `Chrome · Android`; "" where the browser does not say."""
    found = (next((names[mark] for mark in names if mark in user_agent), "") for names in (BROWSERS, DEVICES))
    return " · ".join(name for name in found if name)


TONES = {"success": "good", "warning": "warn", "error": "bad"}
TONE_ICONS = {"good": "circle-check", "warn": "alert-triangle", "bad": "alert-triangle", "info": "info-circle"}


@register.filter
def message_tone(level: str) -> str:
    """Return the tone of an alert for a level of Django's messages."""
    return TONES.get(level, "info")


@register.filter
def tone_icon(tone: str) -> str:
    """Return the icon that says a tone without colour."""
    return TONE_ICONS.get(tone, "info-circle")
