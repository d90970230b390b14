"""The request as Terrace's views see it: with its actor and its HTMX details."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from terrace.kernel.actors import Actor


class Request(HttpRequest):
    """A request after the middleware: somebody stands behind it, perhaps the anonymous visitor."""

    actor: Actor
    needs_second_factor: bool
    htmx: HtmxDetails
