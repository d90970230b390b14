"""What logistics means: parcels, consignments, tariffs, tours. Pure rules."""

from terrace.logistics.domain.acts import ACTS, Permission
from terrace.logistics.domain.consignments import ConsignmentStatus
from terrace.logistics.domain.events import (
    ParcelDelivered,
    ParcelLost,
    ParcelReturned,
    ParcelSent,
)
from terrace.logistics.domain.parcels import (
    MOST_TRIES,
    PERSONAL_FOR,
    Direction,
    Effect,
    Impossible,
    ParcelStatus,
    Proof,
    ScanKind,
    Seen,
)
from terrace.logistics.domain.tariffs import Rate, TariffKind
from terrace.logistics.domain.tours import LoadState, TourStatus

__all__ = [
    "ACTS",
    "MOST_TRIES",
    "PERSONAL_FOR",
    "ConsignmentStatus",
    "Direction",
    "Effect",
    "Impossible",
    "LoadState",
    "ParcelDelivered",
    "ParcelLost",
    "ParcelReturned",
    "ParcelSent",
    "ParcelStatus",
    "Permission",
    "Proof",
    "Rate",
    "ScanKind",
    "Seen",
    "TariffKind",
    "TourStatus",
]
