"""Ways from a page of a lower context into the upper ones: a household's page leads to what it has for sale.

The page asks, and does not know who answers; an upper context registers in its `apps.py` what it has about a model.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model

from terrace.kernel.actors import Actor
from terrace.kernel.words import Text


@dataclass(frozen=True, slots=True)
class Way:
    """A link as `components/page_header.html` draws it."""

    label: Text
    url: str
    icon: str


M = TypeVar("M", bound=Model)
_guides: dict[type[Model], list[Callable[[Actor, Any], Iterable[Way]]]] = defaultdict(list)


def lead_from(model: type[M], guide: Callable[[Actor, M], Iterable[Way]]) -> None:
    """Let the pages of `model` show what `guide` finds; registering the same guide twice changes nothing."""
    if guide not in _guides[model]:
        _guides[model].append(guide)


def ways_from(actor: Actor, thing: Model) -> list[Way]:
    """Return where `actor` can go from the page of `thing`, in the order of registration."""
    return [way for guide in _guides[type(thing)] for way in guide(actor, thing)]
