"""What happens around every view: who acts, a second factor where the post asks for it, refusals as pages."""

from collections.abc import Callable

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from terrace.accounts.models import Person
from terrace.config.actors import actor_for
from terrace.http import problems
from terrace.http.request import Request
from terrace.kernel.actors import ANONYMOUS, Actor
from terrace.kernel.errors import DomainError

Next = Callable[[Request], HttpResponseBase]


class ActorMiddleware:
    """Puts the actor on the request."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        request.actor = self.actor(request)
        return self.get_response(request)

    def actor(self, request: Request) -> Actor:
        """Return who stands behind the request, by its session."""
        person = request.user
        return actor_for(person) if isinstance(person, Person) and person.is_active else ANONYMOUS


class RefusalMiddleware:
    """Turns what the domain refuses into a page that says so, or into a problem document for programs."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: Request, error: Exception) -> HttpResponse | None:
        """Answer a `DomainError` that no form caught."""
        if not isinstance(error, DomainError):
            return None
        if request.accepts("text/html"):
            template = {403: "403.html", 404: "404.html"}.get(error.status, "409.html")
            return render(request, template, {"error": error}, status=error.status)
        return problems.from_error(error)


class SecondFactorMiddleware:
    """Sends who holds a post that needs a second factor, and has none yet, to set one up."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        return self.get_response(request)
