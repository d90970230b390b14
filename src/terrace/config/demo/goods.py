"""The catalogue as a demo uses it: what can be for sale on a day, of which variety, how much of it and for how much."""

from datetime import date, timedelta
from functools import cached_property
from random import Random

from terrace.catalog import queries as catalog
from terrace.catalog.domain import Season
from terrace.catalog.models import Product, Variety
from terrace.kernel.quantity import Quantity, Unit

PERISHABLE_DAYS = 60


class Goods:
    """The catalogue's products by code, with their varieties; read once."""

    @cached_property
    def products(self) -> dict[str, Product]:
        """Return the traded products by code."""
        return {product.code: product for product in catalog.products()}

    @cached_property
    def varieties(self) -> dict[str, list[Variety]]:
        """Return the varieties of each product by its code."""
        return {code: list(catalog.varieties_of(product.pk)) for code, product in self.products.items()}

    def for_sale(self, code: str, on: date) -> bool:
        """Say whether the product is in season on `on`, or still keeps since its last season."""
        return days_since(self.products[code].season, on) <= self.products[code].keeps_days

    def variety(self, random: Random, code: str, on: date) -> str:
        """Return the code of some variety that is in season, of any out of the product's season, "" for none."""
        product = self.products[code]
        ripe = [v for v in self.varieties[code] if days_since(v.season or product.season, on) == 0]
        offered = ripe or (self.varieties[code] if days_since(product.season, on) else [])
        return random.choice(offered).code if offered else ""

    def is_perishable(self, code: str) -> bool:
        """Say whether it has to be sold within weeks."""
        return self.products[code].keeps_days < PERISHABLE_DAYS

    def amount(self, code: str, amount: float) -> Quantity:
        """Return about `amount` units of the product, as people say it: in two significant digits."""
        unit = Unit(self.products[code].unit)
        return Quantity(max(1, two_digits(amount)) * unit.steps, unit)


def two_digits(amount: float) -> int:
    """Return a number in two significant digits: 1,234 is 1,200."""
    step = 10 ** max(0, len(str(int(amount))) - 2)
    return int(amount) // int(step) * int(step)


def days_since(season: Season, on: date) -> int:
    """Return how many days before `on` the season was last, 0 within it."""
    if on.month in season.months:
        return 0
    ended = date(on.year if season.last < on.month else on.year - 1, season.last, 1)
    after = (ended.replace(day=28) + timedelta(days=4)).replace(day=1)
    return (on - after).days + 1
