"""What the domain refuses and no form caught, told as a page to people and as a problem document to programs."""

from django.http import HttpResponse
from django.shortcuts import render

from terrace.http import problems
from terrace.http.request import Request
from terrace.kernel.errors import DomainError

API = "/api/"
TEMPLATES = {403: "403.html", 404: "404.html"}


def answer(request: Request, error: DomainError) -> HttpResponse:
    """Answer with what `error` says, in the form that the asker reads."""
    if request.path_info.startswith(API) or not request.accepts("text/html"):
        return problems.from_error(error)
    return render(request, TEMPLATES.get(error.status, "409.html"), {"error": error}, status=error.status)
