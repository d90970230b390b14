"""Who may do what, where."""

from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.kernel.actors import ANONYMOUS, EVERYWHERE, SYSTEM, Actor, grants_of
from terrace.kernel.errors import Forbidden


class Permission(StrEnum):
    SEE = "test.see"
    SELL = "test.sell"


PATH = st.text("123", max_size=6)
PATHS = st.lists(PATH, max_size=6)


@given(PATHS, PATH)
def test_a_grant_holds_in_the_subtree_of_its_path_and_nowhere_else(paths: list[str], path: str) -> None:
    actor = Actor(person_id=1, grants=grants_of((Permission.SEE, each) for each in paths))
    assert actor.may(Permission.SEE, path) is any(path.startswith(each) for each in paths)
    assert not actor.may(Permission.SELL, path)
    assert actor.holds(Permission.SEE) is bool(paths)


@given(PATHS)
def test_of_nested_grants_the_widest_is_kept(paths: list[str]) -> None:
    kept = grants_of((Permission.SEE, path) for path in paths).get("test.see", ())
    assert not [(a, b) for a in kept for b in kept if a != b and a.startswith(b)]
    assert list(kept) == sorted(kept)
    assert all(any(path.startswith(each) for each in kept) for path in paths)


@pytest.mark.parametrize("actor", [ANONYMOUS, Actor(person_id=7), Actor(parties=frozenset({7}))])
def test_what_is_not_granted_is_refused(actor: Actor) -> None:
    for path in (EVERYWHERE, "6212"):
        with pytest.raises(Forbidden):
            actor.require(Permission.SELL, path)
    assert actor.paths(Permission.SELL) == ()


def test_a_party_acts_for_itself_and_for_no_other() -> None:
    farmer = Actor(person_id=1, parties=frozenset({7}))
    farmer.require(Permission.SELL, "6212", or_party=7)
    with pytest.raises(Forbidden):
        farmer.require(Permission.SELL, "6212", or_party=8)
    with pytest.raises(Forbidden):
        farmer.require(Permission.SELL, "6212")


def test_a_refusal_names_the_permission_that_was_missing() -> None:
    with pytest.raises(Forbidden) as refused:
        ANONYMOUS.require(Permission.SELL, "6212")
    assert refused.value.details == {"permission": "test.sell"}


def test_the_system_may_everything_everywhere() -> None:
    SYSTEM.require(Permission.SELL, "6212", or_party=7)
    assert SYSTEM.paths(Permission.SEE) == (EVERYWHERE,)
    assert SYSTEM.speaks_for(99)


@pytest.mark.parametrize(
    ("actor", "is_known"),
    [
        (ANONYMOUS, False),
        (SYSTEM, True),
        (Actor(person_id=1), True),
        (Actor(parties=frozenset({7})), True),
        (Actor(grants=grants_of([(Permission.SEE, "6212")])), True),
    ],
)
def test_somebody_stands_behind_an_actor_or_nobody(actor: Actor, is_known: bool) -> None:
    assert actor.is_known is is_known


def test_grants_cannot_be_widened_afterwards() -> None:
    actor = Actor(person_id=1, grants=grants_of([(Permission.SEE, "6212")]))
    grants: Any = actor.grants  # for a type checker they cannot be widened either
    with pytest.raises(TypeError):
        grants["test.sell"] = ("",)
