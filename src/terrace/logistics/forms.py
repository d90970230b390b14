"""Forms of logistics."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from terrace.http.forms import (
    ActForm,
    DayField,
    FilterForm,
    MoneyField,
    QuantityField,
    SecretForm,
    VersionForm,
    WholeField,
)
from terrace.http.photos import PhotoField
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import _
from terrace.logistics import queries
from terrace.logistics.domain import ConsignmentStatus, Direction, ParcelStatus, ScanKind, TariffKind, TourStatus
from terrace.logistics.models import ConsignmentLine, Vehicle
from terrace.logistics.services import TourGiven, VehicleGiven
from terrace.traceability.domain import LossReason
from terrace.traceability.models import Lot

Choices = Sequence[tuple[str, Any]]
ANY = ("", _("All"))
CHOOSE = ("", _("Choose"))
SAID = (ScanKind.ARRIVED, ScanKind.MISSING, ScanKind.DAMAGED, ScanKind.RETURNED, ScanKind.LOST)
"""What people at a unit say by a scan."""


def offer(form: forms.Form, name: str, choices: Choices) -> None:
    """Give the choice field `name` of `form` its choices; a single one is chosen already."""
    field = cast(forms.ChoiceField, form.fields[name])
    field.choices = list(choices) if len(choices) == 1 or not field.required else [CHOOSE, *choices]


def grams_of(amount: Any, field: str) -> int:
    """Return kilograms that were typed as grams; raise `Invalid` at `field` when they are none, or too fine."""
    return QuantityField.of(amount, Unit.KILOGRAM, field=field).steps


class KilogramField(QuantityField):
    """A weight that is typed in kilograms."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs["data-unit"] = Unit.KILOGRAM.label


class TimeField(forms.TimeField):
    """A time of the day, picked from the browser's own clock."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        super().__init__(**{"widget": widget, **options})


class ParcelForm(ActForm):
    """A parcel to announce. Who it is for is nobody else's business: nothing is kept on the device."""

    keeps_draft = False

    from_unit = forms.ChoiceField(label=_("From"))
    to_unit = forms.ChoiceField(label=_("To the point or station"))
    carrier = forms.ChoiceField(label=_("Carrier"), required=False)
    waybill = forms.CharField(label=_("Waybill"), required=False, max_length=40)
    recipient = forms.CharField(label=_("Recipient"), max_length=80)
    phone = forms.CharField(label=_("Phone"), max_length=40, widget=forms.TextInput(attrs={"inputmode": "tel"}))
    region = forms.CharField(label=_("Province, city, district"), required=False, max_length=120)
    address = forms.CharField(label=_("Address"), required=False, max_length=200)
    weight = KilogramField(label=_("Weight"))

    def __init__(
        self, *args: Any, direction: Direction, origins: Choices, targets: Choices, carriers: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "from_unit", origins)
        offer(self, "carrier", [("", _("None")), *carriers])
        if direction is Direction.DOWN:
            offer(self, "to_unit", targets)
            self.fields["phone"].help_text = _("The pick-up code is sent there.")
            del self.fields["region"], self.fields["address"]
        else:
            self.fields["phone"].required = False
            del self.fields["to_unit"], self.fields["waybill"]


class WaybillForm(ActForm):
    """Handing a parcel to its carrier."""

    carrier = forms.ChoiceField(label=_("Carrier"))
    waybill = forms.CharField(label=_("Waybill"), max_length=40, help_text=_("The carrier's own number."))

    def __init__(self, *args: Any, carriers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "carrier", carriers)


class NewsForm(ActForm):
    """What a carrier says of a parcel."""

    status = forms.ChoiceField(label=_("The carrier says"), choices=[])

    def __init__(self, *args: Any, said: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "status", said)


class HandOverForm(SecretForm):
    """Handing a parcel over. It carries no key of idempotency: a refusal must not undo the count of wrong codes."""

    code = forms.CharField(
        label=_("Pick-up code"),
        required=False,
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    photo = PhotoField(
        label=_("Photo of the hand-over"),
        required=False,
        help_text=_("Instead of the code, for who has lost it. It is deleted with the recipient's data."),
    )

    def keep_files(self) -> None:
        """Keep the photo, if one came that can be used."""
        cast(PhotoField, self.fields["photo"]).keep(self.cleaned_data.get("photo"))


class NoteForm(ActForm):
    """A question that takes a few words for an answer."""

    note = forms.CharField(label=_("Note"), required=False, max_length=200)


class ScanForm(ActForm):
    """One scan: what the label says, and what happened. Typed, or read by the camera where the browser can."""

    keeps_draft = False

    code = forms.CharField(
        label=_("Number or waybill"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "data-scan": ""}),
    )
    kind = forms.ChoiceField(label=_("What happened"), choices=[(kind.value, kind.label) for kind in SAID])
    note = forms.CharField(label=_("Note"), required=False, max_length=200)


class ParcelFilter(FilterForm):
    """Filters of the list of parcels."""

    text = forms.CharField(label=_("Number or waybill"), required=False, max_length=40)
    direction = forms.ChoiceField(label=_("Direction"), required=False, choices=lambda: [ANY, *Direction.choices()])
    status = forms.ChoiceField(label=_("State"), required=False, choices=lambda: [ANY, *ParcelStatus.choices()])
    open = forms.BooleanField(label=_("Only what is on its way"), required=False)

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that the given filters leave."""
        given = self.given()
        if "text" in given:
            rows = queries.parcels_found_by(rows, given["text"])
        if given.get("open"):
            rows = rows.filter(ended_at__isnull=True)
        return rows.filter(**{name: given[name] for name in ("direction", "status") if name in given})


class ConsignmentFilter(FilterForm):
    """Filters of the list of consignments."""

    text = forms.CharField(label=_("Number"), required=False, max_length=20)
    status = forms.ChoiceField(label=_("State"), required=False, choices=lambda: [ANY, *ConsignmentStatus.choices()])

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that the given filters leave."""
        given = self.given()
        if "text" in given:
            rows = rows.filter(number__icontains=given["text"].strip())
        return rows.filter(status=given["status"]) if "status" in given else rows


class TourFilter(FilterForm):
    """Filters of the list of tours."""

    first = DayField(label=_("From"), required=False)
    last = DayField(label=_("Until"), required=False)
    status = forms.ChoiceField(label=_("State"), required=False, choices=lambda: [ANY, *TourStatus.choices()])

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that the given filters leave."""
        given, named = self.given(), {"first": "on__gte", "last": "on__lte", "status": "status"}
        return rows.filter(**{column: given[name] for name, column in named.items() if name in given})


class TariffFilter(FilterForm):
    """Filters of the history of tariffs."""

    kind = forms.ChoiceField(label=_("For whom"), required=False, choices=lambda: [ANY, *TariffKind.choices()])

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that the given filters leave."""
        return rows.filter(**self.given())


class ConsignmentForm(ActForm):
    """What goes along of the lots that lie here: a quantity beside each, empty for what stays."""

    to_unit = forms.ChoiceField(label=_("To"))
    crates = WholeField(label=_("Crates"), required=False)
    grams = KilogramField(label=_("Weight with crates"), required=False)
    is_cold = forms.BooleanField(label=_("Has to ride cold"), required=False)

    def __init__(self, *args: Any, targets: Choices, lots: Sequence[tuple[Lot, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "to_unit", targets)
        self.fields["grams"].help_text = _("Needed for what is counted in pieces.")
        self.lots = [lot for lot, _title in lots]
        for lot, title in lots:
            field = QuantityField(label=title, required=False)
            unit = Unit(lot.unit)
            left = f"{Quantity(lot.steps, unit).amount.normalize():f}"
            field.help_text = _("Here lie %(left)s %(unit)s.") % {"left": left, "unit": unit.label}
            field.widget.attrs["data-unit"] = unit.label
            self.fields[f"lot_{lot.pk}"] = field

    def chosen(self) -> list[tuple[int, Quantity]]:
        """Return the lots that go along with how much; raise `Invalid` at the field that is too fine or zero."""
        given = [(lot, self.cleaned_data.get(f"lot_{lot.pk}")) for lot in self.lots]
        return [
            (lot.pk, QuantityField.of(amount, Unit(lot.unit), field=f"lot_{lot.pk}"))
            for lot, amount in given
            if amount is not None
        ]


class CountForm(ActForm):
    """Counting a consignment in: how much arrived of each lot, and why less, where it is less."""

    reason = forms.ChoiceField(label=_("Why less arrived"), required=False)
    note = forms.CharField(label=_("Note"), required=False, max_length=200)

    def __init__(self, *args: Any, lines: Sequence[tuple[ConsignmentLine, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = [line for line, _title in lines]
        offer(self, "reason", [("", _("Nothing is missing")), *LossReason.choices()])
        for line, title in lines:
            field = forms.DecimalField(label=title, min_value=0, max_digits=12, decimal_places=3)
            field.widget = forms.TextInput(attrs={"inputmode": "decimal", "data-unit": line.sent.unit.label})
            field.initial = f"{line.sent.amount.normalize():f}"
            self.fields[f"lot_{line.lot_id}"] = field
        self.order_fields([*(f"lot_{line.lot_id}" for line in self.lines), "reason", "note"])

    def counted(self) -> dict[int, Quantity]:
        """Return how much arrived of each lot, by its id; raise `Invalid` for what is finer than a step."""
        return {
            line.lot_id: Quantity.parse(
                str(self.cleaned_data[f"lot_{line.lot_id}"]), line.sent.unit, field=f"lot_{line.lot_id}"
            )
            for line in self.lines
        }


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


class TariffForm(ActForm):
    """A tariff from a day on."""

    kind = forms.ChoiceField(label=_("For whom"), choices=TariffKind.choices())
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


class TourForm(ActForm):
    """A tour of a day."""

    vehicle = forms.ChoiceField(label=_("Vehicle"))
    driver = forms.ChoiceField(label=_("Driver"))
    on = DayField(label=_("Day"))
    starts_at = TimeField(label=_("Leaves at"))

    def __init__(self, *args: Any, vehicles: Sequence[Vehicle], drivers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "vehicle", [(str(row.pk), f"{row.plate} {row.label}".strip()) for row in vehicles])
        offer(self, "driver", drivers)

    def given(self) -> TourGiven:
        """Return the tour that was entered."""
        values = self.values
        return TourGiven(int(values["vehicle"]), int(values["driver"]), values["on"], values["starts_at"])


class ChangedTourForm(TourForm, VersionForm):
    """A tour that is planned."""


class StopForm(VersionForm):
    """One more stop of a tour."""

    unit = forms.ChoiceField(label=_("Stop at"))
    planned_at = TimeField(label=_("Time"), required=False)

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "unit", units)


class PlacesForm(VersionForm):
    """Moving a stop: by how many places, up where it is below zero."""

    places = forms.IntegerField(min_value=-60, max_value=60)


class TimedForm(VersionForm):
    """When a tour is to be at a stop."""

    planned_at = TimeField(label=_("Time"), required=False)


class AssignForm(VersionForm):
    """What is to ride on a tour."""

    codes = forms.MultipleChoiceField(label=_("Put on the tour"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, waiting: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.MultipleChoiceField, self.fields["codes"]).choices = list(waiting)


class ProblemForm(ActForm):
    """What is wrong on the way."""

    text = forms.CharField(label=_("What is wrong?"), max_length=120)


class StatusForm(forms.Form):
    """A parcel that somebody waits for, by what only they have both of."""

    number = forms.CharField(label=_("Number of the parcel"), max_length=40)
    tail = forms.CharField(
        label=_("Last four digits of your phone"),
        min_length=4,
        max_length=4,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
