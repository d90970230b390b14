"""Tariffs: what a carrier, the fleet and an outlet are paid for parcels and kilograms. Pure rules."""

from dataclasses import dataclass

from terrace.kernel.money import Money
from terrace.kernel.words import Choice, _

GRAMS = 1000
"""Grams in the kilogram that a tariff names a price for."""


class TariffKind(Choice):
    """Whose work a tariff pays. For a return the fleet is paid that brings it back."""

    CARRIER = "carrier", _("Carrier")
    FLEET = "fleet", _("Fleet")
    OUTLET = "outlet", _("Outlet")
    RETURN = "return", _("Return")


FEES = (TariffKind.FLEET, TariffKind.OUTLET, TariffKind.RETURN)
"""What a carrier pays for: the way down, the hand-over, and the way back of what was not taken."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So much for each parcel, and so much for each kilogram beyond `first_grams` of each parcel."""

    per_parcel: Money
    per_kg: Money
    first_grams: int = 0

    def fee(self, parcels: int, grams: int) -> Money:
        """Return what `parcels` parcels of `grams` grams together cost, exact, rounded half up once at the end.

        Each parcel brings `first_grams` that its own price covers. With no
        parcel, as for goods in bulk, every gram is paid for.
        """
        if parcels < 0 or grams < 0:
            raise ValueError("parcels and grams are counted from nought")
        charged = max(0, grams - parcels * self.first_grams)
        return self.per_parcel * parcels + self.per_kg.per(charged, GRAMS)
