"""What a carrier owes the fleet and the outlet for a parcel that came down and was handed over."""

from datetime import datetime

from terrace.kernel.actors import Actor
from terrace.logistics.models import Parcel


def charge(*, by: Actor, parcel: Parcel, now: datetime) -> None:
    """Write down what the parcel's carrier owes by the tariffs in force, and have it paid if the account holds it."""
