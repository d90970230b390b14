"""Answering with a page or its fragment: one template, one context for both."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render as django_render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from terrace.http.request import Request
from terrace.kernel.words import Text

ANSWERED = 200
REFUSED = 422
"""A form that was sent and refused comes back with this status, so that nothing takes it for done."""


def render(
    request: Request,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    fragment: str = "",
    status: int = ANSWERED,
) -> HttpResponse:
    """Answer with `template`, or with its partial `fragment` when HTMX asks for the element of that id alone."""
    # HTMX names its target by tag and id, "div#list".
    wants_fragment = (
        bool(fragment) and bool(request.htmx) and (request.htmx.target or "").rpartition("#")[2] == fragment
    )
    name = f"{template}#{fragment}" if wants_fragment else template
    response = django_render(request, name, dict(context or {}), status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def sent(request: Request) -> QueryDict | None:
    """Return what the request's form was sent with, None for a page that is only looked at: a form's first argument."""
    return request.POST if request.method == "POST" else None


def form_status(request: Request) -> int:
    """Return the status of a page that shows a form: refused when it comes back after being sent."""
    return REFUSED if request.method == "POST" else ANSWERED


def link_base(request: Request, route: str) -> str:
    """Return the address to which a secret is added to make a link to the page `route`, which takes just that."""
    return request.build_absolute_uri(reverse(route, args=["-"])).removesuffix("-/")


def show_secret(
    request: Request,
    *,
    title: Text,
    secret: str,
    back_url: str,
    until: datetime | None = None,
    sent_to: Sequence[str] = (),
) -> HttpResponse:
    """Show a link or a token, this once; `sent_to` are the addresses that it left for as well."""
    context = {"title": title, "secret": secret, "until": until, "sent_to": sent_to, "back_url": back_url}
    return render(request, "pages/secret.html", context)
