"""What `terrace verify` is proven to find: each test that plants a corruption says here of which checks it is one."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import ParamSpec

from terrace.config.management.commands.verify import CHECKS

P = ParamSpec("P")
PLANTED: set[str] = set()
"""The names of the checks for which some test plants a corruption, of the tests that were read so far."""


def found() -> dict[str, list[str]]:
    """Return what `terrace verify` finds, by the name of the check."""
    return {check.name: told for check in CHECKS if (told := list(check.find()))}


def plants(*names: str) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Say of a test that it plants a corruption for each of these checks: when it ends, they find something."""
    PLANTED.update(names)

    def _decorate(test: Callable[P, None]) -> Callable[P, None]:
        @wraps(test)
        def _test(*args: P.args, **kwargs: P.kwargs) -> None:
            test(*args, **kwargs)
            assert not set(names) - set(found()), "A check finds nothing of what was planted for it."

        return _test

    return _decorate


def plants_each(names: Iterable[str]) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Say of a test that it goes through a table with a corruption for each of these checks."""
    PLANTED.update(names)
    return lambda test: test
