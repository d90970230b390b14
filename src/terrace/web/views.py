"""The shell's own pages."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from terrace.http import pages
from terrace.http.access import public
from terrace.http.request import Request
from terrace.web import gallery, workspaces
from terrace.web.context import THEME_COOKIE, THEMES

A_YEAR = 60 * 60 * 24 * 365


@public
def home(request: Request) -> HttpResponse:
    """Show the visitor's workspace, or what Terrace is."""
    if not request.actor.is_known:
        return pages.render(request, "web/home.html")
    return pages.render(request, "web/workspace.html", workspaces.of(request.actor))


@public
def components(request: Request) -> HttpResponse:
    """Show every component in every state, with invented data."""
    return pages.render(request, "web/gallery.html", gallery.context(), fragment="list")


@require_POST
@public
def theme(request: Request) -> HttpResponse:
    """Remember the wanted theme and go back to where the visitor was."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = "/"
    response = redirect(back)
    wanted = request.POST.get("theme", "auto")
    response.set_cookie(THEME_COOKIE, wanted if wanted in THEMES else "auto", max_age=A_YEAR, samesite="Lax")
    return response
