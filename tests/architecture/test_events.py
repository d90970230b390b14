"""News upward: every event is listed with who publishes and who handles it; nothing else carries news."""

import ast
import re
from importlib import import_module

import pytest

from terrace.kernel import events
from tests.architecture.house import ROOT, SOURCE, contexts, imports_of, python_files, short, tree_of

SIGNALS = ("django.dispatch", "django.db.models.signals", "django.core.signals", "django.test.signals")
ROW = re.compile(r"^\| `(?P<event>\w+)` \| (?P<publisher>.*?) \| (?P<handlers>.*?) \|", re.MULTILINE)


@pytest.fixture(scope="module")
def listed() -> dict[str, tuple[str, str]]:
    text = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
    return {row["event"]: (row["publisher"], row["handlers"]) for row in ROW.finditer(text)}


def _declared() -> dict[str, type[events.Event]]:
    for context in contexts():
        if list((SOURCE / context).glob("domain*")):
            import_module(f"terrace.{context}.domain")
    return {event.__name__: event for event in events.Event.__subclasses__() if event.__module__.startswith("terrace.")}


def _publishers(event: str) -> set[str]:
    """Return the contexts whose services name the event: they publish it."""
    services = [p for p in python_files() if "services" in {p.stem, *p.parts}]
    return {
        path.relative_to(SOURCE).parts[0]
        for path in services
        for node in ast.walk(tree_of(path))
        if (isinstance(node, ast.Name) and node.id == event) or (isinstance(node, ast.Attribute) and node.attr == event)
    }


def _rooms_in(text: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", text))


def test_every_event_is_listed_and_nothing_else_is(listed: dict[str, tuple[str, str]]) -> None:
    assert set(listed) == set(_declared())


def test_every_event_is_published_where_the_list_says(listed: dict[str, tuple[str, str]]) -> None:
    assert {event: _publishers(event) for event in listed} == {name: _rooms_in(row[0]) for name, row in listed.items()}


def test_every_event_is_handled_where_the_list_says(listed: dict[str, tuple[str, str]]) -> None:
    handled = {
        event.__name__: {handler.__module__.split(".")[1] for handler in handlers}
        for event, handlers in events.subscribers().items()
        if event.__name__ in listed
    }
    assert handled == {name: _rooms_in(row[1]) for name, row in listed.items() if _rooms_in(row[1])}


def test_an_event_is_declared_by_the_context_that_publishes_it() -> None:
    declared = {name: {event.__module__.split(".")[1]} for name, event in _declared().items()}
    assert {name: rooms for name, rooms in declared.items() if _publishers(name) - rooms} == {}


def test_handlers_live_in_subscriptions() -> None:
    strays = [
        handler.__module__
        for handlers in events.subscribers().values()
        for handler in handlers
        if handler.__module__.startswith("terrace.") and not handler.__module__.endswith(".subscriptions")
    ]
    assert not strays


def test_no_signal_of_django_carries_news() -> None:
    listeners = [short(path) for path in python_files() for module in imports_of(path) if module.startswith(SIGNALS)]
    assert not listeners
