"""The acts of sourcing."""

from terrace.sourcing.services.advice import ToMany, acknowledge_advice, give_advice
from terrace.sourcing.services.likely import Unlikely, UnlikelyPrice
from terrace.sourcing.services.notices import (
    AlreadyEnded,
    Terms,
    change_demand,
    change_supply,
    expire_notices,
    forget_party,
    record_demand,
    record_supply,
    withdraw_demand,
    withdraw_of_resting,
    withdraw_supply,
)
from terrace.sourcing.services.paying import (
    BuyerCannotPay,
    MoreThanOwed,
    NothingOwed,
    PaidBySale,
    ProducerSpentIt,
    pay_from_sale,
    pay_graded,
    pay_purchase,
)
from terrace.sourcing.services.photos import sweep_photos
from terrace.sourcing.services.prices import (
    PriceGiven,
    import_reference_prices,
    set_reference_price,
    withdraw_reference_price,
)
from terrace.sourcing.services.purchases import (
    LONGEST_REASON,
    AlreadyVoided,
    PurchaseGiven,
    TooLate,
    moist,
    record_purchase,
    void_purchase,
    weighed,
)

__all__ = [
    "LONGEST_REASON",
    "AlreadyEnded",
    "AlreadyVoided",
    "BuyerCannotPay",
    "MoreThanOwed",
    "NothingOwed",
    "PaidBySale",
    "PriceGiven",
    "ProducerSpentIt",
    "PurchaseGiven",
    "Terms",
    "ToMany",
    "TooLate",
    "Unlikely",
    "UnlikelyPrice",
    "acknowledge_advice",
    "change_demand",
    "change_supply",
    "expire_notices",
    "forget_party",
    "give_advice",
    "import_reference_prices",
    "moist",
    "pay_from_sale",
    "pay_graded",
    "pay_purchase",
    "record_demand",
    "record_purchase",
    "record_supply",
    "set_reference_price",
    "sweep_photos",
    "void_purchase",
    "weighed",
    "withdraw_demand",
    "withdraw_of_resting",
    "withdraw_reference_price",
    "withdraw_supply",
]
