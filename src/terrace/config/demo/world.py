"""What a demo knows while it is made: its day, its chance, and who and what came to be so far."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from random import Random

from django.db import connection

from terrace.accounts.models import Person, Post
from terrace.config.actors import actor_for
from terrace.config.demo.cast import COUNTY, PREFECTURE
from terrace.config.demo.goods import Goods
from terrace.config.demo.moments import first_day
from terrace.config.demo.places import County
from terrace.config.demo.scales import Scale
from terrace.config.demo.wording import Wording
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.network.models import Area, ServiceUnit
from terrace.registry.models import Party

Tell = Callable[[str, int, int], None]
"""Told the name of a chapter, how many of its acts are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Producer:
    """A party that offers goods: what it has, where it is, and whether it is a firm (which has more of everything)."""

    party: Party
    crops: tuple[str, ...]
    county: str
    is_firm: bool = False


@dataclass(slots=True)
class World:
    """One demo in the making. `staff` and `posts` are keyed by role and area, `producers` and `traders` by county."""

    random: Random
    day: date
    scale: Scale
    tell: Tell
    language: str
    counties: list[County] = field(default_factory=list)
    goods: Goods = field(default_factory=Goods)
    units: dict[str, ServiceUnit] = field(default_factory=dict)
    staff: dict[tuple[str, str], Person] = field(default_factory=dict)
    posts: dict[tuple[str, str], Post] = field(default_factory=dict)
    households: dict[str, list[Producer]] = field(default_factory=dict)
    firms: dict[str, list[Producer]] = field(default_factory=dict)
    traders: dict[str, list[Party]] = field(default_factory=dict)
    speakers: dict[str, Person] = field(default_factory=dict)
    """Who of the cast speaks for a party, by sign-in."""
    own: dict[str, Party] = field(default_factory=dict)
    """The parties of the cast, by sign-in."""
    mobiles: Iterator[int] = field(default_factory=lambda: count(1))
    landlines: Iterator[int] = field(default_factory=lambda: count(1))
    _actors: dict[int, Actor] = field(default_factory=dict)

    @property
    def first_day(self) -> date:
        """When the installation began."""
        return first_day(self.day)

    @property
    def administrator(self) -> Actor:
        """Who founds the centres and appoints their managers."""
        return self.at_post("bureau-administrator", PREFECTURE)

    @property
    def home(self) -> County:
        """The cast's county."""
        return next(county for county in self.counties if county.code == COUNTY)

    def at_post(self, role: str, area: str) -> Actor:
        """Return who holds the post `role` at the unit of the area with the code `area`, as an actor."""
        return self.as_actor(self.staff[role, area])

    def as_actor(self, person: Person) -> Actor:
        """Return the person as the actor it became; nobody's standing changes once it has acted."""
        if person.pk not in self._actors:
            self._actors[person.pk] = actor_for(person)
        return self._actors[person.pk]

    def keeper(self, village: str) -> Actor:
        """Return the keeper of a village's point."""
        return self.at_post("point-keeper", village)

    def write(self, text: Wording) -> str:
        """Return the text in the language that this demo is written in."""
        return text.written_in(self.language)

    def at(self, moment: datetime) -> AbstractContextManager[None]:
        """Act at `moment`, as if it were the present."""
        return clock.told(moment)


def count_rows() -> None:
    """Let the database count its rows: nobody else can within one transaction, and it would plan for empty tables."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def names_of(area: Area) -> tuple[str, str]:
    """Return an area's name in Chinese and in English."""
    return area.names["zh-hans"], area.names["en"]
