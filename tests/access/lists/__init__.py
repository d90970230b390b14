"""How each list gets one row more: a file for each room of the trade, whose `PAGES` and `REST` the tests gather."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

from tests.conftest import Cast


@dataclass(frozen=True, slots=True)
class Case:
    """How a list gets one row more, who reads it, and the rest of its address; `about` names a value of the world."""

    grow: Callable[[Cast, int], None]
    reader: str = "centre"
    values: tuple[str, ...] = ()
    about: str = ""
    query: str = ""


def gathered(name: str) -> dict[str, Case]:
    """Return the cases that the files beside this one keep under `name`."""
    found: dict[str, Case] = {}
    for module in iter_modules(__path__):
        found |= getattr(import_module(f"{__name__}.{module.name}"), name, {})
    return found
