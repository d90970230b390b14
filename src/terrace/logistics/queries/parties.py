"""What logistics holds about a party that carries or sends, and what has to end before it can be erased."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from terrace.kernel.words import Text, _
from terrace.logistics.domain import TourStatus
from terrace.logistics.domain.consignments import FINAL
from terrace.logistics.models import Carrier, Consignment, Parcel, ParcelFee, Tour

WORDS: Mapping[str, Text] = {
    "parcels": _("Parcels"),
    "direction": _("Direction"),
    "waybill": _("Waybill"),
    "registered on": _("Registered on"),
    "positions": _("Where you drove"),
    "tour": _("Tour"),
    "moment": _("Moment"),
    "latitude": _("Latitude"),
    "longitude": _("Longitude"),
    "source": _("Told by"),
}
"""What people call the sections and columns of what a party is handed about its parcels, a driver about tours."""


def held_about(party_id: int) -> list[dict[str, Any]]:
    """Return the parcels that the party carries or sent, in plain values, oldest first; recipients are not its own."""
    rows = Parcel.objects.filter(Q(carrier_id=party_id) | Q(sender_id=party_id)).order_by("id")
    return [
        {
            "number": row.number,
            "direction": row.direction,
            "status": row.status,
            "waybill": row.waybill,
            "registered on": row.created_at,
        }
        for row in rows.iterator(chunk_size=2000)
    ]


def lies_at(unit_id: int) -> dict[str, int]:
    """Return how many open parcels and consignments lie at a unit or go there, and how many tours will stop there."""
    here = Q(unit_at=unit_id) | Q(to_unit=unit_id) | Q(from_unit=unit_id, unit_at__isnull=True, sent_at__isnull=True)
    goods = Consignment.objects.exclude(status__in=[str(status) for status in sorted(FINAL)])
    tours = Tour.objects.filter(status__in=[TourStatus.PLANNED.value, TourStatus.UNDER_WAY.value])
    return {
        "parcels": Parcel.objects.filter(here, ended_at__isnull=True).count(),
        "consignments": goods.filter(Q(unit_at=unit_id) | Q(to_unit=unit_id) | Q(from_unit=unit_id)).count(),
        "tours": tours.filter(stops__unit=unit_id, stops__left_at__isnull=True).distinct().count(),
    }


def has_open_parcels(party_id: int) -> bool:
    """Say whether a parcel of the party is on its way."""
    own = Q(carrier_id=party_id) | Q(sender_id=party_id)
    return Parcel.objects.filter(own, ended_at__isnull=True).exists()


def owes_fees(party_id: int) -> bool:
    """Say whether the party owes fees for parcels."""
    return ParcelFee.objects.filter(payer_id=party_id, paid_at__isnull=True).exists()


def is_carrier(party_id: int) -> bool:
    """Say whether the party shares the network of a centre today."""
    return Carrier.objects.filter(party_id=party_id, is_active=True).exists()
