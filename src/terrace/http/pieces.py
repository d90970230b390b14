"""What pages of several rooms are put together from, each as its component draws it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from terrace.kernel.words import Text


@dataclass(frozen=True, slots=True)
class Todo:
    """Something to do next, as `components/todo.html` draws it."""

    title: Text
    url: str
    icon: str
    text: Text = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """A big number, as `components/figure.html` draws it."""

    label: Text
    number: str
    url: str = ""
    unit: Text = ""
    change: str = ""
    trend: str = ""
    line: Text = ""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, as `components/timeline.html` draws it; `changes` are what it changed: label, before, after."""

    at: datetime
    title: Text
    who: str
    changes: Sequence[tuple[Text, str, str]] = ()
    text: str = ""
