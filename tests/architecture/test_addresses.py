"""Every address says who may open it: none is open by accident."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

from terrace.http.access import access_of

UNMARKED_WITH_A_REASON = {
    "django.views.generic.base.": "a redirect shows nothing: the page it leads to says itself who may open it",
    "allauth.": "the library's own pages: they ask for a sign-in themselves where one is needed",
    "terrace.config.health.": "asked by machines that watch the process; says nothing about anybody",
    "ninja.": "the REST interface: every operation is checked by the authentication of the API itself",
}
"""Views that carry no mark, by the beginning of their module, and why they need none."""


def _views(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Callable[..., HttpResponse]]]:
    for entry in resolver.url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _views(entry, address)
        elif isinstance(entry, URLPattern):
            yield address, entry.callback


VIEWS = list(_views(get_resolver()))


def _module_of(view: Callable[..., Any]) -> str:
    found = getattr(view, "view_class", getattr(view, "func", view))
    return f"{getattr(found, '__module__', '')}."


@pytest.mark.parametrize(("address", "view"), VIEWS, ids=[address for address, _ in VIEWS])
def test_every_address_says_who_may_open_it(address: str, view: Callable[..., HttpResponse]) -> None:
    is_reasoned = _module_of(view).startswith(tuple(UNMARKED_WITH_A_REASON))
    assert access_of(view) is not None or is_reasoned, "mark the view with public, signed_in or needs(...)"


def test_every_reason_is_still_needed() -> None:
    modules = [_module_of(view) for _, view in VIEWS]
    idle = [start for start in UNMARKED_WITH_A_REASON if not any(module.startswith(start) for module in modules)]
    assert not idle
