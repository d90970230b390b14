"""What the REST interface takes and says of goods that go back."""

from typing import Annotated

from ninja import Field, Schema


class ReturnIn(Schema):
    """Goods that a buyer hands in: the number of the dispute, the unit's number, and the weight of the parcel."""

    number: Annotated[str, Field(max_length=20, pattern=r"^[^\x00]*$")]
    unit: Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")]
    weight_grams: Annotated[int, Field(ge=1, le=500_000)]


class ReturnOut(Schema):
    """The parcel in which goods go back, by its number, and the unit that it goes to."""

    parcel: str
    to_unit: str
