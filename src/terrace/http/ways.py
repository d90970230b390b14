"""Ways from a page of a lower context into the upper ones: a household's page leads to what it has for sale.

The page asks, and does not know who answers; an upper context registers in its `apps.py` what it has about a model.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from terrace.kernel.actors import Actor
from terrace.kernel.words import Text


@dataclass(frozen=True, slots=True)
class Way:
    """A link as `components/page_header.html` draws it."""

    label: Text
    url: str
    icon: str


Guide = Callable[[Actor, Any], Iterable[Way]]
Pages = Callable[[Actor, Collection[str]], Mapping[str, str]]
"""The pages of things by their numbers, of those alone that the reader sees."""
_guides: dict[str, list[Guide]] = defaultdict(list)
_pages: dict[str, Pages] = {}


def lead_from(model: str, guide: Guide) -> None:
    """Let the pages of `model`, such as "registry.Party", show what `guide` finds for a reader and one of them.

    Registering the same guide twice changes nothing.
    """
    if guide not in _guides[model]:
        _guides[model].append(guide)


def ways_from(actor: Actor, thing: Model) -> list[Way]:
    """Return where `actor` can go from the page of `thing`, in the order of registration."""
    return [way for guide in _guides[thing._meta.label] for way in guide(actor, thing)]


def lead_to(kind: str, pages: Pages) -> None:
    """Say where references such as "parcel/W-..." lead that a lower context keeps of what it does not know."""
    _pages[kind] = pages


def urls_of(actor: Actor, references: Iterable[str]) -> dict[str, str]:
    """Return the page behind each reference that `actor` may open, with one look-up for each kind of thing."""
    numbers: dict[str, set[str]] = defaultdict(set)
    for reference in references:
        kind, _stroke, number = reference.partition("/")
        numbers[kind].add(number)
    return {
        f"{kind}/{number}": url
        for kind in numbers.keys() & _pages.keys()
        for number, url in _pages[kind](actor, numbers[kind]).items()
    }


def number_in(reference: str) -> str:
    """Return what people call the thing: "O-..." of "order/O-..."."""
    return reference.partition("/")[2] or reference
