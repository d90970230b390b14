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
from terrace.sourcing.services.photos import sweep_photos
from terrace.sourcing.services.prices import (
    PriceGiven,
    import_reference_prices,
    set_reference_price,
    withdraw_reference_price,
)

__all__ = [
    "AlreadyEnded",
    "PriceGiven",
    "Terms",
    "ToMany",
    "Unlikely",
    "UnlikelyPrice",
    "acknowledge_advice",
    "change_demand",
    "change_supply",
    "expire_notices",
    "forget_party",
    "give_advice",
    "import_reference_prices",
    "record_demand",
    "record_supply",
    "set_reference_price",
    "sweep_photos",
    "withdraw_demand",
    "withdraw_of_resting",
    "withdraw_reference_price",
    "withdraw_supply",
]
