"""News upward: a lower context publishes a frozen event, an upper one handles it in the same transaction.

Handlers are registered by a context's `apps.py` from its `subscriptions.py`; every
event stands in docs/events.md. A handler that raises undoes the act that published.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. Subclasses are frozen dataclasses named in the past tense."""


Handled = TypeVar("Handled", bound=Event)
Hearer = tuple[type[Event], Callable[[Any], None]]
"""An event and what a context does on it."""
_handlers: dict[type[Event], list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(event: type[Handled], handler: Callable[[Handled], None]) -> None:
    """Call `handler` with every published `event`; registering the same handler twice changes nothing."""
    if handler not in _handlers[event]:
        _handlers[event].append(handler)


def subscribe_all(hearers: Iterable[Hearer]) -> None:
    """Subscribe every handler of a context, in its order."""
    for event, handler in hearers:
        subscribe(event, handler)


def publish(event: Event) -> None:
    """Hand `event` to its handlers, in the order of registration, now, inside the caller's transaction."""
    for handler in _handlers[type(event)]:
        handler(event)


def subscribers() -> dict[type[Event], tuple[Callable[[Any], None], ...]]:
    """Return who handles what: for the documentation's test."""
    return {event: tuple(handlers) for event, handlers in _handlers.items() if handlers}
