"""What the market means: offers, orders, payments, how an order's money is shared. Pure rules."""

from terrace.market.domain.acts import ACTS, Permission
from terrace.market.domain.offers import OfferStatus, SaleUnit
from terrace.market.domain.orders import OrderStatus
from terrace.market.domain.payments import Answer, PaymentStatus, Provider
from terrace.market.domain.settling import DisputeKind, DisputeStatus

__all__ = [
    "ACTS",
    "Answer",
    "DisputeKind",
    "DisputeStatus",
    "OfferStatus",
    "OrderStatus",
    "PaymentStatus",
    "Permission",
    "Provider",
    "SaleUnit",
]
