"""Vehicles, carriers and tariffs; parcels and consignments with their scans; tours and the plans of days."""

from terrace.logistics.models.agreements import Agreement, CutOff, MonthCharge, Zone, ZoneArea
from terrace.logistics.models.cash import CashTaken, HandIn
from terrace.logistics.models.consignments import Consignment, ConsignmentLine, PackedUnit
from terrace.logistics.models.costs import TourCost
from terrace.logistics.models.fleet import Carrier, Tariff, Vehicle
from terrace.logistics.models.handing_in import ColumnMap, ParcelFile, UnplacedParcel
from terrace.logistics.models.news import Feed, News
from terrace.logistics.models.parcels import Parcel, ParcelFee, Scan, ScanPhoto
from terrace.logistics.models.plans import Approach, DayPlan, PlanningRules
from terrace.logistics.models.positions import Position
from terrace.logistics.models.receipts import DropReceipt
from terrace.logistics.models.roads import DetourFactor, RoadCondition, RoadMatrix, RoadNetwork
from terrace.logistics.models.tours import Load, Stop, Tour

__all__ = [
    "Agreement",
    "Approach",
    "Carrier",
    "CashTaken",
    "ColumnMap",
    "Consignment",
    "ConsignmentLine",
    "CutOff",
    "DayPlan",
    "DetourFactor",
    "DropReceipt",
    "Feed",
    "HandIn",
    "Load",
    "MonthCharge",
    "News",
    "PackedUnit",
    "Parcel",
    "ParcelFee",
    "ParcelFile",
    "PlanningRules",
    "Position",
    "RoadCondition",
    "RoadMatrix",
    "RoadNetwork",
    "Scan",
    "ScanPhoto",
    "Stop",
    "Tariff",
    "Tour",
    "TourCost",
    "UnplacedParcel",
    "Vehicle",
    "Zone",
    "ZoneArea",
]
