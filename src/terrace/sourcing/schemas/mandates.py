"""Mandates as JSON."""

from collections.abc import Sequence
from datetime import date, datetime

from ninja import Field, Schema

from terrace.catalog import queries as catalog
from terrace.http.rest import MoneyValue, Text
from terrace.kernel import clock
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.sourcing import queries
from terrace.sourcing.models import Mandate
from terrace.sourcing.services import MandateGiven


class MandateIn(Schema):
    """Which unit may buy on a firm's account, by their numbers: every point of the county without a unit, all goods
    without a product. One limit at least, for a day or in all; `ends_on` is the last day."""

    buyer: Text = Field(max_length=20)
    unit: Text = Field("", max_length=20)
    product: Text = Field("", max_length=40)
    a_day: MoneyValue | None = None
    in_all: MoneyValue | None = None
    ends_on: date

    def given(self) -> MandateGiven:
        """Return it as the service takes it."""
        a_day, in_all = (limit.money if limit else None for limit in (self.a_day, self.in_all))
        return MandateGiven(self.buyer, self.ends_on, self.unit, self.product, a_day, in_all)


class MandateOut(Schema):
    """A mandate; `left` is what it allows to buy today, nothing once it is over or withdrawn."""

    number: str
    buyer: str
    unit: str
    product: str
    a_day: MoneyValue | None
    in_all: MoneyValue | None
    left: MoneyValue | None
    ends_on: date
    withdrawn_at: datetime | None


def mandates_out(mandates: Sequence[Mandate]) -> list[MandateOut]:
    """Return the mandates as JSON, with one look-up for each kind of number and code."""
    buyers = registry.parties_by_id({one.buyer_id for one in mandates})
    units = network.units_by_id({one.unit_id for one in mandates if one.unit_id})
    products = catalog.products_by_id({one.product_id for one in mandates if one.product_id})
    left = queries.left_of(mandates, clock.today())
    return [
        MandateOut(
            number=one.number,
            buyer=buyers[one.buyer_id].number,
            unit=units[one.unit_id].number if one.unit_id else "",
            product=products[one.product_id].code if one.product_id else "",
            a_day=MoneyValue.of(one.a_day),
            in_all=MoneyValue.of(one.in_all),
            left=MoneyValue.of(left[one.pk]) if one.is_in_force(clock.today()) else None,
            ends_on=one.ends_on,
            withdrawn_at=one.withdrawn_at,
        )
        for one in mandates
    ]
