"""What the tests of the http room share: requests without a server."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils.translation import override
from django_htmx.middleware import HtmxDetails

from terrace.http.request import Request
from terrace.kernel.actors import ANONYMOUS, Actor


def request(path: str = "/list/", *, actor: Actor = ANONYMOUS, method: str = "get", **options: Any) -> Request:
    """Return a request as the middleware hands it to a view."""
    made: Request = getattr(RequestFactory(), method)(path, **options)
    made.actor, made.htmx = actor, HtmxDetails(made)
    made.needs_second_factor = False
    return made


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Let the tests read what the program says."""
    with override("en"):
        yield
