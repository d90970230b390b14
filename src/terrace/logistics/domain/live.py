"""A day as it goes: which tours need somebody's eyes first, and when their next stops can be expected. Pure rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from terrace.kernel.words import Choice, _, in_context
from terrace.logistics.domain.tours import TourStatus

TOLERATED = timedelta(minutes=10)
"""Nobody is called late before."""
SILENT_AFTER = timedelta(minutes=60)
"""A driver who reaches no stop and tells no position for so long is asked how it goes."""


class TourStanding(Choice):
    """How a tour of today goes; what needs somebody's eyes most comes first."""

    TROUBLE = "trouble", _("Problem reported")
    NOT_BEGUN = "not_begun", _("Not begun")
    LATE = "late", in_context("of a tour", "Late")
    SILENT = "silent", _("Nothing heard")
    ON_TIME = "on_time", _("On time")
    TO_COME = "to_come", _("Begins later")
    HOME = "home", _("Home again")

    @property
    def tone(self) -> str:
        """The colour of its badge."""
        tones = {
            TourStanding.TROUBLE: "bad",
            TourStanding.NOT_BEGUN: "bad",
            TourStanding.LATE: "warn",
            TourStanding.SILENT: "warn",
        }
        return tones.get(self, "good" if self is TourStanding.ON_TIME else "neutral")

    @property
    def is_open(self) -> bool:
        """Whether there is something left to drive."""
        return self is not TourStanding.HOME

    @property
    def rank(self) -> int:
        """Its place among all, the most urgent first."""
        return list(TourStanding).index(self)


@dataclass(frozen=True, slots=True)
class Passed:
    """A stop: when the vehicle was to be there, when it came, None where nobody knows or not yet, and when it left."""

    planned: datetime | None
    arrived: datetime | None = None
    left: datetime | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """What is known of a tour: where it stands, when it was to leave and did, its stops in order.

    `heard_at` is when its driver or a tracker told something last; `trouble_at` when a problem was reported last.
    """

    status: TourStatus
    begins: datetime
    started_at: datetime | None
    stops: Sequence[Passed]
    heard_at: datetime | None = None
    trouble_at: datetime | None = None

    @property
    def last_act_at(self) -> datetime | None:
        """When it left the yard, reached or left a stop last."""
        told = [self.started_at, *(moment for stop in self.stops for moment in (stop.arrived, stop.left))]
        return max((moment for moment in told if moment), default=None)

    @property
    def is_in_trouble(self) -> bool:
        """Whether a problem was reported after which it has not gone on."""
        if self.trouble_at is None or not self.status.is_open:
            return False
        return self.last_act_at is None or self.last_act_at <= self.trouble_at

    def lateness(self, now: datetime) -> timedelta:
        """Return how late it was where it was last, below zero for early; before it began, how long it should have."""
        if self.started_at is None:
            return max(now - self.begins, timedelta())
        late = self.started_at - self.begins
        for stop in self.stops:
            if stop.planned and stop.arrived:
                late = stop.arrived - stop.planned
        return late

    def standing(self, late: timedelta, now: datetime) -> TourStanding:
        """Return how it goes; `late` is how late it comes to a stop that is still to come, at the most."""
        if not self.status.is_open:
            return TourStanding.HOME
        if self.is_in_trouble:
            return TourStanding.TROUBLE
        if self.status is TourStatus.PLANNED:
            return TourStanding.NOT_BEGUN if now > self.begins + TOLERATED else TourStanding.TO_COME
        if late > TOLERATED:
            return TourStanding.LATE
        heard = max((one for one in (self.heard_at, self.last_act_at) if one), default=self.begins)
        return TourStanding.SILENT if now - heard > SILENT_AFTER else TourStanding.ON_TIME
