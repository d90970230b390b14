"""Who may open a page. A view without one of these marks is refused by a test, so none is open by accident."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseBase

from terrace.http.request import Request
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Forbidden
from terrace.kernel.words import _

MARK = "terrace_access"
P = ParamSpec("P")
View = Callable[Concatenate[Request, P], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Access:
    """What a view asks of its visitor: nothing, a sign-in, one of some permissions, or to speak for a party.

    `resting` lets in who speaks for a party that rests, too.
    """

    is_public: bool = False
    permissions: tuple[StrEnum, ...] = ()
    parties: bool = False
    resting: bool = False

    def admits(self, actor: Actor) -> bool:
        """Say whether `actor` may open the view at all; which rows it then sees is the query's business."""
        if self.is_public:
            return True
        if not self.permissions and not self.parties:
            return actor.is_known
        own = actor.own_parties if self.resting else actor.parties
        return any(actor.holds(p) for p in self.permissions) or (self.parties and bool(own))


def _guard(access: Access) -> Callable[[View[P]], View[P]]:
    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if access.admits(request.actor):
                return view(request, *args, **kwargs)
            if not request.actor.is_known:
                return _to_sign_in(request)
            raise Forbidden

        setattr(guarded, MARK, access)
        return guarded

    return decorate


def _to_sign_in(request: Request) -> HttpResponseBase:
    """Ask who it is, say why if it was known before, and lead back to the page that the reader looks at."""
    if _was_signed_in(request):
        messages.info(request, _("You are no longer signed in. Sign in again to go on."), fail_silently=True)
    is_looked_at = request.method == "GET" or not request.htmx
    page = request.get_full_path() if is_looked_at else request.htmx.current_url_abs_path
    return redirect_to_login(page or request.get_full_path())


def _was_signed_in(request: Request) -> bool:
    """Say whether the visitor's session has ended: it comes from a page of ours, or names a session that is over."""
    if request.method == "POST" or request.htmx:
        return True
    return settings.SESSION_COOKIE_NAME in request.COOKIES and not request.session.session_key


def public(view: View[P]) -> View[P]:
    """Open the page to everybody."""
    return _guard(Access(is_public=True))(view)


def signed_in(view: View[P]) -> View[P]:
    """Open the page to everybody who signed in."""
    return _guard(Access())(view)


def needs(*permissions: StrEnum, or_party: bool = False, or_own: bool = False) -> Callable[[View[P]], View[P]]:
    """Open the page to who holds one of `permissions` somewhere, with `or_party` also to who speaks for a party.

    With `or_own` to who has a party of its own, be it one that rests: for what is held about it.
    """
    return _guard(Access(permissions=permissions, parties=or_party or or_own, resting=or_own))


def access_of(view: Any) -> Access | None:
    """Return the mark of a view, or None when it has none."""
    mark: Access | None = getattr(view, MARK, None)
    return mark
