"""Plans that try something out: other vehicles, another yard, separate tours instead of joint ones. Pure rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from terrace.logistics.domain.day import Haul
from terrace.logistics.domain.routing import Vehicle

MOST_MORE = 20
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Trial:
    """What is otherwise than on the real day, by ids.

    Vehicles stay at home, or there are so many `more` like one; tours begin and end at another unit; or each carrier,
    and farm goods, have tours and a fleet of their own, as if nobody shared anything.
    """

    without: tuple[int, ...] = ()
    more_like: int | None = None
    more: int = 0
    yard_id: int | None = None
    is_separate: bool = False

    @property
    def is_real(self) -> bool:
        """Whether nothing is otherwise: only such a plan can be driven."""
        return self == Trial()


def fleet_of(trial: Trial, vehicles: Sequence[V], ids: Sequence[int]) -> list[V]:
    """Return which vehicles there are, those that only a trial has at the end."""
    kept = [vehicle for vehicle, pk in zip(vehicles, ids, strict=True) if pk not in trial.without]
    like = [vehicle for vehicle, pk in zip(vehicles, ids, strict=True) if pk == trial.more_like]
    return kept + like[:1] * trial.more


def purposes_of(hauls: Iterable[Haul]) -> list[str]:
    """Return for whom things are carried, in order."""
    return sorted({haul.purpose for haul in hauls})


def for_each(purposes: Sequence[str], fleet: Sequence[Vehicle]) -> list[Vehicle]:
    """Return a fleet of its own for each purpose, one after the other."""
    return [replace(vehicle, offers=vehicle.offers | {purpose}) for purpose in purposes for vehicle in fleet]
