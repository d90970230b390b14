"""Offers, orders, payments, and what becomes of the money."""

from terrace.market.models.offers import Offer, OfferPhoto, Review
from terrace.market.models.orders import Address, Order, OrderLine
from terrace.market.models.packing import OrderParcel, PackedLot
from terrace.market.models.payments import Payment, PaymentNotice, Repayment
from terrace.market.models.sandbox import ChargeState, SandboxCharge, Sending
from terrace.market.models.settling import Agreement, Dispute, Refund, Settlement, SettlementLine

__all__ = [
    "Address",
    "Agreement",
    "ChargeState",
    "Dispute",
    "Offer",
    "OfferPhoto",
    "Order",
    "OrderLine",
    "OrderParcel",
    "PackedLot",
    "Payment",
    "PaymentNotice",
    "Refund",
    "Repayment",
    "Review",
    "SandboxCharge",
    "Sending",
    "Settlement",
    "SettlementLine",
]
