"""The tables of sourcing."""

from terrace.sourcing.models.notices import (
    PHOTOS,
    Advice,
    AdviceReceipt,
    DemandNotice,
    NoticeRow,
    ReferencePrice,
    SupplyNotice,
)
from terrace.sourcing.models.purchases import Mandate, Purchase, PurchaseLoss, PurchasePayment

__all__ = [
    "PHOTOS",
    "Advice",
    "AdviceReceipt",
    "DemandNotice",
    "Mandate",
    "NoticeRow",
    "Purchase",
    "PurchaseLoss",
    "PurchasePayment",
    "ReferencePrice",
    "SupplyNotice",
]
