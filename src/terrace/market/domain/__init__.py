"""What the market means: offers, orders, payments, how an order's money is shared. Pure rules."""

from terrace.market.domain.acts import ACTS, Permission
from terrace.market.domain.agreements import MOST_CONFIRM_DAYS, MOST_PERMILLE, USUAL_CONFIRM_DAYS
from terrace.market.domain.buying import FreightRule
from terrace.market.domain.disputes import (
    ANSWER_WITHIN,
    RETURN_WITHIN,
    DisputeKind,
    DisputeStatus,
    RefundReason,
    ReturnState,
)
from terrace.market.domain.offers import OfferStatus, SaleUnit, Standing, standing
from terrace.market.domain.orders import PRESUMED_AFTER, OrderStatus
from terrace.market.domain.payments import Answer, Notice, PaymentStatus, Provider, RepaymentStatus
from terrace.market.domain.settling import ReceiverKind, Rule

__all__ = [
    "ACTS",
    "ANSWER_WITHIN",
    "MOST_CONFIRM_DAYS",
    "MOST_PERMILLE",
    "PRESUMED_AFTER",
    "RETURN_WITHIN",
    "USUAL_CONFIRM_DAYS",
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
    "ReceiverKind",
    "RefundReason",
    "RepaymentStatus",
    "ReturnState",
    "Rule",
    "SaleUnit",
    "Standing",
    "standing",
]
