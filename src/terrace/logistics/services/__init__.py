"""Acts: the only writers."""

from terrace.logistics.services.carrying import carrier_says, hand_to_carrier
from terrace.logistics.services.handing import CodeLocked, WrongCode, hand_over, refuse, renew_code
from terrace.logistics.services.parcels import KnownWaybill, NewParcel, register_parcel
from terrace.logistics.services.scanning import scan

__all__ = [
    "CodeLocked",
    "KnownWaybill",
    "NewParcel",
    "WrongCode",
    "carrier_says",
    "hand_over",
    "hand_to_carrier",
    "refuse",
    "register_parcel",
    "renew_code",
    "scan",
]
