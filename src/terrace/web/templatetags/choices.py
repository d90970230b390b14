"""The options of a choice, drawn in Python: a filter of forty products is drawn on every list."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
Option = dict[str, Any]


@register.simple_tag
def options(groups: Iterable[tuple[str | None, Sequence[Option], int]]) -> SafeString:
    """Draw a widget's `optgroups`: under a heading each, those without one by themselves."""
    return mark_safe("".join(_group(heading, found) for heading, found, _place in groups))  # noqa: S308 escaped below


def _group(heading: str | None, found: Sequence[Option]) -> str:
    drawn = "".join(map(_option, found))
    return f'<optgroup label="{conditional_escape(heading)}">{drawn}</optgroup>' if heading else drawn


def _option(option: Option) -> str:
    """Draw one option; an attribute that is true has no value, one that is false or nothing is left out."""
    attributes = "".join(
        f" {name}" if value is True else f' {name}="{conditional_escape(value)}"'
        for name, value in option["attrs"].items()
        if value
    )
    return f'<option value="{escape(option["value"])}"{attributes}>{conditional_escape(option["label"])}</option>'
