"""News for the contexts above. `reference` is the caller's own word for what the parcel is about: `order/O-...`."""

from dataclasses import dataclass
from datetime import datetime

from terrace.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ParcelSent(Event):
    """A parcel that goes up was handed to its carrier."""

    parcel_id: int
    reference: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ParcelDelivered(Event):
    """A parcel reached its recipient."""

    parcel_id: int
    reference: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ParcelReturned(Event):
    """A parcel came back to who sent it."""

    parcel_id: int
    reference: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ParcelLost(Event):
    """A parcel was given up as lost."""

    parcel_id: int
    reference: str
    at: datetime
