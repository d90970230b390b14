"""What a checkout reckons with: freight by the offer's rule, and how much one may order at once."""

from dataclasses import dataclass

from terrace.kernel.money import Money

MOST_LINES = 50
"""So many offers one checkout may take from: each is a row that other buyers wait for."""


@dataclass(frozen=True, slots=True)
class FreightRule:
    """Freight of one line: `first` for one, `more` for each further one, nothing from `free_from` of goods on."""

    first: Money
    more: Money
    free_from: Money | None = None

    def of(self, goods: Money, quantity: int) -> Money:
        """Return the freight of a line of `quantity` that costs `goods`."""
        if self.free_from is not None and self.free_from <= goods:
            return Money(0, goods.currency)
        return self.first + self.more * (quantity - 1)
