"""What a tour costs, and how its cost is shared among what it carried. Pure rules, exact: shares add up to the cost.

The rule, as it is published: a tour's cost is shared by kilogram-kilometres. Each thing counts its weight and half a
kilogram more for being handled, times the direct way between the yard and its unit and five kilometres more for
loading and halting. So who lives far away costs more, a light parcel is not carried for nothing, and nobody pays for
the detours to others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from terrace.kernel.shares import largest_remainder
from terrace.logistics.domain.fleet import FINE, HOUR, MINUTE, Equipment, Prices

HANDLING_GRAMS = 500
HALTING_M = 5_000


@dataclass(frozen=True, slots=True)
class TourCosts:
    """A tour's cost in the currency's minor unit: energy, wear, the driver, and the vehicle's own cost of the day."""

    energy_minor: int
    wear_minor: int
    driver_minor: int
    standing_minor: int

    @property
    def total_minor(self) -> int:
        """All of it."""
        return self.energy_minor + self.wear_minor + self.driver_minor + self.standing_minor


@dataclass(frozen=True, slots=True)
class Share:
    """Something that a tour carried, and the metres of the direct way between the yard and its unit."""

    grams: int
    metres: int

    @property
    def weight(self) -> int:
        """What it counts where the cost is shared: gram-metres."""
        return (self.grams + HANDLING_GRAMS) * (self.metres + HALTING_M)


def costs_of(has: Equipment, prices: Prices, metres: int, seconds: int, before_s: int = 0) -> TourCosts:
    """Return what a tour costs of so many metres and seconds, whose vehicle was out `before_s` seconds that day before.

    What is beyond the vehicle's paid time is overtime. A vehicle's cost of the day goes with the paid time that it is
    out: what it stands in the yard is nobody's share. Each part is rounded half up once.
    """
    paid_s = has.shift.minutes * MINUTE
    ordinary = max(0, min(seconds, paid_s - before_s))
    driver = prices.hour_minor * (ordinary * 100 + (seconds - ordinary) * prices.overtime_percent)
    return TourCosts(
        energy_minor=_halves_up(prices.of(has.energy) * has.use_per_100km * metres, FINE * 100_000),
        wear_minor=_halves_up(has.wear_per_km_minor * metres, 1000),
        driver_minor=_halves_up(driver, 100 * HOUR),
        standing_minor=_halves_up(has.per_day_minor * ordinary, paid_s),
    )


def shared(total_minor: int, shares: Sequence[Share]) -> list[int]:
    """Return what each thing bears of a tour's cost, by the published rule; together they are the cost."""
    return largest_remainder(total_minor, [share.weight for share in shares])


def _halves_up(product: int, of: int) -> int:
    return (2 * product + of) // (2 * of)
