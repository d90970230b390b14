"""What the market means: offers, orders, payments, how an order's money is shared. Pure rules."""

from terrace.market.domain.acts import ACTS, Permission
from terrace.market.domain.buying import FreightRule
from terrace.market.domain.offers import OfferStatus, SaleUnit, Standing, standing
from terrace.market.domain.orders import OrderStatus
from terrace.market.domain.payments import Answer, Notice, PaymentStatus, Provider, RepaymentStatus
from terrace.market.domain.settling import DisputeKind, DisputeStatus

__all__ = [
    "ACTS",
    "Answer",
    "DisputeKind",
    "DisputeStatus",
    "FreightRule",
    "Notice",
    "OfferStatus",
    "OrderStatus",
    "PaymentStatus",
    "Permission",
    "Provider",
    "RepaymentStatus",
    "SaleUnit",
    "Standing",
    "standing",
]
