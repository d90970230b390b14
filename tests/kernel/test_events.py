"""News upward."""

from collections import defaultdict
from dataclasses import FrozenInstanceError, dataclass
from typing import Any

import pytest

from terrace.kernel import events


@dataclass(frozen=True, slots=True)
class KettleBoiled(events.Event):
    litres: int


@dataclass(frozen=True, slots=True)
class KettleBoiledDry(KettleBoiled):
    pass


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_handlers", defaultdict(list))


def test_handlers_are_called_in_the_order_of_their_registration() -> None:
    heard: list[str] = []
    events.subscribe(KettleBoiled, lambda event: heard.append(f"first {event.litres}"))
    events.subscribe(KettleBoiled, lambda event: heard.append(f"second {event.litres}"))
    events.publish(KettleBoiled(2))
    assert heard == ["first 2", "second 2"]


def test_a_handler_registered_twice_is_called_once() -> None:
    heard: list[KettleBoiled] = []
    events.subscribe(KettleBoiled, heard.append)
    events.subscribe(KettleBoiled, heard.append)
    events.publish(KettleBoiled(2))
    assert heard == [KettleBoiled(2)]


def test_a_handler_hears_its_own_event_alone() -> None:
    heard: list[KettleBoiled] = []
    events.subscribe(KettleBoiled, heard.append)
    events.publish(KettleBoiledDry(0))
    assert heard == []


def test_news_that_nobody_waits_for_harms_nobody() -> None:
    events.publish(KettleBoiled(2))
    assert events.subscribers() == {}


def test_a_handlers_refusal_reaches_who_published() -> None:
    def refuse(event: KettleBoiled) -> None:
        raise LookupError("no tea")

    heard: list[KettleBoiled] = []
    events.subscribe(KettleBoiled, refuse)
    events.subscribe(KettleBoiled, heard.append)
    with pytest.raises(LookupError):
        events.publish(KettleBoiled(2))
    assert heard == []


def test_an_event_cannot_be_changed_on_its_way() -> None:
    boiled: Any = KettleBoiled(2)
    with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
        boiled.litres = 3
