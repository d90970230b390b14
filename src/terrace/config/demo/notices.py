"""Notices: recorded, now and then changed or withdrawn, and ended in the night when their days are over."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from terrace.config.demo.moments import moment, working
from terrace.config.demo.photos import photo_of
from terrace.config.demo.timeline import Timeline
from terrace.config.demo.world import World
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity
from terrace.registry.models import Party
from terrace.sourcing import services as sourcing
from terrace.sourcing.services import Terms

WEEKS_OF_NOTICES = 9
CHANGED, WITHDRAWN = 0.08, 0.07
"""How many notices are changed later, and how many withdrawn."""


@dataclass(frozen=True, slots=True)
class Acts:
    """What can be done with a notice of one side."""

    record: Callable[..., Any]
    change: Callable[..., Any]
    withdraw: Callable[..., Any]


SUPPLY = Acts(sourcing.record_supply, sourcing.change_supply, sourcing.withdraw_supply)
DEMAND = Acts(sourcing.record_demand, sourcing.change_demand, sourcing.withdraw_demand)


@dataclass(frozen=True, slots=True)
class Plan:
    """A notice that somebody is going to record: who, for whom, when, and what it will say."""

    acts: Acts
    by: Actor
    party: Party
    county: str
    at: datetime
    on: date
    terms: Terms
    photo_seed: int | None = None
    """What a photo of the goods is drawn from; None for no photo."""
    is_sold: bool = False
    """Whether it is withdrawn some days later in any case."""

    def counts_on(self, day: date) -> bool:
        """Say whether it will be open on `day`, unless it is withdrawn before."""
        return self.terms.closes_on >= day


class Story:
    """One notice from its recording on; the acts share the row that the first of them makes."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.notice: Any = None

    def record(self) -> None:
        """Record it, with the photo if there is one."""
        plan = self.plan
        photo = {} if plan.photo_seed is None else {"photo": photo_of(plan.terms.product, plan.photo_seed)}
        self.notice = plan.acts.record(by=plan.by, party=plan.party.number, terms=plan.terms, **photo)

    def change(self, terms: Terms) -> None:
        """Say something else."""
        self.plan.acts.change(by=self.plan.by, notice=self.notice, version=self.notice.version, terms=terms)

    def withdraw(self) -> None:
        """End it early."""
        self.plan.acts.withdraw(by=self.plan.by, notice=self.notice, version=self.notice.version)


def note_plans(world: World, timeline: Timeline, plans: list[Plan]) -> None:
    """Note every plan and, now and then, what becomes of it."""
    for plan in plans:
        story = Story(plan)
        timeline.note(plan.at, story.record)
        fate = CHANGED if plan.is_sold else world.random.random()
        if fate < CHANGED:
            _note_later(world, timeline, plan, partial(story.change, _other_terms(world, plan)))
        elif fate < CHANGED + WITHDRAWN:
            _note_later(world, timeline, plan, story.withdraw)


def note_nights(world: World, timeline: Timeline) -> None:
    """Note that notices end each night when their days are over, as the job does it soon after midnight."""
    for days in range(WEEKS_OF_NOTICES * 7 + 1):
        timeline.note(moment(world.day - timedelta(days=days), 0.01), sourcing.expire_notices)


def money(fen: float) -> Money:
    """Return an asking price as people name it: to the jiao, dear goods to the yuan."""
    step = 10 if fen < 2000 else 100
    return Money(max(step, round(fen / step) * step), current().currency)


def _note_later(world: World, timeline: Timeline, plan: Plan, act: Callable[[], object]) -> None:
    """Note an act some days after the recording, if the notice is still open then and the day has come."""
    day = plan.on + timedelta(days=world.random.randint(1, 6))
    if day <= min(plan.terms.closes_on, world.day - timedelta(days=1)):
        timeline.note(working(world.random, day), act)


def _other_terms(world: World, plan: Plan) -> Terms:
    """Return less of the same, as happens once the goods are weighed, or a few days more."""
    if world.random.random() < 0.5:
        return replace(plan.terms, closes_on=plan.terms.closes_on + timedelta(days=world.random.randint(2, 7)))
    steps, unit = plan.terms.quantity.steps, plan.terms.quantity.unit
    less = steps * world.random.randint(6, 9) // 10 // unit.steps * unit.steps
    return replace(plan.terms, quantity=Quantity(max(unit.steps, less), unit))
