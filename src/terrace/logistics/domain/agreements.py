"""What a centre agreed with a carrier: zones with prices, rounds of the day, a month's minimum. Pure rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from terrace.kernel.money import Money

Zone = TypeVar("Zone")
MOST_ZONES = 12
MOST_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Round:
    """What comes until `by` is sorted and ready to ride at `ready_at`."""

    by: time
    ready_at: time


@dataclass(frozen=True, slots=True)
class Ride:
    """The day on which a parcel is due to ride, and from when on; no time where no rounds were agreed."""

    on: date
    ready_at: time | None = None


def zone_at(named: Mapping[str, Zone], rest: Zone | None, path: str) -> Zone | None:
    """Return the zone of the place at `path`: of the nearest area above it that a zone names, else `rest`.

    `named` are zones by the paths of their areas; `rest` is the one for all other
    areas. None: the carrier does not serve the place.
    """
    for length in range(len(path), 0, -1):
        if path[:length] in named:
            return named[path[:length]]
    return rest


def ride_of(rounds: Sequence[Round], announced: datetime) -> Ride:
    """Return when a parcel rides that was announced at `announced`, by the clock of the centre.

    The first round whose end has not passed takes it; after the last one it is
    the first round of the next day. Without rounds every hour of a day will do.
    """
    if not rounds:
        return Ride(announced.date())
    ordered = sorted(rounds, key=lambda one: one.by)
    hour = announced.time().replace(tzinfo=None)
    for one in ordered:
        if hour <= one.by:
            return Ride(announced.date(), one.ready_at)
    return Ride(announced.date() + timedelta(days=1), ordered[0].ready_at)


def parts_of(price: Money, outlet: Money) -> tuple[Money, Money]:
    """Split a zone's price: the outlet gets what its tariff says, never more than the price, the fleet what is left.

    So what a keeper earns does not hang on whose parcel it is, and the parts add up to the price.
    """
    earned = min(outlet, price)
    return price - earned, earned


def top_up(minimum: Money, fees: Money) -> Money:
    """Return what a month lacks to its minimum, nothing where its fees reach it."""
    return max(minimum - fees, Money(0, minimum.currency))


def months_of(starts_on: date, ends_on: date | None, until: date) -> list[date]:
    """Return the first days of the whole calendar months of an agreement that ended before `until`.

    A month that an agreement covers in part owes no minimum.
    """
    first = starts_on if starts_on.day == 1 else next_month(starts_on)
    months = []
    while (after := next_month(first)) <= until and (ends_on is None or after - timedelta(days=1) <= ends_on):
        months.append(first)
        first = after
    return months


def next_month(on: date) -> date:
    """Return the first day of the month after that of `on`."""
    return (on.replace(day=28) + timedelta(days=4)).replace(day=1)
