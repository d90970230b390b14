"""The navigation of the shell, drawn once for all who have the same one."""

from collections.abc import Hashable, Sequence
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def navigation_bar(entries: Sequence[Hashable]) -> SafeString:
    """Draw where one can go; most people of a role have the same places, on every page."""
    return drawn(get_language() or "", tuple(entries))


@lru_cache(maxsize=512)
def drawn(language: str, entries: tuple[Hashable, ...]) -> SafeString:
    """Draw it in the reader's `language`; entries that compare equal must be drawn alike."""
    return render_to_string("components/navigation.html", {"navigation": entries})
