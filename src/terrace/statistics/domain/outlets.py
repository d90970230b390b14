"""An outlet's month: what it earned by fees, what it cost to run, what is left."""

from dataclasses import dataclass
from datetime import date

from terrace.kernel.money import Money
from terrace.kernel.words import Choice, _

LONGEST_NOTE = 200


class CostKind(Choice):
    """What an outlet pays for by itself."""

    RENT = "rent", _("Rent")
    POWER = "power", _("Power and heating")
    PHONE = "phone", _("Phone and network")
    MATERIAL = "material", _("Packing and office material")
    WAGES = "wages", _("Wages")
    OTHER = "other", _("Other costs")


@dataclass(frozen=True, slots=True)
class MonthResult:
    """What a unit earned and spent in the month that begins on `month`."""

    month: date
    earned: Money
    spent: Money

    @property
    def profit(self) -> Money:
        """What is left; below zero, a loss."""
        return self.earned - self.spent

    @property
    def is_loss(self) -> bool:
        """Whether it cost more than it earned."""
        return self.profit.minor < 0


def month_of(on: date) -> date:
    """Return the first day of the month of `on`: the name of a month in sums and charts."""
    return on.replace(day=1)
