"""Forms of logistics."""

from terrace.logistics.forms.cash import BankForm, HandInForm
from terrace.logistics.forms.consignments import ConsignmentFilter, ConsignmentForm, CountForm, UnitsForm, WindowForm
from terrace.logistics.forms.fields import grams_of
from terrace.logistics.forms.fleet import (
    CarrierForm,
    ChangedVehicleForm,
    FeeFilter,
    ShelfDaysForm,
    TariffFilter,
    TariffForm,
    VehicleForm,
)
from terrace.logistics.forms.parcels import (
    CollectorForm,
    HandOverForm,
    LongerForm,
    NewsForm,
    NoteForm,
    ParcelFilter,
    ParcelForm,
    ScanForm,
    StatusForm,
    WaybillForm,
)
from terrace.logistics.forms.tours import (
    AssignForm,
    ChangedTourForm,
    PlacesForm,
    ProblemForm,
    StopForm,
    TimedForm,
    TourFilter,
    TourForm,
)

__all__ = [
    "AssignForm",
    "BankForm",
    "CarrierForm",
    "ChangedTourForm",
    "ChangedVehicleForm",
    "CollectorForm",
    "ConsignmentFilter",
    "ConsignmentForm",
    "CountForm",
    "FeeFilter",
    "HandInForm",
    "HandOverForm",
    "LongerForm",
    "NewsForm",
    "NoteForm",
    "ParcelFilter",
    "ParcelForm",
    "PlacesForm",
    "ProblemForm",
    "ScanForm",
    "ShelfDaysForm",
    "StatusForm",
    "StopForm",
    "TariffFilter",
    "TariffForm",
    "TimedForm",
    "TourFilter",
    "TourForm",
    "UnitsForm",
    "VehicleForm",
    "WaybillForm",
    "WindowForm",
    "grams_of",
]
