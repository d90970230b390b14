"""Forms of what plans ask of vehicles, centres and the roads to units."""

from decimal import Decimal
from typing import Any, cast

from django import forms

from terrace.http.forms import ActForm, FilterForm, MoneyField, QuantityField, VersionForm, WholeField
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Text, _
from terrace.logistics.domain.day import DayRules
from terrace.logistics.domain.fleet import Energy, Equipment, Prices, Shift, VehicleKind
from terrace.logistics.forms.fields import Choices, KilogramField, TimeField, grams_of
from terrace.logistics.models import Vehicle
from terrace.logistics.services import ApproachGiven


class LitreField(QuantityField):
    """A volume that is typed in litres."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs["data-unit"] = Unit.LITRE.label


class CountField(WholeField):
    """A whole number with what it counts beside it."""

    def __init__(self, *, counts: Text, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs["data-unit"] = counts


class EquipmentForm(VersionForm):
    """A vehicle as plans know it."""

    kind = forms.ChoiceField(label=_("What it is"), choices=VehicleKind.choices())
    capacity_ml = LitreField(label=_("Room"), required=False, help_text=_("Left empty: only its payload counts."))
    cold_grams = KilogramField(label=_("Of its payload may be cold"), required=False)
    width_cm = CountField(label=_("Width"), counts=_("cm"))
    climbs = forms.BooleanField(label=_("Drives on mountain roads"), required=False)
    pace_percent = CountField(
        label=_("Speed"), counts="%", help_text=_("Of what is usual on the roads there: a tricycle 60, a lorry 85.")
    )
    shift_begins = TimeField(label=_("Out from"))
    shift_ends = TimeField(label=_("Home by"))
    shift_minutes = CountField(label=_("Paid time a day"), counts=_("minutes"))
    overtime_minutes = CountField(label=_("Overtime at most"), counts=_("minutes"))
    reloads = WholeField(label=_("Loads again, times a day"))
    begins_at = forms.ChoiceField(
        label=_("Stands at"),
        required=False,
        help_text=_("At a station: it drives the rounds to its villages, in plans on two levels."),
    )
    ends_at = forms.ChoiceField(
        label=_("Its day ends at"),
        required=False,
        help_text=_("A warehouse where goods are grown: what it collects for there rides to the end."),
    )
    energy = forms.ChoiceField(label=_("Drives with"), choices=Energy.choices())
    use_per_100km = QuantityField(label=_("Uses on 100 km"), help_text=_("Litres, kilograms of gas, or kWh."))
    wear_per_km_minor = MoneyField(label=_("Tyres and repairs for a kilometre"))
    per_day_minor = MoneyField(label=_("Depreciation and insurance for a day"))

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["begins_at"]).choices = [("", _("The yard")), *units]
        cast(forms.ChoiceField, self.fields["ends_at"]).choices = [("", _("Where it begins")), *units]

    @staticmethod
    def initial_of(vehicle: Vehicle) -> dict[str, Any]:
        """Return what the form shows of a vehicle."""
        has, currency = vehicle.equipment, current().currency
        return {
            "version": vehicle.version,
            "kind": has.kind.value,
            "capacity_ml": _plain(has.capacity_ml, Unit.LITRE),
            "cold_grams": _plain(has.cold_grams or None, Unit.KILOGRAM),
            "width_cm": has.width_cm,
            "climbs": has.climbs,
            "pace_percent": has.pace_percent,
            "shift_begins": has.shift.begins,
            "shift_ends": has.shift.ends,
            "shift_minutes": has.shift.minutes,
            "overtime_minutes": has.shift.overtime_minutes,
            "reloads": has.reloads,
            "begins_at": has.begins_at_id or "",
            "ends_at": has.ends_at_id or "",
            "energy": has.energy.value,
            "use_per_100km": f"{Decimal(has.use_per_100km).scaleb(-3).normalize():f}",
            "wear_per_km_minor": Money(has.wear_per_km_minor, currency),
            "per_day_minor": Money(has.per_day_minor, currency),
        }

    def given(self) -> Equipment:
        """Return what was entered."""
        said = self.values
        shift = (said[name] for name in ("shift_begins", "shift_ends", "shift_minutes", "overtime_minutes"))
        return Equipment(
            kind=VehicleKind(said["kind"]),
            width_cm=said["width_cm"],
            climbs=said["climbs"],
            capacity_ml=_steps(said["capacity_ml"], Unit.LITRE, "capacity_ml"),
            cold_grams=_steps(said["cold_grams"], Unit.KILOGRAM, "cold_grams") or 0,
            energy=Energy(said["energy"]),
            use_per_100km=_steps(said["use_per_100km"], Unit.LITRE, "use_per_100km") or 0,
            wear_per_km_minor=said["wear_per_km_minor"].minor,
            per_day_minor=said["per_day_minor"].minor,
            pace_percent=said["pace_percent"],
            shift=Shift(*shift),
            reloads=said["reloads"],
            begins_at_id=int(said["begins_at"]) if said["begins_at"] else None,
            ends_at_id=int(said["ends_at"]) if said["ends_at"] else None,
        )


class RulesForm(ActForm):
    """How a centre reckons its days."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    opens = TimeField(label=_("The yard opens"))
    closes = TimeField(label=_("The yard closes"))
    load_minutes = CountField(label=_("Loading a vehicle takes"), counts=_("minutes"))
    rest_begins = TimeField(label=_("The drivers' break begins"), required=False)
    rest_minutes = CountField(label=_("The break takes"), counts=_("minutes"))
    stop_seconds = CountField(label=_("Each stop takes"), counts=_("seconds"))
    parcel_seconds = CountField(label=_("Each parcel takes"), counts=_("seconds"))
    seconds_per_100kg = CountField(label=_("100 kg take"), counts=_("seconds"))
    ml_per_kg = LitreField(label=_("Room that a kilogram of parcels needs"))
    worth_per_kg_minor = MoneyField(
        label=_("Worth of carrying a kilogram today"), help_text=_("Of goods that may wait for another day.")
    )
    diesel_minor = MoneyField(label=_("A litre of diesel"))
    petrol_minor = MoneyField(label=_("A litre of petrol"))
    gas_minor = MoneyField(label=_("A kilogram of gas"))
    electricity_minor = MoneyField(label=_("A kilowatt hour"))
    hour_minor = MoneyField(label=_("A driver's hour"))
    overtime_percent = CountField(label=_("An hour of overtime costs"), counts="%")

    @staticmethod
    def initial_of(rules: DayRules, version: int | None) -> dict[str, Any]:
        """Return what the form shows of rules."""
        currency = current().currency
        own = {name: getattr(rules, name) for name in RulesForm.base_fields if hasattr(rules, name)}
        own |= {name: getattr(rules.prices, name) for name in RulesForm.base_fields if hasattr(rules.prices, name)}
        money = {name: Money(value, currency) for name, value in own.items() if name.endswith("_minor")}
        return {**own, **money, "ml_per_kg": _plain(rules.ml_per_kg, Unit.LITRE), "version": version}

    def given(self) -> DayRules:
        """Return what was entered."""
        said: dict[str, Any] = {
            name: value.minor if isinstance(value, Money) else value for name, value in self.values.items()
        }
        prices = Prices(**{name: said.pop(name) for name in list(said) if name in Prices.__dataclass_fields__})
        said.pop("version")
        litres = _steps(said.pop("ml_per_kg"), Unit.LITRE, "ml_per_kg") or 0
        return DayRules(**said, ml_per_kg=litres, prices=prices)


class ApproachForm(ActForm):
    """How vehicles come to a unit."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    widest_cm = CountField(
        label=_("Widest vehicle that gets through"), counts=_("cm"), required=False, help_text=_("Left empty: any.")
    )
    is_steep = forms.BooleanField(label=_("A mountain road leads there"), required=False)
    extra_minutes = CountField(label=_("Takes longer there by"), counts=_("minutes"), initial=0)

    def given(self) -> ApproachGiven:
        """Return what was entered."""
        said = self.values
        return ApproachGiven(said["widest_cm"], said["is_steep"], said["extra_minutes"])


class UnitFilter(FilterForm):
    """Finding a unit by its name."""

    q = forms.CharField(label=_("Name"), required=False)


def _plain(steps: int | None, unit: Unit) -> str:
    return "" if steps is None else f"{Quantity(steps, unit).amount.normalize():f}"


def _steps(amount: Any, unit: Unit, field: str) -> int | None:
    if amount in (None, ""):
        return None
    return grams_of(amount, field) if unit is Unit.KILOGRAM else QuantityField.of(amount, unit, field=field).steps
