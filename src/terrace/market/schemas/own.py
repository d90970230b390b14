"""What the REST interface of somebody's own addresses and orders takes and gives."""

from ninja import Field, Schema

from terrace.http.rest import Text
from terrace.market.models import Address
from terrace.market.services.addresses import KEPT
from terrace.market.services.delivery import LONGEST, Delivery


class AddressIn(Schema):
    """Where goods go; `phone` in any form, `region` is province, city and district."""

    recipient: Text = Field(max_length=LONGEST["recipient"])
    phone: Text = Field(max_length=30)
    region: Text = Field(max_length=LONGEST["region"])
    address: Text = Field(max_length=LONGEST["address"])

    def delivery(self) -> Delivery:
        """Return the address as the service takes it."""
        return Delivery(self.recipient, self.phone, self.region, self.address)


class AddressOut(Schema):
    """An address that the caller keeps; `phone` is E.164."""

    id: int
    recipient: str
    phone: str
    region: str
    address: str

    @classmethod
    def of(cls, address: Address) -> "AddressOut":
        """Return the address as JSON."""
        return cls(id=address.pk, **{name: getattr(address, name) for name in KEPT})


class ClaimableOut(Schema):
    """How many orders still wait to be claimed, and the numbers of those that just were."""

    waiting: int
    claimed: list[str] = []
