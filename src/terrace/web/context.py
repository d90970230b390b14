"""What the shell around every page needs to know."""

from typing import Any

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from terrace.http.idempotency import DONE_COOKIE
from terrace.kernel.actors import ANONYMOUS, Actor
from terrace.messaging import queries as messaging
from terrace.web import navigation

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return navigation, theme and the count of unread notices for the base template."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    return {
        "actor": actor,
        "theme": theme if theme in THEMES else "auto",
        "navigation": navigation.entries(actor, request.path),
        "unread_notices": messaging.count_unread(actor.person_id) if actor.person_id else 0,
        "reader": _reader(actor),
        "done": request.COOKIES.get(DONE_COOKIE, ""),
    }


def _reader(actor: Actor) -> str:
    """Return what tells a device's readers apart and says of none who they are; "" for a visitor."""
    return salted_hmac("web.reader", str(actor.person_id)).hexdigest()[:16] if actor.person_id else ""
