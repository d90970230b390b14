"""What the schemas of logistics share."""

from collections.abc import Iterable
from typing import Annotated

from ninja import Field, Schema

from terrace.http.rest import QuantityValue, Text
from terrace.kernel.quantity import Quantity, Unit
from terrace.network import queries as network

Number = Annotated[str, Field(max_length=40)]
Version = Annotated[int, Field(ge=1, le=2_000_000_000)]
Note = Annotated[Text, Field(max_length=200)]


class LogisticsVersionIn(Schema):
    """An act on something that people change, made from the version that was read."""

    version: Version


def numbers_of(ids: Iterable[int | None]) -> dict[int, str]:
    """Return the numbers of units by their ids, in one look-up."""
    return {pk: unit.number for pk, unit in network.units_by_id(pk for pk in ids if pk is not None).items()}


def kilograms(grams: int) -> QuantityValue:
    """Return a weight as JSON."""
    return QuantityValue.of(Quantity(grams, Unit.KILOGRAM))
