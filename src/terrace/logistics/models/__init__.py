"""Vehicles, carriers and tariffs; parcels and consignments with their scans; tours."""

from terrace.logistics.models.consignments import Consignment, ConsignmentLine
from terrace.logistics.models.fleet import Carrier, Tariff, Vehicle
from terrace.logistics.models.parcels import Parcel, ParcelFee, Scan, ScanPhoto
from terrace.logistics.models.tours import Load, Stop, Tour

__all__ = [
    "Carrier",
    "Consignment",
    "ConsignmentLine",
    "Load",
    "Parcel",
    "ParcelFee",
    "Scan",
    "ScanPhoto",
    "Stop",
    "Tariff",
    "Tour",
    "Vehicle",
]
