"""Who may open a page."""

from enum import StrEnum
from typing import Any

import pytest
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from terrace.http.access import Access, access_of, needs, public, signed_in
from terrace.kernel.actors import ANONYMOUS, SYSTEM, Actor, grants_of
from terrace.kernel.errors import Forbidden
from tests.http.conftest import request


class Permission(StrEnum):
    SEE = "test.see"
    SELL = "test.sell"


SEER = Actor(person_id=1, grants=grants_of([(Permission.SEE, "6212")]))
FARMER = Actor(person_id=2, parties=frozenset({7}))
NOBODY_SPECIAL = Actor(person_id=3)


def _view(request: Any) -> HttpResponse:
    return HttpResponse("inside")


def _opens(view: Any, actor: Actor) -> bool:
    try:
        response = view(request("/page/?a=1", actor=actor))
    except Forbidden:
        return False
    return bool(response.content == b"inside")


@pytest.mark.parametrize(
    ("mark", "admitted"),
    [
        (public, {"visitor", "nobody special", "farmer", "seer", "system"}),
        (signed_in, {"nobody special", "farmer", "seer", "system"}),
        (needs(Permission.SEE), {"seer", "system"}),
        (needs(Permission.SELL), {"system"}),
        (needs(Permission.SELL, Permission.SEE), {"seer", "system"}),
        (needs(Permission.SEE, or_party=True), {"farmer", "seer", "system"}),
        (needs(or_party=True), {"farmer"}),
    ],
)
def test_a_mark_admits_whom_it_names(mark: Any, admitted: set[str]) -> None:
    everybody = {
        "visitor": ANONYMOUS,
        "nobody special": NOBODY_SPECIAL,
        "farmer": FARMER,
        "seer": SEER,
        "system": SYSTEM,
    }
    assert {name for name, actor in everybody.items() if _opens(mark(_view), actor)} == admitted


def test_a_visitor_is_sent_to_sign_in_and_back() -> None:
    response = signed_in(_view)(request("/page/?a=1"))
    assert response.status_code == 302
    assert response["Location"].endswith("?next=/page/%3Fa%3D1")


def test_who_signed_in_and_may_not_is_told_so() -> None:
    with pytest.raises(Forbidden):
        needs(Permission.SELL)(_view)(request(actor=SEER))


def test_the_mark_is_read_through_other_decorators() -> None:
    assert access_of(require_POST(needs(Permission.SEE)(_view))) == Access(permissions=(Permission.SEE,))
    assert access_of(_view) is None


def test_a_guarded_view_keeps_its_name() -> None:
    assert public(_view).__name__ == "_view"
