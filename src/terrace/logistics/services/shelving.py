"""Coming to lie somewhere: whether that is on a parcel's way, and for how long it waits on the shelf."""

from django.conf import settings

from terrace.kernel.errors import Invalid
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.words import _
from terrace.logistics import queries
from terrace.logistics.domain import Direction, Seen
from terrace.logistics.domain.shelf import LONGEST_SHELF, End, ShelfDays
from terrace.logistics.domain.shelf import is_on_its_way as rule
from terrace.logistics.models import Parcel
from terrace.logistics.services.telling import give_code
from terrace.network.models import ServiceUnit


def is_on_its_way(parcel: Parcel, unit: ServiceUnit) -> bool:
    """Say whether a parcel may lie at a unit: at its ends, or above them."""
    ends = None if parcel.to_unit_id is None else End(parcel.to_unit_id, parcel.to_path)
    return rule(End(unit.pk, unit.area_path), End(parcel.from_unit_id, parcel.from_path), ends)


def shelve(parcel: Parcel, seen: Seen) -> str:
    """Give a parcel that came to where it is handed over a new pick-up code, and return it; "" for any other.

    The row is not saved here. The code of a parcel that went on opens nothing any more, and nobody is reminded of it.
    """
    parcel.code, parcel.code_tries, parcel.collector_code = "", 0, ""
    is_there = seen.status.is_on_shelf and seen.unit_id == parcel.to_unit_id
    parcel.shelved_at = seen.at if is_there else None
    parcel.remind_at, parcel.keep_until = None, None
    if parcel.direction != Direction.DOWN or parcel.is_refused or not is_there:
        return ""
    days = days_for(parcel)
    parcel.remind_at, parcel.keep_until = seen.at + days.until_reminder, seen.at + days.until_overdue
    return give_code(parcel)


def compartment(text: str) -> str:
    """Return where on the shelf something is laid, as it is kept; raise `Invalid` for what is too long, or personal."""
    named = " ".join(text.split())
    if len(named) > LONGEST_SHELF:
        raise Invalid(_("Enter at most %(most)d characters.") % {"most": LONGEST_SHELF}, field="shelf")
    refuse_identity_number(named, field="shelf")
    return named


def days_for(parcel: Parcel) -> ShelfDays:
    """Return how long a parcel waits on the shelf: as its carrier agreed with the centre, else as everywhere here."""
    if parcel.carrier_id is not None:
        agreed = queries.carriers_serving(parcel.from_path).filter(party_id=parcel.carrier_id, keep_days__isnull=False)
        carrier = agreed.order_by("-area_path", "-id").first()
        if carrier is not None and carrier.remind_days and carrier.keep_days:
            return ShelfDays(carrier.remind_days, carrier.keep_days)
    return ShelfDays(settings.ENV.remind_days, settings.ENV.shelf_days)
