"""Reading parcels, consignments, tours and tariffs."""

from terrace.kernel.checks import Check
from terrace.logistics.queries.figures import Moved, parcels_between_visible_to, parcels_by_area, parcels_by_day
from terrace.logistics.queries.parcels import (
    coming_to,
    find_parcel_by_code,
    get_parcel,
    leaving_from,
    parcel_counts,
    parcels_about,
    parcels_by_id,
    parcels_visible_to,
    scans_of,
    sees_recipient,
    shelf_of,
)
from terrace.logistics.queries.tariffs import get_tariff, tariff_in_force, tariffs_visible_to

CHECKS: tuple[Check, ...] = ()
"""What must hold in a live database."""

__all__ = [
    "CHECKS",
    "Moved",
    "coming_to",
    "find_parcel_by_code",
    "get_parcel",
    "get_tariff",
    "leaving_from",
    "parcel_counts",
    "parcels_about",
    "parcels_between_visible_to",
    "parcels_by_area",
    "parcels_by_day",
    "parcels_by_id",
    "parcels_visible_to",
    "scans_of",
    "sees_recipient",
    "shelf_of",
    "tariff_in_force",
    "tariffs_visible_to",
]
