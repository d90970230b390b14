"""Forms of vehicles, carriers and tariffs."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from terrace.http.forms import (
    ActForm,
    DayField,
    FilterForm,
    MoneyField,
    QuantityField,
    VersionForm,
    WholeField,
)
from terrace.kernel.quantity import Unit
from terrace.kernel.words import _
from terrace.logistics.domain import TariffKind
from terrace.logistics.domain.shelf import ShelfDays
from terrace.logistics.domain.tariffs import FEES
from terrace.logistics.forms.fields import ANY, Choices, KilogramField, grams_of, offer
from terrace.logistics.services import VehicleGiven


class VehicleForm(ActForm):
    """A vehicle."""

    unit = forms.ChoiceField(label=_("Centre"))
    plate = forms.CharField(label=_("Plate"), max_length=20)
    label = forms.CharField(label=_("Name"), required=False, max_length=60)
    capacity = KilogramField(label=_("Carries"))
    is_cold = forms.BooleanField(label=_("Cools"), required=False)

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "unit", units)

    def given(self, *, is_active: bool = True) -> VehicleGiven:
        """Return the vehicle that was entered; raises `Invalid` for a weight that is none."""
        values = self.values
        grams = grams_of(values["capacity"], "capacity")
        return VehicleGiven(values["plate"], grams, values["label"], values["is_cold"], is_active)


class ChangedVehicleForm(VehicleForm, VersionForm):
    """A vehicle that is there; laid up, it is put on no new tour."""

    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, units=[], **kwargs)
        del self.fields["unit"]


class CarrierForm(ActForm):
    """An enterprise of the register that is to share the network."""

    unit = forms.ChoiceField(label=_("Centre"))
    party = forms.CharField(
        label=_("Enterprise"), max_length=20, help_text=_("Its number in the register of producers and buyers.")
    )

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "unit", units)


class ShelfDaysForm(VersionForm):
    """How long a carrier's parcels wait on the shelf; empty for as long as everybody's."""

    remind_days = WholeField(label=_("Remind the recipient after days"), required=False)
    keep_days = WholeField(label=_("Goes back after days"), required=False)

    def days(self) -> ShelfDays | None:
        """Return what was agreed; raises `Invalid` for days in the wrong order."""
        remind, keep = self.values["remind_days"], self.values["keep_days"]
        if remind is None and keep is None:
            return None
        return ShelfDays(remind or keep or 0, keep or 0)


class TariffForm(ActForm):
    """A tariff from a day on."""

    kind = forms.ChoiceField(label=_("Who is paid"), choices=TariffKind.choices())
    area = forms.ChoiceField(label=_("Where"))
    party = forms.ChoiceField(label=_("Agreed with"), required=False)
    starts_on = DayField(label=_("From the day"))
    per_parcel = MoneyField(label=_("For each parcel"))
    per_kg = MoneyField(label=_("For each kilogram"))
    first = QuantityField(
        label=_("Covered by the price of the parcel"),
        required=False,
        help_text=_("So many kilograms of each parcel cost nothing more."),
    )

    def __init__(self, *args: Any, areas: Choices, carriers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area", areas)
        offer(self, "party", [("", _("All carriers")), *carriers])
        self.fields["first"].widget.attrs["data-unit"] = Unit.KILOGRAM.label


class FeeFilter(FilterForm):
    """Filters of the list of fees."""

    kind = forms.ChoiceField(
        label=_("Who is paid"),
        required=False,
        choices=lambda: [ANY, *((str(kind), kind.label) for kind in FEES)],
    )
    owed = forms.BooleanField(label=_("Only what is owed"), required=False)

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that the given filters leave."""
        given = self.given()
        if given.get("owed"):
            rows = rows.filter(paid_at__isnull=True)
        return rows.filter(kind=given["kind"]) if "kind" in given else rows


class TariffFilter(FilterForm):
    """Filters of the history of tariffs."""

    kind = forms.ChoiceField(label=_("Who is paid"), required=False, choices=lambda: [ANY, *TariffKind.choices()])

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that the given filters leave."""
        return rows.filter(**self.given())
