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
from terrace.sourcing.models.purchases import (
    Mandate,
    Purchase,
    PurchaseDebt,
    PurchaseLoss,
    PurchasePayment,
    key_for_gone,
)

__all__ = [
    "PHOTOS",
    "Advice",
    "AdviceReceipt",
    "DemandNotice",
    "Mandate",
    "NoticeRow",
    "Purchase",
    "PurchaseDebt",
    "PurchaseLoss",
    "PurchasePayment",
    "ReferencePrice",
    "SupplyNotice",
    "key_for_gone",
]
