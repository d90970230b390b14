"""Two years of a county's work: acts noted in any order, then done one after another, each at its own moment."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter

from terrace.config.demo.world import World

TELL_EVERY = 25


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that somebody does at a moment."""

    at: datetime
    act: Callable[[], object]


@dataclass(slots=True)
class Timeline:
    """What is going to be done; acts of one moment are done in the order in which they were noted."""

    entries: list[Entry] = field(default_factory=list)

    def note(self, at: datetime, act: Callable[[], object]) -> None:
        """Note that `act` is to be done at `at`."""
        self.entries.append(Entry(at, act))

    def play(self, world: World, chapter: str) -> None:
        """Do everything that was noted, in the order of time."""
        for done, entry in enumerate(sorted(self.entries, key=attrgetter("at")), start=1):
            with world.at(entry.at):
                entry.act()
            if done % TELL_EVERY == 0 or done == len(self.entries):
                world.tell(chapter, done, len(self.entries))
