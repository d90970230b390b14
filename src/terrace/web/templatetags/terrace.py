"""Tags and filters that every template has: icons, amounts, dates, names, query strings."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField
from django.http import QueryDict
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from terrace.http import written
from terrace.kernel.words import Names, in_language

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw the icon `name` of the sprite; without `label` it is decoration and hidden from screen readers."""
    return _icon(name, str(label))


@lru_cache(maxsize=512)
def _icon(name: str, label: str) -> SafeString:
    """Drawn once: a page has dozens of icons, most of them the same."""
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


register.filter("number", written.number)
register.filter("quantity", written.quantity)
register.filter("money", written.money)
register.filter("price", written.price)
register.filter("localdate", written.localdate)
register.filter("written", written.anything)


@register.filter
def names(value: Names | None) -> str:
    """Say what something is called in the reader's language, else in another that it has a name in."""
    return in_language(value) if value else ""


@register.filter
def get(value: Mapping[str, Any] | None, key: str) -> Any:
    """Look up a key that a template's dot cannot spell: `{{ widget.attrs|get:"data-unit" }}`."""
    return value.get(key, "") if value else ""


@register.filter
def column_at(columns: Sequence[Mapping[str, Any]], place: int) -> Mapping[str, Any]:
    """Return the column that a cell stands in: a template cannot count in two lists at once."""
    return columns[place]


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
